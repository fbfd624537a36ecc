import type { Followed, FollowOptions } from '@letterlock/client'
import { type Receipt, hasEnded } from '@letterlock/protocol'
import { nameFailure } from '../../ui/connect.ts'
import { FRESH_PACE, type Happened, type Touch, beginStep, planStep } from './pace.ts'

/** What watching a receipt needs, and whom it tells. */
export interface WatchDeps {
  /** As {@link followReceipt} of the client does, for this receipt. @throws ClientError */
  follow(options: FollowOptions): Promise<Followed>
  /** Ask once; `null` if the server does not know the receipt. @throws ClientError */
  read(): Promise<Receipt | null>
  /** Wait so many ms, or until it is cut short. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  nowMs(): number
  /** From 0 to 1. */
  random(): number
  onReceipt(receipt: Receipt): void
  onUnknown(): void
  onTouch(touch: Touch): void
}

export interface Watch {
  /** Watch from now on, until the end; does nothing if it does already. */
  readonly start: () => void
  /** Look away at once: nothing is asked any more, and no connection stays. */
  readonly stop: () => void
  /** Ask now what would have been asked later. */
  readonly hurry: () => void
}

/** Keep in touch with a receipt: follow it, or ask from time to time. pace.ts decides which, and when. */
export function watchReceipt(deps: WatchDeps): Watch {
  let pace = FRESH_PACE
  let watching: AbortController | null = null
  let nap = new AbortController()
  let lastJson = ''

  const run = async (signal: AbortSignal) => {
    // Whoever comes back to the page is not made to wait for what failed before.
    pace = { ...pace, failures: 0 }
    let step = beginStep(pace, deps.nowMs())
    for (;;) {
      nap = new AbortController()
      if (step.afterMs > 0) await deps.wait(step.afterMs, nap.signal)
      if (signal.aborted) return
      const happened = await (step.act === 'follow' ? follow(deps, signal) : read(signal))
      if (signal.aborted || happened === null) return
      ;[pace, step] = planStep(pace, happened, deps.nowMs(), deps.random())
      if (step.touch !== null) deps.onTouch(step.touch)
    }
  }
  const read = async (signal: AbortSignal): Promise<Happened | null> => {
    try {
      const receipt = await deps.read()
      if (signal.aborted) return null
      if (receipt === null) {
        deps.onUnknown()
        return null
      }
      const json = JSON.stringify(receipt)
      const isNews = json !== lastJson
      lastJson = json
      deps.onReceipt(receipt)
      return hasEnded(receipt) ? null : { type: 'answered', isNews }
    } catch (error) {
      nameFailure(error)
      return { type: 'failed' }
    }
  }
  return {
    start() {
      if (watching !== null) return
      watching = new AbortController()
      void run(watching.signal)
    },
    stop() {
      if (watching === null) return
      watching.abort()
      nap.abort()
      watching = null
      deps.onTouch('starting')
    },
    hurry: () => nap.abort(),
  }
}

/** Follow over one connection; `null` when there is nothing more to come. */
async function follow(deps: WatchDeps, signal: AbortSignal): Promise<Happened | null> {
  let begunAtMs: number | null = null
  const onReceipt = (receipt: Receipt) => {
    if (signal.aborted) return
    begunAtMs ??= deps.nowMs()
    deps.onTouch('live')
    deps.onReceipt(receipt)
  }
  const lastedMs = () => deps.nowMs() - (begunAtMs ?? deps.nowMs())
  try {
    const followed = await deps.follow({ onReceipt, signal })
    if (followed === 'not_offered') return { type: 'refused' }
    return followed === 'closed' ? { type: 'closed', lastedMs: lastedMs() } : null
  } catch (error) {
    const failure = nameFailure(error)
    if (failure.kind === 'refused' && failure.problem === 'rate_limited') return { type: 'refused' }
    return begunAtMs === null ? { type: 'failed' } : { type: 'broken', lastedMs: lastedMs() }
  }
}
