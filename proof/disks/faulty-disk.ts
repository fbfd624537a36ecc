import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RawReply, type RawRequest, type RawSecret, calls, send } from '../../packages/server/test/support/raw-client.ts'
import { countPieces, readPlaces } from '../../packages/server/test/support/scan.ts'
import { type Behind, type ServerProcess, anInstance, until } from '../../packages/server/test/support/server-process.ts'
import { type Patch, patching } from '../mutate.ts'
import { type Fault, copyDirectory, leaveFlushed, watchDisk } from './fault.ts'
import { type Seeded, asAnother, asGuesser, createSeeded, drawSecret } from './seeded.ts'

const ENV = { LETTERLOCK_FREE_BYTES_MIN: String(1024 ** 2), LETTERLOCK_LIMITS: 'off' }
const SEALED_BYTES = 600
const ATTEMPTS = 5
/** Longest time until what has ended is out of the log, on a machine that has other things to do, in ms. */
const SETTLE_MS_MAX = 30_000

/** Longest time until a server whose disk has failed says so, in ms. */
const STOP_MS_MAX = 30_000
/** The same for a server that was changed, which may never do so. */
const BROKEN_STOP_MS_MAX = 10_000

/** The secrets of a scenario. */
interface Cast {
  readonly waiting: RawSecret
  readonly created: RawSecret
  readonly kept: RawSecret
  readonly later: RawSecret
  readonly claimed: RawSecret
  readonly held: RawSecret
  readonly burned: RawSecret
  readonly last: RawSecret
  readonly pinned: RawSecret
  readonly guesser: RawSecret
}

/** A data directory in which the scenario begins, all of it flushed. */
export interface Scene {
  readonly directory: string
  readonly cast: Cast
  readonly seeded: Seeded
}

/** What became of one fault. */
export interface Outcome {
  /** Whether the scenario made so many calls that this one was reached. */
  readonly hasFailed: boolean
  readonly hasEnded: boolean
  /** What was wrong, a line each. */
  readonly wrong: readonly string[]
}

/** What was asked, and what was answered; `null` if nothing was. */
interface Asked {
  readonly what: keyof typeof EXPECTED
  readonly reply: RawReply | null
}

/** The answers of a healthy server. */
const EXPECTED = {
  create: 201,
  'another create': 201,
  claim: 200,
  guess: 403,
  ack: 204,
  'ack of what was claimed before': 204,
  burn: 204,
  "another's claim": 410,
  'a later create': 201,
  'a later claim': 200,
  'a later ack': 204,
  'a later burn': 204,
} as const

/** The calls that end a secret, and which. */
const ENDS = [
  { what: 'ack', name: 'claimed' },
  { what: 'ack of what was claimed before', name: 'held' },
  { what: 'burn', name: 'burned' },
  { what: 'a later ack', name: 'created' },
  { what: 'a later burn', name: 'last' },
] as const

/** Make the data directory that every fault begins with. */
export async function setScene(behind: Behind, seed: number): Promise<Scene> {
  const instance = anInstance(behind)
  const seeded = createSeeded(seed)
  const draw = (attempts?: number) => drawSecret(seeded, { sealedBytes: SEALED_BYTES, ...(attempts === undefined ? {} : { attempts }) })
  const pinned = draw(ATTEMPTS)
  const cast = {
    waiting: draw(),
    created: draw(),
    kept: draw(),
    later: draw(),
    claimed: draw(),
    held: draw(),
    burned: draw(),
    last: draw(),
    pinned,
    guesser: asGuesser(pinned, seeded),
  }
  const server = await instance.start(ENV)
  for (const name of ['waiting', 'claimed', 'held', 'burned', 'last', 'pinned'] as const) await must(server, calls.create(cast[name]), 201)
  await must(server, calls.claim(cast.held), 200)
  await server.stop()
  return { directory: instance.directory, cast, seeded }
}

async function must({ url }: ServerProcess, request: RawRequest, status: number): Promise<RawReply> {
  const reply = await send(url, request)
  if (reply.status !== status) throw new Error(`the scene cannot be set: ${reply.status}`)
  return reply
}

