// Stands in for `node:fs` in the shipped modules: every path leads to the virtual disk.
import { theWorld } from '../world.ts'
import type { File, Opened } from '../disk.ts'

export const constants = { O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, COPYFILE_FICLONE: 2, R_OK: 4, W_OK: 2 } as const

/** Open files of a process, by number. A dead process has none. */
function opened(number: number): Opened {
  const found = theWorld().living().files.get(number)
  if (found === undefined) throw new TypeError(`no file ${number} is open`)
  return found
}

function fileOf(number: number): File {
  const found = opened(number)
  if (!('file' in found)) throw new TypeError('a directory is no file')
  return found.file
}

export function openSync(path: string, flags: number): number {
  const world = theWorld()
  const { files } = world.living()
  const number = files.size + 3
  const { disk } = world
  const isDirectory =
    flags === constants.O_RDONLY && [...disk.files.keys(), ...disk.databases.keys()].some((name) => name.startsWith(`${path}/`))
  files.set(number, isDirectory ? { directory: path } : { file: disk.open(path, (flags & constants.O_CREAT) !== 0) })
  return number
}

export function closeSync(number: number): void {
  opened(number)
}

export function fstatSync(number: number): { readonly size: number } {
  return { size: fileOf(number).live.length }
}

/** A database has a log from its first byte on: what it holds is read through SQLite alone. */
export function statSync(path: string): { readonly size: number } | undefined {
  const { disk } = theWorld()
  if (path.endsWith('-wal') && disk.databases.has(path.slice(0, -'-wal'.length))) return { size: 1 }
  const file = disk.files.get(path)
  return file === undefined ? undefined : { size: file.live.length }
}

export function readSync(number: number, bytes: Uint8Array, offset: number, length: number, position: number): number {
  const part = fileOf(number).live.subarray(position, position + length)
  bytes.set(part, offset)
  return part.length
}

export function writeSync(number: number, bytes: Uint8Array, offset: number, length: number, position: number): number {
  theWorld().disk.write(fileOf(number), bytes.subarray(offset, offset + length), position)
  return length
}

export function ftruncateSync(number: number, size: number): void {
  if (size !== fileOf(number).live.length) throw new TypeError('a file that is cut was not expected')
}

export function fdatasyncSync(number: number): void {
  theWorld().disk.flush(fileOf(number))
}

export function fsyncSync(number: number): void {
  const found = opened(number)
  if ('file' in found) theWorld().disk.flush(found.file)
  else theWorld().disk.flushNames(found.directory)
}

/** Whoever lives here may read and write everything. */
export function accessSync(): void {}

export function existsSync(path: string): boolean {
  const { disk } = theWorld()
  return disk.files.has(path) || disk.databases.has(path)
}

export function writeFileSync(path: string, text: string): void {
  const { disk } = theWorld()
  disk.write(disk.open(path, true), new TextEncoder().encode(text), 0)
}

export function rmSync(path: string): void {
  const { disk } = theWorld()
  if (disk.files.has(path)) disk.act(() => disk.files.delete(path))
}

export function statfsSync(): { readonly bavail: number; readonly bsize: number } {
  return { bavail: 1e6, bsize: 4096 }
}

/** Nothing is migrated from an older version here. */
export function copyFileSync(path: string): never {
  throw new TypeError(`a copy of ${path} was not expected`)
}

export function renameSync(path: string): never {
  throw new TypeError(`a new name for ${path} was not expected`)
}
