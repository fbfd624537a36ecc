import type { Patch } from '../mutate.ts'
import { FORGOTTEN } from './vault.ts'

/** A server that does not keep what it has answered. */
export interface BrokenServer {
  readonly what: string
  readonly patches: readonly Patch[]
  /** What must be found in it: of each of these lists, something. Other faults do not count. */
  readonly shows: readonly (readonly string[])[]
  /** Whether the vault alone shows it, without any recovery. */
  readonly isVaultEnough: boolean
}

const DATABASE = 'packages/server/src/secrets/database.ts'
const DIRECTORY = 'packages/server/src/data-directory.ts'
const ENGINE = 'packages/server/src/secrets/engine.ts'

/** Answers that the power has taken back. */
const TAKEN_BACK: readonly string[] = ['lost', 'revived', 'opened by two', 'untrue']

const TRUSTS: Patch = { file: DIRECTORY, from: 'return flushFound(above)', to: 'return' }

/**
 * Settings that SQLite is often run with, in place of ours; a start that makes a directory and
 * leaves it at that; and a store that answers before its vault is flushed.
 */
export const BROKEN_SERVERS: readonly BrokenServer[] = [
  {
    what: 'journal_mode=DELETE with synchronous=FULL',
    patches: [{ file: DATABASE, from: "['journal_mode', 'wal']", to: "['journal_mode', 'delete']" }],
    shows: [TAKEN_BACK],
    isVaultEnough: false,
  },
  {
    what: 'journal_mode=WAL with synchronous=NORMAL',
    patches: [{ file: DATABASE, from: "['synchronous', 2]", to: "['synchronous', 1]" }],
    shows: [TAKEN_BACK],
    isVaultEnough: false,
  },
  {
    what: 'a data directory whose own name is not flushed',
    // Whether it has just been made or was found: making the vault finds it again.
    patches: [{ file: DIRECTORY, from: 'mode: 0o700 })\n  syncDirectory(above)\n', to: 'mode: 0o700 })\n' }, TRUSTS],
    shows: [TAKEN_BACK],
    isVaultEnough: false,
  },
  {
    what: 'a vault that is not flushed before the answer',
    patches: [{ file: ENGINE, from: '    })\n    this.#vault.sync()', to: '    })' }],
    shows: Object.values(FORGOTTEN).map((one) => [one]),
    isVaultEnough: true,
  },
]

/** Shows itself where an earlier start was killed. */
export const TRUSTING: BrokenServer = {
  what: 'a start that takes the name of a directory that it finds for flushed',
  patches: [TRUSTS],
  shows: [TAKEN_BACK],
  isVaultEnough: false,
}

/** Whether a control has shown all that it must. */
export function isCaught({ shows }: BrokenServer, kinds: Readonly<Record<string, number>>): boolean {
  return shows.every((some) => some.some((kind) => (kinds[kind] ?? 0) > 0))
}
