import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeRoomToStart } from './secrets/ballast.ts'
import { StartError } from './secrets/database.ts'
import { syncDirectory } from './vault/slot-file.ts'

/** A data directory that this process, and no other, may use. */
export interface DataDirectory {
  readonly path: string
  /** Codes of what holds less than promised here. SPEC §7.13. */
  readonly warnings: readonly string[]
  release(): void
}

/** The file system under a directory: its magic number, as `statfs(2)` gives it. */
export type ReadFileSystem = (path: string) => number

/** File systems over a network, whose locks and flushes cannot be relied on; from linux/magic.h. */
const NETWORK_FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB2',
  0x01021997: '9P',
  0x00c36400: 'Ceph',
  0x5346414f: 'AFS',
  0x6b414653: 'AFS',
  0x0bd00bd0: 'Lustre',
  0x01161970: 'GFS2',
  0x7461636f: 'OCFS2',
  0x786f4256: 'a shared folder of VirtualBox',
}

/** File systems that never write in place, so that an erased share stays on the disk for a while. */
const COPY_ON_WRITE_FILE_SYSTEMS: readonly number[] = [0x9123683e, 0x2fc12fc1, 0x794c7630, 0xca451a4e]

/** File systems that are gone with the power: tmpfs and ramfs. */
const MEMORY_FILE_SYSTEMS: readonly number[] = [0x01021994, 0x858458f6]

/** Bytes that a start writes to see whether it can. */
const PROBE_BYTES = 64 * 1024

/**
 * Take a data directory: make it if need be, lock it, and see whether it will do. SPEC §9.1, §9.5.
 *
 * The lock is one of SQLite's on a file of its own: the operating system drops it with the
 * process, however that ends.
 *
 * @throws StartError with one sentence that names the setting.
 */
export function takeDataDirectory(given: string, readFileSystem: ReadFileSystem = (path) => statfsSync(path).type): DataDirectory {
  const path = resolve(given)
  explain(path, () => makeDurably(path))
  if (process.platform !== 'win32') explain(path, () => refuseForeign(path))
  explain(path, () => refuseLinks(path))
  // The vault may be a disk of its own.
  const places = [path, join(path, 'vault')].filter(existsSync)
  const fileSystems = places.map((place) => ({ place, type: readFileSystem(place) }))
  for (const { place, type } of fileSystems) refuseNetwork(place, type)
  const lock = takeLock(path)
  try {
    explain(path, () => makeDurably(join(path, 'vault')))
    if (process.platform !== 'win32') explain(path, () => restrict(path))
    explain(path, () => makeRoomToStart(path, join(path, 'ballast')))
    probe(path)
  } catch (error) {
    lock.close()
    throw error
  }
  const liesOn = (types: readonly number[]) => fileSystems.some(({ type }) => types.includes(type))
  const warnings = [...(liesOn(COPY_ON_WRITE_FILE_SYSTEMS) ? ['copy_on_write'] : []), ...(liesOn(MEMORY_FILE_SYSTEMS) ? ['in_memory'] : [])]
  return { path, warnings, release: () => lock.close() }
}

/**
 * Make a directory, and those above it, unless they are there; what was made is still there after
 * a power cut. A start that was killed between the two may have made it and not flushed its name,
 * so that is done for one that was found, too.
 */
function makeDurably(path: string): void {
  const above = dirname(path)
  if (existsSync(path)) return flushFound(above)
  if (above !== path) makeDurably(above)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  syncDirectory(above)
}

/** Why a directory cannot be flushed that others made: it may not be read or written, or its file system knows no flush. */
const UNFLUSHABLE: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'EINVAL']

/** Flush the names in a directory that may be anybody's: that it cannot be flushed is no reason to refuse what lies in it. */
function flushFound(path: string): void {
  try {
    syncDirectory(path)
  } catch (error) {
    if (!UNFLUSHABLE.includes((error as NodeJS.ErrnoException).code)) throw error
  }
}

