// Proves what we promise, stage by stage, and writes docs/proof.md:
//
//   npm run prove                    what has not been proven yet on this commit
//   npm run prove -- races power     these stages, again
//   npm run prove -- --fresh         everything, again
//   npm run prove -- --seed=7        with other chances
//
// Whatever ended it, the next call goes on where it stopped.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { describeMachine } from '../bench/machine.ts'
import { type Results, describeProofs, tellCommit } from './report.ts'
import { type Result, isSameSubject, readLastResult, readResult, readSubject, root } from './results.ts'
import { isProven } from './stage.ts'
import { STAGES, type StageName, loadStage } from './stages.ts'

const SEED = 20_261_126

const words = process.argv.slice(2)
const named = STAGES.filter((name) => words.includes(name))
const seed = Number(words.find((word) => word.startsWith('--seed='))?.slice('--seed='.length) ?? SEED)
const isFresh = words.includes('--fresh')
const unknown = words.filter((word) => !word.startsWith('--') && !(STAGES as readonly string[]).includes(word))
if (unknown.length > 0 || !Number.isSafeInteger(seed)) {
  console.error(`There is no stage ${unknown.join(', ')}. The stages are: ${STAGES.join(', ')}.`)
  process.exit(2)
}

const subject = readSubject()
console.log(`Proving ${tellCommit(root)}${subject.isChanged ? ' (with changes)' : ''}, seed ${seed}\n`)
const ran = new Map<StageName, Result>()
for (const name of STAGES) {
  const isWanted = named.length === 0 || named.includes(name)
  const kept = readResult(name, subject)
  const isKept = kept !== null && (!isWanted || (named.length === 0 && !isFresh && isWell(kept) && kept.seed === seed))
  if (isKept) {
    console.log(`kept    ${name}`)
    ran.set(name, kept)
    continue
  }
  if (!isWanted) continue
  console.log(`runs    ${name}`)
  const result = await runStage(name)
  if (!isSameSubject(result.subject, subject)) throw new Error('the sources are others than when this began; begin again')
  ran.set(name, result)
  console.log(
    `${isWell(result) ? 'proven ' : 'FAILED '} ${name}, ${(result.tookMs / 1000).toFixed(0)} s${result.failure === null ? '' : `: ${result.failure}`}`,
  )
  write(ran)
}
write(ran)
console.log(`\nWritten: docs/proof.md. ${ran.size} of ${STAGES.length} stages ran on this commit.`)
process.exitCode = [...ran.values()].every(isWell) ? 0 : 1

function isWell({ failure, figures }: Result): boolean {
  return failure === null && figures.length > 0 && figures.every(isProven)
}

/** Run a stage in its own process, which may not take longer than it says, nor leave anything running or lying about. */
async function runStage(name: StageName): Promise<Result> {
  const startMs = Date.now()
  const minutes = (await loadStage(name)).minutesMax
  const script = fileURLToPath(new URL('run-stage.ts', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-proof-'))
  // Some of what a stage starts runs as another user, who has to get through.
  chmodSync(folder, 0o711)
  const child = spawn(process.execPath, ['--conditions=source', script, name, String(seed)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TMPDIR: folder },
    detached: true,
  })
  // It has a group of its own, which no terminal ends.
  const stop = () => {
    endGroup(child)
    removeFolder(folder)
    process.exit(130)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  let isLate = false
  const deadline = setTimeout(() => {
    isLate = true
    endGroup(child)
  }, minutes * 60_000)
  await new Promise((resolve) => child.on('close', resolve))
  clearTimeout(deadline)
  process.off('SIGINT', stop).off('SIGTERM', stop)
  endGroup(child)
  removeFolder(folder)
  const result = readLastResult(name)
  if (result !== null && result.endedAtMs >= startMs) return result
  const failure = isLate ? `it took longer than ${minutes} minutes` : 'it ended without a result'
  return { subject, seed, endedAtMs: Date.now(), tookMs: Date.now() - startMs, figures: [], failure }
}

/** Remove the folder of a stage, and the disks that one which was ended has left mounted in it. */
function removeFolder(folder: string): void {
  const mounts = existsSync('/proc/self/mounts') ? readFileSync('/proc/self/mounts', 'utf8').split('\n') : []
  const paths = mounts.flatMap((line) => line.split(' ')[1] ?? []).filter((path) => path.startsWith(`${folder}/`))
  for (const path of paths) spawnSync('umount', ['-l', path])
  rmSync(folder, { recursive: true, force: true })
}

/** End what a stage has started, and the stage with it. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // Nothing of it is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function write(results: Results): void {
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-proof-'))
  const machine = describeMachine(folder)
    .split('\n')
    .map((line) => line.trim().replace(/^\w+\s+/, ''))
    .join('; ')
  rmSync(folder, { recursive: true })
  writeFileSync(join(root, 'docs/proof.md'), describeProofs(results, subject, machine))
}
