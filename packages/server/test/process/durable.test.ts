import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { formatRequest, hold, statusOf } from '../support/held.ts'
import { type RawRequest, type RawSecret, calls, makeSecret, send } from '../support/raw-client.ts'
import { countPieces, readPlaces } from '../support/scan.ts'
import { anInstance, until } from '../support/server-process.ts'
import { type TracedCall, parseTrace, readEnded, traceInto, whyNoTracer } from '../support/tracer.ts'

const CREATES = 64
/** Flushes of the write-ahead log that so many creates at once may take. */
const FLUSHES_MAX = 8
/** How often they are made: a machine that is busy with other things may tear one lot apart. */
const ROUNDS = 5
/** Longest time until what has ended is in no file, in ms, where nothing else keeps the machine busy. SPEC §9.2. */
const SETTLED_MS_MAX = 2000
/** The same on any machine, in ms: less than a sweeper waits. */
const SWEEP_MS_MAX = 9000

/** So that there is less to search. */
const NO_BALLAST = { LETTERLOCK_FREE_BYTES_MIN: '0' }

/** A create, and the socket that it came by. */
interface Sent {
  readonly secret: RawSecret
  readonly localPort: number
}

/** A later call of a created secret. */
interface Later {
  readonly what: string
  readonly call: RawRequest
  readonly status: number
  /** What the log holds of it and of nothing before, as hex. */
  readonly row: string
  /** What the vault holds then: bytes as hex, and where in the slot; or nothing. */
  readonly leaves: { readonly at: number; readonly hex: string } | 'erased'
}

/** What must have happened before an answer: something is written, is flushed, and only then comes the next. */
interface Chain {
  readonly what: string
  readonly links: readonly { readonly from: TracedCall; readonly flush: (call: TracedCall) => boolean; readonly to: TracedCall }[]
}

/** Where a slot has them. SPEC §9.3. */
const SLOT_BYTES = 128
const RELEASED_AT = 96
const FAILED_AT = 97

const isFlush = ({ name }: TracedCall) => name === 'fsync' || name === 'fdatasync'
const isLog = ({ on }: TracedCall) => on.endsWith('/secrets.db-wal')
const isVault = ({ on }: TracedCall) => on.endsWith('/vault/shares')
const hexOf = (text: string) => Buffer.from(text).toString('hex')

test(
  'creates that come together share their flushes, and none is answered before the flush that covers it',
  { skip: whyNoTracer() },
  async (t) => {
    const instance = anInstance(t)
    const file = join(instance.directory, 'trace')
    const server = await instance.start({ LETTERLOCK_DATA_DIR: join(instance.directory, 'data') }, { before: traceInto(file) })
    const apart: Sent[] = []
    for (let i = 0; i < CREATES; i++) apart.push(...(await createTogether(server.url, 1)))
    const rounds: (readonly Sent[])[] = []
    for (let i = 0; i < ROUNDS; i++) rounds.push(await createTogether(server.url, CREATES))
    await server.stop()
    const trace = parseTrace(await until('the trace to end', () => readEnded(file, server.pid)))

    assert.deepEqual(listUncovered(trace, rounds.flat()), [])
    assert.deepEqual(listUncovered(trace, apart), [])
    const flushes = rounds.map((together) => countFlushes(trace, together))
    assert.ok(Math.max(...flushes) <= CREATES / 2, `${CREATES} creates took ${flushes.join(', ')} flushes`)
    assert.ok(Math.min(...flushes) >= 1 && Math.min(...flushes) <= FLUSHES_MAX, `${CREATES} creates took ${flushes.join(', ')} flushes`)

    // Controls: the same look sees flushes that are not there, and those of creates that come one by one.
    const withoutLog = trace.filter((call) => !(isFlush(call) && isLog(call)))
    const withoutVault = trace.filter((call) => !(isFlush(call) && isVault(call)))
    for (const less of [withoutLog, withoutVault]) assert.equal(listUncovered(less, rounds.flat()).length, ROUNDS * CREATES)
    const early = trace.map((call) => (call.args.includes(hexOf('HTTP/1.1 201')) ? { ...call, beganAt: -1 } : call))
    assert.equal(listUncovered(early, rounds.flat()).length, ROUNDS * CREATES)
    assert.ok(countFlushes(trace, apart) >= CREATES)
  },
)

