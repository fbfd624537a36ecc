import type { Operation } from './message.ts'

/** What the engine is given at its start. */
export interface EngineOptions {
  readonly directory: string
  /** The wall clock at the start, for what recovery ends. */
  readonly startMs: number
  readonly acceptRestore: number | null
  readonly acceptClock: number | null
  readonly storedBytesMax: number
  readonly freeBytesMin: number
  readonly warnings: readonly string[]
}

/** What became of the start. */
export interface Started {
  /** The last time that was durably seen, in ms; `null` in a new directory. SPEC §6.11. */
  readonly floorMs: number | null
  readonly fencedGeneration: number | null
}

/** The embedded store, in the one thread that owns its files. */
export interface Engine {
  readonly started: Started
  /** Carry out calls that came together: one durable commit, then one durable vault, then the answers. */
  run(operations: readonly Operation[]): readonly unknown[]
  /** Move generation and witness on, and take ended bytes out of the write-ahead log. */
  settle(): void
  /** Whether something has happened that {@link settle} must follow. */
  isUnsettled(): boolean
  close(): void
}
