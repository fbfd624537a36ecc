import type { Scheduler } from 'fast-check'
import { drawChance } from '../chance.ts'
import { type Death, type Opened, Stopped, VirtualDisk } from './disk.ts'

/** What of the shipped code is started in a new process. */
export type Serve = (port: unknown, workerData: unknown) => void

/** How often an interval may come on its own in one life of a process; after that only with a pause. */
const BEATS_MAX = 3
/** A step of the clock that the server must not believe at once. SPEC §6.11. */
const STEP_MS_MAX = 3_600_000
const STEP_HELD_MS = 600_000
/** From here on, a step or an absence may be one that the server holds in doubt, in ms. */
const DOUBT_MS_MIN = 600_000

/** When the world begins, by its wall clock: a whole minute. */
export const T0 = Date.UTC(2200, 0, 1)

interface Timer {
  dueMs: number
  stop(): void
}

let current: World | null = null

/** Begin a world, which the shipped modules find themselves in until it is closed. */
export function beginWorld(scheduler: Scheduler, chance: number): World {
  current = new World(scheduler, chance)
  return current
}

/** The world that runs now; there is one at a time. */
export function theWorld(): World {
  if (current === null) throw new TypeError('there is no world')
  return current
}

/** A server's process, as far as the machine knows it. */
export class VirtualProcess {
  readonly startMs: number
  readonly files = new Map<number, Opened>()
  readonly serve: Serve
  readonly #world: World
  readonly timers = new Set<Timer & { readonly act: () => void; readonly everyMs: number | null; beats: number }>()
  isDead = false
  /** Whether it has begun to follow the clock. */
  hasClock = false
  readonly #end = Promise.withResolvers<void>()
  /** Resolves when it is dead. */
  readonly ended = this.#end.promise

  constructor(world: World, serve: Serve) {
    this.#world = world
    this.serve = serve
    this.startMs = world.ms
  }

  end(): void {
    this.isDead = true
    this.#end.resolve()
  }

  /** Do something in a turn of its own, whenever the scheduler pleases; never after the end of this process. */
  turn(label: string, act: () => void): void {
    this.#world.turn(label, () => {
      if (!this.isDead) act()
    })
  }

  startTimer(act: () => void, ms: number, isRepeated: boolean): { stop(): void } {
    const timer = { dueMs: this.#world.ms + ms, act, everyMs: isRepeated ? ms : null, beats: 0, stop: () => void this.timers.delete(timer) }
    this.timers.add(timer)
    this.#await(timer)
    return timer
  }

  /** Everything that is due, in order; what is due several times comes once. */
  fire(): void {
    const due = [...this.timers].filter(({ dueMs }) => dueMs <= this.#world.ms).toSorted((a, b) => a.dueMs - b.dueMs)
    for (const timer of due) {
      if (this.isDead || !this.timers.delete(timer)) continue
      if (timer.everyMs !== null) {
        timer.dueMs = this.#world.ms + timer.everyMs
        timer.beats++
        this.timers.add(timer)
        if (timer.beats < BEATS_MAX) this.#await(timer)
      }
      timer.act()
    }
  }

  /** Time may pass until a timer is due. */
  #await(timer: Timer & { readonly act: () => void; readonly everyMs: number | null; beats: number }): void {
    const { dueMs } = timer
    this.turn('time', () => {
      if (!this.timers.has(timer) || timer.dueMs !== dueMs) return
      this.#world.pass(Math.max(0, dueMs - this.#world.ms))
      this.fire()
    })
  }
}

/** One machine with its clock and disk, and everything that happens in one history. */
export class World {
  readonly disk: VirtualDisk
  readonly random: () => number
  readonly #scheduler: Scheduler
  /** What broke that should not: a mistake of the shipped code or of this simulation. */
  readonly mistakes: unknown[] = []
  /** What happened, line by line, for somebody who looks at one history. */
  readonly story: string[] = []
  process: VirtualProcess | null = null
  /** Ms that have truly passed. */
  ms = 0
  /** What the wall clock is wrong by. */
  #skewMs = 0
  #bootMs = 0
  /** The latest that an honest server may take the time for. */
  #latestMs = T0
  #aheadSinceMs: number | null = null
  #pausedMs = 0
  #hasSeen = false
  /** Batches in which the store answered more than one call. */
  batches = 0
  /** The time that the server has durably seen, as its answers tell. */
  seenMs = 0
  /** The latest that the wall clock has ever shown. */
  latestWallMs = T0
  /** Whether a server may hold something in doubt, or may have. */
  mayDoubt = false
  /** Told when the machine has stopped. */
  onDeath: () => void = () => {}

