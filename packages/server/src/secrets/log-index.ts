import { closeSync, constants, existsSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'

/** The smallest block of a disk. SQLite takes it for a page of 4096 bytes, and has the disk find only the last block of each. */
const BLOCK_BYTES = 512

/**
 * Have the disk find every block of the index that SQLite maps into memory beside the log at its start:
 * enough for a log of 16 MiB, which it outgrows only while somebody outside reads it without end. A block
 * that it has to find later, when the disk is full, ends the process by SIGBUS.
 *
 * What is written is what was read. It stands behind the header, where nobody but the one who writes
 * to the log does, which is this thread.
 *
 * @param path - the index; without one, nothing happens.
 * @returns to be called once the database is closed, and not before: to close any descriptor of a file drops
 *   all locks that the process has on it. https://sqlite.org/howtocorrupt.html §2.2
 */
export function claimBlocks(path: string): () => void {
  if (!existsSync(path)) return () => {}
  const file = openSync(path, constants.O_RDWR)
  const byte = new Uint8Array(1)
  const { size } = fstatSync(file)
  for (let at = BLOCK_BYTES; at < size; at += BLOCK_BYTES) {
    readSync(file, byte, 0, 1, at)
    writeSync(file, byte, 0, 1, at)
  }
  fdatasyncSync(file)
  return () => closeSync(file)
}
