import type { DatabaseSync } from 'node:sqlite'
import { BUSY_MS } from './database.ts'

/** The pages of the database, and of its write-ahead log. */
export interface DatabasePages {
  /** Bytes of pages that the database has emptied, and uses before it grows. */
  countReusableBytes(): number
  countLogPages(): number
  /** Bring what the log holds into the database, as far as nobody reads it. */
  checkpoint(): void
  /** Checkpoint the log and cut it to nothing; `false` if a reader from outside still needs it. */
  truncateLog(): boolean
}

export function preparePages(database: DatabaseSync): DatabasePages {
  const countEmpty = database.prepare('PRAGMA freelist_count')
  const pageSize = database.prepare('PRAGMA page_size')
  const readLog = database.prepare('PRAGMA wal_checkpoint(NOOP)')
  const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  const truncateLog = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)')
  return {
    countReusableBytes: () => Number(countEmpty.get()?.['freelist_count']) * Number(pageSize.get()?.['page_size']),
    countLogPages: () => Number(readLog.get()?.['log']),
    checkpoint: () => void checkpoint.get(),
    truncateLog() {
      // Whoever reads for long is not waited for: everybody else would wait as well.
      database.exec('PRAGMA busy_timeout = 0')
      try {
        return truncateLog.get()?.['busy'] === 0
      } finally {
        database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
      }
    },
  }
}
