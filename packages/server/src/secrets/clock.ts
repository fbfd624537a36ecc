import type { Now } from './life.ts'

/** The sources of time. Handed in, so that tests can move them. */
export interface TimeSources {
  /** Ms since 1970 UTC; may be set back and forth. */
  readonly wallMs: () => number
  /** Ms that pass evenly while the machine runs; never goes back. */
  readonly elapsedMs: () => number
  /** Ms that pass evenly, also while the machine sleeps. */
  readonly uptimeMs: () => number
}

/** A step of the wall clock beyond this, in ms, is not believed at once. SPEC §6.11. */
export const STEP_MS_MAX = 3_600_000
/** A lead of the wall clock beyond this, in ms, may be a sleep of the machine. */
const SLEEP_MS_MIN = 1000
/** How long such a step must stand before it is followed, in ms. SPEC §6.11. */
export const STEP_HELD_MS = 600_000

/**
 * The server's time: the wall clock, but never before what was durably seen, and a jump
 * forward is held in doubt for ten minutes. SPEC §6.11.
 *
 * The gap between the last run and this one is no step: creating goes on. Only what the gap
 * would expire waits, because a machine that boots with a wrong clock looks the same.
 *
 * @param floorMs - the last time that was durably seen; `null` for a new data directory.
 */
export function createClock(sources: TimeSources, floorMs: number | null): { now(): Now } {
  let anchorMs = floorMs ?? sources.wallMs()
  let anchorElapsedMs = sources.elapsedMs()
  let sleptMs = sources.uptimeMs() - anchorElapsedMs
  let isStart = true
  let doubted: { readonly sinceMs: number; readonly stepMs: number } | null = null

  /** What the time must be by even passing; notices a sleep of the machine only when asked. */
  const expect = (elapsedMs: number) => anchorMs + (elapsedMs - anchorElapsedMs)
  const follow = (ms: number, elapsedMs: number): Now => {
    // A sleep that was short enough to follow is accounted for, and explains no later step.
    if (ms - expect(elapsedMs) > SLEEP_MS_MIN) sleptMs = sources.uptimeMs() - elapsedMs
    anchorMs = ms
    anchorElapsedMs = elapsedMs
    isStart = false
    doubted = null
    return { ms: Math.floor(ms), doubt: null }
  }

  return {
    now() {
      const elapsedMs = sources.elapsedMs()
      const wallMs = sources.wallMs()
      if (wallMs - expect(elapsedMs) > STEP_MS_MAX) {
        const slept = sources.uptimeMs() - elapsedMs
        anchorMs += Math.max(0, slept - sleptMs)
        sleptMs = slept
      }
      const expectedMs = expect(elapsedMs)
      if (wallMs - expectedMs <= STEP_MS_MAX) return follow(Math.max(wallMs, expectedMs), elapsedMs)
      const stepMs = wallMs - expectedMs
      // Another long step within the first is held for a time of its own.
      if (doubted === null || Math.abs(stepMs - doubted.stepMs) > STEP_MS_MAX) doubted = { sinceMs: elapsedMs, stepMs }
      if (elapsedMs - doubted.sinceMs >= STEP_HELD_MS) return follow(wallMs, elapsedMs)
      const fromMs = Math.floor(expectedMs)
      const doubt = { fromMs, toMs: wallMs, isCreatingHeld: !isStart }
      return { ms: isStart ? wallMs : fromMs, doubt }
    },
  }
}
