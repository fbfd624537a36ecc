import { isOutOfRoom } from './ballast.ts'
import type { Engine, Started } from './engine-port.ts'
import type { Operation } from './message.ts'
import type { Files } from './open-files.ts'
import { SWEEP_ROWS_MAX } from './store.ts'

/** An engine that gives up where the disk has no room: what it throws then has changed nothing. */
export interface Attempts {
  readonly started: Started
  /** Secrets that a sweep takes at most. */
  sweepRowsMax: number
  attempt(operations: readonly Operation[]): readonly unknown[]
  settle(): void
  isUnsettled(): boolean
  close(): void
}

const UNAVAILABLE = { outcome: 'unavailable' } as const

/**
 * Go on opening and erasing when the disk is full, on what the ballast gives: new secrets are
 * refused, and whatever came together is done one by one, as little at a time as need be. When
 * the ballast is spent as well, calls are unavailable until there is room again. SPEC §9.6.
 */
export function goOnWhenFull(engine: Attempts, { ballast, spare, room }: Pick<Files, 'ballast' | 'spare' | 'room'>): Engine {
  const restore = () => {
    ballast.restore()
    if (ballast.isWhole()) engine.sweepRowsMax = SWEEP_ROWS_MAX
  }
  const runAlone = (operation: Operation): unknown => {
    for (;;) {
      try {
        return engine.attempt([operation])[0]
      } catch (error) {
        if (!isOutOfRoom(error)) throw error
        // The ballast is not for new secrets.
        if (operation.op === 'create') return { outcome: 'full' }
        if (spare.cutLog()) continue
        if (operation.op === 'sweep' && engine.sweepRowsMax > 1) engine.sweepRowsMax = Math.ceil(engine.sweepRowsMax / 2)
        else if (!spare.makeRoom()) return UNAVAILABLE
      }
    }
  }
  return {
    started: engine.started,
    run(operations) {
      if (operations.some(({ op }) => op === 'sweep')) restore()
      try {
        return engine.attempt(operations)
      } catch (error) {
        if (!isOutOfRoom(error)) throw error
        room.fill()
        return operations.map(runAlone)
      }
    },
    settle() {
      try {
        engine.settle()
      } catch (error) {
        // It stays unsettled, and is tried again behind the next calls.
        if (!isOutOfRoom(error)) throw error
      }
      restore()
    },
    isUnsettled: () => engine.isUnsettled(),
    close() {
      engine.close()
    },
  }
}
