// Runs one stage in a process of its own, and keeps its result:
//
//   node --conditions=source proof/run-stage.ts <name> <seed>
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { isSameSubject, readSubject, writeResult } from './results.ts'
import { type Figure, type Stage, isProven } from './stage.ts'
import { STAGES, loadStage } from './stages.ts'

const name = STAGES.find((stage) => stage === process.argv[2])
const seed = Number(process.argv[3])
if (name === undefined || !Number.isSafeInteger(seed)) throw new TypeError('run-stage.ts <name> <seed>')

const subject = readSubject()
const startMs = performance.now()
const cleans: (() => Promise<void> | void)[] = []
let figures: readonly Figure[] = []
let failure: string | null = null
try {
  const stage = await loadStage(name)
  need(stage)
  figures = await stage.run({
    seed,
    say: (line) => console.log(`  ${line}`),
    after: (clean) => void cleans.push(clean),
  })
} catch (error) {
  failure = (error as Error).stack ?? String(error)
}
for (const clean of cleans.toReversed()) {
  try {
    await clean()
  } catch (error) {
    failure ??= `could not clean up: ${(error as Error).stack ?? String(error)}`
  }
}
if (!isSameSubject(readSubject(), subject)) failure ??= 'the sources changed while it ran'

writeResult(name, { subject, seed, endedAtMs: Date.now(), tookMs: performance.now() - startMs, figures, failure })
if (failure !== null) console.error(failure)
for (const figure of figures.filter((figure) => !isProven(figure))) console.error(`NOT PROVEN ${JSON.stringify(figure)}`)
process.exitCode = failure === null && figures.length > 0 && figures.every(isProven) ? 0 : 1

/** Have what a stage needs installed, where that is ours to do; otherwise say how. */
function need({ packages = {} }: Stage): void {
  const missing = Object.keys(packages).filter((name) => !existsSync(packages[name] as string))
  if (missing.length === 0) return
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version'))
    throw new Error(`needs ${missing.join(', ')}. On Debian: sudo ${command}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const line of ['apt-get update -qq', `${command} -qq`]) {
    const done = spawnSync(line.split(' ')[0] as string, line.split(' ').slice(1), { stdio: 'inherit', env })
    if (done.status !== 0) throw new Error(`"${line}" ended with ${done.status}`)
  }
}
