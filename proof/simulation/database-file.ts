import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

/** A statement that changed something, to be done again where a database is put together anew. */
export interface Change {
  readonly sql: string
  readonly values: readonly unknown[] | null
}

/**
 * A database as its disk has it. SQLite runs in memory; that a transaction is on the disk whole
 * or not at all is taken for granted here, and proven where SQLite's own writes are replayed.
 */
export interface DatabaseFile {
  readonly name: string
  /** Held for as long as the disk lives: a shared database in memory ends with its last connection. */
  keeper: DatabaseSync
  readonly connections: Set<DatabaseSync>
  readonly commits: (readonly Change[])[]
  /** What has been done in the transaction that is open. */
  pending: Change[]
  /** Of the commits, how many a power cut cannot take away. */
  durable: number
  journalMode: string
}

let count = 0

/** A new and empty one, under its path on a disk. */
export function makeDatabaseFile(databases: Map<string, DatabaseFile>, path: string): DatabaseFile {
  const name = `simulation-${++count}`
  const keeper = new DatabaseSync(uriOf(name))
  const file: DatabaseFile = { name, keeper, connections: new Set(), commits: [], pending: [], durable: 0, journalMode: 'delete' }
  databases.set(path, file)
  return file
}

/** Put a database together again from the commits that a power cut has left. */
export function rebuildDatabase(file: DatabaseFile): void {
  file.keeper.close()
  file.keeper = new DatabaseSync(uriOf(file.name))
  for (const { sql, values } of file.commits.flat()) {
    if (values === null) file.keeper.exec(sql)
    else file.keeper.prepare(sql).run(...(values as SQLInputValue[]))
  }
}

export function uriOf(name: string): string {
  return `file:${name}?mode=memory&cache=shared`
}
