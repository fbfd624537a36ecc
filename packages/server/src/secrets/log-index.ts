import { closeSync, constants, existsSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'

/** The smallest block of a disk. */
const BLOCK_BYTES = 512
/** Bytes by which the index grows, two of the parts that its format knows: where pages of memory have 64 KiB, SQLite maps two at once. */
const GROWTH_BYTES = 2 * 32 * 1024
/** Pages of the log that so many bytes are enough for. https://sqlite.org/walformat.html §2 */
const GROWTH_PAGES = 2 * 4096
/** Pages in whose place the first part has a header. */
const HEADER_PAGES = 34

/**
 * The index that SQLite maps into memory beside the log. Where it grows, SQLite has the disk find one
 * block of each 4096 bytes: if the disk is full, that is an error of the disk, and ends the process by
 * SIGBUS where blocks are smaller and another one of them is to be found. So it is made to grow before.
 */
export interface LogIndex {
  /** Have the disk find every block that a log of so many pages needs. @throws if there is no room; then nothing has changed. */
  cover(pages: number): void
  /**
   * To be called once the database is closed, and not before: to close any descriptor of a file drops
   * all locks that the process has on it. https://sqlite.org/howtocorrupt.html §2.2
   */
  close(): void
}

/**
 * Open the index of a database that is open, and have the disk find all of it.
 *
 * @param path - without a file there, nothing ever happens.
 */
export function openLogIndex(path: string): LogIndex {
  if (!existsSync(path)) return { cover() {}, close() {} }
  const file = openSync(path, constants.O_RDWR)
  // The header stands in the first block, which is there: others write to it as well.
  let coveredBytes = BLOCK_BYTES
  const coverTo = (bytes: number) => {
    if (bytes <= coveredBytes) return
    const { size } = fstatSync(file)
    try {
      findBlocks(file, coveredBytes, bytes)
    } catch (error) {
      // What there was room for may be all that somebody else needs, a smaller change say.
      if (size < bytes) ftruncateSync(file, size)
      throw error
    }
    coveredBytes = bytes
  }
  coverTo(fstatSync(file).size)
  return {
    cover: (pages) => coverTo(Math.ceil((HEADER_PAGES + pages) / GROWTH_PAGES) * GROWTH_BYTES),
    close: () => closeSync(file),
  }
}

/** Write what is there, or zeros behind the end. Nobody but whoever writes to the log writes here, which is this thread. */
function findBlocks(file: number, from: number, to: number): void {
  const byte = new Uint8Array(1)
  for (let at = from + BLOCK_BYTES - 1; at < to; at += BLOCK_BYTES) {
    byte[0] = 0
    readSync(file, byte, 0, 1, at)
    writeSync(file, byte, 0, 1, at)
  }
}
