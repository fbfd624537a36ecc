import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Behind } from '../../packages/server/test/support/server-process.ts'
import { makeFolderInMemory } from '../memory.ts'
import type { Patch } from '../mutate.ts'
import { runPatched } from '../run-patched.ts'
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
  try {
    return (await runPatched<readonly Tally[]>(behind, RUNNER, [seed, runs, calls].map(String), patches, folder)).reduce(add)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
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
