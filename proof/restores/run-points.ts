import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Behind } from '../../packages/server/test/support/server-process.ts'
import { makeFolderInMemory } from '../memory.ts'
import { type Patch, patching } from '../mutate.ts'
import type { Tally } from './points.ts'

const RUNNER = fileURLToPath(new URL('points-runner.ts', import.meta.url))

export interface PointsSize {
  readonly runs: number
  /** Calls of a run: a copy is made after each. */
  readonly calls: number
}

/** Restore every point of some runs, with the shipped files or with changed ones. */
export async function runPoints(behind: Behind, seed: number, { runs, calls }: PointsSize, patches: readonly Patch[] = []): Promise<Tally> {
  // What is shown here does not depend on what a disk keeps, and flushing is most of its cost.
  const folder = makeFolderInMemory()
  const patched = patching(behind, patches)
  const child = spawn(process.execPath, ['--conditions=source', RUNNER, ...[seed, runs, calls].map(String)], {
    env: { PATH: process.env['PATH'] ?? '', TMPDIR: folder, ...patched.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text))
  const closed = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  behind.after(async () => {
    child.kill('SIGKILL')
    await closed.catch(() => null)
    rmSync(folder, { recursive: true, force: true })
  })
  const code = await closed
  if (code !== 0) throw new Error(`the runner of restores ended with ${String(code)}`)
  patched.assertApplied()
  return (JSON.parse(told) as readonly Tally[]).reduce(add)
}

function add(a: Tally, b: Tally): Tally {
  return {
    restores: a.restores + b.restores,
    older: a.older + b.older,
    secrets: a.secrets + b.secrets,
    gone: a.gone + b.gone,
    opened: a.opened + b.opened,
    guesses: a.guesses + b.guesses,
    violations: [...a.violations, ...b.violations],
  }
}