test(
  'no claim, wrong PIN, ack or burn is answered before its row is flushed, and then what it leaves in the vault',
  { skip: whyNoTracer() },
  async (t) => {
    const instance = anInstance(t)
    const file = join(instance.directory, 'trace')
    const server = await instance.start(
      { LETTERLOCK_DATA_DIR: join(instance.directory, 'data'), LETTERLOCK_LIMITS: 'off' },
      { before: traceInto(file) },
    )
    const lives = await Promise.all(Array.from({ length: LIVES_EACH }, () => liveAll(server.url)))
    await server.stop()
    const trace = parseTrace(await until('the trace to end', () => readEnded(file, server.pid)))
    const listLate = (trace: readonly TracedCall[]) =>
      lives.flat().flatMap(({ created, later }) => listUnflushed(trace, linkLater(trace, created, later)))
    const all = lives.flat().flatMap(({ later }) => later.map(({ what }) => what))

    assert.equal(new Set(all).size, 6)
    assert.deepEqual(listLate(trace), [])

    // Controls: the same look sees each flush that is not there, and each answer that is early.
    assert.deepEqual(listLate(trace.filter((call) => !(isFlush(call) && isLog(call)))), all)
    assert.deepEqual(listLate(trace.filter((call) => !(isFlush(call) && isVault(call)))), all)
    const early = trace.map((call) => (call.args.includes(hexOf('HTTP/1.1 ')) ? { ...call, beganAt: -1 } : call))
    assert.deepEqual(listLate(early), all)
  },
)

test('what has been opened is in no file within two seconds of its ack, neither sealed nor share', async (t) => {
  const instance = anInstance(t)
  const server = await instance.start(NO_BALLAST)
  const secrets = Array.from({ length: 30 }, (_, i) => makeSecret('x'.repeat(1 + 1000 * (i % 15))))
  for (const secret of secrets) assert.equal((await send(server.url, calls.create(secret))).status, 201)
  const opened = secrets.filter((_, i) => i % 3 === 0)
  const claimed = secrets.filter((_, i) => i % 3 === 1)
  const waiting = secrets.filter((_, i) => i % 3 === 2)
  for (const secret of [...opened, ...claimed]) assert.equal((await send(server.url, calls.claim(secret))).status, 200)
  assert.ok(
    countIn(instance.directory, opened).every(({ sealed, share }) => sealed > 0 && share > 0),
    'all are there before the ack',
  )

  const areGone = (secrets: readonly RawSecret[]) =>
    countIn(instance.directory, secrets).every(({ sealed, share }) => sealed === 0 && share === 0)
  const tookMs: number[] = []
  for (const secret of opened) {
    assert.equal((await send(server.url, calls.ack(secret))).status, 204)
    const fromMs = performance.now()
    await until('the opened one to be gone from every file', () => areGone([secret]))
    tookMs.push(performance.now() - fromMs)
  }
  // Any of them shows what the server does; the others, what else the machine does.
  assert.ok(Math.min(...tookMs) <= SETTLED_MS_MAX, `it took ${tookMs.join(', ')} ms`)
  assert.ok(Math.max(...tookMs) <= SWEEP_MS_MAX, `it took ${tookMs.join(', ')} ms`)
  assert.ok(areGone(opened))
  for (const secret of [...claimed, ...waiting]) {
    const [found] = countIn(instance.directory, [secret])
    assert.ok(found !== undefined && found.sealed > 0 && found.share > 0, 'the same scan finds those that nobody has opened')
  }
  await server.kill()
  assert.ok(areGone(opened))
})

