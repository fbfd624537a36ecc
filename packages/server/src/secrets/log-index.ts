import { closeSync, constants, existsSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'

/** The smallest block of a disk. SQLite takes it for a page of 4096 bytes, and has the disk find only the last block of each. */
const BLOCK_BYTES = 512
/** By these the index grows. Each takes the places of so many pages of the log; a header takes some of the first. https://sqlite.org/walformat.html §2 */
const PART_BYTES = 32 * 1024
const PART_PAGES = 4096
const HEADER_PAGES = 34

/** The index that SQLite maps into memory beside the log. */
export interface LogIndex {
  /**
   * Have the disk find every block that it needs for a log of so many pages. A block that is to be found
   * later, when the disk is full, ends the process by SIGBUS.
   *
   * @throws if there is no room for them; nothing that was there has changed.
   */
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
  const byte = new Uint8Array(1)
  // The header stands in the first block, which is there: others write to it as well.
  let coveredBytes = BLOCK_BYTES
  const find = (bytes: number) => {
    if (bytes <= coveredBytes) return
    // What is written is what was read. Nobody but whoever writes to the log does, which is this thread.
    for (let at = coveredBytes + BLOCK_BYTES - 1; at < bytes; at += BLOCK_BYTES) {
      byte[0] = 0
      readSync(file, byte, 0, 1, at)
      writeSync(file, byte, 0, 1, at)
    }
    fdatasyncSync(file)
    coveredBytes = bytes
  }
  find(fstatSync(file).size)
  return {
    cover: (pages) => find(Math.ceil((HEADER_PAGES + pages) / PART_PAGES) * PART_BYTES),
    close: () => closeSync(file),
  }
}
