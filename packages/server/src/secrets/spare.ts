import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { BALLAST_STEP_BYTES, type Ballast, isOutOfRoom } from './ballast.ts'
import type { LogIndex } from './log-index.ts'
import type { DatabasePages } from './pages.ts'

/** Pages in the write-ahead log from which on it is checkpointed: what SQLite would do by itself. */
const LOG_PAGES_MAX = 1000
const PAGE_BYTES = 4096
/** Pages that one change writes to the log at most: twice what the largest secret takes. */
export const CHANGE_PAGES_MAX = 48

/** How opening and erasing come by room on a disk that has none. */
export interface Spare {
  /** Make room by cutting the log, if it holds anything; costs nothing of the ballast. */
  cutLog(): boolean
  /** Cut the log, or else give up a step of the ballast; `false` if there is no room to be made. */
  makeRoom(): boolean
  /** Do what can be undone, and is, when there is no room; again and again for as long as room can be made. */
  insist<Result>(act: () => Result): Result
  /** Do what cannot be undone any more, and may be done again. @throws an error that is not one of room. */
  mustDo(act: () => void): void
  /** Checkpoint the log and cut it; `false` if a reader from outside still needs it. */
  truncateLog(): boolean
  /** Changes that fill the log at most to where it is checkpointed. */
  readonly changesMax: number
  /** See that so many changes do not outgrow the index of the log. @throws if there is no room; nothing has changed. */
  coverChanges(changes: number): void
  /** Bring what a long log holds into the database, so that the log begins again and does not grow for ever. */
  shortenLog(): void
}

export function spareRoom(ballast: Ballast, pages: DatabasePages, logIndex: LogIndex, logPath: string): Spare {
  // A checkpoint on a full disk must find in the ballast whatever the database grows by.
  const logPagesMax = ballast.bytesMax === 0 ? LOG_PAGES_MAX : Math.min(LOG_PAGES_MAX, Math.floor(ballast.bytesMax / 2 / PAGE_BYTES))
  const truncateLog = () => {
    const isCut = pages.truncateLog()
    if (!ballast.isWhole()) holdRoom(logPath)
    return isCut
  }
  const cutLog = () => {
    const before = pages.countLogPages()
    const isCut = before > 0 && unlessFull(() => void truncateLog()) && pages.countLogPages() < before
    if (isCut) holdRoom(logPath)
    return isCut
  }
  const makeRoom = () => {
    if (cutLog()) return true
    const isGiven = ballast.giveUp()
    if (isGiven && pages.countLogPages() === 0) holdRoom(logPath)
    return isGiven
  }
  const insist = <Result>(act: () => Result): Result => {
    for (;;) {
      try {
        return act()
      } catch (error) {
        if (!isOutOfRoom(error) || !makeRoom()) throw error
      }
    }
  }
  return {
    cutLog,
    makeRoom,
    insist,
    truncateLog,
    mustDo(act) {
      if (!unlessFull(() => insist(act))) throw new Error('the disk is full, and there is no room left to erase in')
    },
    changesMax: Math.max(1, Math.floor(logPagesMax / CHANGE_PAGES_MAX)),
    coverChanges: (changes) => logIndex.cover(pages.countLogPages() + changes * CHANGE_PAGES_MAX),
    shortenLog() {
      if (pages.countLogPages() >= logPagesMax) unlessFull(() => pages.checkpoint())
    },
  }
}

/**
 * Have the log take some room before there is anything to write: whoever has filled the disk
 * would take it first. Zeros behind its end are none of SQLite's frames, and are written over.
 */
function holdRoom(logPath: string): void {
  const file = openSync(logPath, constants.O_WRONLY)
  try {
    const { size } = fstatSync(file)
    if (size < BALLAST_STEP_BYTES) writeSync(file, new Uint8Array(BALLAST_STEP_BYTES - size), 0, BALLAST_STEP_BYTES - size, size)
  } catch (error) {
    if (!isOutOfRoom(error)) throw error
  } finally {
    closeSync(file)
  }
}

/** Whether there was room for it. */
function unlessFull(act: () => void): boolean {
  try {
    act()
    return true
  } catch (error) {
    if (isOutOfRoom(error)) return false
    throw error
  }
}
