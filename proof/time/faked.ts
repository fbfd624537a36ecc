import { globSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Behind, Instance, ServerProcess } from '../../packages/server/test/support/server-process.ts'

/** The library that stands between a process and its clock; Debian's package `faketime` brings it. */
export function findFaketime(): string | null {
  return globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0] ?? null
}

/** A wall clock that can be set while a process reads it. What passes evenly is left as it is. */
export interface FakedClock {
  /** For the process that is to see it. */
  readonly env: Readonly<Record<string, string>>
  /** How far it is from this machine's, in ms. */
  offsetMs(): number
  step(ms: number): void
}

/** Start a server that has a faked clock in its environment, and leave nothing of that behind. */
export async function startFaked(behind: Behind, instance: Instance, env: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = await instance.start(env)
  behind.after(() => forgetFaked(server.pid))
  return server
}

/** What the library leaves in shared memory when its process is killed. */
function forgetFaked(pid: number): void {
  for (const name of [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`]) rmSync(join('/dev/shm', name), { force: true })
}

export function fakeClock(library: string, folder: string): FakedClock {
  const file = join(folder, 'clock')
  let offsetMs = 0
  const write = () => {
    // A reader sees the old or the new, never half of it.
    writeFileSync(`${file}.part`, `${offsetMs < 0 ? '' : '+'}${offsetMs / 1000}\n`)
    renameSync(`${file}.part`, file)
  }
  write()
  return {
    env: { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
    offsetMs: () => offsetMs,
    step(ms) {
      offsetMs += ms
      write()
    },
  }
}
