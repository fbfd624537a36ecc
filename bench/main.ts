// What one instance does in a second, beside a bare server that promises nothing.
//
//   npm run bench                    rounds of ours and of the bare server, in turn
//   npm run bench -- --rounds=9      more of them, for steadier medians
//   npm run bench -- --profile       what the server's threads spend their time on
//   npm run bench -- --server=FILE   another build's main.js
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { describeMachine } from './machine.ts'
import { describePageWeights } from './page-weights.ts'
import { BUILT_SERVER, type Load, type RunningProcess, readUsage, startBare, startLoad, startOurs } from './processes.ts'
import { profileServer } from './profile.ts'
import { SIDES, type Side, type Round, describeCpu, describeRates, runRound } from './rounds.ts'
import { describeStretching } from './stretch.ts'

/** Bytes of memory that an idle server may use. */
const IDLE_BYTES_MAX = 100e6
/** How long a server rests before its idle memory is read, in ms. */
const REST_MS = 1500
const MEMORY_SAMPLE_MS = 100

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    profile: { type: 'boolean', default: false },
    server: { type: 'string', default: BUILT_SERVER },
  },
})
const rounds = Number(values.rounds)
if (!Number.isSafeInteger(rounds) || rounds < 1 || rounds > 100) throw new TypeError('--rounds is a number from 1 to 100')

const folder = mkdtempSync(join(tmpdir(), 'letterlock-bench-'))
try {
  console.log(`Machine\n${describeMachine(folder)}\n`)
  if (values.profile) console.log(await profileServer(folder, values.server))
  else {
    await compare()
    const own = join(folder, 'stretch')
    mkdirSync(own)
    console.log(`Stretching a PIN in Chromium\n${await describeStretching(own, values.server)}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function compare(): Promise<void> {
  const running: { stop(): unknown }[] = []
  try {
    const ours = await startOurs(folder, values.server)
    running.push(ours)
    const bare = await startBare()
    running.push(bare)
    const load = startLoad()
    running.push(load)
    await measure({ ours, bare }, load)
  } finally {
    for (const { stop } of running.toReversed()) await stop()
  }
}

async function measure(servers: Readonly<Record<Side, RunningProcess>>, load: Load): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, REST_MS))
  const idle = readMemory(servers)
  const peak = { ...idle }
  const sampling = setInterval(() => {
    const now = readMemory(servers)
    for (const side of SIDES) peak[side] = Math.max(peak[side], now[side])
  }, MEMORY_SAMPLE_MS)
  // The first round of each warms up compilers and caches, and does not count.
  for (const side of SIDES) await runRound(load, servers[side])
  const done: Record<Side, Round[]> = { ours: [], bare: [] }
  for (let round = 1; round <= rounds; round++) {
    for (const side of SIDES) done[side].push(await runRound(load, servers[side]))
    process.stderr.write(`round ${round} of ${rounds} is done\n`)
  }
  clearInterval(sampling)
  console.log(`Operations, medians of ${rounds} rounds of ours and bare in turn\n${describeRates(done)}\n`)
  console.log(`Processor time for one operation, all threads\n${describeCpu(done)}\n`)
  console.log(`Memory (resident)\n${describeMemory(idle, peak)}\n`)
  console.log(`Page weights (bytes after brotli)\n${describePageWeights()}\n`)
}

function readMemory(servers: Readonly<Record<Side, RunningProcess>>): Record<Side, number> {
  return {
    ours: readUsage(servers.ours.pid)?.residentBytes ?? Number.NaN,
    bare: readUsage(servers.bare.pid)?.residentBytes ?? Number.NaN,
  }
}

function describeMemory(idle: Record<Side, number>, peak: Record<Side, number>): string {
  if (Number.isNaN(idle.ours)) return '  only read on Linux'
  const show = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  const verdict = idle.ours < IDLE_BYTES_MAX ? '' : `, which is over the ${show(IDLE_BYTES_MAX)} that it may use`
  return SIDES.map((side) => `  ${side}: idle ${show(idle[side])}, under load ${show(peak[side])}${side === 'ours' ? verdict : ''}`).join(
    '\n',
  )
}
