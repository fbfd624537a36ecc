// Runs jobs of the simulation in a process of its own, and writes what each came to as a line of JSON:
//
//   node --conditions=source proof/simulation/run.ts '[{"mutant":null,"seed":7,"runs":1500}]'
//
// Or shows one history that was found, with all that happened in it:
//
//   node --conditions=source proof/simulation/run.ts <seed> <path> [mutant]
import process from 'node:process'
import type { Job, Outcome } from './crew.ts'
import { listExercised, loadShipped } from './load.ts'
import { MUTANTS, isFoundBy } from './mutants.ts'
import { emptyTally, simulate } from './simulate.ts'

const [first = '[]', path, mutant] = process.argv.slice(2)
if (path === undefined) for (const job of JSON.parse(first) as Job[]) console.log(JSON.stringify(await run(job)))
else {
  const { failure } = await run({ mutant: mutant ?? null, seed: Number(first), runs: Number.MAX_SAFE_INTEGER, path })
  console.log(
    failure === null ? 'In this history every promise is kept.' : [...failure.story, '', `${failure.promise}: ${failure.what}`].join('\n'),
  )
}

async function run({ mutant, seed, runs, path }: Job): Promise<Outcome> {
  const found = MUTANTS.find(({ name }) => name === mutant)
  if (mutant !== null && found === undefined) throw new TypeError(`there is no mutant ${mutant}`)
  const variant = mutant ?? 'shipped'
  const shipped = await loadShipped(variant, found?.patches ?? [])
  const tally = emptyTally()
  const failure = await simulate(
    shipped,
    {
      seed,
      runs: path === undefined ? runs : 1,
      path,
      shrinks: mutant === null && path === undefined,
      // Of what is shipped, anything that is thrown is a failure.
      isSought: (error) => found === undefined || isFoundBy(found, error),
    },
    tally,
  )
  return { mutant, seed, tally, failure, exercised: listExercised(variant) }
}
