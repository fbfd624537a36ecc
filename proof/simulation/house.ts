import { type Bytes, type SecretId, type WireRequest, decodeBase64url } from '@letterlock/protocol'
import type { Answer } from '../../packages/server/src/guard/answer.ts'
import type { Deps, Route } from '../../packages/server/src/routes/route.ts'
import type { SqliteStore } from '../../packages/server/src/secrets/sqlite.ts'
import type { Settings } from '../../packages/server/src/settings.ts'
import type { Death } from './disk.ts'
import { Violation } from './knowledge.ts'
import type { Shipped } from './load.ts'
import type { VirtualProcess, World } from './world.ts'

/** How many copies of a message arrive: none, one, or more. */
export interface Fate {
  readonly request: number
  readonly reply: number
}

/** An answer on its way. */
export type Reply = Answer

/** A server that takes calls. */
interface Running {
  readonly process: VirtualProcess
  readonly deps: Deps
  readonly secrets: SqliteStore
  readonly stopSweeper: () => void
  /** Calls whose answers have not left yet. */
  readonly working: Set<Promise<unknown>>
  isStopping: boolean
}

/** A call whose caller still waits for it. */
interface Waiting {
  /** Copies of the request or the reply that are still under way. */
  copies: number
  readonly resolve: (reply: Reply | null) => void
}

export const DIRECTORY = '/data'
const SETTINGS = { inlineBytes: 65_536, lifetimesMs: [3_600_000, 86_400_000] } as unknown as Settings

/**
 * The server, put together as `server.ts` does it but for HTTP, on a machine that stops and is
 * started again; and the network in front of it.
 */
export class House {
  readonly world: World
  readonly #shipped: Shipped
  readonly #atServer = new Set<Waiting>()
  #running: Running | null = null
  #isUp = false
  #up = Promise.withResolvers<void>()
  readonly tally = { starts: 0, lostMessages: 0, copiedMessages: 0 }

  constructor(world: World, shipped: Shipped) {
    this.world = world
    this.#shipped = shipped
    world.onDeath = () => this.#fall()
    this.#comeUp()
  }

  /** Resolves once a server takes calls. */
  isUp(): Promise<void> {
    return this.#up.promise
  }

  /** End the machine between two acts of its disk. */
  stopHard(death: Death): void {
    this.world.die(death)
  }

  /** Stop in good order, and start again. */
  async stopSoftly(): Promise<void> {
    const running = this.#running
    if (running === null || running.isStopping) return
    const { process, working, secrets } = running
    running.isStopping = true
    running.stopSweeper()
    this.#isDown()
    await Promise.race([process.ended, Promise.allSettled(working).then(() => (process.isDead ? undefined : secrets.close()))])
    if (process.isDead) return
    this.world.end()
    this.#fall()
  }

  /**
   * Send a call over a network that loses, copies, delays and reorders.
   *
   * @param onArrival - told when a copy reaches the server; what it returns is told the answer, as that leaves.
   * @returns the first reply that arrives, or `null` if none does.
   */
  call(request: WireRequest, id: SecretId, fate: Fate, onArrival: () => (answer: Answer) => void): Promise<Reply | null> {
    const { promise, resolve } = Promise.withResolvers<Reply | null>()
    const waiting: Waiting = { copies: 0, resolve }
    this.#copy('request', fate.request, waiting, () => this.#arrive(request, id, fate, waiting, onArrival))
    return promise
  }

  #copy(label: string, copies: number, waiting: Waiting, arrive: () => void): void {
    if (copies === 0) this.tally.lostMessages++
    if (copies > 1) this.tally.copiedMessages++
    // What is lost is noticed as well: by waiting too long.
    waiting.copies += Math.max(1, copies)
    if (copies === 0) this.world.turn(`${label} lost`, () => this.#give(waiting))
    for (let i = 0; i < copies; i++) this.world.turn(label, arrive)
  }

