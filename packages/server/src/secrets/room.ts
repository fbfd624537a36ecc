import { BALLAST_BYTES, readFreeBytes } from './ballast.ts'

/** How long a reading of the free space of the disk holds, in ms. */
const READING_MS = 1000

/** What a secret takes besides its sealed bytes, at most: its row, indexes, and pages that are not full. */
const SECRET_BYTES = 16 * 1024

/** Whether there is room for new secrets. Opening and erasing must go on without, and need some of it too. */
export interface Room {
  /** @param liveBytes - sealed bytes of all secrets that wait, those that ask for room included. */
  isFull(liveBytes: number): boolean
  /** A secret of this many sealed bytes is about to be written. */
  take(sealedBytes: number): void
  /** The disk has refused to take more, whatever it says of itself. */
  fill(): void
}

/** What there is to be had, besides what the disk has free. */
export interface Reserves {
  readonly ballastBytes: () => number
  /** Bytes within the database that it uses again before it grows. */
  readonly reusableBytes: () => number
}

/** Of the free bytes that must be left, the ballast holds at most half. */
export function sizeBallast(freeBytesMin: number): number {
  return Math.min(BALLAST_BYTES, Math.floor(freeBytesMin / 2))
}

/**
 * Watch the room for new secrets: none is left if too many bytes wait already, or the disk is
 * nearly full. What the ballast holds counts as free, and so does what the database has emptied:
 * it never gives that back to the disk. Half of the margin must be truly free all the same,
 * since a log is written before the database is.
 */
export function watchRoom(
  {
    directory,
    storedBytesMax,
    freeBytesMin,
  }: { readonly directory: string; readonly storedBytesMax: number; readonly freeBytesMin: number },
  reserves: Reserves,
): Room {
  let freeBytes = 0
  let reusableBytes = 0
  let takenBytes = 0
  let readAtMs = Number.NEGATIVE_INFINITY
  const read = () => {
    const atMs = performance.now()
    if (atMs - readAtMs <= READING_MS) return
    freeBytes = readFreeBytes(directory) + reserves.ballastBytes()
    reusableBytes = reserves.reusableBytes()
    takenBytes = 0
    readAtMs = atMs
  }
  return {
    isFull(liveBytes) {
      read()
      const left = freeBytes - takenBytes
      return liveBytes > storedBytesMax || left < freeBytesMin / 2 || left + reusableBytes < freeBytesMin
    },
    take(sealedBytes) {
      // Once in the log, and once where the checkpoint puts it.
      takenBytes += 2 * (sealedBytes + SECRET_BYTES)
    },
    fill() {
      read()
      takenBytes = Number.POSITIVE_INFINITY
    },
  }
}
