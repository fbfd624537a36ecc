import * as fc from 'fast-check'
import { VirtualDisk } from './disk.ts'
import { type Act, type History, type Weather, aHistory } from './history.ts'
import { House } from './house.ts'
import type { Shipped } from './load.ts'
import { type Made, ask, askedBy, create, make } from './people.ts'
import { Violation } from './knowledge.ts'
import { type World, beginWorld } from './world.ts'

/** What histories have come past. If one of these stays 0, the simulation no longer tries it. */
export interface Tally {
  histories: number
  receipts: number
  opened: number
  openedAgain: number
  starts: number
  cuts: number
  lostWrites: number
  tornWrites: number
  lostMessages: number
  copiedMessages: number
  batches: number
}

export function emptyTally(): Tally {
  return {
    histories: 0,
    receipts: 0,
    opened: 0,
    openedAgain: 0,
    starts: 0,
    cuts: 0,
    lostWrites: 0,
    tornWrites: 0,
    lostMessages: 0,
    copiedMessages: 0,
    batches: 0,
  }
}

/** A history in which a promise was broken, and how to see it again. */
export interface Failure {
  readonly promise: string
  readonly what: string
  readonly seed: number
  readonly path: string
  /** Histories until it was found. */
  readonly runs: number
  /** The last history that broke it, the smallest where it was looked for. */
  readonly story: readonly string[]
}

/** Let one history happen. @throws Violation */
export async function live(
  shipped: Shipped,
  scheduler: fc.Scheduler,
  history: History,
  tally: Tally,
  tell: (story: readonly string[]) => void,
): Promise<void> {
  const world = beginWorld(scheduler, history.chance)
  try {
    if (!history.isNew) prepareDisk(world.disk)
    const house = new House(world, shipped)
    const secrets = history.secrets.map((made, which) => make(world, which, made))
    await world.run(happen(world, house, secrets, history, tally))
    count(world, house, secrets, tally)
  } catch (error) {
    tell(world.story)
    throw error
  } finally {
    world.close()
  }
}

/** The files of a vault that has grown before, and holds nothing now: a start makes the rest. */
function prepareDisk(disk: VirtualDisk): void {
  for (const [path, bytes] of [
    ['/data/vault/CACHEDIR.TAG', new Uint8Array(1)],
    ['/data/vault/shares', emptyVault()],
    ['/data/vault/witness', new Uint8Array(0)],
  ] as const) {
    disk.files.set(path, { live: bytes, durable: bytes.slice(), unsynced: [], isNameDurable: true })
  }
}

/** A header and a few free slots. SPEC §9.3. */
function emptyVault(): Uint8Array {
  const bytes = new Uint8Array(128 * 5)
  bytes.set(new TextEncoder().encode('LLVAULT1'))
  new DataView(bytes.buffer).setUint32(8, 1)
  new DataView(bytes.buffer).setUint32(12, 128)
  return bytes
}

async function happen(world: World, house: House, secrets: readonly Made[], history: History, tally: Tally): Promise<void> {
  const weather = brew(world, house, history.weather)
  const sending = history.acts.filter(({ who }) => who === 'sender')
  const people = Map.groupBy(
    history.acts.filter(({ who }) => who !== 'sender'),
    ({ who }) => who,
  )
  const creating = secrets.map((made, which) =>
    create(
      house,
      made,
      sending.filter(({ kind, secret }) => kind === 'create' && secret === which).map(({ fate }) => fate),
    ),
  )
  const acting = [sending.filter(({ kind }) => kind !== 'create'), ...people.values()].map((acts) =>
    act(world, house, secrets, acts, tally),
  )
  await Promise.all([...creating, ...acting, weather])
  world.disk.disarm()
  await conclude(world, house, secrets)
}

/** One after the other, whatever becomes of each. */
async function act(world: World, house: House, secrets: readonly Made[], acts: readonly Act[], tally: Tally): Promise<void> {
  const opened = new Set<Made>()
  for (const [attempt, each] of acts.entries()) {
    const made = secrets[each.secret] as Made
    if (!(await made.isShown)) continue
    await world.wait(String(each.who))
    const asked = askedBy(each, attempt)
    const reply = await ask(house, made, asked, each.fate)
    if (asked.kind !== 'claim' || reply?.status !== 200) continue
    if (opened.has(made)) tally.openedAgain++
    else tally.opened++
    opened.add(made)
  }
}

