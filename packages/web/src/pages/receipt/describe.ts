import { receiptWords as words } from '../../languages/en.ts'
import type { PlainReceiptPage, ReceiptPage } from './state.ts'

/** Where the sender is: a receipt that says something new when it is asked is a new place. */
export function placeReceipt(page: ReceiptPage): string {
  return page.at === 'told' ? page.headed : page.at
}

/** What a screen reader is told. */
export function announceReceipt(page: PlainReceiptPage): string {
  switch (page.at) {
    case 'checking':
      return words.checkingDetail
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
