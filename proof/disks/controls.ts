import type { Patch } from '../mutate.ts'

const SOURCE = 'packages/server/src'

/** A server that goes on after the flush of its log has failed. */
export const IGNORES_LOG_FLUSH: Patch = {
  file: `${SOURCE}/secrets/rows.ts`,
  from: 'commit: () => void run.commit.run(),',
  to: 'commit: () => { try { run.commit.run() } catch {} },',
}

/** A server that goes on after the flush of its vault has failed. */
export const IGNORES_VAULT_FLUSH: Patch = {
  file: `${SOURCE}/vault/slot-file.ts`,
  from: 'if (isDirty) fdatasyncSync(file)',
  to: 'try { if (isDirty) fdatasyncSync(file) } catch {}',
}

/** A secret that was created, the server said, and is not there: its row was not flushed. */
export const LOST_ROW = / is 404$/
/** One that is there, and its share is not. */
export const LOST_SHARE = / is lost$/

/** A server with nothing to give up when the disk is full. */
export const NO_BALLAST: Patch = {
  file: `${SOURCE}/secrets/ballast.ts`,
  from: 'export const BALLAST_BYTES = 8 * 1024 ** 2',
  to: 'export const BALLAST_BYTES = 0',
}

/** A server that starts as on any disk, without making room. */
export const NO_ROOM_TO_START: Patch = {
  file: 'packages/server/src/data-directory.ts',
  from: "    explain(path, () => makeRoomToStart(path, join(path, 'ballast')))\n",
  to: '',
}

/** A server that creates for as long as the disk takes it. */
export const NO_MARGIN: Patch = {
  file: `${SOURCE}/secrets/room.ts`,
  from: 'return liveBytes > storedBytesMax || left < freeBytesMin / 2 || left + reusableBytes < freeBytesMin',
  to: 'return liveBytes > storedBytesMax && left < 0',
}

/** A server that leaves the index of a long log to SQLite, which has the disk find it while it writes. */
export const NO_COVER: Patch = {
  file: `${SOURCE}/secrets/engine.ts`,
  from: '      this.#spare.coverChanges(secrets)\n',
  to: '',
}

/** A server that ends at once all that a start must end. */
export const ALL_AT_ONCE: Patch = {
  file: `${SOURCE}/secrets/spare.ts`,
  from: 'changesMax: Math.max(1, Math.floor(logPagesMax / CHANGE_PAGES_MAX)),',
  to: 'changesMax: Number.MAX_SAFE_INTEGER,',
}

/** A database that leaves what it deletes where it is. */
export const NO_SECURE_DELETE: Patch = {
  file: `${SOURCE}/secrets/database.ts`,
  from: "['secure_delete', 1]",
  to: "['secure_delete', 0]",
}

/** A vault that frees a slot without writing over it. */
export const NO_OVERWRITE: Patch = {
  file: `${SOURCE}/vault/slot-file.ts`,
  from: 'write(draw(SLOT_BYTES), offset(slot))\n      freeSlots.push(slot)',
  to: 'freeSlots.push(slot)',
}
