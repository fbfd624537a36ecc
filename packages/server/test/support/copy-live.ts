import { cpSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { readPlaces } from './scan.ts'

/** How often files are copied until they stand still meanwhile, and how long they are left to themselves between, in ms. */
const COPIES_MAX = 100
const PAUSE_MS = 10

/**
 * Copy a folder that a server or a thread may be writing to, as its files stand at one moment: a copy
 * that is not what stands there afterwards is taken anew.
 *
 * @param isWanted - of files and folders, by their names within the folder.
 * @throws if the files never stand still.
 */
export function copyLive(from: string, to: string, isWanted: (name: string) => boolean = () => true): void {
  const read = (directory: string) => readPlaces(directory).filter(({ name }) => isWanted(name))
  for (let i = 0; i < COPIES_MAX; i++) {
    rmSync(to, { recursive: true, force: true })
    try {
      cpSync(from, to, { recursive: true, filter: (path) => path === from || isWanted(relative(from, path)) })
      const copied = new Map(read(to).map(({ name, bytes }) => [name, bytes]))
      const now = read(from)
      if (now.length === copied.size && now.every(({ name, bytes }) => copied.get(name)?.equals(bytes) === true)) return
    } catch (error) {
      // What goes away while it is copied does not stand still either.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
  }
  throw new Error(`the files of ${from} did not stand still`)
}
