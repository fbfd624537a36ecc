import type { Stage } from '../stage.ts'
import { prove } from './figures.ts'

/** Histories of the shipped code in `npm run prove`. */
const RUNS = 50_000

/** The shipped store and routes, with a virtual clock, disk and network. */
export const stage: Stage = {
  minutesMax: 15,
  run: ({ seed, say, after }) => prove({ seed, runs: RUNS, say, after }),
}
