// Stands in for `node:sqlite` in the shipped modules: SQLite itself, in memory, on the virtual disk.
import { DatabaseSync as Real, type SQLInputValue, type StatementSync as RealStatement } from 'node:sqlite'
import { type Change, type DatabaseFile, makeDatabaseFile, uriOf } from '../database-file.ts'
import { theWorld } from '../world.ts'

/** What SQLite calls FULL: a commit is flushed before it returns. */
const FULL = 2

export class DatabaseSync {
  readonly #file: DatabaseFile
  readonly #real: Real
  #synchronous = FULL

  constructor(path: string, options: { readonly readOnly?: boolean; readonly timeout?: number; readonly defensive?: boolean } = {}) {
    const world = theWorld()
    world.living()
    this.#file = world.disk.databases.get(path) ?? world.disk.act(() => makeDatabaseFile(world.disk.databases, path))
    this.#real = new Real(uriOf(this.#file.name), options)
    this.#file.connections.add(this.#real)
  }

  get isTransaction(): boolean {
    return this.#real.isOpen && this.#real.isTransaction
  }

  exec(sql: string): void {
    theWorld().living()
    const [, name, value] = /^PRAGMA (\w+) = (\w+)$/.exec(sql) ?? []
    if (name === 'journal_mode') this.#file.journalMode = value as string
    else if (name !== undefined) {
      if (name === 'synchronous') this.#synchronous = Number(value)
      this.#real.exec(sql)
    } else if (sql === 'ROLLBACK') {
      this.#file.pending = []
      this.#real.exec(sql)
    } else if (sql.startsWith('BEGIN')) this.#real.exec(sql)
    else if (sql.startsWith('PRAGMA wal_checkpoint')) this.#checkpoint()
    else if (sql.endsWith('COMMIT')) {
      if (sql !== 'COMMIT') this.#file.pending.push({ sql: sql.replace(/; COMMIT$/, ''), values: null })
      this.#commit(() => this.#real.exec(sql))
    } else this.#change({ sql, values: null }, () => this.#real.exec(sql))
  }

  prepare(sql: string): StatementSync {
    theWorld().living()
    if (sql === 'PRAGMA journal_mode') return { get: () => ({ journal_mode: this.#file.journalMode }) } as unknown as StatementSync
    if (sql.startsWith('PRAGMA wal_checkpoint')) return this.#prepareCheckpoint(sql) as unknown as StatementSync
    return new StatementSync(this.#real.prepare(sql), (values, act) => {
      if (sql === 'BEGIN') return act()
      return sql === 'COMMIT' ? this.#commit(act) : this.#change({ sql, values }, act)
    })
  }

  close(): void {
    theWorld().living()
    this.#file.connections.delete(this.#real)
    this.#real.close()
  }

  #checkpoint(): void {
    theWorld().disk.act(() => (this.#file.durable = this.#file.commits.length))
  }

  /** The virtual log never grows long, and nobody else reads it. */
  #prepareCheckpoint(sql: string): { get(): { readonly busy: number; readonly log: number; readonly checkpointed: number } } {
    return {
      get: () => {
        theWorld().living()
        if (!sql.includes('NOOP')) this.#checkpoint()
        return { busy: 0, log: 0, checkpointed: 0 }
      },
    }
  }

  /** A change outside a transaction is one of its own. */
  #change<Result>(change: Change, act: () => Result): Result {
    theWorld().living()
    this.#file.pending.push(change)
    return this.#real.isTransaction ? act() : this.#commit(act)
  }

  #commit<Result>(act: () => Result): Result {
    theWorld().living()
    return theWorld().disk.act(() => {
      const result = act()
      this.#file.commits.push(this.#file.pending)
      this.#file.pending = []
      if (this.#synchronous >= FULL) this.#file.durable = this.#file.commits.length
      return result
    })
  }
}

export class StatementSync {
  readonly #real: RealStatement
  readonly #run: <Result>(values: readonly SQLInputValue[], act: () => Result) => Result

  constructor(real: RealStatement, run: <Result>(values: readonly SQLInputValue[], act: () => Result) => Result) {
    this.#real = real
    this.#run = run
  }

  setReturnArrays(isWanted: boolean): void {
    this.#real.setReturnArrays(isWanted)
  }

  run(...values: SQLInputValue[]) {
    return this.#run(values, () => this.#real.run(...values))
  }

  get(...values: SQLInputValue[]) {
    theWorld().living()
    return this.#real.get(...values)
  }

  all(...values: SQLInputValue[]) {
    theWorld().living()
    return this.#real.all(...values)
  }

  iterate(...values: SQLInputValue[]) {
    theWorld().living()
    return this.#real.iterate(...values)
  }
}
