import { spawn } from 'node:child_process'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Failure, Tally } from './simulate.ts'

/** Histories for one process to let happen. */
export interface Job {
  /** The name of a mutant, or `null` for the code as it is shipped. */
  readonly mutant: string | null
  readonly seed: number
  readonly runs: number
  /** Only this history. */
  readonly path?: string
}

export interface Outcome {
  readonly mutant: string | null
  readonly seed: number
  readonly tally: Tally
  readonly failure: Failure | null
  /** The shipped files that were loaded, from the root of the repository. */
  readonly exercised: readonly string[]
}

/** Processes that work at the same time. */
const PROCESSES = 2

/**
 * Have jobs done by processes of their own: what the simulation replaces, it replaces for all of
 * a process.
 *
 * @throws if one of them ends without having done its jobs.
 */
export async function work(
  jobs: readonly Job[],
  after: (clean: () => void) => void,
  onOutcome: (outcome: Outcome) => void = () => {},
): Promise<readonly Outcome[]> {
  const shares = Array.from({ length: PROCESSES }, (_, n) => jobs.filter((_, i) => i % PROCESSES === n)).filter(({ length }) => length > 0)
  return (await Promise.all(shares.map((share) => workOn(share, after, onOutcome)))).flat()
}

async function workOn(
  jobs: readonly Job[],
  after: (clean: () => void) => void,
  onOutcome: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const script = fileURLToPath(new URL('run.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=source', script, JSON.stringify(jobs)], { stdio: ['ignore', 'pipe', 'inherit'] })
  after(() => void child.kill('SIGKILL'))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', resolve)
  })
  const outcomes: Outcome[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const outcome = JSON.parse(line) as Outcome
    outcomes.push(outcome)
    onOutcome(outcome)
  }
  const code = await ended
  if (code !== 0 || outcomes.length !== jobs.length)
    throw new Error(`a process of the simulation ended with ${code} after ${outcomes.length} jobs`)
  return outcomes
}

/** How to see again what was found. */
export function tellRepeat({ promise, what, seed, path, story }: Failure, mutant: string | null): string {
  const command = `node_modules/.bin/node --conditions=source proof/simulation/run.ts ${seed} ${path}${mutant === null ? '' : ` ${mutant}`}`
  return `${promise}: ${what}\nseed ${seed}, path ${path}. See it again: ${command}\n${story.join('\n')}`
}
