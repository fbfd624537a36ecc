import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { syncDirectory } from '../vault/slot-file.ts'
import { MIGRATIONS, type Migration } from './schema.ts'

/** Why a start is refused, in one sentence that says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** How long to wait for somebody else who uses the database, in ms. */
export const BUSY_MS = 2000

/** The header of a database file, and where `user_version` stands in it: https://sqlite.org/fileformat.html */
const HEADER_BYTES = 100
const MAGIC = 'SQLite format 3\0'
const VERSION_AT = 60

/** What must hold at every open, and would lose or keep what we promise otherwise. SPEC §9.2. */
const PRAGMAS = [
  ['journal_mode', 'wal'],
  ['synchronous', 2],
  ['secure_delete', 1],
  ['temp_store', 2],
  ['cell_size_check', 1],
  ['trusted_schema', 0],
  // SQLite passes over errors of the checkpoints that it makes by itself; we make them, and do not.
  ['wal_autocheckpoint', 0],
] as const

/**
 * Open the database, bring it to this version, and make sure of the settings that its
 * promises rest on. SPEC §9.2. Whoever opens what others may have left asks {@link refuseNewer} first.
 *
 * @throws StartError if it is of a newer version, damaged, or does not take a setting.
 */
export function openDatabase(path: string, migrations: readonly Migration[] = MIGRATIONS): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS, defensive: true })
  try {
    for (const [name, wanted] of PRAGMAS) {
      database.exec(`PRAGMA ${name} = ${wanted}`)
      const found = readPragma(database, name)
      if (found !== wanted)
        throw new StartError(
          `The database does not take ${name} = ${wanted} (it says ${String(found)}); is its disk one that SQLite can use?`,
        )
    }
    migrate(database, path, migrations)
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

/** A start went well: what a migration kept for the way back is no longer needed. SPEC §9.2. */
export function forgetCopies(path: string, migrations: readonly Migration[] = MIGRATIONS): void {
  for (let version = 2; version <= migrations.length; version++) rmSync(copyPath(path, version), { force: true })
}

export function readPragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
}

/**
 * Look at the version without changing a byte, its log included: a newer one is left to whom it belongs.
 *
 * @throws StartError if it is newer.
 */
export function refuseNewer(path: string): void {
  if (!existsSync(path)) return
  // SQLite would open it for reading alone, and make a log that nobody may write.
  accessSync(path, constants.R_OK | constants.W_OK)
  mustKnow(readVersion(path), MIGRATIONS.length)
}

function mustKnow(version: number, known: number): void {
  if (version <= known) return
  throw new StartError(
    `The database was made by a newer Letterlock (its version is ${version}, this one knows ${known}); start that one, or set LETTERLOCK_DATA_DIR to another directory.`,
  )
}

/**
 * Without a log, the file's own header says it: SQLite would make a log to read it. Beside a rollback
 * journal too, which whoever may not write cannot carry out: a disk that does not keep the order of
 * names can have both of them, from when the database was made.
 */
function readVersion(path: string): number {
  const hasLog = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
  if (!hasLog || existsSync(`${path}-journal`)) return readHeaderVersion(path)
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
  try {
    return Number(readPragma(database, 'user_version'))
  } finally {
    database.close()
  }
}

/** What is no database has no version; SQLite will say so. */
function readHeaderVersion(path: string): number {
  const header = Buffer.alloc(HEADER_BYTES)
  const file = openSync(path, constants.O_RDONLY)
  try {
    const bytes = readSync(file, header, 0, HEADER_BYTES, 0)
    return bytes === HEADER_BYTES && header.toString('latin1', 0, MAGIC.length) === MAGIC ? header.readUInt32BE(VERSION_AT) : 0
  } finally {
    closeSync(file)
  }
}

/** Run what is missing in one transaction, after a copy of the whole. One that fails is undone when the database is closed. */
function migrate(database: DatabaseSync, path: string, migrations: readonly Migration[]): void {
  const version = Number(readPragma(database, 'user_version'))
  mustKnow(version, migrations.length)
  if (version === migrations.length) return
  if (version > 0) keepCopy(database, path, migrations.length)
  database.exec('BEGIN EXCLUSIVE')
  for (const migration of migrations.slice(version)) migration(database)
  database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`)
}

function keepCopy(database: DatabaseSync, path: string, version: number): void {
  const copy = copyPath(path, version)
  if (database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] !== 0) {
    throw new StartError(
      'The database is to be migrated and must be copied before, but somebody else reads it, a backup say; wait until that is done, and start again.',
    )
  }
  copyFileSync(path, `${copy}.part`, constants.COPYFILE_FICLONE)
  const file = openSync(`${copy}.part`, constants.O_RDWR)
  fsyncSync(file)
  closeSync(file)
  renameSync(`${copy}.part`, copy)
  syncDirectory(dirname(path))
}

/** @param version - the one that is migrated to. */
function copyPath(path: string, version: number): string {
  return `${path}.before-v${version}`
}
