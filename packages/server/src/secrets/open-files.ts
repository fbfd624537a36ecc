import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { tagAsCache } from '../vault/cache-tag.ts'
import { type SlotFile, openSlotFile } from '../vault/slot-file.ts'
import { type Witness, openWitness } from '../vault/witness.ts'
import { type Ballast, openBallast } from './ballast.ts'
import { openDatabase, refuseNewer } from './database.ts'
import type { EngineOptions } from './engine-port.ts'
import { openLogIndex } from './log-index.ts'
import { preparePages } from './pages.ts'
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
  /** Close all of them. */
  close(): void
}

export function openFiles(options: EngineOptions): Files {
  const vaultDirectory = join(options.directory, 'vault')
  const databasePath = join(options.directory, 'secrets.db')
  refuseNewer(databasePath)
  tagAsCache(vaultDirectory)
  const vault = openSlotFile(join(vaultDirectory, 'shares'))
  const witness = openWitness(join(vaultDirectory, 'witness'))
  const database = openDatabase(databasePath)
  const logIndex = openLogIndex(`${databasePath}-shm`)
  const rows = prepareRows(database)
  const pages = preparePages(database)
  const ballast = openBallast(join(options.directory, 'ballast'), sizeBallast(options.freeBytesMin))
  ballast.restore()
  const spare = spareRoom(ballast, pages, logIndex, `${databasePath}-wal`)
  const room = watchRoom(options, { ballastBytes: () => ballast.bytes(), reusableBytes: () => pages.countReusableBytes() })
  const close = () => {
    for (const file of [database, vault, witness, ballast, logIndex]) file.close()
  }
  return { databasePath, database, rows, vault, witness, ballast, spare, room, close }
}
