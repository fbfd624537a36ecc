import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type SlotFile, openSlotFile } from '../vault/slot-file.ts'
import { type Witness, openWitness } from '../vault/witness.ts'
import { type Ballast, openBallast } from './ballast.ts'
import { openDatabase } from './database.ts'
import type { EngineOptions } from './engine-port.ts'
import { type Room, sizeBallast, watchRoom } from './room.ts'
import { type Rows, prepareRows } from './rows.ts'
import { type Spare, spareRoom } from './spare.ts'

/** What an engine owns, and how much room there is for it. */
export interface Files {
  readonly databasePath: string
  readonly database: DatabaseSync
  readonly rows: Rows
  readonly vault: SlotFile
  readonly witness: Witness
  readonly ballast: Ballast
  readonly spare: Spare
  readonly room: Room
}

export function openFiles(options: EngineOptions): Files {
  const vaultDirectory = join(options.directory, 'vault')
  const databasePath = join(options.directory, 'secrets.db')
  const cacheTag = join(vaultDirectory, 'CACHEDIR.TAG')
  if (!existsSync(cacheTag)) writeFileSync(cacheTag, CACHE_TAG, { mode: 0o600 })
  const vault = openSlotFile(join(vaultDirectory, 'shares'))
  const witness = openWitness(join(vaultDirectory, 'witness'))
  const database = openDatabase(databasePath)
  const rows = prepareRows(database)
  const ballast = openBallast(join(options.directory, 'ballast'), sizeBallast(options.freeBytesMin))
  const spare = spareRoom(ballast, rows, `${databasePath}-wal`)
  const room = watchRoom(options, { ballastBytes: () => ballast.bytes(), reusableBytes: () => rows.countReusableBytes() })
  return { databasePath, database, rows, vault, witness, ballast, spare, room }
}

/** Asks backup programs to leave the vault out: https://bford.info/cachedir/. SPEC §9.1. */
const CACHE_TAG = `Signature: 8a477f597d28d172789f06886806bc55
# Letterlock's vault. Never back it up: a share that is kept is a secret that can be read again.
`