/** Go through the scenario on a disk that fails once, and see on a healthy one whether everything that was said is so. */
export async function proveFault(scene: Scene, fault: Fault, patches: readonly Patch[] = []): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-proof-'))
  const cleans: (() => Promise<void> | void)[] = []
  try {
    const behind = { after: (clean: () => Promise<void> | void) => void cleans.push(clean) }
    const instance = anInstance(behind)
    const patched = patching(behind, patches)
    const directory = join(folder, 'data')
    copyDirectory(scene.directory, directory)
    const server = await instance.start({ ...ENV, ...patched.env, LETTERLOCK_DATA_DIR: directory })
    // The first sweep has been asked for before: with this answer, all of the start is done and flushed.
    await must(server, { path: '/readyz' }, 200)
    patched.assertApplied()
    copyDirectory(directory, join(folder, 'before'))
    const watched = await watchDisk(server.pid, directory, join(folder, 'trace'), fault)
    const { asked, isStuck } = await playScenario(scene.cast, server, directory, scene.seeded)
    const hasFailed = watched.hasFailed()
    // Lack of room can be got over. After any other error it must go no further.
    const mustStop = hasFailed && fault.error === 'EIO'
    const isStopping = mustStop
      ? await until('it to go no further', () => hasGivenUp(server), patches.length === 0 ? STOP_MS_MAX : BROKEN_STOP_MS_MAX).catch(
          () => false,
        )
      : hasGivenUp(server)
    const changes = await watched.end()
    const wrong = await judgeProcess(server, isStopping, hasFailed, asked)
    if (mustStop && !isStopping) wrong.push('it goes on after an error of the disk')
    if (isStuck) wrong.push('what has ended stays in the log')
    leaveFlushed(join(folder, 'before'), changes, join(folder, 'after'))
    await server.kill()
    const next = await instance.start({ ...ENV, LETTERLOCK_DATA_DIR: join(folder, 'after') })
    wrong.push(...(await judgeDisk(scene, next, asked)))
    await next.kill()
    return { hasFailed, hasEnded: isStopping, wrong }
  } finally {
    for (const clean of cleans) await clean()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function playScenario(
  cast: Cast,
  server: ServerProcess,
  directory: string,
  seeded: Seeded,
): Promise<{ readonly asked: readonly Asked[]; readonly isStuck: boolean }> {
  const asked: Asked[] = []
  let isStuck = false
  const ask = async (what: Asked['what'], request: RawRequest) =>
    void asked.push({ what, reply: await send(server.url, request).catch(() => null) })
  await ask('create', calls.create(cast.created))
  await ask('another create', calls.create(cast.kept))
  await ask('claim', calls.claim(cast.claimed))
  await ask('guess', calls.claim(cast.guesser))
  await ask('ack', calls.ack(cast.claimed))
  await ask('ack of what was claimed before', calls.ack(cast.held))
  await ask('burn', calls.burn(cast.burned))
  await ask("another's claim", calls.claim(asAnother(cast.claimed, seeded)))
  isStuck ||= !(await settlesOrEnds(server, directory, asked, cast))
  await ask('a later create', calls.create(cast.later))
  await ask('a later claim', calls.claim(cast.created))
  await ask('a later ack', calls.ack(cast.created))
  await ask('a later burn', calls.burn(cast.last))
  isStuck ||= !(await settlesOrEnds(server, directory, asked, cast))
  return { asked, isStuck }
}

/** Whether what has ended is in no file any more, or the server has ended. */
function settlesOrEnds(server: ServerProcess, directory: string, asked: readonly Asked[], cast: Cast): Promise<boolean> {
  const ended = ENDS.filter(({ what }) => asked.some((one) => one.what === what && one.reply?.status === 204)).map(({ name }) => cast[name])
  const look = () => {
    if (hasGivenUp(server)) return true
    const places = readPlaces(directory)
    return ended.every(({ sealed }) => countPieces(places, sealed) === 0)
  }
  return until('the server to settle or end', look, SETTLE_MS_MAX).catch(() => false)
}

/** Whether it has said that it goes no further. */
function hasGivenUp(server: ServerProcess): boolean {
  return /The store has failed \(.+\)\./.test(server.stderr())
}

/** It has ended with a reason, or goes on; and says *no* only where it may. */
async function judgeProcess(server: ServerProcess, isStopping: boolean, hasFailed: boolean, asked: readonly Asked[]): Promise<string[]> {
  const wrong: string[] = []
  if (isStopping) {
    const { code, signal } = await server.ended
    if (!hasFailed) wrong.push('it ended without a fault')
    if (code !== 1 || signal !== null) wrong.push(`it ended with ${code ?? signal}`)
  } else if (asked.some(({ reply }) => reply === null)) wrong.push('it gave no answer, and no reason')
  for (const { what, reply } of asked) {
    if (reply === null || reply.status === EXPECTED[what] || reply.status === 503) continue
    if (what.endsWith('create') && reply.status === 507) continue
    // What was refused before is not there to be acked or claimed, and what nobody has claimed is there for another.
    if (mayFollow(what, reply.status, asked)) continue
    wrong.push(`${what} was answered ${reply.status} ${reply.body.toString('utf8').slice(0, 100)}`)
  }
  return wrong
}

/** What an answer may be because an earlier call was refused. */
function mayFollow(what: Asked['what'], status: number, asked: readonly Asked[]): boolean {
  const before = { ack: 'claim', "another's claim": 'claim', 'a later claim': 'create', 'a later ack': 'a later claim' } as const
  if (!(what in before)) return false
  const earlier = before[what as keyof typeof before]
  const isDone = asked.some((one) => one.what === earlier && one.reply?.status === EXPECTED[earlier])
  return !isDone && status === (what === "another's claim" ? 200 : 404)
}

/** Whatever was answered is so; whatever was not is as it was before, or as it was to become. */
async function judgeDisk({ cast, seeded }: Scene, server: ServerProcess, asked: readonly Asked[]): Promise<readonly string[]> {
  const wrong: string[] = []
  const isAnswered = (what: Asked['what']) => asked.some((one) => one.what === what && one.reply?.status === EXPECTED[what])
  const ask = (request: RawRequest) => send(server.url, request)
  const see = (what: string, isSo: boolean) => void (isSo || wrong.push(what))
  const stateOf = async (secret: RawSecret) => {
    const reply = await ask(calls.receipt(secret))
    return reply.status === 200 ? String(reply.json()['state']) : String(reply.status)
  }
  const states = {
    created: await stateOf(cast.created),
    kept: await stateOf(cast.kept),
    later: await stateOf(cast.later),
    claimed: await stateOf(cast.claimed),
    held: await stateOf(cast.held),
    burned: await stateOf(cast.burned),
    last: await stateOf(cast.last),
    pinned: await stateOf(cast.pinned),
    waiting: await stateOf(cast.waiting),
  }
  const fits = (name: keyof typeof states, ...may: readonly string[]) => see(`${name} is ${states[name]}`, may.includes(states[name]))
  const taken = isAnswered("another's claim") ? [] : ['claimed', 'opened']
  fits('waiting', 'sealed')
  fits('pinned', 'sealed')
  if (isAnswered('ack')) fits('claimed', 'opened')
  else fits('claimed', ...(isAnswered('claim') ? ['claimed', 'opened'] : ['sealed', 'claimed', 'opened', ...taken]))
  fits('held', ...(isAnswered('ack of what was claimed before') ? ['opened'] : ['claimed', 'opened']))
  fits('burned', ...(isAnswered('burn') ? ['burned'] : ['sealed', 'burned']))
  fits('last', ...(isAnswered('a later burn') ? ['burned'] : ['sealed', 'burned']))
  if (isAnswered('a later ack')) fits('created', 'opened')
  else if (isAnswered('a later claim')) fits('created', 'claimed', 'opened')
  else fits('created', ...(isAnswered('create') ? ['sealed', 'claimed', 'opened'] : ['404', 'sealed', 'claimed', 'opened']))
  fits('kept', ...(isAnswered('another create') ? ['sealed'] : ['404', 'sealed']))
  fits('later', ...(isAnswered('a later create') ? ['sealed'] : ['404', 'sealed']))
  wrong.push(...(await judgeShares(cast, seeded, server, states, asked)))
  return wrong
}

/** A share that was given out is given to nobody else, and whoever has not got an answer may still have it. */
async function judgeShares(
  cast: Cast,
  seeded: Seeded,
  { url }: ServerProcess,
  states: Readonly<Record<string, string>>,
  asked: readonly Asked[],
): Promise<readonly string[]> {
  const wrong: string[] = []
  const isGiven = (what: Asked['what']) => asked.some((one) => one.what === what && one.reply?.status === 200)
  for (const [name, what] of [
    ['claimed', 'claim'],
    ['created', 'a later claim'],
  ] as const) {
    const { status } = await send(url, calls.claim(asAnother(cast[name], seeded)))
    if (isGiven(what) && status !== 410) wrong.push(`the share of ${name} was given out, and another is answered ${status}`)
  }
  const claims = {
    held: states['held'] === 'claimed',
    waiting: true,
    kept: states['kept'] === 'sealed',
    later: states['later'] === 'sealed',
    burned: states['burned'] === 'sealed',
  }
  for (const name of ['held', 'waiting', 'kept', 'later', 'burned'] as const) {
    if (!claims[name]) continue
    const reply = await send(url, calls.claim(cast[name]))
    const isWhole = reply.status === 200 && reply.json()['share'] === cast[name].share.toString('base64url')
    if (!isWhole) wrong.push(`${name} waits, and its claim is answered ${reply.status}`)
  }
  const receipt = (await send(url, calls.receipt(cast.pinned))).json()
  const least = asked.some((one) => one.what === 'guess' && one.reply?.status === 403) ? 1 : 0
  const failed = Number(receipt['attemptsFailed'])
  if (failed < least || failed > 1) wrong.push(`${failed} wrong PINs are counted`)
  return wrong
}

export interface EveryOptions {
  readonly lanes: number
  readonly most: number
  /** Take every nth of them. */
  readonly stride?: number
  readonly patches?: readonly Patch[]
  readonly isEnough?: (outcome: Outcome) => boolean
}

/** Have every call of one kind fail in turn, until the scenario makes no more of them. */
export async function proveEvery(
  scene: () => Promise<Scene>,
  fault: Omit<Fault, 'nth'>,
  options: EveryOptions,
): Promise<readonly (Outcome & { readonly fault: Fault })[]> {
  const set = await scene()
  const outcomes: (Outcome & { readonly fault: Fault })[] = []
  let count = 0
  let isOver = false
  const lane = async () => {
    while (!isOver && count < options.most) {
      const one = { ...fault, nth: 1 + (options.stride ?? 1) * count++ }
      const outcome = await proveFault(set, one, options.patches)
      isOver ||= !outcome.hasFailed || options.isEnough?.(outcome) === true
      outcomes.push({ ...outcome, fault: one })
    }
  }
  await Promise.all(Array.from({ length: options.lanes }, lane))
  return outcomes.toSorted((a, b) => a.fault.nth - b.fault.nth)
}