  #give(waiting: Waiting, reply: Reply | null = null): void {
    waiting.copies--
    if (reply !== null || waiting.copies === 0) waiting.resolve(reply)
  }

  #arrive(request: WireRequest, id: SecretId, fate: Fate, waiting: Waiting, onArrival: () => (answer: Answer) => void): void {
    const running = this.#running
    if (running === null || running.isStopping || running.process.isDead) return this.#give(waiting)
    const route = this.#find(request)
    const onAnswer = onArrival()
    this.#atServer.add(waiting)
    const call = {
      id,
      bearer: (request.bearer === undefined ? new Uint8Array(0) : decodeBase64url(request.bearer)) as Bytes,
      body: request.body ?? '',
      range: undefined,
      isHead: false,
      isQueued: false,
      address: undefined,
    }
    const answered = this.#answer(running, route, call).then((answer) => {
      // A dead process answers nothing, whatever its promises still do.
      if (running.process.isDead || answer === null) return
      onAnswer(answer)
      this.#copy('reply', fate.reply, waiting, () => this.#give(waiting, answer))
      this.#give(waiting)
    })
    const working = answered.catch((error: unknown) => this.world.mistakes.push(error)).finally(() => running.working.delete(working))
    running.working.add(working)
  }

  async #answer(running: Running, route: Route, call: Parameters<Route['answer']>[0]): Promise<Answer | null> {
    try {
      return (await route.answer(call, running.deps)) as Answer
    } catch (error) {
      // The front door answers 503 where the store cannot; it can only be closing or broken here, and neither may be seen.
      if (running.process.isDead) return null
      throw error
    }
  }

  #find({ method, path }: WireRequest): Route {
    const template = `/${path}`.replace(/\/[0-9a-f]{32}/, '/:id')
    const found = this.#shipped.routes.find((route) => route.method === method && route.path === template)
    if (found === undefined) throw new TypeError(`no route for ${method} ${template}`)
    return found
  }

  #fall(): void {
    this.#running?.working.clear()
    this.#running = null
    this.#isDown()
    for (const waiting of this.#atServer) this.world.turn('connection lost', () => waiting.resolve(null))
    this.#atServer.clear()
    this.#comeUp()
  }

  #isDown(): void {
    if (this.#isUp) this.#up = Promise.withResolvers()
    this.#isUp = false
  }

  #comeUp(): void {
    this.world.turn('start', () => {
      if (this.world.process !== null) return
      const process = this.world.start(this.#shipped.serve)
      this.tally.starts++
      this.#start(process).catch((error: unknown) => {
        if (!process.isDead) this.world.mistakes.push(error)
      })
    })
  }

  /** As `startServer` does. */
  async #start(process: VirtualProcess): Promise<void> {
    const world = this.world
    const shipped = this.#shipped
    const options = {
      directory: DIRECTORY,
      startMs: world.wallMs(),
      acceptRestore: null,
      acceptClock: null,
      storedBytesMax: 1024 ** 3,
      freeBytesMin: 0,
      warnings: [],
    }
    const secrets = await shipped.openSqliteStore(options, new URL('file:///worker'), (reason) => {
      if (!process.isDead) world.mistakes.push(new Error(`the store broke: ${reason}`))
    })
    if (process.isDead) return
    if (secrets.started.fencedGeneration !== null) throw new Violation('P3', 'fenced, although nothing was restored')
    const sources = { wallMs: () => world.wallMs(), elapsedMs: () => world.elapsedMs(), uptimeMs: () => world.uptimeMs() }
    const clock = shipped.createClock(sources, secrets.started.floorMs)
    const now = () => clock.now()
    world.takeClock()
    const log = shipped.createLog(
      (text) => void world.mistakes.push(new Error(`logged: ${text}`)),
      () => world.wallMs(),
      'events',
    )
    const sweeper = shipped.startSweeper(secrets, now, log)
    const receiptStreams = shipped.createReceiptStreams({ heartbeatMs: 15_000, beatsMax: 240, streamsMax: 1000 }, () => {})
    const deps = { secrets, settings: SETTINGS, version: '0', now, limitCreate: () => null, isStopping: () => false, receiptStreams }
    this.#running = { process, deps, secrets, stopSweeper: () => sweeper.stop(), working: new Set(), isStopping: false }
    this.#isUp = true
    this.#up.resolve()
  }
}
