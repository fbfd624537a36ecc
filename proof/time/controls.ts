import type { Patch } from '../mutate.ts'

/** A server that takes whatever its clock says for the time. */
export const BELIEVES: readonly Patch[] = [
  {
    file: 'packages/server/src/secrets/clock.ts',
    from: 'const elapsedMs = sources.elapsedMs()\n      const wallMs = sources.wallMs()',
    to: 'return { ms: Math.floor(sources.wallMs()), doubt: null }\n      const elapsedMs = sources.elapsedMs()\n      const wallMs = sources.wallMs()',
  },
]

/** A server that does nothing when its operator says that the clock was wrong. */
export const IGNORES: readonly Patch[] = [
  {
    file: 'packages/server/src/secrets/engine.ts',
    from: 'const isPoisoned = options.acceptClock !== null && ',
    to: 'const isPoisoned = false && ',
  },
]

/** A server that lowers what it has seen for any time that it is given, and so for the same one again and again. */
export const OBEYS: readonly Patch[] = [
  {
    file: 'packages/server/src/secrets/engine.ts',
    from: 'const isPoisoned = options.acceptClock !== null && options.acceptClock === floorMs',
    to: 'const isPoisoned = options.acceptClock !== null',
  },
]

/** Ten minutes of doubt made fifteen seconds, so that a test can see their end. Nothing else of the server is changed. */
export const SHORT_DOUBT: readonly Patch[] = [
  { file: 'packages/server/src/secrets/clock.ts', from: 'export const STEP_HELD_MS = 600_000', to: 'export const STEP_HELD_MS = 15_000' },
]
