import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { type Behind, type ServerProcess, anInstance, until } from '../../packages/server/test/support/server-process.ts'
import { readEnded } from '../../packages/server/test/support/tracer.ts'
import { type Chance, drawChance } from '../chance.ts'
import { type Patch, type Patched, patching } from '../mutate.ts'
import { type Asked, type Subject, aSubject } from '../subject.ts'
import { AGED, AGED_SCRIPT, type AgedJob, type AgedName, listKeys } from './aged.ts'
import { Disk, type DiskEvent, type Snapshot, isKept } from './disk.ts'
import { gatherPeople } from './people.ts'
import { type Recorded, readTrace, recordInto } from './trace.ts'

/** A call, with when it began and was answered: in lines, and in how many things had happened to the disk by then. */
export interface TimedCall extends Asked {
  readonly index: number
  readonly outcome: string
  readonly beganAt: number
  readonly answeredAt: number
  readonly begunBehind: number
  readonly answeredBehind: number
}

/** Everything that happened to a data directory, and everything that was answered, in one order. */
export interface Recording {
  readonly events: readonly DiskEvent[]
  readonly subjects: readonly Subject[]
  readonly calls: readonly TimedCall[]
  /** Secrets whose time has come; they count once all of them have been put there. */
  readonly aged: readonly { readonly name: AgedName; readonly subject: Subject; readonly doneBehind: number }[]
  /** The wall clock at the end, in ms. */
  readonly endMs: number
}

export interface RecordSize {
  readonly seed: number
  /** New secrets in the first life of the server; a third as many come in each later one. */
  readonly people: number
  /** How often the server starts; it is killed, stopped and killed. */
  readonly lives: 1 | 3
  /** Secrets of each kind whose time has come; none leaves that life out. */
  readonly aged: number
  /** Whether a start before was killed when it had just made the directory, whose name is not flushed yet. */
  readonly isBegun: boolean
}

const MIB = 1024 ** 2

/** Below the root: the directory itself, and its name, are made while everything is recorded. */
const DATA = 'data'

/** Let the shipped server live on one directory, and record what it does to the disk. */
export async function record(t: Behind, size: RecordSize, patches: readonly Patch[] = []): Promise<Recording> {
  const recorder = new Recorder(t, patches, drawChance(size.seed))
  const third = Math.ceil(size.people / 3)
  if (size.isBegun) recorder.begin()
  await recorder.live(async (url) => recorder.people.come(url, size.people), 'kill')
  if (size.lives === 1) return recorder.finish()
  if (size.aged > 0) await recorder.putAged(size.aged)
  await recorder.live(async (url) => {
    await recorder.people.comeBack(url, third)
    await recorder.people.come(url, third)
  }, 'stop')
  await recorder.live(async (url) => {
    await recorder.people.come(url, third)
    await recorder.people.comeBack(url, third)
  }, 'kill')
  return recorder.finish()
}

class Recorder {
  readonly people: ReturnType<typeof gatherPeople>
  readonly #instance: ReturnType<typeof anInstance>
  readonly #patched: Patched
  readonly #root: string
  readonly #trace: string
  readonly #events: { readonly at: number; readonly event: DiskEvent }[] = []
  readonly #calls: { readonly index: number; readonly beganAt: number; readonly answeredAt: number }[] = []
  readonly #aged: { readonly name: AgedName; readonly subject: Subject; readonly doneAt: number }[] = []
  readonly #disk = new Disk()
  #snapshot: Snapshot = { names: new Map(), directories: new Set(['']), nodes: 0 }
  #lines = 0

