import type { Patch } from '../mutate.ts'

const FILE = 'packages/server/src/secrets/database.ts'

/** Settings that SQLite is often run with, in place of ours; and a start that makes a directory and leaves it at that. */
export const BROKEN_SETTINGS: readonly { readonly what: string; readonly patches: readonly Patch[] }[] = [
  {
    what: 'journal_mode=DELETE with synchronous=FULL',
    patches: [{ file: FILE, from: "['journal_mode', 'wal']", to: "['journal_mode', 'delete']" }],
  },
  {
    what: 'journal_mode=WAL with synchronous=NORMAL',
    patches: [{ file: FILE, from: "['synchronous', 2]", to: "['synchronous', 1]" }],
  },
  {
    what: 'a data directory whose own name is not flushed',
    patches: [{ file: 'packages/server/src/data-directory.ts', from: ' syncDirectory(dirname(made))', to: ' dirname(made)' }],
  },
]

/** What a control must show: answers that the power has taken back. Other faults do not count. */
export const TAKEN_BACK: readonly string[] = ['lost', 'revived', 'opened by two', 'untrue']

export function countTakenBack(kinds: Readonly<Record<string, number>>): number {
  return TAKEN_BACK.reduce((sum, kind) => sum + (kinds[kind] ?? 0), 0)
}
