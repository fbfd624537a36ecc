import type { End } from '@letterlock/protocol'
import type { WhyUnreadable } from './state.ts'

/** What stands in the head of the page that opens a secret: its script needs none of it. */
export const openHead = {
  page: 'A secret link · Letterlock',
  description: 'Someone sent you a secret. It can be shown only once.',
} as const

/** All words of the page that opens a secret. */
export const openWords = {
  before: 'Someone sent you a secret',
  once: 'It can be shown only once. After that it is deleted. Have a safe place ready, such as your password manager.',
  checking: 'Checking the link…',
  waits: (moment: string, distance: string) => `It waits until ${moment} (${distance}).`,
  show: 'Show the secret',
  opening: 'Opening it on your device…',
  pressAgain: 'Press again to confirm.',
  unexpected: 'Not expecting this? Ask the sender before you open it.',
  changed:
    'A program on the way changed this link, and part of it reached the server. Once it is opened, that part is of no use to anyone.',

  after: 'Save it now',
  onlyTime: 'This is the only time it will be shown.',
  erasing: 'The server is deleting it now.',
  erased: 'The server has deleted it.',
  secret: 'The secret',
  hidden: 'Hidden',
  copy: 'Copy',
  copied: 'Copied',
  copyRefused: 'Your browser did not allow copying. Select the text and copy it yourself.',
  hide: 'Hide',
  unhide: 'Show',
  save: 'Save as file',
  fileName: 'secret.txt',
  print: 'Print',
  clear: 'Clear the page',
  clearHelp: 'When you have put it in a safe place, clear the page.',
  overdue:
    'By the clock of this device, this secret should have run out more than two days ago. Either the clock is wrong, or the server kept it longer than the sender asked.',
  ask: 'Clear without saving?',
  askDetail: 'You have not copied, saved or printed it. It cannot be shown again.',
  askYes: 'Clear it',
  askNo: 'Go back',

  cleared: 'The page is clear',
  clearedDetail: 'It is no longer on this page, and deleted from the server.',
  openedHere: 'You opened this here',
  openedHereDetail: 'It cannot be shown again. If you did not save it, ask the sender for a new one.',
  sendNew: 'Send a secret',
  retry: 'Try again',

  gone: {
    opened: 'This link was already opened',
    expired: 'This link ran out',
    burned: 'This secret was deleted',
    locked: 'This secret was deleted',
    lost: 'The server lost this secret',
  } satisfies Record<End, string>,
  goneDetail: {
    opened: (moment: string) => `It was opened on ${moment} and cannot be shown again.`,
    expired: (moment: string) => `It ran out on ${moment}, and nobody opened it. Ask the sender for a new one.`,
    burned: (moment: string) => `It was deleted on ${moment}, before anybody opened it. Ask the sender for a new one.`,
    locked: (moment: string) => `It was deleted on ${moment}, after too many wrong PINs. Ask the sender for a new one.`,
    lost: (moment: string) => `The server noticed on ${moment} that its part is missing. Ask the sender for a new one.`,
  } satisfies Record<End, (moment: string) => string>,
  notYou: 'Was it not you?',
  notYouDetail: 'Tell the sender now, so they can change the password.',

  unknown: 'This link does not work',
  unknownDetail: 'It may have been opened or have run out some time ago, or belong to another server. Ask the sender for a new one.',
  damaged: 'The link is incomplete',
  damagedDetail: 'Part of it was cut off or changed. Nothing was used up. Paste the whole link here, or ask the sender for a new one.',
  paste: 'The whole link',
  useLink: 'Use this link',
  stillDamaged: 'This is not a whole link either. It is long, with a # sign in it.',
  newer: 'This link needs a newer version',
  newerDetail: 'It was made by a version of Letterlock that does more than this one. Nothing was used up.',

  unreadable: 'It could not be read',
  unreadableDetail: {
    damaged: 'It was damaged on the way or on the server. Try again, or ask the sender for a new one.',
    malformed: 'Its content makes no sense. Ask the sender for a new one.',
    newer: 'It was made by a newer version of Letterlock. Ask the sender for a new one.',
    files: 'It holds files, and this version can only show text. Ask the sender to send the text alone.',
  } satisfies Record<WhyUnreadable, string>,
  failed: 'Something went wrong',
  failedBefore: 'The secret was not used up.',
  failedAfter: 'It is not lost. For about ten minutes, you can try again here, in this tab.',
} as const
