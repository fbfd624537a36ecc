import type { Patch } from '../mutate.ts'

const ENGINE = 'packages/server/src/secrets/engine.ts'
const ROWS = 'packages/server/src/secrets/rows.ts'
const SPARE = 'packages/server/src/secrets/spare.ts'

/** A store that answers a batch first, and commits it with the fifteen that come next. */
export const ANSWERS_FIRST: readonly Patch[] = [
  { file: ROWS, from: 'begin: () => void run.begin.run(),', to: 'begin: () => void (database.isTransaction || run.begin.run()),' },
  {
    file: ROWS,
    from: 'export function prepareRows(database: DatabaseSync): Rows {',
    to: 'export function prepareRows(database: DatabaseSync): Rows {\n  let batches = 0',
  },
  {
    file: ROWS,
    from: 'commit: () => void run.commit.run(),',
    to: 'commit: () => void (++batches % 16 === 0 && run.commit.run()),',
  },
  {
    file: ENGINE,
    from: '    this.#hasEnded = !this.#spare.truncateLog()',
    to: "    if (this.#files.database.isTransaction) this.#files.database.exec('COMMIT')\n    this.#hasEnded = !this.#spare.truncateLog()",
  },
  // No log can be looked at while a transaction is open.
  { file: SPARE, from: 'if (pages.countLogPages() >= logPagesMax)', to: 'if (logPagesMax < 0)' },
  { file: SPARE, from: 'logIndex.cover(pages.countLogPages() + changes * CHANGE_PAGES_MAX)', to: '{}' },
]

/** A store that begins every start with what has been claimed, and not yet confirmed, waiting again. */
export const LEASES_REOPEN: readonly Patch[] = [
  {
    file: 'packages/server/src/secrets/life.ts',
    from: "  if (life.state === 'claimed') return share.isHere ? life : end(life, 'opened', ms)",
    to: "  if (life.state === 'claimed') return share.isHere ? { ...life, state: 'sealed', claimedAtMs: null, leaseUntilMs: null } : end(life, 'opened', ms)",
  },
  {
    file: 'packages/server/src/secrets/life.ts',
    from: "    if (evidence.wasReleased) return told('gone', end(life, 'opened', ms))\n",
    to: '',
  },
]
