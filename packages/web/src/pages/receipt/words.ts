import type { Receipt } from '@letterlock/protocol'

/** What became of a secret: what the receipt says, one finer than its state. */
export type Outcome = Exclude<Receipt['state'], 'opened' | 'burned'> | 'confirmed' | 'unconfirmed' | 'deleted' | 'deleted-by-operator'

/** All words of the sender's receipt. */
export const receiptWords = {
  page: 'Receipt · Letterlock',
  description: 'See whether a secret was opened, or delete it.',
  checking: 'Your receipt',
  checkingDetail: 'Checking what became of your secret…',
  title: {
    draft: 'Not sent completely',
    sealed: 'Not opened yet',
    claimed: 'Being opened now',
    confirmed: 'It was opened',
    unconfirmed: 'It was handed out',
    expired: 'It ran out unopened',
    deleted: 'You deleted it',
    'deleted-by-operator': 'It was deleted',
    locked: 'It was deleted',
    lost: 'The server lost it',
  } satisfies Record<Outcome, string>,
  detail: {
    draft: 'Parts of the secret are still missing on the server. Its link does not work yet.',
    sealed: 'The secret is waiting for whoever has the link.',
    claimed: 'Somebody pressed the button. Their device has not yet confirmed that it could read the secret.',
    confirmed: 'The reader’s device has proved that it could read the secret. It is deleted from the server.',
    unconfirmed:
      'The server handed it out, but the reader’s device never confirmed that it could read it. If it did not arrive, send a new one.',
    expired: 'Nobody opened it in time. It is deleted from the server.',
    deleted: 'Nobody opened it before you did. Its link no longer works.',
    'deleted-by-operator': 'Whoever runs this server deleted it before anybody opened it. Its link no longer works.',
    locked: 'There were too many wrong PINs. Nobody opened it. Its link no longer works.',
    lost: 'The server’s part of it is missing, so nobody can open it any more. Please send a new one.',
  } satisfies Record<Outcome, string>,
  made: 'Made',
  runsOut: 'Runs out',
  claimed: 'Opened',
  ended: 'Ended',
  tries: 'Wrong PINs',
  tried: (failed: number, left: number | null) => {
    const tried = failed === 1 ? '1 wrong PIN was tried' : `${failed === 0 ? 'No' : failed} wrong PINs were tried`
    return left === null ? `${tried}.` : `${tried}, ${left === 0 ? 'none' : left} ${left === 1 ? 'is' : 'are'} left.`
  },
  when: (moment: string, distance: string) => `${moment} (${distance})`,
  notThem: 'Was it not your receiver?',
  notThemDetail: 'Then somebody else had the link. Change the password that you sent.',
  refresh: 'Check again',
  refreshing: 'Checking…',
  delete: 'Delete now',
  deleting: 'Deleting…',
  ask: 'Delete this secret?',
  askDetail: 'Nobody will be able to open it any more. This cannot be undone.',
  askYes: 'Delete it',
  askNo: 'Keep it',
  tooLate: 'Deleting came too late: the secret had already been handed out or had ended.',
  sendNew: 'Send a secret',
  retry: 'Try again',
  failed: 'We cannot tell right now',
  failedDetail: 'This says nothing about your secret.',
  unknown: 'This receipt is not known',
  unknownDetail: 'The secret may have ended some time ago, or the receipt may belong to another server.',
  damaged: 'The receipt link is incomplete',
  damagedDetail: 'Part of it was cut off or changed. Paste the whole link here.',
  paste: 'The whole receipt link',
  useLink: 'Use this link',
  stillDamaged: 'This is not a whole link either. It is long, and part of it stands after a # sign.',
  newer: 'This link needs a newer version',
  newerDetail: 'It was made by a version of Letterlock that does more than this one.',
} as const
