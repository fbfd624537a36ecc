import { aWorkspace } from '../../packages/server/test/store/fixtures.ts'
import type { Control, Figure, Stage, StageOptions } from '../stage.ts'
import { MUTANTS, type Mutant } from './mutants.ts'
import { play, playRuns } from './play.ts'
import { PACKAGES, type Search, search } from './spin.ts'
import { WRONG_ENGINES, type WrongEngine } from './wrong-engines.ts'

/** What the model is built with here. */
const BOUNDS = ['CRASHES=3']
/** What it is built with for the mutants: as small as lets each be found. */
const MUTANT_BOUNDS = ['CRASHES=2', 'OUTCOMES']

/** Runs of the model that are played on the engine; and on each engine that is wrong, at most. */
const RUNS = 300
const WRONG_RUNS = 1000

type Given = Pick<StageOptions, 'say' | 'after'>

export const stage: Stage = {
  packages: PACKAGES,
  minutesMax: 15,
  async run(given) {
    const found = await search(given, BOUNDS)
    given.say(`${found.states} states, at most ${found.depth} steps deep`)
    const controls: Control[] = []
    for (const mutant of MUTANTS) controls.push(await findMutant(given, mutant))
    return [tellFigure(found, BOUNDS, controls), await playFigure(given, given.seed, RUNS)]
  },
}

/** Say what a search means. One that left states out proves nothing, and is an error. */
export function tellFigure(found: Search, bounds: readonly string[], controls: readonly Control[]): Figure {
  if (found.violated === null && !found.isWhole) throw new Error(`states were left out beyond ${found.depth} steps`)
  const untrue = found.violated === null ? '' : `; untrue: ${found.violated}, after ${found.steps.join(', ')}`
  return {
    promise: 'P2',
    what: `every reachable state of the model with ${bounds.join(', ')}, at most ${found.depth} steps deep${untrue}`,
    tried: found.states,
    unit: 'states',
    violations: found.violated === null ? 0 : 1,
    kind: 'exhaustive',
    controls,
  }
}

/** Break one rule of the model; whether what somebody can see of it is found. */
export async function findMutant(given: Given, { flag, what }: Mutant): Promise<Control> {
  const found = await search(given, [...MUTANT_BOUNDS, flag])
  const how =
    found.violated === null ? `nothing in ${found.states} states` : `after ${found.steps.length} steps, ${found.states} states seen`
  given.say(`${what}: ${how}`)
  return { what, isCaught: found.violated !== null, how }
}

/** Whether the shipped engine does what the model does, in random runs of the model. */
async function playFigure(given: Given, seed: number, count: number): Promise<Figure> {
  const { runs, compared, restored, differences } = await playRuns(seed, count)
  if (restored === 0) throw new Error('nothing was compared behind a restore')
  for (const difference of differences.slice(0, 3)) given.say(difference)
  const controls: Control[] = []
  for (const wrong of WRONG_ENGINES) controls.push(await findWrong(given, wrong, seed))
  return {
    promise: 'P2',
    what: `random runs of the model, played on the shipped engine and its files: ${compared} states and starts compared, ${restored} of them behind a restore`,
    tried: runs,
    unit: 'runs',
    violations: differences.length,
    kind: 'sampled',
    controls,
  }
}

/** Whether an engine that is wrong differs in the run that is written for it, which the shipped one does; and in some that are drawn. */
async function findWrong(given: Given, wrong: WrongEngine, seed: number): Promise<Control> {
  const { what, run, isDrawn } = wrong
  const sound = play(aWorkspace(given), run).difference
  if (sound !== null) throw new Error(`${what}: its run is none of the shipped engine: ${sound}`)
  const found = play(aWorkspace(given), run, wrong).difference
  const drawn = isDrawn ? await playRuns(seed, WRONG_RUNS, wrong) : null
  const isCaught = found !== null && (drawn === null || drawn.differences.length > 0)
  const inDrawn = drawn === null ? '' : `; in ${drawn.differences.length} of ${drawn.runs} that are drawn`
  const how = `${found === null ? 'not' : ''} in the run that is written for it${inDrawn}`.trim()
  given.say(`${what}: ${how}`)
  return { what, isCaught, how }
}
