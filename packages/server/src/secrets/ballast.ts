import { randomFillSync } from 'node:crypto'
import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, statfsSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Bytes of a whole ballast, unless the margin is small. Half of it is enough for the database to
 * take in all that the write-ahead log holds before it is checkpointed, which is some 4 MiB.
 */
export const BALLAST_BYTES = 8 * 1024 ** 2

/** Bytes that are given up, and taken back, at once. A claim writes 3 pages of 4 KiB to the log, the end of the largest secret 23. */
export const BALLAST_STEP_BYTES = 256 * 1024

/** Bytes that a start needs free, for what it writes before it has looked at anything. */
const START_BYTES = BALLAST_STEP_BYTES

/**
 * A file that is of no use but for the room it takes. On a disk that somebody has filled to the
 * last byte it is given up, step by step, so that opening and erasing still have a log to write
 * into, and is taken back when there is room. SPEC §9.6.
 */
export interface Ballast {
  /** Bytes of all of it. */
  readonly bytesMax: number
  /** Bytes that lie there now. */
  bytes(): number
  /** Whether all of it lies there. */
  isWhole(): boolean
  /** Give a step of it back to the disk; `false` if nothing is left. */
  giveUp(): boolean
  /** Take back what was given up, as far as there is room. */
  restore(): void
  close(): void
}

/**
 * Open the ballast, or make it empty.
 *
 * @param bytesMax - what it grows to; what lies there beyond is given up.
 */
export function openBallast(path: string, bytesMax: number): Ballast {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  let bytes = fstatSync(file).size
  const cut = (to: number) => {
    bytes = to
    ftruncateSync(file, bytes)
    // Some file systems let blocks be used again only once it is durable that they are free.
    fsyncSync(file)
  }
  if (bytes > bytesMax) cut(bytesMax)
  return {
    bytesMax,
    bytes: () => bytes,
    isWhole: () => bytes === bytesMax,
    giveUp() {
      if (bytes === 0) return false
      cut(Math.max(0, bytes - BALLAST_STEP_BYTES))
      return true
    },
    restore() {
      if (bytes === bytesMax) return
      // Chance cannot be compressed, and is not sparse: every byte of it takes a byte of the disk.
      const step = new Uint8Array(BALLAST_STEP_BYTES)
      while (bytes < bytesMax && readFreeBytes(dirname(path)) >= BALLAST_STEP_BYTES) {
        const wanted = Math.min(BALLAST_STEP_BYTES, bytesMax - bytes)
        try {
          bytes += writeSync(file, randomFillSync(step), 0, wanted, bytes)
        } catch (error) {
          if (!isOutOfRoom(error)) throw error
          cut(bytes)
          return
        }
      }
    },
    close() {
      closeSync(file)
    },
  }
}

/** See that a start has room, on a disk that is full but for our ballast. */
export function makeRoomToStart(directory: string, path: string): void {
  if (readFreeBytes(directory) >= START_BYTES) return
  const ballast = openBallast(path, Number.MAX_SAFE_INTEGER)
  while (readFreeBytes(directory) < START_BYTES && ballast.giveUp());
  ballast.close()
}

/** What the disk under a directory has free for us, in bytes. */
export function readFreeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}

/**
 * Whether an error says that nothing was written because there was no room. Whatever it cut short can
 * be undone and tried again; that is not so if a flush says it: what it was to flush may be lost.
 */
export function isOutOfRoom(error: unknown): boolean {
  const { code, errcode, syscall } = error as { code?: unknown; errcode?: unknown; syscall?: unknown }
  if (syscall === 'fsync' || syscall === 'fdatasync') return false
  return code === 'ENOSPC' || code === 'EDQUOT' || errcode === SQLITE_FULL
}

/** https://sqlite.org/rescode.html#full */
const SQLITE_FULL = 13
