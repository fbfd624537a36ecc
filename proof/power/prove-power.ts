import { fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Behind } from '../../packages/server/test/support/server-process.ts'
import { makeFolderInMemory } from '../memory.ts'
import { type Patch, patching } from '../mutate.ts'
import type { BrokenServer } from './controls.ts'
import { type RecordSize, record } from './record.ts'
import { type Replayed, type ReplaySize, addUp, replayVault } from './replay.ts'
import type { ReplayJob } from './replay-process.ts'

export interface PowerSize extends RecordSize, ReplaySize {
  /** Processes that share the states. */
  readonly processes: number
}

export interface Proven extends Replayed {
  /** How many things happened to the disk. */
  readonly events: number
  readonly calls: number
}

const SCRIPT = fileURLToPath(new URL('replay-process.ts', import.meta.url))

/** Record what a server does to its disk, pull the plug everywhere, and recover. */
export async function provePower(t: Behind, size: PowerSize, patches: readonly Patch[] = []): Promise<Proven> {
  const recording = await record(t, size, patches)
  const shares = Array.from({ length: size.processes }, (_, part) => ({ part, parts: size.processes }))
  const replayed = await Promise.all(shares.map((share) => replayApart(t, { recording, size, share }, patches)))
  return { ...addUp(replayed), events: recording.events.length, calls: recording.calls.length }
}

/** What is found in the same way in a server that is broken on purpose, and how often. */
export async function proveBroken(t: Behind, size: PowerSize, { patches, isVaultEnough }: BrokenServer): Promise<Replayed> {
  return isVaultEnough ? replayVault(await record(t, size, patches)) : provePower(t, size, patches)
}

/** A control recovers as it was broken, since it may be that recovery which goes wrong. */
function replayApart(t: Behind, job: Omit<ReplayJob, 'directory'>, patches: readonly Patch[]): Promise<Replayed> {
  const patched = patching(t, patches)
  const child = fork(SCRIPT, [], {
    execArgv: ['--conditions=source'],
    env: { PATH: process.env['PATH'] ?? '', ...patched.env },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  const directory = makeFolderInMemory()
  t.after(async () => {
    child.kill('SIGKILL')
    // A process that still writes would make it anew.
    await ended
    rmSync(directory, { recursive: true, force: true })
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
  return new Promise((resolve, reject) => {
    let replayed: Replayed | null = null
    child.on('message', (message: Replayed) => (replayed = message))
    child.on('error', reject)
    child.on('close', () => {
      if (replayed === null) return reject(new Error(`a replay has ended early: ${said}`))
      patched.assertApplied()
      resolve(replayed)
    })
    child.send({ ...job, directory } satisfies ReplayJob)
  })
}