async function brew(world: World, house: House, weather: readonly Weather[]): Promise<void> {
  for (const each of weather) {
    await world.wait(each.kind)
    switch (each.kind) {
      case 'cut':
        if (each.acts === 0) house.stopHard(each.death)
        else world.disk.arm(each)
        break
      case 'stop':
        await house.stopSoftly()
        break
      case 'pause':
        world.pause(each.ms)
        break
      case 'step':
        world.step(each.ms)
        break
    }
  }
}

/** In the end everybody who still can, reads; and so once more when every lease is over. */
async function conclude(world: World, house: House, secrets: readonly Made[]): Promise<void> {
  const sure = { request: 1, reply: 1 }
  const look = async (made: Made, readers: readonly number[]) => {
    const isShown = await made.isShown
    await house.isUp()
    await ask(house, made, { kind: 'receipt' }, sure)
    if (isShown) for (const by of readers) await ask(house, made, { kind: 'claim', by, isRight: true, attempt: 0 }, sure)
  }
  if (world.random() < LEAPS) world.step(LEAP_MS)
  for (const made of secrets) await look(made, [0, 1, 2])
  world.pause(LEASE_OVER_MS)
  for (const made of secrets) await look(made, [2, 0])
}

/** In how many histories the clock leaps at the end, as a share of 1; and how far, in ms: beyond every lifetime. */
const LEAPS = 0.1
const LEAP_MS = 30 * 3_600_000
/** Longer than any lease that nobody keeps alive, in ms. SPEC §6.4. */
const LEASE_OVER_MS = 660_000

function count({ disk, batches }: World, house: House, secrets: readonly Made[], tally: Tally): void {
  tally.histories++
  tally.batches += batches
  for (const { oracle } of secrets) tally.receipts += oracle.receipts
  for (const name of ['cuts', 'lostWrites', 'tornWrites'] as const) tally[name] += disk.tally[name]
  for (const name of ['starts', 'lostMessages', 'copiedMessages'] as const) tally[name] += house.tally[name]
}

/** How long a smaller history is looked for in which the same goes wrong, in ms. */
const SHRINK_MS_MAX = 60_000

/** Let many histories happen, until one breaks a promise, or as it is sought. */
export async function simulate(
  shipped: Shipped,
  options: {
    readonly seed: number
    readonly runs: number
    readonly path?: string | undefined
    readonly shrinks: boolean
    /** Whether it ends at what was thrown; otherwise it goes on. */
    readonly isSought: (error: unknown) => boolean
  },
  tally: Tally,
): Promise<Failure | null> {
  const { seed, runs, path, shrinks, isSought } = options
  let story: readonly string[] = []
  const propertyOf = (tally: Tally) =>
    fc.asyncProperty(fc.scheduler(), aHistory, async (scheduler, history) => {
      try {
        await live(shipped, scheduler, history, tally, (lines) => (story = lines))
      } catch (error) {
        if (isSought(error)) throw error
      }
    })
  const checked = await fc.check(propertyOf(tally), {
    seed,
    numRuns: runs,
    endOnFailure: true,
    ...(path === undefined ? {} : { path }),
  })
  if (!checked.failed) return null
  const more = { seed, numRuns: runs, path: checked.counterexamplePath ?? '', interruptAfterTimeLimit: SHRINK_MS_MAX }
  const smaller = shrinks ? await fc.check(propertyOf(emptyTally()), more) : checked
  const { errorInstance: error, counterexamplePath } = smaller.failed && smaller.counterexamplePath !== null ? smaller : checked
  return {
    promise: error instanceof Violation ? error.promise : 'P3',
    what: error instanceof Violation ? error.message : String(error instanceof Error ? error.stack : error),
    seed,
    path: counterexamplePath ?? '',
    runs: checked.numRuns,
    story,
  }
}
