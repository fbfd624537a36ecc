import { createHash } from 'node:crypto'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from '@letterlock/protocol'
import type { Behind } from '../../packages/server/test/support/server-process.ts'
import {
  type Asked,
  T0,
  type Workspace,
  aClaim,
  aSecret,
  aWorkspace,
  askEverything,
  at,
  putDatabase,
  witnessed,
} from '../../packages/server/test/store/fixtures.ts'
import { type Chance, drawChance } from '../chance.ts'
import { type Known, type Run, act, contradict, truthOf } from './truth.ts'

/** What was tried with restored copies, and what went wrong. */
export interface Tally {
  /** Copies that were put back, each with the witness or without. */
  restores: number
  /** Of them, those that were older than the witness, or without one. */
  older: number
  /** Secrets that were asked for after a restore. */
  secrets: number
  /** Secrets that had ended or been claimed, and were asked for by somebody new. */
  gone: number
  /** Secrets that still waited, could be opened, and were. */
  opened: number
  /** Wrong PINs after a restore. */
  guesses: number
  readonly violations: string[]
}

/** A copy of the database, and what the witness said then. */
interface Point {
  readonly path: string
  readonly step: number
  readonly generation: number
}

/** Run a store by chance, copy its database after each call, and put every copy back. */
export async function restoreEveryPoint(behind: Behind, seed: number, calls: number): Promise<Tally> {
  const chance = drawChance(seed)
  const workspace = aWorkspace({ after: (clean) => behind.after(clean) })
  const directory = workspace.directory()
  const tally: Tally = { restores: 0, older: 0, secrets: 0, gone: 0, opened: 0, guesses: 0, violations: [] }
  const run: Run = { secrets: [], nowMs: T0 }
  const points: Point[] = []
  let store = workspace.open(directory)
  for (let step = 0; step < calls; step++) {
    act(chance, run, store, step)
    // A server settles within a second of a change; a new start comes from time to time.
    if (chance.below(3) > 0) store.engine.settle()
    if (chance.below(8) === 0) {
      store.close()
      store = workspace.open(directory, { startMs: run.nowMs })
    }
    points.push(copyDatabase(workspace, directory, step))
  }
  const end = workspace.copyOf(directory)
  store.close()
  for (const point of points) {
    for (const hasWitness of [true, false]) restore({ workspace, run, tally, chance, end, point, hasWitness })
    rmSync(point.path, { recursive: true })
  }
  return tally
}

function copyDatabase(workspace: Workspace, directory: string, step: number): Point {
  const path = workspace.directory()
  putDatabase(directory, path)
  return { path, step, generation: witnessed(directory) ?? 0 }
}

interface Restore {
  readonly workspace: Workspace
  readonly run: Run
  readonly tally: Tally
  readonly chance: Chance
  /** The directory as the run left it. */
  readonly end: string
  readonly point: Point
  readonly hasWitness: boolean
}

/** Put one copy under the vault of the end, start, and ask for everything. */
function restore(restored: Restore): void {
  const { workspace, run, tally, chance, end, point, hasWitness } = restored
  const where = `the copy after call ${point.step}, ${hasWitness ? 'with' : 'without'} the witness`
  const say = (what: string) => tally.violations.push(`${where}: ${what}`)
  const directory = workspace.directory()
  cpSync(join(end, 'vault'), join(directory, 'vault'), { recursive: true })
  putDatabase(point.path, directory)
  if (!hasWitness) rmSync(join(directory, 'vault', 'witness'))
  const last = witnessed(end) ?? 0
  const shown = hasWitness ? last : point.generation
  const mustFence = hasWitness ? point.generation < last : true
  tally.restores++
  if (mustFence) {
    tally.older++
    const open = (acceptRestore: number | null) => workspace.open(directory, { startMs: run.nowMs, acceptRestore })
    checkFence(open(null), restored, directory, shown, say)
    for (const wrong of [shown + 1, chance.pick([shown - 1, 0, 2 ** 40])]) {
      const store = open(wrong)
      if (wrong !== shown && store.engine.started.fencedGeneration !== shown) say(`${wrong} lifts a fence that shows ${shown}`)
      store.close()
    }
  }
  const store = workspace.open(directory, { startMs: run.nowMs, acceptRestore: mustFence ? shown : null })
  if (store.engine.started.fencedGeneration !== null) say('stays fenced')
  else for (const one of run.secrets) ask(store, one, restored, say)
  store.close()
  if (mustFence) {
    putDatabase(point.path, directory)
    const again = workspace.open(directory, { startMs: run.nowMs, acceptRestore: shown })
    if (again.engine.started.fencedGeneration === null) say('a value that was used lifts a later fence')
    again.close()
  }
  rmSync(directory, { recursive: true })
}

