import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type RawReply, type RawSecret, calls, makeSecret, send } from '../../packages/server/test/support/raw-client.ts'
import { type Behind, type ServerProcess, anInstance } from '../../packages/server/test/support/server-process.ts'
import { type Chance, drawChance } from '../chance.ts'
import { type FakedClock, fakeClock, startFaked } from './faked.ts'
import { type TimeOracle, aTimeOracle, judge } from './oracle.ts'

const MINUTE_MS = 60_000
/** Every step is a multiple of this, and no lifetime, lease or bound is near one: what a slow machine takes decides nothing. */
const GRID_MS = 25 * MINUTE_MS
const SLACK_MS = 3 * MINUTE_MS
const LEASE_MS = 10 * MINUTE_MS
/** Twelve minutes off the grid: minutes, hours, days, a year. */
const LIFETIMES_MS = [12, 37, 162, 5787, 525_587].map((minutes) => minutes * MINUTE_MS)
/** Steps that are followed at once: 25 and 50 minutes. */
const SHORT_MS = [1, 2].map((times) => times * GRID_MS)
/** Hours, days, a year, ten: steps that are held in doubt. */
const LONG_MS = [5, 230, 21_000, 210_000].map((times) => times * GRID_MS)
/** A doubt that stands for ten minutes is over: no walk may take so long. */
const WALK_MS_MAX = 540_000

export interface WalkSize {
  readonly moves: number
  readonly env?: Readonly<Record<string, string>>
}

/** What was asked on a walk, and what was answered against the specification. */
export interface Walk {
  asked: number
  /** Answers about secrets whose end had been told, or had come. */
  ended: number
  /** Answers while the time was in doubt and would have decided. */
  doubted: number
  readonly violations: string[]
}

interface Followed {
  readonly secret: RawSecret
  dueMs: number
  isClaimed: boolean
  hasEnded: boolean
}

/** Step a running server's clock by chance, restart it by chance, and ask it for everything after each move. */
export async function walkThroughTime(behind: Behind, library: string, seed: number, { moves, env = {} }: WalkSize): Promise<Walk> {
  const walker = new Walker(behind, library, drawChance(seed), env)
  const beganMs = performance.now()
  await walker.start()
  for (let i = 0; i < moves; i++) {
    await walker.move()
    assert.ok(performance.now() - beganMs < WALK_MS_MAX, 'this machine is too slow: a doubt may have ended by itself')
  }
  await walker.goHome()
  return walker.walk
}

class Walker {
  readonly walk: Walk = { asked: 0, ended: 0, doubted: 0, violations: [] }
  readonly #behind: Behind
  readonly #instance
  readonly #clock: FakedClock
  readonly #chance: Chance
  readonly #oracle: TimeOracle
  readonly #env: Readonly<Record<string, string>>
  readonly #followed: Followed[] = []
  readonly #path: string[] = []
  #server: ServerProcess | null = null

  constructor(behind: Behind, library: string, chance: Chance, env: Readonly<Record<string, string>>) {
    this.#behind = behind
    this.#instance = anInstance(behind)
    this.#clock = fakeClock(library, this.#instance.directory)
    this.#chance = chance
    this.#oracle = aTimeOracle(() => Date.now() + this.#clock.offsetMs())
    const directory = join(this.#instance.directory, 'data')
    mkdirSync(directory, { mode: 0o700 })
    const lifetimes = LIFETIMES_MS.map((ms) => `${ms / MINUTE_MS}m`).join()
    const plain = { LETTERLOCK_DATA_DIR: directory, LETTERLOCK_LIMITS: 'off', LETTERLOCK_LOG: 'events', LETTERLOCK_LIFETIMES: lifetimes }
    this.#env = { ...plain, ...this.#clock.env, ...env }
  }

  async start(): Promise<void> {
    this.#server = await startFaked(this.#behind, this.#instance, this.#env)
    for (const lifetimeMs of LIFETIMES_MS) await this.#create(lifetimeMs)
    await this.#look()
  }

  /** One thing that happens to a server or its clock; then everything is asked for. */
  async move(): Promise<void> {
    const kind = this.#chance.pick(['step', 'step', 'step', 'restart', 'claim', 'create'] as const)
    if (kind === 'step') this.#step(this.#pickStep())
    else if (kind === 'restart') await this.#restart(this.#chance.pick(['stop', 'kill']), this.#pickStep())
    else if (kind === 'claim') await this.#claim()
    else for (const lifetimeMs of LIFETIMES_MS) await this.#create(lifetimeMs)
    await this.#look()
  }

  /** The clock is right again: what was not over by then still waits, and what was over is. */
  async goHome(): Promise<void> {
    this.#step(-this.#clock.offsetMs())
    await this.#look()
    await this.#restart('stop', 0)
    await this.#look()
    const { violations } = this.walk
    await this.#server?.stop()
    this.#server = null
    if (violations.length > 0) violations.push(`after ${this.#path.join(', ')}`)
  }

  /** Somewhere near or far, ahead or back; or to where the clock is right again. */
  #pickStep(): number {
    const steps = this.#chance.pick([SHORT_MS, SHORT_MS, LONG_MS, null])
    return steps === null ? -this.#clock.offsetMs() : this.#chance.pick(steps) * this.#chance.pick([1, 1, -1])
  }

