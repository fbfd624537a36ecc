import { type Receipt, hasEnded } from '@letterlock/protocol'
import { type Outcome, nameOutcome } from '../../ui/name-outcome.ts'
import { sayCount } from '../../ui/say.ts'
import type { Touch } from './pace.ts'
import type { ReceiptHost, ReceiptWords } from './receipt-host.ts'
import type { Told } from './told-state.ts'

/** A secret that is opened so soon after it was made may have been opened by a program, in ms. */
const SOON_MS = 60_000

/** How far a secret has come: 0 made, 1 being opened, 2 opened. `null` if it is not, or no more, on this way. */
export function findStep(outcome: Outcome): 0 | 1 | 2 | null {
  switch (outcome) {
    case 'sealed':
      return 0
    case 'claimed':
    // Handed out, but nobody knows whether it was read.
    case 'unconfirmed':
      return 1
    case 'confirmed':
      return 2
    case 'draft':
    case 'expired':
    case 'deleted':
    case 'deleted-by-operator':
    case 'locked':
    case 'lost':
      return null
  }
}

/** How many seconds after it was made it was opened, if that was soon; less than one counts as one. */
export function countSoonSeconds({ createdAt, claimedAt }: Receipt): number | null {
  if (claimedAt === null || claimedAt - createdAt > SOON_MS) return null
  return Math.max(1, Math.round((claimedAt - createdAt) / 1000))
}

/** How many wrong PINs were tried, and how many tries are left. */
export function describeTries({ attemptsFailed, attemptsLeft }: Receipt, words: ReceiptWords, locale: string): string {
  const tried = attemptsFailed === 0 ? words.noneTried : sayCount(words.tried, attemptsFailed, locale)
  if (attemptsLeft === null) return tried
  return `${tried} ${attemptsLeft === 0 ? words.noneLeft : sayCount(words.triesLeft, attemptsLeft, locale)}`
}

/** Whether the server could not be reached when it was tried last. */
export function isOutOfReach(touch: Touch): boolean {
  return touch === 'breaking' || touch === 'lost'
}

/** How near the receipt is; nothing as long as that is not known. */
export function describeTouch(touch: Touch, words: ReceiptWords): string {
  switch (touch) {
    case 'starting':
      return ''
    case 'live':
      return words.live
    case 'polled':
      return words.polled
    case 'breaking':
    case 'lost':
      return words.lostTouch
  }
}

/** What a screen reader is told. */
export function announceTold(page: Told, host: Pick<ReceiptHost, 'words' | 'times' | 'describeFailure'>): string {
  const { words } = host
  if (page.doing === 'checking') return words.refreshing
  if (page.doing === 'deleting') return words.deleting
  switch (page.news) {
    case 'receipt':
      return announceNews(page, host)
    case 'touch':
      return describeTouch(page.touch, words)
    case 'telling':
      if (page.telling === 'on') return words.telling
      return page.telling === 'refused' ? words.tellRefused : ''
    case 'keeping':
      return page.keeping === 'refused' ? words.keepRefused : ''
  }
}

/** What came by itself is told at more length, since the focus does not go there. */
function announceNews(
  { receipt, trouble, headed }: Told,
  { words, times, describeFailure }: Pick<ReceiptHost, 'words' | 'times' | 'describeFailure'>,
): string {
  if (trouble !== null) return trouble === 'too-late' ? words.tooLate : describeFailure(trouble)
  const outcome = nameOutcome(receipt)
  const more = [
    ...(headed === outcome ? [] : [words.detail[outcome]]),
    ...(receipt.attemptsFailed === 0 || hasEnded(receipt) ? [] : [describeTries(receipt, words, times.locale)]),
  ]
  return more.length === 0 ? words.title[outcome] : `${words.title[outcome]}. ${more.join(' ')}`
}
