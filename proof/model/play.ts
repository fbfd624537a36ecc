import { execFile } from 'node:child_process'
import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Bytes, randomBytes } from '@letterlock/protocol'
import type { Operation } from '../../packages/server/src/secrets/message.ts'
import type { NewSecret, ReceiptRead } from '../../packages/server/src/secrets/store.ts'
import { T0, type Workspace, aClaim, aSecret, aWorkspace, at, putDatabase } from '../../packages/server/test/store/fixtures.ts'
import { MODEL } from './spin.ts'

const run = promisify(execFile)

/** Shorter than every lease, so that a claimed secret can outlive it as the model has it. */
const LIFETIME_MS = 300_000
/** What the model is built with by default. */
const ATTEMPTS = 2
const STEPS_MAX = 6000
const OUTPUT_BYTES_MAX = 1 << 24

/** Let the model take random steps, and tell what it says of them. */
export async function drawRun(seed: number): Promise<readonly string[]> {
  // Where crashes are few, a secret comes further before its end.
  const options = { timeout: 60_000, maxBuffer: OUTPUT_BYTES_MAX, env: { PATH: '/usr/bin:/bin' } }
  const done = await run('spin', ['-DPLAY', `-DCRASHES=${seed % 4}`, `-n${seed}`, `-u${STEPS_MAX}`, MODEL], options).catch(
    (error: { stdout?: string }) => error,
  )
  return (done.stdout ?? '')
    .split('\n')
    .filter((line) => /^ {4,}[a-z]/.test(line))
    .map((line) => line.trim().replace(/^answer (\d+)/, (_line, number) => `answer ${STATES[STATES.length - Number(number)]}`))
}

/** Spin numbers names from the last to the first. */
const STATES = /^mtype:state = \{ (.+) \}$/m.exec(readFileSync(MODEL, 'utf8'))?.[1]?.split(', ') ?? []

export interface Played {
  /** States that were compared. */
  readonly compared: number
  /** Those of them that came behind a database that was put back. */
  readonly restored: number
  /** The first that differed; `null` if all were alike. */
  readonly difference: string | null
}

/**
 * Play a run of the model on the shipped engine with its files, and compare the states they come to.
 * A run ends where the model dies within a step of the engine, which cannot be had here.
 *
 * @param wrong - what is wrong with the engine, on purpose.
 */
export function play(workspace: Workspace, lines: readonly string[], wrong: Wrong = {}): Played {
  const player = new Player(workspace, wrong)
  for (const [i, line] of lines.entries()) {
    const told = player.follow(line)
    if (told === 'over') break
    if (told !== null) return { ...player.told(), difference: `${told}, after ${lines.slice(0, i + 1).join(', ')}` }
  }
  return { ...player.told(), difference: null }
}

/** Runs of the model, played on the engine. */
export interface Performance {
  readonly runs: number
  readonly compared: number
  readonly restored: number
  readonly differences: readonly string[]
}

/** Draw so many runs and play each on an engine of its own; with an engine that is wrong, until one differs. */
export async function playRuns(seed: number, runs: number, wrong?: Wrong): Promise<Performance> {
  const differences: string[] = []
  let compared = 0
  let restored = 0
  let i = 0
  for (; i < runs; i++) {
    if (wrong !== undefined && differences.length > 0) break
    const lines = await drawRun(seed + i)
    const endings: (() => void)[] = []
    try {
      const played = play(aWorkspace({ after: (act) => endings.push(act) }), lines, wrong)
      compared += played.compared
      restored += played.restored
      if (played.difference !== null) differences.push(`run ${seed + i}: ${played.difference}`)
    } finally {
      for (const end of endings) end()
    }
  }
  return { runs: i, compared, restored, differences }
}

/** How an engine is made one that is wrong. */
export interface Wrong {
  /** What it is asked instead. */
  readonly bend?: (operation: Operation, secret: NewSecret) => Operation
  /** What a crash does to its files besides. */
  readonly atCrash?: (directory: string) => void
  /** What a restore of its database does to its files besides, of which the copy has some. */
  readonly atRestore?: (directory: string, copy: string) => void
}

class Player {
  #compared = 0
  #restored = 0
  #isRestored = false
  readonly #workspace: Workspace
  readonly #wrong: Wrong
  #directory: string
  #store: ReturnType<Workspace['open']> | null
  #copy: string | null = null
  #batch: Operation[] = []
  /** Whether the model is between two steps of what the engine does in one. */
  #isWithin = false
  #hasTimePassed = false
  #ms = T0
  #createdMs = T0
  #leaseUntilMs = T0
  readonly #secret = aSecret({ lifetimeMs: LIFETIME_MS, attempts: ATTEMPTS })
  readonly #claims: readonly Bytes[] = [randomBytes(32), randomBytes(32)]
  readonly #wrongProofs: readonly Bytes[] = [0, 1, 2, 3].map(() => randomBytes(32))

  constructor(workspace: Workspace, wrong: Wrong) {
    this.#wrong = wrong
    this.#workspace = workspace
    this.#directory = workspace.directory()
    this.#store = workspace.open(this.#directory)
  }

