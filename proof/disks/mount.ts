import { spawnSync } from 'node:child_process'
import { closeSync, constants, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

export type FileSystem = 'tmpfs' | 'ext4'

/** A small file system of a proof's own. */
export interface Mounted {
  readonly path: string
  /** The file that its blocks are in; `null` for one in memory. */
  readonly image: string | null
  /** Write everything that is held back onto its blocks. */
  flush(): void
  unmount(): void
}

/** Why this machine, or this user, cannot have such a file system; `false` if they can. */
export function whyNoMount(fileSystem: FileSystem): string | false {
  if (process.platform !== 'linux') return 'only Linux has these file systems'
  if (process.getuid?.() !== 0) return `only root may mount ${fileSystem}`
  try {
    mount(fileSystem, 8 * 1024 ** 2).unmount()
    return false
  } catch (error) {
    return `this machine does not permit it: ${(error as Error).message}`
  }
}

/** Use a fresh file system, which is gone afterwards whatever happens. */
export async function withMounted<Result>(
  fileSystem: FileSystem,
  bytes: number,
  use: (mounted: Mounted) => Promise<Result>,
): Promise<Result> {
  const mounted = mount(fileSystem, bytes)
  try {
    return await use(mounted)
  } finally {
    mounted.unmount()
  }
}

/** @throws with what the machine said, if it does not permit it. */
function mount(fileSystem: FileSystem, bytes: number): Mounted {
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-proof-'))
  const path = join(folder, 'mounted')
  const image = fileSystem === 'tmpfs' ? null : join(folder, 'image')
  mkdirSync(path)
  let isMounted = false
  const unmount = () => {
    if (isMounted && spawnSync('umount', [path]).status !== 0) run('umount', ['-l', path])
    isMounted = false
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    if (image === null) run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path])
    else {
      const file = openSync(image, 'w')
      ftruncateSync(file, bytes)
      closeSync(file)
      // Blocks kept back for root would make "full" mean two things.
      run('mkfs.ext4', ['-q', '-m', '0', image])
      // A disk that is told what is free forgets it; this one is not told, as the less lucky case.
      run('mount', ['-o', 'loop,nodiscard', image, path])
    }
    isMounted = true
  } catch (error) {
    unmount()
    throw error
  }
  return { path, image, flush: () => run('sync', ['-f', path]), unmount }
}

/** Let go of whatever is still mounted in a folder. */
export function unmountUnder(folder: string): void {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n')
  for (const mount of mounts) {
    const path = mount.split(' ')[1] ?? ''
    if (path.startsWith(`${folder}/`)) run('umount', ['-l', path])
  }
}

function run(command: string, args: readonly string[]): void {
  const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', env })
  if (status !== 0) throw new Error(`"${command} ${args[0]} …" failed: ${error?.message ?? stderr.trim()}`)
}

/** Bytes that anybody can still take; a disk keeps some for itself. */
export function readFree(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** Fill a disk to its last byte, as somebody does who knows nothing of us; goes on where it was. */
export function fill(path: string): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND)
  try {
    for (let size = 1024 ** 2; size >= 1;) {
      try {
        if (writeSync(file, new Uint8Array(size)) < size) size = Math.max(1, size / 2)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        size = Math.floor(size / 2)
      }
    }
  } finally {
    closeSync(file)
  }
}