  #step(ms: number): void {
    this.#path.push(`a step of ${ms / MINUTE_MS} min`)
    this.#clock.step(ms)
  }

  async #restart(how: 'stop' | 'kill', stepMs: number): Promise<void> {
    await this.#server?.[how]()
    this.#path.push(how)
    if (stepMs !== 0) this.#step(stepMs)
    this.#oracle.restart()
    this.#server = await startFaked(this.#behind, this.#instance, this.#env)
  }

  async #ask(call: Parameters<typeof send>[1]): Promise<RawReply> {
    this.walk.asked++
    return send(this.#server?.url ?? '', call)
  }

  async #create(lifetimeMs: number): Promise<void> {
    const secret = makeSecret('until then', { lifetimeMs, sealed: randomBytes(1096) })
    const { ms, mayCreate } = this.#oracle.read()
    const reply = await this.#ask(calls.create(secret))
    const isMade = reply.status === 201
    if (reply.status !== (mayCreate ? 201 : 503)) this.#complain(`a create is ${reply.status}`)
    if (!isMade) return
    this.#oracle.write()
    const dueMs = Number(reply.json()['expiresAt'])
    if (Math.abs(dueMs - ms - lifetimeMs) > SLACK_MS) this.#complain(`a secret made at ${ms} for ${lifetimeMs} expires at ${dueMs}`)
    this.#followed.push({ secret, dueMs, isClaimed: false, hasEnded: false })
  }

  async #claim(): Promise<void> {
    const waiting = this.#followed.filter(({ isClaimed, hasEnded }) => !isClaimed && !hasEnded)
    if (waiting.length === 0) return
    const one = this.#chance.pick(waiting)
    const { ms } = this.#oracle.read()
    if ((await this.#check(one, calls.claim(one.secret))) !== 200) return
    this.#path.push('a claim')
    this.#oracle.write()
    one.isClaimed = true
    one.dueMs = ms + LEASE_MS
  }

  /** Ask for all that there is, and make one more, so that the floor is as high as it can be. */
  async #look(): Promise<void> {
    for (const one of this.#followed) await this.#check(one, one.isClaimed ? calls.claim(one.secret) : calls.peek(one.secret))
    await this.#create(LIFETIMES_MS.at(-1) ?? 0)
  }

  async #check(one: Followed, call: Parameters<typeof send>[1]): Promise<number> {
    const expected = judge(one.dueMs, one.hasEnded, this.#oracle.read(), SLACK_MS)
    const { status } = await this.#ask(call)
    if (expected === 410) this.walk.ended++
    if (expected === 503) this.walk.doubted++
    if (expected !== null && status !== expected) this.#complain(name(one, expected, status))
    if (status === 410) {
      one.hasEnded = true
      this.#oracle.write()
    }
    return status
  }

  #complain(what: string): void {
    this.walk.violations.push(what)
  }
}

function name({ isClaimed, hasEnded }: Followed, expected: number, status: number): string {
  const what = isClaimed ? 'a claimed secret' : 'a secret'
  if (status === 200 && expected === 410) return hasEnded ? `${what} is back after its end` : `${what} lives beyond its end`
  if (status === 410) return `${what} has ended early`
  return `${what} is ${status} instead of ${expected}`
}