  constructor(scheduler: Scheduler, chance: number) {
    this.#scheduler = scheduler
    this.random = drawChance(chance).next
    this.disk = new VirtualDisk({ random: this.random, onDeath: (death) => this.die(death) })
  }

  note(line: string): void {
    this.story.push(`${(this.ms / 1000).toFixed(3)} ${line}`)
  }

  /** The process that runs. @throws Stopped for one that is dead and does not know. */
  living(): VirtualProcess {
    if (this.process === null || this.process.isDead) throw new Stopped('this process has ended')
    return this.process
  }

  turn(label: string, act: () => void): void {
    void this.#scheduler.schedule(Promise.resolve(), label).then(() => {
      this.pass(1)
      try {
        act()
      } catch (error) {
        if (!(error instanceof Stopped)) this.mistakes.push(error)
      }
    })
  }

  /** Wait for a turn of one's own. */
  wait(label: string): Promise<void> {
    return this.#scheduler.schedule(Promise.resolve(), label).then(() => this.pass(1))
  }

  /** Let the scheduler choose what comes next, until this is over. */
  async run(whole: Promise<void>): Promise<void> {
    const state = { isOver: false }
    const over = whole.finally(() => (state.isOver = true))
    over.catch(() => {})
    while (!state.isOver) {
      for (let i = 0; i < TICKS && !state.isOver; i++) await Promise.resolve()
      if (this.mistakes.length > 0) throw this.mistakes[0]
      if (state.isOver) break
      if (this.#scheduler.count() === 0) throw new Error('nothing is left to happen, and somebody still waits')
      await this.#scheduler.waitOne()
    }
    return over
  }

  start(serve: Serve): VirtualProcess {
    // A server cannot tell how long it was away from how long nothing happened.
    if (this.#pausedMs >= DOUBT_MS_MIN) this.mayDoubt = true
    this.process = new VirtualProcess(this, serve)
    this.note('start')
    return this.process
  }

  /** The process ends; the machine goes on. */
  end(): void {
    this.process?.end()
    this.process = null
  }

  die(death: Death): void {
    this.note(death)
    this.end()
    if (death === 'power') this.#bootMs = this.ms
    this.disk.die(death)
    this.onDeath()
  }

  wallMs(): number {
    return T0 + this.ms + this.#skewMs
  }

  /** Ms since the process that runs was started. */
  elapsedMs(): number {
    return this.ms - (this.process?.startMs ?? this.ms)
  }

  uptimeMs(): number {
    return this.ms - this.#bootMs
  }

  latestMs(): number {
    return this.#latestMs
  }

  pass(ms: number): void {
    this.ms += ms
    this.#latestMs += ms
    this.#follow()
  }

  /** The process gets no turn for a while; what came due meanwhile comes late, and once. */
  pause(ms: number): void {
    this.#pausedMs += ms
    this.note(`a pause of ${ms} ms`)
    if (this.#pausedMs >= DOUBT_MS_MIN && this.process?.hasClock !== true) this.mayDoubt = true
    this.pass(ms)
    this.process?.fire()
  }

  /** Somebody sets the clock. */
  step(ms: number): void {
    this.#skewMs += ms
    this.note(`the clock is set by ${ms} ms`)
    if (ms >= DOUBT_MS_MIN) this.mayDoubt = true
    this.#follow()
  }

  /** A server begins to follow the clock. One that has no time to go by takes the clock's. SPEC §6.11. */
  takeClock(): void {
    if (!this.#hasSeen) this.#latestMs = Math.max(this.#latestMs, this.wallMs())
    if (this.process !== null) this.process.hasClock = true
  }

  /** An answer tells what time it was when something became durable. A time in doubt need not be remembered. */
  see(ms: number): void {
    this.#hasSeen = true
    if (!this.mayDoubt) this.seenMs = Math.max(this.seenMs, ms)
  }

  /** An honest server follows its clock, but a jump only after it has stood for a while. SPEC §6.11. */
  #follow(): void {
    this.latestWallMs = Math.max(this.latestWallMs, this.wallMs())
    const aheadMs = this.wallMs() - this.#latestMs
    if (aheadMs > STEP_MS_MAX) {
      this.#aheadSinceMs ??= this.ms
      if (this.ms - this.#aheadSinceMs < STEP_HELD_MS) return
    }
    this.#aheadSinceMs = null
    this.#latestMs = Math.max(this.#latestMs, this.wallMs())
  }

  close(): void {
    this.end()
    this.disk.close()
    current = null
  }
}

/** Turns of promises that follow one another without anything else happening in between, at most. */
const TICKS = 40
