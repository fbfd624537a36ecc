import { fileURLToPath } from 'node:url'
import type { Control, Figure } from '../stage.ts'
import { type Job, type Outcome, tellRepeat, work } from './crew.ts'
import { MAIN, listShipped } from './graph.ts'
import { MUTANTS, type Mutant } from './mutants.ts'
import { type Tally, emptyTally } from './simulate.ts'

/** Histories within which every mutant must be found. */
export const MUTANT_RUNS_MAX = 500
/** Histories of one job; each has a seed of its own. */
const JOB_RUNS_MAX = 2500

/** Let histories happen to the shipped code, and look for every mutant. */
export async function prove(options: {
  readonly seed: number
  readonly runs: number
  readonly say: (line: string) => void
  readonly after: (clean: () => void) => void
}): Promise<readonly Figure[]> {
  const { seed, runs, say, after } = options
  const jobs: Job[] = MUTANTS.map(({ name }) => ({ mutant: name, seed, runs: MUTANT_RUNS_MAX }))
  for (let done = 0; done < runs; done += JOB_RUNS_MAX)
    jobs.push({ mutant: null, seed: seed + done / JOB_RUNS_MAX, runs: Math.min(JOB_RUNS_MAX, runs - done) })
  let histories = 0
  const outcomes = await work(jobs, after, ({ mutant, tally, failure }) => {
    if (mutant !== null) return say(`${mutant}: ${failure === null ? 'NOT FOUND' : `found after ${failure.runs}`}`)
    histories += tally.histories
    say(`${histories} of ${runs} histories`)
  })
  const shipped = outcomes.filter(({ mutant }) => mutant === null)
  for (const { failure } of shipped) if (failure !== null) say(tellRepeat(failure, null))
  mustBeShipped(shipped)
  const tally = sum(shipped)
  mustHappen(tally)
  return describe(tally, shipped, outcomes)
}

function describe(tally: Tally, shipped: readonly Outcome[], outcomes: readonly Outcome[]): readonly Figure[] {
  const failures = shipped.flatMap(({ failure }) => failure ?? [])
  const lies = failures.filter(({ promise }) => promise === 'P23')
  const tried = tally.histories + failures.length
  const { starts, cuts, lostWrites, tornWrites, lostMessages, copiedMessages, batches, opened, openedAgain, receipts } = tally
  const told = `${starts} starts, ${cuts} stops in the middle of a write, flush or commit, ${lostWrites} writes lost and ${tornWrites} torn, ${lostMessages} messages lost and ${copiedMessages} copied, ${batches} joined batches, ${opened} openings and ${openedAgain} repeated ones`
  const common = { tried, unit: 'histories', kind: 'sampled' } as const
  return [
    {
      ...common,
      promise: 'P3',
      what: `random orders of calls, crashes, lost messages and clocks (with ${told})`,
      violations: failures.length - lies.length,
      controls: MUTANTS.filter(({ breaks }) => breaks === 'P3').map((mutant) => judge(mutant, outcomes)),
    },
    {
      ...common,
      promise: 'P23',
      what: `the same histories, in which ${receipts} receipts were compared with what had happened`,
      violations: lies.length,
      controls: MUTANTS.filter(({ breaks }) => breaks === 'P23').map((mutant) => judge(mutant, outcomes)),
    },
  ]
}

/** Whether a mutant was found by what it says. */
function judge({ name, what }: Mutant, outcomes: readonly Outcome[]): Control {
  const failure = outcomes.find(({ mutant }) => mutant === name)?.failure ?? null
  if (failure === null) return { what, isCaught: false, how: `not within ${MUTANT_RUNS_MAX} histories` }
  const [line] = failure.what.split('\n')
  return { what, isCaught: true, how: `"${line}" in history ${failure.runs}` }
}

/** What is exercised must be what is shipped. @throws if it is not. */
export function mustBeShipped(outcomes: readonly Pick<Outcome, 'exercised'>[]): void {
  const shipped = listShipped(fileURLToPath(new URL('../../', import.meta.url)))
  const others = outcomes.flatMap(({ exercised }) => exercised).filter((file) => !shipped.has(file))
  if (others.length > 0) throw new Error(`${others.join(', ')} is exercised, but ${MAIN} does not lead to it`)
}

/** A simulation in which something never happens proves nothing about it. @throws if so. */
function mustHappen(tally: Tally): void {
  const never = Object.entries(tally).filter(([, times]) => times === 0)
  if (never.length > 0) throw new Error(`the histories never came past ${never.map(([name]) => name).join(', ')}`)
}

function sum(outcomes: readonly Outcome[]): Tally {
  const whole = emptyTally()
  for (const { tally } of outcomes) for (const name of Object.keys(whole) as (keyof Tally)[]) whole[name] += tally[name]
  return whole
}
