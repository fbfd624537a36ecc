import type { End } from '@letterlock/protocol'
import type { Failure } from '../../ui/connect.ts'
import type { PinPage } from './pin-state.ts'

/** Why what was opened cannot be shown. */
export type WhyUnreadable = 'damaged' | 'malformed' | 'newer' | 'files'

export type OpenPage =
  | { readonly at: 'checking' }
  | {
      readonly at: 'before'
      readonly expiresAtMs: number
      readonly nowMs: number
      readonly wasChanged: boolean
      readonly asksAgain: boolean
    }
  | PinPage
  | { readonly at: 'opening' }
  | Shown
  | { readonly at: 'gone'; readonly end: End; readonly atMs: number }
  | { readonly at: 'unknown' }
  | { readonly at: 'damaged'; readonly wasPasted: boolean }
  | { readonly at: 'newer' }
  | { readonly at: 'unreadable'; readonly why: WhyUnreadable }
  | { readonly at: 'failed'; readonly failure: Failure; readonly wasClaimed: boolean }
  | { readonly at: 'opened-here' }
  | { readonly at: 'cleared' }

/** The secret, in the reader's hands. */
export interface Shown {
  readonly at: 'after'
  readonly text: string
  readonly isHidden: boolean
  /** Copied, saved or printed: leaving loses nothing. */
  readonly isKept: boolean
  readonly copy: 'none' | 'copied' | 'refused'
  /** The server has confirmed that its half is erased. */
  readonly isErased: boolean
  readonly isAsking: boolean
  readonly wasChanged: boolean
  /** By this device's clock, the secret should have run out more than two days ago. */
  readonly isOverdue: boolean
}

export type OpenEvent =
  | { readonly type: 'checking' }
  | { readonly type: 'waiting'; readonly expiresAtMs: number; readonly nowMs: number; readonly wasChanged: boolean }
  | { readonly type: 'pressed'; readonly isTrusted: boolean }
  | { readonly type: 'reopening' }
  /** What the part for PINs makes of its own events; it is loaded only where there is one. */
  | { readonly type: 'pin'; readonly page: PinPage }
  | { readonly type: 'shown'; readonly text: string; readonly wasChanged: boolean; readonly isOverdue: boolean }
  | { readonly type: 'ended'; readonly page: Ended }
  /** A claim may have reached the server: this tab can try again with it. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly wasClaimed: boolean }
  | { readonly type: 'retried' }
  | { readonly type: 'copied'; readonly wasCopied: boolean }
  | { readonly type: 'saved' }
  | { readonly type: 'printing' }
  | { readonly type: 'hid' }
  | { readonly type: 'erased' }
  | { readonly type: 'clearing' }
  | { readonly type: 'answered'; readonly isYes: boolean }
  | { readonly type: 'left' }

/** Pages that say why there is nothing to show. */
export type Ended = Extract<OpenPage, { at: 'gone' | 'unknown' | 'damaged' | 'newer' | 'unreadable' | 'opened-here' }>

/** The secret in the reader's hands, and the page once it is cleared. */
export type ShownPage = Extract<OpenPage, { at: 'after' | 'cleared' }>

/** Pages that /s draws without loading anything further. */
export type PlainOpenPage = Extract<OpenPage, { at: 'checking' | 'before' | 'opening' | 'failed' }>

/** What follows when something happens. What cannot happen in a state changes nothing. */
export function reduceOpen(page: OpenPage, event: OpenEvent): OpenPage {
  if (page.at === 'after') return reduceShown(page, event)
  const isChecking = page.at === 'checking'
  const isOpening = page.at === 'opening' || page.at === 'pin'
  switch (event.type) {
    case 'checking':
      return page.at === 'damaged' ? { at: 'checking' } : page
    case 'waiting':
      return isChecking
        ? { at: 'before', expiresAtMs: event.expiresAtMs, nowMs: event.nowMs, wasChanged: event.wasChanged, asksAgain: false }
        : page
    case 'pressed':
      if (page.at !== 'before') return page
      return event.isTrusted ? { at: 'opening' } : { ...page, asksAgain: true }
    case 'reopening':
      return isChecking ? { at: 'opening' } : page
    case 'pin':
      return isChecking || isOpening ? event.page : page
    case 'shown':
      return isOpening ? show(event) : page
    case 'ended':
      return isChecking || isOpening || page.at === 'damaged' ? event.page : page
    case 'failed':
      if (page.at === 'pin') return { ...page, step: 'asking', trouble: event.failure }
      return isChecking || isOpening ? { at: 'failed', failure: event.failure, wasClaimed: event.wasClaimed } : page
    case 'retried':
      if (page.at === 'failed') return { at: page.wasClaimed ? 'opening' : 'checking' }
      return page.at === 'unreadable' ? { at: 'opening' } : page
    case 'answered':
    case 'clearing':
    case 'copied':
    case 'erased':
    case 'hid':
    case 'left':
    case 'printing':
    case 'saved':
      return page
  }
}

function reduceShown(page: Shown, event: OpenEvent): OpenPage {
  switch (event.type) {
    case 'copied':
      return { ...page, copy: event.wasCopied ? 'copied' : 'refused', isKept: page.isKept || event.wasCopied }
    case 'saved':
      return { ...page, isKept: true }
    case 'printing':
      return { ...page, isKept: true, isHidden: false }
    case 'hid':
      return { ...page, isHidden: !page.isHidden, copy: 'none' }
    case 'erased':
      return { ...page, isErased: true }
    case 'clearing':
      return page.isKept ? { at: 'cleared' } : { ...page, isAsking: true }
    case 'answered':
      return page.isAsking && event.isYes ? { at: 'cleared' } : { ...page, isAsking: false }
    case 'left':
      return { at: 'opened-here' }
    case 'checking':
    case 'ended':
    case 'failed':
    case 'pin':
    case 'pressed':
    case 'reopening':
    case 'retried':
    case 'shown':
    case 'waiting':
      return page
  }
}

function show({ text, wasChanged, isOverdue }: Extract<OpenEvent, { type: 'shown' }>): Shown {
  return { at: 'after', text, isHidden: false, isKept: false, copy: 'none', isErased: false, isAsking: false, wasChanged, isOverdue }
}
