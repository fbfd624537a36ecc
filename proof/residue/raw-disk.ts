import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Behind, anInstance } from '../../packages/server/test/support/server-process.ts'
import { type Mounted, withMounted } from '../disks/mount.ts'
import { createSeeded } from '../disks/seeded.ts'
import { type Patch, patching } from '../mutate.ts'
import { createAll, drawSecrets, endAll } from './ends.ts'
import { listPieces } from './files.ts'
import { search } from './search.ts'

const DISK_BYTES = 48 * 1024 ** 2

/** What the blocks of a disk still hold. */
export interface RawLeft {
  readonly opened: number
  /** Shares of opened secrets, while the server runs and after it was killed and the disk unmounted. */
  readonly sharesRunning: number
  readonly sharesKilled: number
  /** Opened secrets of which sealed bytes are still on the disk, worthless without the share. */
  readonly sealed: number
  readonly waiting: number
  readonly sharesWaiting: number
  /** Shares in a file that was removed, of as many as were opened. */
  readonly sharesUnlinked: number
}

/** Open secrets on a file system in an image, and search its blocks for their shares. */
export function proveRawDisk(
  behind: Behind,
  options: { readonly seed: number; readonly opened: number; readonly waiting: number; readonly patches?: readonly Patch[] },
): Promise<RawLeft> {
  return withMounted('ext4', DISK_BYTES, async (disk) => {
    const seeded = createSeeded(options.seed)
    const secrets = drawSecrets(seeded, { opened: options.opened, waits: options.waiting, burned: 0, locked: 0, expired: 0 })
    const removed = Array.from({ length: options.opened }, () => seeded.bytes(32))
    const patched = patching(behind, options.patches ?? [])
    const env = {
      LETTERLOCK_DATA_DIR: join(disk.path, 'data'),
      LETTERLOCK_FREE_BYTES_MIN: String(1024 ** 2),
      LETTERLOCK_LIMITS: 'off',
      ...patched.env,
    }
    const server = await anInstance(behind).start(env)
    patched.assertApplied()
    try {
      await createAll(server.url, secrets)
      // What lies on the blocks, not only in the memory of the system, is what is to be erased there.
      disk.flush()
      removeFile(join(disk.path, 'removed'), Buffer.concat(removed), disk)
      await endAll(server.url, secrets, seeded)
      const isOpened = ({ end }: (typeof secrets)[number]) => end === 'opened'
      const opened = secrets.filter(isOpened)
      const shares = secrets.map(({ secret }) => secret.share)
      const count = (found: ReadonlySet<number>, wasOpened: boolean) =>
        [...found].filter((n) => (secrets[n]?.end === 'opened') === wasOpened).length
      const running = search(readBlocks(disk), shares)
      await server.kill()
      const blocks = readBlocks(disk)
      const killed = search(blocks, shares)
      const pieces = listPieces(opened)
      const sealed = new Set(
        [
          ...search(
            blocks,
            pieces.map(({ bytes }) => bytes),
          ),
        ].map((n) => pieces[n]?.of),
      )
      return {
        opened: opened.length,
        sharesRunning: count(running, true),
        sharesKilled: count(killed, true),
        sealed: sealed.size,
        waiting: secrets.length - opened.length,
        sharesWaiting: Math.min(count(running, false), count(killed, false)),
        sharesUnlinked: search(blocks, removed).size,
      }
    } finally {
      await server.kill()
    }
  })
}

/** Write a file onto its blocks, and remove it as files are removed. */
function removeFile(path: string, bytes: Buffer, disk: Mounted): void {
  const file = openSync(path, 'w')
  writeSync(file, bytes)
  fsyncSync(file)
  closeSync(file)
  rmSync(path)
  disk.flush()
}

function readBlocks(disk: Mounted): Buffer {
  disk.flush()
  if (disk.image === null) throw new TypeError('a file system in memory has no blocks')
  return readFileSync(disk.image)
}