/** Fenced: whatever is asked is not answered, and the vault stays as it is. */
function checkFence(store: Asked, { run }: Restore, directory: string, shown: number, say: (what: string) => void): void {
  const read = () =>
    createHash('sha256')
      .update(readFileSync(join(directory, 'vault', 'shares')))
      .digest('hex')
  const before = read()
  if (store.engine.started.fencedGeneration !== shown)
    say(`starts with ${String(store.engine.started.fencedGeneration)}, not fenced at ${shown}`)
  else {
    const answers = [aSecret(), ...run.secrets.map(({ secret }) => secret)].flatMap((secret) => askEverything(store, secret))
    const others = [...answers, ...store.together([{ op: 'sweep', now: at(run.nowMs + 10 ** 9) }]).map(({ outcome }) => outcome)].filter(
      (outcome) => outcome !== 'unavailable',
    )
    if (others.length > 0) say(`fenced, and answers ${others.join(', ')}`)
    store.engine.settle()
  }
  store.close()
  if (store.engine.started.fencedGeneration === shown && read() !== before) say('fenced, and changes the vault')
}

/** After the fence was lifted, or where there was none: nothing opens again, receipts are true, what waits opens. */
function ask(store: Asked, one: Known, { run, tally, point }: Restore, say: (what: string) => void): void {
  const { secret, createdAtStep, claim, failed } = one
  const now = at(run.nowMs)
  const truth = truthOf(one, run.nowMs)
  tally.secrets++
  const read = store.receipt(secret, now)
  if (createdAtStep > point.step) {
    if (read.outcome !== 'unknown' || store.claim(aClaim(secret), now).outcome !== 'unknown')
      say('knows a secret that its copy does not hold')
    return
  }
  const lie =
    read.outcome === 'receipt' ? contradict(truth, read.life, failed) : `the receipt of a secret that is ${truth} is ${read.outcome}`
  if (lie !== null) say(lie)
  if (truth !== 'waiting') {
    tally.gone++
    const outcome = store.claim(aClaim(secret), now).outcome
    if (outcome !== 'gone') say(`a secret that is ${truth} is ${outcome} for somebody else`)
    const again = claim === null ? null : store.claim(claim, now)
    if (again?.outcome === 'claimed' && truth !== 'claimed') say(`a secret that is ${truth} is given out again`)
    return
  }
  for (let left = (secret.attempts ?? 1) - failed; left > 1; left--) {
    const guessed = store.claim(aClaim(secret, { proofHash: randomBytes(32) }), now)
    tally.guesses++
    if (guessed.outcome !== 'pin_wrong' || guessed.attemptsLeft !== left - 1)
      say(`a wrong PIN with ${left} left is ${guessed.outcome}, ${String('attemptsLeft' in guessed ? guessed.attemptsLeft : null)} left`)
  }
  const opened = store.claim(aClaim(secret), now)
  if (opened.outcome !== 'claimed') say(`a secret that waits is ${opened.outcome}`)
  else if (Buffer.compare(opened.share, secret.share) !== 0 || Buffer.compare(opened.sealed, secret.sealed) !== 0) say('other bytes')
  else tally.opened++
  const other = store.claim(aClaim(secret), now)
  if (other.outcome !== 'gone') say(`a secret that was just opened is ${other.outcome} for somebody else`)
}
