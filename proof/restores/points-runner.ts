// Restores every point of some runs in a process of its own, so that it can run changed files; tells the tally as JSON:
//
//   node --conditions=source proof/restores/points-runner.ts <seed> <runs> <calls>
import process from 'node:process'
import { restoreEveryPoint, type Tally } from './points.ts'

const [seed, runs, calls] = process.argv.slice(2).map(Number) as [number, number, number]
const cleans: (() => Promise<void> | void)[] = []
const tallies: Tally[] = []
for (let i = 0; i < runs; i++) tallies.push(await restoreEveryPoint({ after: (clean) => void cleans.push(clean) }, seed + i, calls))
for (const clean of cleans.toReversed()) await clean()
process.stdout.write(JSON.stringify(tallies))
