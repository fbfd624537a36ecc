import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { formatRequest, hold, statusOf } from '../support/held.ts'
import { type RawSecret, calls, makeSecret, send } from '../support/raw-client.ts'
import { countPieces, readPlaces } from '../support/scan.ts'
import { anInstance, until } from '../support/server-process.ts'
import { type TracedCall, parseTrace, traceInto, whyNoTracer } from '../support/tracer.ts'

const CREATES = 64
/** Flushes of the write-ahead log that so many creates at once may take. */
const FLUSHES_MAX = 8

/** So that there is less to search. */
const NO_BALLAST = { LETTERLOCK_FREE_BYTES_MIN: '0' }

/** A create, and the socket that it came by. */
interface Sent {
  readonly secret: RawSecret
  readonly localPort: number
}

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
    const together = await createTogether(server.url, CREATES)
    await server.stop()
    const trace = parseTrace(await until('the trace to end', () => readEnded(file, server.pid)))

    assert.deepEqual(listUncovered(trace, together), [])
    assert.deepEqual(listUncovered(trace, apart), [])
    const flushes = countFlushes(trace, together)
    assert.ok(flushes >= 1 && flushes <= FLUSHES_MAX, `${CREATES} creates took ${flushes} flushes`)

    // Controls: the same look sees flushes that are not there, and those of creates that come one by one.
    const withoutLog = trace.filter((call) => !(isFlush(call) && isLog(call)))
    const withoutVault = trace.filter((call) => !(isFlush(call) && isVault(call)))
    for (const less of [withoutLog, withoutVault]) assert.equal(listUncovered(less, together).length, CREATES)
    const early = trace.map((call) => (call.args.includes(hexOf('HTTP/1.1 201')) ? { ...call, beganAt: -1 } : call))
    assert.equal(listUncovered(early, together).length, CREATES)
    assert.ok(countFlushes(trace, apart) >= CREATES)
  },
)

test('what has been opened is in no file within two seconds of the ack, neither sealed nor share', async (t) => {
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

  for (const secret of opened) assert.equal((await send(server.url, calls.ack(secret))).status, 204)
  await until(
    'the opened ones to be gone from every file',
    () => countIn(instance.directory, opened).every(({ sealed, share }) => sealed === 0 && share === 0),
    2000,
  )
  for (const secret of [...claimed, ...waiting]) {
    const [found] = countIn(instance.directory, [secret])
    assert.ok(found !== undefined && found.sealed > 0 && found.share > 0, 'the same scan finds those that nobody has opened')
  }
  await server.kill()
  assert.ok(countIn(instance.directory, opened).every(({ sealed, share }) => sealed === 0 && share === 0))
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

function readEnded(file: string, pid: number): string | null {
  const text = readFileSync(file, 'utf8')
  return new RegExp(`^${pid} +\\+\\+\\+ exited with 0`, 'm').test(text) ? text : null
}

/** The write of a create's 201, and the first write of its row into the log. */
function findCall(trace: readonly TracedCall[], { secret, localPort }: Sent) {
  const reply = trace.find(({ on, args }) => on.endsWith(`:${localPort}]`) && args.includes(hexOf('HTTP/1.1 201')))
  const row = trace.find((call) => call.name === 'pwrite64' && isLog(call) && call.args.includes(secret.id))
  const slot = trace.find((call) => call.name === 'pwrite64' && isVault(call) && call.args.includes(secret.share.toString('hex')))
  assert.ok(reply !== undefined && row !== undefined && slot !== undefined, 'the trace has the reply, the row and the share')
  return { reply, row, slot }
}

/** Creates of which something was not durable in its turn: the share, then the row, then the reply. SPEC §6.2. */
function listUncovered(trace: readonly TracedCall[], sent: readonly Sent[]): readonly string[] {
  const isFlushed = (is: (call: TracedCall) => boolean, from: TracedCall, to: TracedCall) =>
    trace.some((call) => isFlush(call) && is(call) && call.beganAt > from.endedAt && call.endedAt < to.beganAt)
  return sent
    .map((one) => ({ id: one.secret.id, ...findCall(trace, one) }))
    .filter(({ reply, row, slot }) => !isFlushed(isVault, slot, row) || !isFlushed(isLog, row, reply))
    .map(({ id }) => id)
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
