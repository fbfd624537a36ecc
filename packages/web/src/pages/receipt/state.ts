import type { Receipt } from '@letterlock/protocol'
import type { Failure } from '../../ui/connect.ts'

export type ReceiptPage =
  | { readonly at: 'checking' }
  | Told
  | { readonly at: 'unknown' }
  | { readonly at: 'damaged'; readonly wasPasted: boolean }
  | { readonly at: 'newer' }
  | { readonly at: 'failed'; readonly failure: Failure }

/** What became of the secret, as of a moment. */
export interface Told {
  readonly at: 'told'
  readonly receipt: Receipt
  readonly nowMs: number
  readonly doing: 'nothing' | 'checking' | 'asking' | 'deleting'
  /** Why the last wish was not fulfilled. */
  readonly trouble: null | 'too-late' | Failure
}

export type ReceiptEvent =
  | { readonly type: 'told'; readonly receipt: Receipt; readonly nowMs: number }
  | { readonly type: 'ended'; readonly page: Extract<ReceiptPage, { at: 'unknown' | 'damaged' | 'newer' }> }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'checking' }
  | { readonly type: 'deleting' }
  | { readonly type: 'answered'; readonly isYes: boolean }
  | { readonly type: 'too-late' }

/** Whether there is still something to delete. */
export function canDelete({ state }: Receipt): boolean {
  return state === 'sealed' || state === 'draft' || state === 'claimed'
}

/** What follows when something happens. What cannot happen in a state changes nothing. */
export function reduceReceipt(page: ReceiptPage, event: ReceiptEvent): ReceiptPage {
  if (page.at === 'told') return reduceTold(page, event)
  switch (event.type) {
    case 'told':
      return page.at === 'checking' ? { at: 'told', receipt: event.receipt, nowMs: event.nowMs, doing: 'nothing', trouble: null } : page
    case 'ended':
      return page.at === 'checking' || page.at === 'damaged' ? event.page : page
    case 'failed':
      return page.at === 'checking' ? { at: 'failed', failure: event.failure } : page
    case 'checking':
      return page.at === 'failed' || page.at === 'damaged' ? { at: 'checking' } : page
    case 'answered':
    case 'deleting':
    case 'too-late':
      return page
  }
}

function reduceTold(page: Told, event: ReceiptEvent): ReceiptPage {
  const isBusy = page.doing === 'checking' || page.doing === 'deleting'
  switch (event.type) {
    case 'told':
      return { ...page, receipt: event.receipt, nowMs: event.nowMs, doing: 'nothing' }
    case 'ended':
      return event.page.at === 'unknown' && isBusy ? event.page : page
    case 'failed':
      return isBusy ? { ...page, doing: 'nothing', trouble: event.failure } : page
    case 'checking':
      return page.doing === 'nothing' ? { ...page, doing: 'checking', trouble: null } : page
    case 'deleting':
      return page.doing === 'nothing' && canDelete(page.receipt) ? { ...page, doing: 'asking', trouble: null } : page
    case 'answered':
      return page.doing === 'asking' ? { ...page, doing: event.isYes ? 'deleting' : 'nothing' } : page
    case 'too-late':
      return page.doing === 'deleting' ? { ...page, trouble: 'too-late' } : page
  }
}
