import type { Receipt } from '@letterlock/protocol'
import type { ReceiptPage } from './state.ts'
import { type Outcome, receiptWords as words } from './words.ts'

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
