import type { Failure } from '../../ui/connect.ts'
import type { Ended } from './ended-state.ts'
import type { PinPage } from './pin-state.ts'
import type { ShownPage } from './shown-state.ts'

/** Whose link it is, as far as whoever is about to press should know: made in this browser, or for show. */
export type Origin = 'sent' | 'own' | 'preview'

/** A secret that waits for a press. */
export interface Before {
  readonly at: 'before'
  readonly expiresAtMs: number
  readonly nowMs: number
  readonly wasChanged: boolean
  readonly origin: Origin
  readonly asksAgain: boolean
}

/** Pages that /s draws without loading anything further. */
export type PlainOpenPage =
  | { readonly at: 'checking' }
  | Before
  | { readonly at: 'opening' }
  | { readonly at: 'failed'; readonly failure: Failure; readonly wasClaimed: boolean }

export type OpenPage = PlainOpenPage | PinPage | ShownPage | Ended

export type OpenEvent =
  | { readonly type: 'checking' }
  | { readonly type: 'waiting'; readonly before: Omit<Before, 'at' | 'asksAgain'> }
  | { readonly type: 'pressed'; readonly isTrusted: boolean }
  | { readonly type: 'reopening' }
  /** A claim may have reached the server: this tab can try again with it. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly wasClaimed: boolean }
  | { readonly type: 'retried' }
  /** What a part makes of its own events; it is loaded only where it is needed. */
  | { readonly type: 'pin'; readonly page: PinPage }
  | { readonly type: 'shown'; readonly page: ShownPage }
  | { readonly type: 'ended'; readonly page: Ended }

/** What follows when something happens. What cannot happen in a state changes nothing. */
export function reduceOpen(page: OpenPage, event: OpenEvent): OpenPage {
  const isChecking = page.at === 'checking'
  const isOpening = page.at === 'opening' || page.at === 'pin'
  switch (event.type) {
    case 'checking':
      return page.at === 'damaged' ? { at: 'checking' } : page
    case 'waiting':
      // From opening, too, where it turns out at the press that the link was made here.
      return isChecking || page.at === 'opening' ? { ...event.before, at: 'before', asksAgain: false } : page
    case 'pressed':
      if (page.at !== 'before') return page
      return event.isTrusted ? { at: 'opening' } : { ...page, asksAgain: true }
    case 'reopening':
      return isChecking ? { at: 'opening' } : page
    case 'failed':
      if (page.at === 'pin') return { ...page, step: 'asking', trouble: event.failure }
      return isChecking || isOpening ? { at: 'failed', failure: event.failure, wasClaimed: event.wasClaimed } : page
    case 'retried':
      if (page.at === 'failed') return { at: page.wasClaimed ? 'opening' : 'checking' }
      return page.at === 'unreadable' ? { at: 'opening' } : page
    case 'pin':
      return isChecking || isOpening ? event.page : page
    case 'shown':
      return isOpening || 'isPreview' in page ? event.page : page
    case 'ended':
      return isChecking || isOpening || 'asked' in page ? event.page : page
  }
}