  /** How much was compared. */
  told(): Omit<Played, 'difference'> {
    return { compared: this.#compared, restored: this.#restored }
  }

  /** Do what a line says; what is otherwise than it says, `over` if that cannot be done here, or `null`. */
  follow(line: string): string | null {
    const [what = '', first = '', second = ''] = line.split(' ')
    switch (what) {
      case 'create':
        if (this.#hasTimePassed) return 'over'
        this.#createdMs = this.#batch.length === 0 && this.#leaseUntilMs === T0 ? this.#ms : this.#createdMs
        return this.#add({ op: 'create', secret: { ...this.#secret }, now: at(++this.#ms) })
      case 'peek':
        return this.#add({ op: 'peek', id: this.#secret.id, accessHash: this.#secret.accessHash, now: at(++this.#ms) })
      case 'burn':
        return this.#add({ op: 'burn', id: this.#secret.id, receiptHash: this.#secret.receiptHash, now: at(++this.#ms) })
      case 'claim':
        return this.#claim(Number(first), this.#secret.proofHash)
      case 'guess':
        return this.#claim(Number(first), this.#wrongProofs[Number(second)] as Bytes)
      case 'ack': {
        const ackHash = second === 'right' ? this.#secret.ackHash : randomBytes(32)
        return this.#add({ op: 'ack', id: this.#secret.id, claimHash: this.#claims[Number(first)] as Bytes, ackHash, now: at(++this.#ms) })
      }
      case 'lifetime':
        return this.#pass(this.#createdMs + LIFETIME_MS + 10)
      case 'lease':
        return this.#isWithin ? 'over' : this.#pass(this.#leaseUntilMs)
      case 'commit':
        this.#isWithin = true
        return null
      case 'ready':
        this.#isWithin = false
        return null
      case 'answer':
        return this.#answer(line)
      case 'settle':
        this.#store?.engine.settle()
        return null
      default:
        return this.#isWithin ? 'over' : this.#outside(line)
    }
  }

  #add(operation: Operation): null {
    this.#batch.push(this.#wrong.bend?.(operation, this.#secret) ?? operation)
    return null
  }

  #claim(who: number, proofHash: Bytes): null {
    const claim = aClaim(this.#secret, { claimHash: this.#claims[who] as Bytes, proofHash })
    return this.#add({ op: 'claim', claim, now: at(++this.#ms) })
  }

  #pass(untilMs: number): null {
    this.#ms = Math.max(this.#ms, untilMs)
    this.#hasTimePassed = true
    return null
  }

  /** Carry out the batch, and see whether the secret is what the model says. */
  #answer(line: string): string | null {
    if (this.#store === null) return 'the model answers without a process'
    this.#isWithin = false
    const now = this.#batch.at(-1)
    const look: Operation = {
      op: 'receipt',
      id: this.#secret.id,
      receiptHash: this.#secret.receiptHash,
      now: now !== undefined && 'now' in now ? now.now : at(this.#ms),
    }
    const read = this.#store.together([...this.#batch, look]).at(-1) as ReceiptRead
    this.#batch = []
    const life = read.outcome === 'receipt' ? read.life : null
    if (life?.leaseUntilMs != null) this.#leaseUntilMs = life.leaseUntilMs
    const told = life === null ? 'answer absent 0 0' : `answer ${life.state} ${Number(life.confirmed)} ${life.attemptsLeft}`
    this.#count()
    return told === line ? null : `the engine says "${told}" where the model says "${line}"`
  }

  #count(): void {
    this.#compared++
    if (this.#isRestored) this.#restored++
  }

  /** What befalls the process, and its files. */
  #outside(line: string): string | null {
    switch (line) {
      case 'copy':
        this.#copy = this.#workspace.copyOf(this.#directory)
        return null
      case 'crash':
        this.#directory = this.#workspace.copyOf(this.#directory)
        this.#store?.close()
        this.#store = null
        this.#batch = []
        this.#wrong.atCrash?.(this.#directory)
        return null
      case 'restore':
        putDatabase(this.#copy as string, this.#directory)
        this.#isRestored = true
        this.#wrong.atRestore?.(this.#directory, this.#copy as string)
        return null
      case 'lose vault':
        for (const name of readdirSync(join(this.#directory, 'vault'))) rmSync(join(this.#directory, 'vault', name))
        return null
      case 'start':
        return this.#open(null, false)
      case 'fenced':
        return this.#open(null, true)
      case 'accept': {
        const shown = this.#store?.engine.started.fencedGeneration ?? null
        this.#store?.close()
        return this.#open(shown, false)
      }
      default:
        return null
    }
  }

  #open(acceptRestore: number | null, isFenced: boolean): string | null {
    this.#store = this.#workspace.open(this.#directory, { startMs: this.#ms, acceptRestore })
    this.#count()
    this.#isWithin = !isFenced
    const found = this.#store.engine.started.fencedGeneration !== null
    return found === isFenced ? null : `the engine ${found ? 'is fenced' : 'starts'} where the model does not`
  }
}
