import type { Failure } from '../../ui/connect.ts'
import type { Told } from './told-state.ts'

/** Pages that /receipt draws without loading anything further. */
export type PlainReceiptPage =
  | { readonly at: 'checking' }
  | { readonly at: 'unknown' }
  | { readonly at: 'damaged'; readonly wasPasted: boolean }
  | { readonly at: 'newer' }
  | { readonly at: 'failed'; readonly failure: Failure }

export type ReceiptPage = PlainReceiptPage | Told

export type ReceiptEvent =
  | { readonly type: 'checking' }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'ended'; readonly page: Extract<ReceiptPage, { at: 'unknown' | 'damaged' | 'newer' }> }
  /** What the part that tells makes of its own events. */
  | { readonly type: 'told'; readonly page: Told }

/** What follows when something happens. What cannot happen in a state changes nothing. */
export function reduceReceipt(page: ReceiptPage, event: ReceiptEvent): ReceiptPage {
  switch (event.type) {
    case 'checking':
      return page.at === 'failed' || page.at === 'damaged' ? { at: 'checking' } : page
    case 'failed':
      return page.at === 'checking' ? { at: 'failed', failure: event.failure } : page
    case 'ended':
      if (page.at === 'told') return event.page.at === 'unknown' ? event.page : page
      return page.at === 'checking' || page.at === 'damaged' ? event.page : page
    case 'told':
      return page.at === 'checking' || page.at === 'told' ? event.page : page
  }
}