  constructor(t: Behind, patches: readonly Patch[], chance: Chance) {
    this.people = gatherPeople(chance)
    this.#instance = anInstance(t)
    this.#patched = patching(t, patches)
    this.#root = join(this.#instance.directory, 'root')
    this.#trace = join(this.#instance.directory, 'trace')
    mkdirSync(this.#root, { mode: 0o700 })
  }

  /** Do what a start does first, and no more. */
  begin(): void {
    const event = { kind: 'makeDirectory', path: DATA } as const
    mkdirSync(join(this.#root, DATA), { mode: 0o700 })
    this.#disk.apply(event)
    this.#events.push({ at: this.#lines, event })
    this.#snapshot = this.#disk.snapshot()
  }

  /** One life of a server, from its start to its end. */
  async live(act: (url: string) => Promise<void>, end: 'kill' | 'stop'): Promise<void> {
    const env = {
      ...this.#patched.env,
      LETTERLOCK_DATA_DIR: join(this.#root, DATA),
      // The ballast is written down byte by byte as well, and says nothing.
      LETTERLOCK_FREE_BYTES_MIN: String(MIB),
      LETTERLOCK_LIMITS: 'off',
      LETTERLOCK_LOG: 'events',
    }
    const server = await this.#instance.start(env, { before: recordInto(this.#trace) })
    this.#patched.assertApplied()
    const before = this.people.made.length
    await act(server.url)
    await (end === 'kill' ? server.kill() : server.stop())
    this.#read(await this.#readEnded(server), before)
  }

  /** Put secrets there whose time has come. */
  async putAged(count: number): Promise<void> {
    const names = Object.keys(AGED) as AgedName[]
    const aged = Array.from({ length: count * names.length }, (_, n) => ({
      name: names[n % names.length] as AgedName,
      subject: aSubject(),
    }))
    const secrets = aged.map(({ name, subject }) => ({ name, keys: listKeys(subject) }))
    const job: AgedJob = { directory: join(this.#root, DATA), nowMs: Date.now(), secrets }
    const [command, ...words] = [...recordInto(this.#trace), process.execPath, '--conditions=source', AGED_SCRIPT, JSON.stringify(job)]
    const child = spawn(command, words, {
      env: { PATH: process.env['PATH'] ?? '', ...this.#patched.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    const code = await new Promise((resolve) => child.on('close', resolve))
    if (code !== 0) throw new Error(`aged secrets could not be made: ${said}`)
    this.#read(await this.#readEnded({ pid: child.pid as number }), this.people.made.length)
    this.#aged.push(...aged.map((one) => ({ ...one, doneAt: this.#lines })))
  }

  finish(): Recording {
    const events = this.#events.toSorted((a, b) => a.at - b.at)
    const countBefore = (at: number) => {
      const next = events.findIndex((event) => event.at > at)
      return next === -1 ? events.length : next
    }
    const calls = this.#calls.map(({ index, beganAt, answeredAt }) => {
      const { kind, by, outcome, index: subject } = this.people.made[index] as (typeof this.people.made)[number]
      return {
        kind,
        by,
        outcome,
        index: subject,
        beganAt,
        answeredAt,
        begunBehind: countBefore(beganAt),
        answeredBehind: countBefore(answeredAt),
      }
    })
    const aged = this.#aged.map(({ name, subject, doneAt }) => ({ name, subject, doneBehind: countBefore(doneAt) }))
    return { events: events.map(({ event }) => event), subjects: this.people.subjects, calls, aged, endMs: Date.now() }
  }

  async #readEnded({ pid }: Pick<ServerProcess, 'pid'>): Promise<string> {
    const text = await until('the trace to end', () => readEnded(this.#trace, pid, '(?:exited with|killed by) '))
    rmSync(this.#trace)
    return text
  }

  /** Take one life over: what it did to the disk, and when its calls began and were answered. */
  #read(text: string, firstCall: number): void {
    const recorded = readTrace(text, this.#root, this.#snapshot)
    this.#takeEvents(recorded)
    const seen = new Map<number, number>()
    this.people.made.slice(firstCall).forEach(({ port }, n) => {
      // A port may come again; its connections are taken and answered in the order of its calls.
      const nth = seen.get(port) ?? 0
      seen.set(port, nth + 1)
      const [beganAt, answeredAt] = [recorded.taken, recorded.answered].map((list) => list.filter((one) => one.port === port)[nth]?.at)
      if (beganAt === undefined || answeredAt === undefined) throw new Error('the trace lacks a call')
      this.#calls.push({ index: firstCall + n, beganAt: this.#lines + beganAt, answeredAt: this.#lines + answeredAt })
    })
    this.#lines += recorded.endedAt
  }

  /** What a killed process had not finished may have been done or not: the disk itself tells. */
  #takeEvents({ events }: Recorded): void {
    const unfinished = events.filter(({ isFinished }) => !isFinished)
    const apply = (list: Recorded['events']) => {
      for (const { at, event } of list) {
        this.#disk.apply(event)
        this.#events.push({ at: this.#lines + at, event })
      }
    }
    apply(events.filter(({ isFinished }) => isFinished))
    if (this.#findDifference() !== null) apply(unfinished)
    const difference = this.#findDifference()
    if (difference !== null) throw new Error(`the record and the disk differ in ${difference}`)
    this.#snapshot = this.#disk.snapshot()
  }

  /** A path at which the disk is not what the record says, or `null`: the record is whole. */
  #findDifference(): string | null {
    const image = this.#disk.leave('all', NO_CHANCE)
    const found = readdirSync(this.#root, { recursive: true, encoding: 'utf8' }).filter(isKept)
    const missing = [...image.keys()].find((path) => !found.includes(path)) ?? found.find((path) => !image.has(path))
    if (missing !== undefined) return missing
    const differs = [...image].find(([path, content]) => content !== 'directory' && !readFileSync(join(this.#root, path)).equals(content))
    return differs?.[0] ?? null
  }
}

const NO_CHANCE = drawChance(0)
