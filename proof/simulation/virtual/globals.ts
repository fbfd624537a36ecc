// Stands in for what the shipped modules read of the time and do later, without importing it.
import { theWorld } from '../world.ts'

const real = globalThis.Atomics

export const performance = { now: () => theWorld().elapsedMs() }
export const setTimeout = (act: () => void, ms: number) => theWorld().living().startTimer(act, ms, false)
export const setInterval = (act: () => void, ms: number) => theWorld().living().startTimer(act, ms, true)
export const clearTimeout = (timer: { stop(): void } | null | undefined) => timer?.stop()
export const clearInterval = clearTimeout
export const setImmediate = (act: () => void) => theWorld().living().turn('immediate', act)

/** A thread that waits for others while nothing of theirs is under way waits in vain. */
export const Atomics = {
  load: (array: Int32Array, at: number) => real.load(array, at),
  add: (array: Int32Array, at: number, value: number) => real.add(array, at, value),
  notify: (array: Int32Array, at: number) => real.notify(array, at),
  wait(_array: Int32Array, _at: number, _seen: number, ms: number): 'timed-out' {
    theWorld().pass(ms)
    return 'timed-out'
  },
}