test('the same scan finds what a database without secure_delete, or with its log left as it is, has deleted', (t) => {
  for (const [settings, after] of [
    ['PRAGMA secure_delete = OFF', 'PRAGMA wal_checkpoint(TRUNCATE)'],
    ['PRAGMA secure_delete = ON', 'PRAGMA wal_checkpoint(PASSIVE)'],
  ] as const) {
    const { directory } = anInstance(t)
    const database = new DatabaseSync(join(directory, 'secrets.db'))
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${settings}; CREATE TABLE sealed (n INTEGER PRIMARY KEY, bytes BLOB)`,
    )
    const secrets = Array.from({ length: 10 }, () => makeSecret('x'.repeat(5000)))
    const insert = database.prepare('INSERT INTO sealed (bytes) VALUES (?)')
    for (const { sealed } of secrets) insert.run(sealed)
    database.exec(`DELETE FROM sealed; ${after}`)
    const found = secrets.reduce((sum, { sealed }) => sum + countPieces(readPlaces(directory), sealed), 0)
    database.close()
    assert.ok(found > 0, settings)
  }
})

/** Creates whose last bytes leave together, each on a socket of its own. */
async function createTogether(url: string, count: number): Promise<readonly Sent[]> {
  const secrets = Array.from({ length: count }, () => makeSecret())
  const held = await Promise.all(secrets.map((secret) => hold(url, formatRequest(calls.create(secret)))))
  const statuses = (await Promise.all(held.map((one) => one.release()))).map(statusOf)
  assert.ok(statuses.every((status) => status === 201))
  return secrets.map((secret, i) => ({ secret, localPort: held[i]?.localPort as number }))
}

/** Secrets of each kind that live at once. */
const LIVES_EACH = 8

/** Secrets that are opened, guessed, and deleted, call by call. */
function liveAll(url: string) {
  const [opened, left, burned, guessed] = [makeSecret(), makeSecret(), makeSecret(), withPin(makeSecret())]
  // The state stands behind the id.
  const become = ({ id }: RawSecret, state: string) => `${id}${hexOf(state)}`
  const claim = (secret: RawSecret): Later => ({
    what: 'claim',
    call: calls.claim(secret),
    status: 200,
    row: become(secret, 'claimed'),
    leaves: { at: RELEASED_AT, hex: '01' },
  })
  const guess = (nth: number): Later => {
    const [claim, proof] = [randomBytes(32), randomBytes(32)]
    const call = calls.claim({ ...guessed, claim, proof })
    if (nth === ATTEMPTS) return { what: 'last wrong PIN', call, status: 403, row: become(guessed, 'locked'), leaves: 'erased' }
    const row = createHash('sha256').update(claim).update(proof).digest('hex')
    return { what: 'wrong PIN', call, status: 403, row, leaves: { at: FAILED_AT, hex: `0${nth}` } }
  }
  const ack: Later = { what: 'ack', call: calls.ack(opened), status: 204, row: become(opened, 'opened'), leaves: 'erased' }
  const burn: Later = { what: 'burn', call: calls.burn(burned), status: 204, row: become(burned, 'burned'), leaves: 'erased' }
  const late: Later = { what: 'burn of what was taken', call: calls.burn(left), status: 410, row: become(left, 'opened'), leaves: 'erased' }
  return Promise.all([
    live(url, opened, [claim(opened), ack]),
    live(url, left, [claim(left), late]),
    live(url, burned, [burn]),
    live(url, guessed, [guess(1), guess(2), guess(3)]),
  ])
}

/** The fewest that a sender may choose. SPEC §6.4. */
const ATTEMPTS = 3

/** The server never learns what a proof is made of. */
function withPin(secret: RawSecret): RawSecret {
  return { ...secret, create: { ...secret.create, pin: { attempts: ATTEMPTS } } }
}

/** Create a secret, and then make one call after the other, each on a socket of its own. */
async function live(url: string, secret: RawSecret, calling: readonly Later[]) {
  const ask = async (call: RawRequest, status: number) => {
    const held = await hold(url, formatRequest(call))
    assert.equal(statusOf(await held.release()), status)
    return held.localPort
  }
  const created: Sent = { secret, localPort: await ask(calls.create(secret), 201) }
  const later: (Later & { readonly localPort: number })[] = []
  for (const one of calling) later.push({ ...one, localPort: await ask(one.call, one.status) })
  return { created, later }
}

function findReply(trace: readonly TracedCall[], localPort: number, status: number): TracedCall {
  const reply = trace.find(({ on, args }) => on.endsWith(`:${localPort}]`) && args.includes(hexOf(`HTTP/1.1 ${status}`)))
  assert.ok(reply !== undefined, 'the trace has the reply')
  return reply
}

/** The write of a create's 201, and the first write of its row into the log. */
function findCall(trace: readonly TracedCall[], { secret, localPort }: Sent) {
  const reply = findReply(trace, localPort, 201)
  const row = trace.find((call) => call.name === 'pwrite64' && isLog(call) && call.args.includes(secret.id))
  const slot = trace.find((call) => call.name === 'pwrite64' && isVault(call) && call.args.includes(secret.share.toString('hex')))
  assert.ok(row !== undefined && slot !== undefined, 'the trace has the row and the share')
  return { reply, row, slot }
}

/** Creates of which something was not durable in its turn: the share, then the row, then the reply. SPEC §6.2. */
function listUncovered(trace: readonly TracedCall[], sent: readonly Sent[]): readonly string[] {
  const chains = sent.map((one): Chain => {
    const { reply, row, slot } = findCall(trace, one)
    return {
      what: one.secret.id,
      links: [
        { from: slot, flush: isVault, to: row },
        { from: row, flush: isLog, to: reply },
      ],
    }
  })
  return listUnflushed(trace, chains)
}

/** What each later call wrote: the row, then what it leaves in the vault, then the reply. SPEC §6.4, §9.3. */
function linkLater(trace: readonly TracedCall[], created: Sent, later: Awaited<ReturnType<typeof live>>['later']): readonly Chain[] {
  const { slot } = findCall(trace, created)
  const slotAt = Number(/, (\d+)$/.exec(slot.args)?.[1])
  return later.map(({ what, localPort, status, row: hex, leaves }) => {
    const wanted =
      leaves === 'erased'
        ? new RegExp(`^, "[0-9a-f]{${2 * SLOT_BYTES}}", ${SLOT_BYTES}, ${slotAt}$`)
        : new RegExp(`^, "${leaves.hex}", 1, ${slotAt + leaves.at}$`)
    const isMark = (call: TracedCall) => call.name === 'pwrite64' && isVault(call) && wanted.test(call.args)
    const row = trace.find((call) => call.name === 'pwrite64' && isLog(call) && call.args.includes(hex))
    const mark = trace.find((call) => isMark(call) && call.beganAt > slot.endedAt)
    assert.ok(row !== undefined && mark !== undefined, `the trace has the row of a ${what}, and what it leaves in the vault`)
    return {
      what,
      links: [
        { from: row, flush: isLog, to: mark },
        { from: mark, flush: isVault, to: findReply(trace, localPort, status) },
      ],
    }
  })
}

/** Those in which something came before what it had to wait for was flushed. */
function listUnflushed(trace: readonly TracedCall[], chains: readonly Chain[]): readonly string[] {
  const isFlushed = ({ from, flush, to }: Chain['links'][number]) =>
    trace.some((call) => isFlush(call) && flush(call) && call.beganAt > from.endedAt && call.endedAt < to.beganAt)
  return chains.filter(({ links }) => !links.every(isFlushed)).map(({ what }) => what)
}

/** Flushes of the log from the first of these rows to the last of these replies. */
function countFlushes(trace: readonly TracedCall[], sent: readonly Sent[]): number {
  const calls = sent.map((one) => findCall(trace, one))
  const from = Math.min(...calls.map(({ row }) => row.beganAt))
  const to = Math.max(...calls.map(({ reply }) => reply.beganAt))
  return trace.filter((call) => isFlush(call) && isLog(call) && call.beganAt > from && call.beganAt < to).length
}

function countIn(directory: string, secrets: readonly RawSecret[]) {
  const places = readPlaces(directory)
  return secrets.map(({ sealed, share }) => ({ sealed: countPieces(places, sealed), share: countPieces(places, share) }))
}
