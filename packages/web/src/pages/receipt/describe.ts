import type { Receipt } from '@letterlock/protocol'
import { receiptWords as words } from '../../languages/en.ts'
import { sayCount } from '../../ui/say.ts'
import type { ReceiptPage } from './state.ts'

/** What became of a secret: what the receipt says, one finer than its state. */
export type Outcome = Exclude<Receipt['state'], 'opened' | 'burned'> | 'confirmed' | 'unconfirmed' | 'deleted' | 'deleted-by-operator'

/** What the receipt says, one finer than its state. */
export function nameOutcome({ state, confirmed, by }: Receipt): Outcome {
  if (state === 'opened') return confirmed ? 'confirmed' : 'unconfirmed'
  if (state === 'burned') return by === 'operator' ? 'deleted-by-operator' : 'deleted'
  return state
}

/** Where the sender is: a receipt that says something new is a new place. */
export function placeReceipt(page: ReceiptPage): string {
  return page.at === 'told' ? nameOutcome(page.receipt) : page.at
}

/** How many wrong PINs were tried, and how many tries are left. */
export function describeTries({ attemptsFailed, attemptsLeft }: Receipt, locale: string): string {
  const tried = attemptsFailed === 0 ? words.noneTried : sayCount(words.tried, attemptsFailed, locale)
  if (attemptsLeft === null) return tried
  return `${tried} ${attemptsLeft === 0 ? words.noneLeft : sayCount(words.triesLeft, attemptsLeft, locale)}`
}

/** What a screen reader is told. */
export function announceReceipt(page: ReceiptPage): string {
  switch (page.at) {
    case 'checking':
      return words.checkingDetail
    case 'told':
      if (page.doing === 'checking') return words.refreshing
      if (page.doing === 'deleting') return words.deleting
      return page.trouble === 'too-late' ? words.tooLate : words.title[nameOutcome(page.receipt)]
    case 'unknown':
      return words.unknown
    case 'damaged':
      return page.wasPasted ? words.stillDamaged : words.damaged
    case 'newer':
      return words.newer
    case 'failed':
      return words.failed
  }
}