function takeLock(path: string): DatabaseSync {
  return explain(path, () => {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    const lock = new DatabaseSync(join(path, 'lock'), { timeout: 0 })
    try {
      // SQLite locks a file that it may not write for readers only, of whom there may be many: it must write, and never commits.
      lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; PRAGMA user_version = 1')
      return lock
    } catch (error) {
      lock.close()
      const isBusy = (error as { errcode?: number }).errcode === 5
      throw isBusy
        ? new StartError(
            `The data directory ${path} is in use by another Letterlock; stop that one, or set LETTERLOCK_DATA_DIR to another directory.`,
          )
        : error
    }
  })
}

/** What a data directory of ours may hold, besides what a disk's own root has. */
const OURS = /^(?:lock.*|vault|secrets\.db.*|ballast|lost\+found)$/
const OURS_IN_VAULT = /^(?:shares|witness|probe|CACHEDIR\.TAG)$/

/** A directory that others may read and that holds more than ours is somebody's: nothing in it is touched. */
function refuseForeign(path: string): void {
  if ((statSync(path).mode & 0o077) === 0 || readdirSync(path).every((name) => OURS.test(name))) return
  throw new StartError(
    `The data directory ${path} is open to other users and holds files that are not Letterlock's; set LETTERLOCK_DATA_DIR to a directory of its own.`,
  )
}

function refuseNetwork(place: string, fileSystem: number): void {
  const network = NETWORK_FILE_SYSTEMS[fileSystem]
  if (network === undefined) return
  throw new StartError(
    `The data directory ${place} lies on a network (${network}), where locks and flushes cannot be relied on; set LETTERLOCK_DATA_DIR to a local disk.`,
  )
}

/** A file of ours that lies elsewhere may be open to others there, be backed up, or not be erased in place. */
function refuseLinks(path: string): void {
  for (const [directory, names] of listOurs(path)) {
    const link = existsSync(directory)
      ? readdirSync(directory).find((name) => names.test(name) && isFileLink(join(directory, name)))
      : undefined
    if (link === undefined) continue
    throw new StartError(
      `The data directory ${path} holds a link to a file of somewhere else (${join(directory, link)}); put the file itself there, or set LETTERLOCK_DATA_DIR to another directory.`,
    )
  }
}

/** The vault may be a link to a directory, such as one that no backup takes; a file may not. */
function isFileLink(path: string): boolean {
  return (
    lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true &&
    statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true
  )
}

function listOurs(path: string) {
  return [
    [path, OURS],
    [join(path, 'vault'), OURS_IN_VAULT],
  ] as const
}

/** Directories 0700, files 0600, as far as they are ours. */
function restrict(path: string): void {
  for (const [directory, names] of listOurs(path)) {
    if ((statSync(directory).mode & 0o077) !== 0) chmodSync(directory, 0o700)
    for (const name of readdirSync(directory).filter((entry) => names.test(entry))) {
      const file = lstatSync(join(directory, name))
      if (file.isFile() && (file.mode & 0o077) !== 0) chmodSync(join(directory, name), 0o600)
    }
  }
}

function probe(path: string): void {
  const file = join(path, 'vault', 'probe')
  explain(path, () => {
    try {
      const opened = openSync(file, 'w', 0o600)
      try {
        writeSync(opened, new Uint8Array(PROBE_BYTES))
        fsyncSync(opened)
      } finally {
        closeSync(opened)
      }
    } finally {
      rmSync(file, { force: true })
    }
  })
}

/** Turn an error of the disk into a sentence for the operator. */
function explain<Result>(path: string, act: () => Result): Result {
  try {
    return act()
  } catch (error) {
    if (error instanceof StartError || !(error instanceof Error) || !('code' in error)) throw error
    const { code, syscall, errcode, message } = error as { code?: string; syscall?: string; errcode?: number; message: string }
    if (code === 'ENOSPC' || code === 'EDQUOT' || errcode === 13) {
      throw new StartError(`The data directory ${path} is full; free some space, or set LETTERLOCK_DATA_DIR to another disk.`, {
        cause: error,
      })
    }
    if (code === 'EPERM' && syscall === 'chmod') {
      throw new StartError(
        `The data directory ${path} is open to other users and belongs to another one; give it to the user that Letterlock runs as, or set LETTERLOCK_DATA_DIR to another directory.`,
        { cause: error },
      )
    }
    throw new StartError(
      `The data directory ${path} cannot be written (${code ?? message}); make it writable, or set LETTERLOCK_DATA_DIR to another directory.`,
      {
        cause: error,
      },
    )
  }
}
