import { type Receipt, hasEnded } from '@letterlock/protocol'
import type { Failure } from '../../ui/connect.ts'
import { type Outcome, nameOutcome } from '../../ui/name-outcome.ts'
import type { Touch } from './pace.ts'

/** What became of the secret, as of a moment. */
export interface Told {
  readonly at: 'told'
  readonly receipt: Receipt
  readonly nowMs: number
  readonly doing: 'nothing' | 'checking' | 'asking' | 'deleting'
  /** Why the last wish was not fulfilled. */
  readonly trouble: null | 'too-late' | Failure
  /** What it said when somebody last asked for it and it was new: the focus went to the heading then. */
  readonly headed: Outcome
  readonly touch: Touch
  readonly telling: Telling
  readonly keeping: Keeping
  /** What has changed last: a screen reader is told of that. */
  readonly news: 'receipt' | 'touch' | 'telling' | 'keeping'
}

/** Whether this browser tells the sender of an end that comes while they look elsewhere. */
export type Telling = 'unable' | 'off' | 'on' | 'refused'

/** Whether the receipt is kept on this device. */
export type Keeping = 'no' | 'yes' | 'refused'

export type ToldEvent =
  /** An answer to what somebody asked by a press. */
  | { readonly type: 'told'; readonly receipt: Receipt; readonly nowMs: number }
  /** What the page learns by itself. */
  | { readonly type: 'heard'; readonly receipt: Receipt; readonly nowMs: number }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'checking' }
  | { readonly type: 'deleting' }
  | { readonly type: 'answered'; readonly isYes: boolean }
  | { readonly type: 'too-late' }
  | { readonly type: 'touched'; readonly touch: Touch }
  | { readonly type: 'telling'; readonly telling: Telling }
  | { readonly type: 'keeping'; readonly keeping: Keeping }
  | { readonly type: 'ticked'; readonly nowMs: number }

/** Whether there is still something to delete. */
export function canDelete(receipt: Receipt): boolean {
  return !hasEnded(receipt)
}

/** The first answer, on this device. */
export function beginTold(receipt: Receipt, nowMs: number, device: Pick<Told, 'telling' | 'keeping'>): Told {
  const headed = nameOutcome(receipt)
  return { at: 'told', receipt, nowMs, doing: 'nothing', trouble: null, headed, touch: 'starting', news: 'receipt', ...device }
}

/** What follows when something happens. What cannot happen in a state changes nothing. */
export function reduceTold(page: Told, event: ToldEvent): Told {
  const isBusy = page.doing === 'checking' || page.doing === 'deleting'
  switch (event.type) {
    case 'told':
      return { ...page, ...takeIn(page, event.receipt, true), nowMs: event.nowMs, doing: 'nothing', news: 'receipt' }
    case 'heard':
      return hear(page, event.receipt, event.nowMs, isBusy)
    case 'failed':
      return isBusy ? { ...page, doing: 'nothing', trouble: event.failure, news: 'receipt' } : page
    case 'checking':
      return page.doing === 'nothing' ? { ...page, doing: 'checking', trouble: null } : page
    case 'deleting':
      return page.doing === 'nothing' && canDelete(page.receipt) ? { ...page, doing: 'asking', trouble: null } : page
    case 'answered':
      return page.doing === 'asking' ? { ...page, doing: event.isYes ? 'deleting' : 'nothing' } : page
    case 'too-late':
      return page.doing === 'deleting' ? { ...page, trouble: 'too-late' } : page
    case 'touched':
      return touch(page, event.touch)
    case 'telling':
      return { ...page, telling: event.telling, news: 'telling' }
    case 'keeping':
      return { ...page, keeping: event.keeping, news: 'keeping' }
    case 'ticked':
      return { ...page, nowMs: event.nowMs }
  }
}

/** What somebody waits for moves the focus, if it is new. */
function takeIn(page: Told, receipt: Receipt, isAwaited: boolean): Pick<Told, 'receipt' | 'headed'> {
  const outcome = nameOutcome(receipt)
  return { receipt, headed: isAwaited && outcome !== nameOutcome(page.receipt) ? outcome : page.headed }
}

/** A question whether to delete is moot once there is nothing left to delete. */
function hear(page: Told, receipt: Receipt, nowMs: number, isBusy: boolean): Told {
  const isMoot = page.doing === 'asking' && !canDelete(receipt)
  const doing = isMoot ? 'nothing' : page.doing
  // The server answers again, so what was said of that is over.
  const trouble = isMoot || page.trouble === 'too-late' ? 'too-late' : null
  const isNews = isMoot || JSON.stringify(receipt) !== JSON.stringify(page.receipt)
  return { ...page, ...takeIn(page, receipt, isBusy), nowMs, doing, trouble, news: isNews ? 'receipt' : page.news }
}

/** Nobody is told how near the receipt is, unless it is or was out of reach. */
function touch(page: Told, touch: Touch): Told {
  if (touch === page.touch) return page
  return { ...page, touch, news: touch === 'lost' || page.touch === 'lost' ? 'touch' : page.news }
}
