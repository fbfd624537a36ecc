import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { SecretId } from '@letterlock/protocol'
import { type ReceiptStreams, type StreamLimits, createReceiptStreams } from '../../src/receipt-streams.ts'
import { StoreError } from '../../src/secrets/store.ts'
import { type App, type AppOptions, MINUTE_MS, anApp } from '../support/in-process.ts'
import { aListening } from '../support/listening.ts'
import { calls, makeSecret } from '../support/raw-client.ts'
import { sendRaw } from '../support/raw-socket.ts'
import { follow } from '../support/raw-stream.ts'
import { until } from '../support/server-process.ts'
import { API_HEADERS, aSecret, assertArmour, assertProblem, json, listHeaders, listOwnHeaders, same } from './replies.ts'

const NOW_MS = MINUTE_MS + 12_345

interface Following {
  readonly app: App
  readonly streams: ReceiptStreams
  readonly mistakes: string[]
}

/** An app whose streams beat and end as a test wants them to; otherwise a heartbeat is further away than any test is long. */
async function aFollowing(t: TestContext, limits: Partial<StreamLimits> = {}, options: AppOptions = {}): Promise<Following> {
  const mistakes: string[] = []
  const whole = { heartbeatMs: 3_600_000, beatsMax: 240, streamsMax: 1000, ...limits }
  const streams = createReceiptStreams(whole, (name) => mistakes.push(name))
  const app = await anApp(t, { ...options, deps: { receiptStreams: streams } })
  return { app, streams, mistakes }
}

/** The timeouts of a server, in ms, so that a test sees what they cut. */
const timeouts = { headersTimeout: 1500, requestTimeout: 2000, keepAliveTimeout: 1000, connectionsCheckingInterval: 20 }

const wrongPin = (byte: number) => ({ proof: Buffer.alloc(32, byte), claim: Buffer.alloc(32, byte) })

test('the first event is the receipt as it is, letter for letter, in a reply that nobody keeps or holds back', async (t) => {
  const { app } = await aFollowing(t)
  const secret = await aSecret(app, 'text', { pin: '4711' })
  const receipt = await app.send(calls.receipt(secret))
  const stream = await follow(app.url, calls.events(secret))
  await stream.receipt(1)
  assert.equal(stream.text(), `event: receipt\ndata: ${receipt.body.toString()}\n\n`)
  assertArmour(listHeaders(stream.head), 'data')
  assert.deepEqual(listOwnHeaders(stream.head), { ...API_HEADERS, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
  stream.leave()
})

test('every change that a call makes is told, and after the end the stream is over', async (t) => {
  const { app } = await aFollowing(t)
  const secret = await aSecret(app, 'text', { pin: '4711' })
  const streams = [await follow(app.url, calls.events(secret)), await follow(app.url, calls.events(secret))]
  for (const stream of streams) assert.equal((await stream.receipt(1))['attemptsLeft'], 5)

  assert.equal((await app.send(calls.claim({ ...secret, ...wrongPin(1) }))).status, 403)
  for (const stream of streams) assert.deepEqual(pick(await stream.receipt(2)), { state: 'sealed', attemptsFailed: 1, confirmed: false })
  assert.equal((await app.send(calls.claim(secret))).status, 200)
  for (const stream of streams) assert.deepEqual(pick(await stream.receipt(3)), { state: 'claimed', attemptsFailed: 1, confirmed: false })
  assert.equal((await app.send(calls.ack(secret))).status, 204)
  const last = (await app.send(calls.receipt(secret))).json()
  for (const stream of streams) {
    assert.equal(await stream.closed, 'ended')
    assert.deepEqual(stream.receipts().at(-1), last)
    assert.deepEqual([last['state'], last['confirmed'], stream.receipts().length], ['opened', true, 4])
  }
})

test('a burn and the last wrong PIN are ends, too', async (t) => {
  const { app } = await aFollowing(t)
  const burned = await aSecret(app)
  const burning = await follow(app.url, calls.events(burned))
  assert.equal((await app.send(calls.burn(burned))).status, 204)
  assert.equal(await burning.closed, 'ended')
  const { state, by } = burning.receipts().at(-1) ?? {}
  assert.deepEqual([state, by], ['burned', 'sender'])

  const locked = await aSecret(app, 'text', { pin: '4711', attempts: 3 })
  const locking = await follow(app.url, calls.events(locked))
  for (const byte of [1, 2, 3]) assert.equal((await app.send(calls.claim({ ...locked, ...wrongPin(byte) }))).status, 403)
  assert.equal(await locking.closed, 'ended')
  assert.deepEqual([locking.receipts().at(-1)?.['state'], locking.receipts().at(-1)?.['attemptsFailed']], ['locked', 3])
})

test('a receipt whose end has come is told once, and that is all', async (t) => {
  const { app, streams } = await aFollowing(t)
  const secret = await aSecret(app)
  await app.send(calls.burn(secret))
  for (let i = 0; i < 5; i++) {
    const stream = await follow(app.url, calls.events(secret))
    assert.equal(await stream.closed, 'ended')
    assert.deepEqual(
      stream.receipts().map(({ state }) => state),
      ['burned'],
    )
    await until('the place to be free', () => streams.findRoom(secret.id as SecretId) === 'free')
  }
})

test('calls that change nothing are not told, and whoever has only the id makes nobody look', async (t) => {
  const { app } = await aFollowing(t)
  const secret = await aSecret(app)
  const stream = await follow(app.url, calls.events(secret))
  await stream.receipt(1)
  await until('the look that follows the first event', () => app.asked.filter((name) => name === 'receipt').length === 2)
  const stranger = makeSecret()
  for (const call of [calls.claim, calls.ack, calls.burn, calls.peek]) {
    for (let i = 0; i < 5; i++) assert.equal((await app.send(call({ ...stranger, id: secret.id }))).status, 404)
  }
  assert.equal(app.asked.filter((name) => name === 'receipt').length, 2)
  await app.send(calls.peek(secret))
  await app.send(calls.create(secret))
  await app.send(calls.claim({ ...secret, proof: secret.ack }))
  await app.send(calls.claim(secret))
  assert.equal((await stream.receipt(2))['state'], 'claimed')
  stream.leave()
})

test('what is decided between the first look and the stream is told', async (t) => {
  const secret = makeSecret()
  let decide: (() => Promise<unknown>) | null = null
  const { app } = await aFollowing(
    t,
    {},
    {
      wrap: (store) => ({
        ...store,
        async receipt(id, receiptHash, now) {
          const read = await store.receipt(id, receiptHash, now)
          const act = decide
          decide = null
          await act?.()
          return read
        },
      }),
    },
  )
  await app.send(calls.create(secret))
  decide = () => app.send(calls.burn(secret))
  const stream = await follow(app.url, calls.events(secret))
  assert.equal(await stream.closed, 'ended')
  assert.deepEqual(
    stream.receipts().map(({ state }) => state),
    ['sealed', 'burned'],
  )
})

test('a third stream of one receipt is told to come later, and may have the place that another leaves', async (t) => {
  const { app } = await aFollowing(t)
  const [secret, other] = [await aSecret(app), await aSecret(app)]
  const first = await follow(app.url, calls.events(secret))
  const second = await follow(app.url, calls.events(secret))
  for (let i = 0; i < 3; i++) assertProblem(await app.send(calls.events(secret)), 'rate_limited', {}, { 'retry-after': '60' })
  const elsewhere = await follow(app.url, calls.events(other))
  for (const leave of [() => first.leave(), () => second.socket.end()]) {
    leave()
    const again = await until('a place to be free', () => follow(app.url, calls.events(secret)).catch(() => null))
    assert.equal((await again.receipt(1))['state'], 'sealed')
  }
  assertProblem(await app.send(calls.events(secret)), 'rate_limited', {}, { 'retry-after': '60' })
  elsewhere.leave()
})

test('who has no key for a receipt is told what everybody is told, though all places are taken', async (t) => {
  const { app } = await aFollowing(t, { streamsMax: 2 })
  const secret = await aSecret(app)
  const unknown = await app.send(calls.peek(makeSecret()))
  assertProblem(unknown, 'not_found')
  for (let i = 0; i < 2; i++) await follow(app.url, calls.events(secret))
  const stranger = makeSecret()
  for (const call of [{ id: secret.id, receiptKey: stranger.receiptKey }, { id: secret.id, receiptKey: secret.access }, stranger])
    same(await app.send(calls.events(call)), unknown)
})

test('all streams of a process have a bound together, which calls do not feel', async (t) => {
  const { app } = await aFollowing(t, { streamsMax: 3 })
  const secrets = [await aSecret(app), await aSecret(app), await aSecret(app), await aSecret(app)]
  const streams = await Promise.all(secrets.slice(0, 3).map((secret) => follow(app.url, calls.events(secret))))
  const [, , , fourth] = secrets
  assertProblem(await app.send(calls.events(fourth!)), 'rate_limited', {}, { 'retry-after': '60' })
  assert.equal((await app.send(calls.receipt(fourth!))).status, 200)
  streams[1]?.leave()
  const late = await until('a place to be free', () => follow(app.url, calls.events(fourth!)).catch(() => null))
  await late.receipt(1)
})

test('a server that may have few connections keeps half of them for calls', async (t) => {
  const server = await aListening(t, { LETTERLOCK_CONNECTIONS_MAX: '4' })
  const [one, other] = [await aSecret(server), await aSecret(server)]
  const streams = await Promise.all([one, other].map((secret) => follow(server.url, calls.events(secret))))
  assertProblem(await server.send(calls.events(one)), 'rate_limited', {}, { 'retry-after': '60' })
  assert.equal((await server.send(calls.claim(one))).status, 200)
  assert.equal((await streams[0]!.receipt(2))['state'], 'claimed')
})

test('HEAD is answered as GET is, and takes no place', async (t) => {
  const { app, streams } = await aFollowing(t)
  const secret = await aSecret(app)
  const head = { ...calls.events(secret), method: 'HEAD' }
  const heads = await Promise.all(Array.from({ length: 5 }, () => app.send(head)))
  const stream = await follow(app.url, calls.events(secret))
  for (const reply of heads) {
    assert.deepEqual([reply.status, reply.body.length], [200, 0])
    assert.deepEqual(listHeaders(reply), listHeaders(stream.head))
  }
  await follow(app.url, calls.events(secret))
  assert.equal((await app.send(head)).status, 429)
  assert.equal((await app.send({ ...calls.events(makeSecret()), method: 'HEAD' })).status, 404)
  streams.stop()
  assert.equal((await app.send(head)).status, 503)
})

test('a stream behind another answer is not begun, however many are asked for on one connection', async (t) => {
  const { app, streams } = await aFollowing(t, { streamsMax: 3 })
  const secret = await aSecret(app)
  const { path, headers } = calls.events(secret)
  const bytes = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${String(headers?.['authorization'])}\r\n\r\n`
  const answer = sendRaw(app.url, bytes.repeat(20))
  await until('twenty calls to be answered', () => app.logged().split('/receipt/events ').length === 21)
  const statuses = [...app.logged().matchAll(/\/receipt\/events (\d+) /g)].map(([, status]) => status)
  assert.deepEqual(statuses.toSorted(), ['200', ...Array.from({ length: 19 }, () => '429')])
  streams.stop()
  assert.equal((await answer).statuses[0], 200)
  assert.ok((await answer).isClosed)
})

test('a stream behind an answer that has gone out is begun, on the connection that brought it', async (t) => {
  const { app } = await aFollowing(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const secret = await aSecret({ send: (request) => app.send({ ...request, agent }) })
  for (let i = 0; i < 20; i++) assert.equal((await app.send({ ...calls.receipt(secret), agent })).status, 200)
  const stream = await follow(app.url, { ...calls.events(secret), agent })
  await stream.receipt(1)
})

test('a heartbeat comes whatever there is to tell, and after its life the stream is closed in good order', async (t) => {
  const { app, streams } = await aFollowing(t, { heartbeatMs: 20, beatsMax: 5 })
  const secret = await aSecret(app)
  const stream = await follow(app.url, calls.events(secret))
  assert.equal(await stream.closed, 'ended')
  assert.equal(stream.text().split('\n:\n\n').join('\n').split('event:').length, 2, 'one receipt')
  assert.equal(stream.text().split(':\n\n').length - 1, 4, 'a heartbeat for each beat but the last')
  await until('the place to be free', () => streams.findRoom(secret.id as SecretId) === 'free')
})

test('no timeout of the server cuts a stream, and each still cuts what it is there for', async (t) => {
  const { app } = await aFollowing(t, { heartbeatMs: 20, beatsMax: 250 }, { timeouts })
  const secret = await aSecret(app)
  const stream = await follow(app.url, calls.events(secret))
  const slow = await sendRaw(app.url, 'GET / HTTP/1.1\r\nHost: localhost\r\n')
  assert.deepEqual([slow.statuses, slow.isClosed], [[408], true], 'the control')
  const lone = await sendRaw(app.url, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.deepEqual([lone.statuses, lone.isClosed], [[200], true], 'a connection that is kept and not used')
  assert.equal(await stream.closed, 'ended')
  assert.equal(stream.text().split(':\n\n').length - 1, 249)
})

test('a body that nobody asked for cuts no stream', async (t) => {
  const { app } = await aFollowing(t, { heartbeatMs: 20, beatsMax: 150 }, { timeouts })
  const secret = await aSecret(app)
  const { path, headers } = calls.events(secret)
  const head = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${String(headers?.['authorization'])}\r\n`
  const answer = await sendRaw(app.url, `${head}Content-Length: 500000\r\n\r\n${'x'.repeat(500_000)}`)
  assert.deepEqual([answer.statuses, answer.text.split(':\n\n').length - 1], [[200], 149])
})

test('expiry is told at its moment without any call, and long before a heartbeat', async (t) => {
  const { app } = await aFollowing(t)
  const secret = await aSecret(app, 'text', { lifetimeMs: 3_600_000 })
  app.now = { ms: NOW_MS + 3_600_000 - 20, doubt: null }
  const stream = await follow(app.url, calls.events(secret))
  assert.equal((await stream.receipt(1))['state'], 'sealed')
  app.now = { ms: NOW_MS + 3_600_000, doubt: null }
  assert.equal(await stream.closed, 'ended')
  const told = stream.receipts().map(({ state, endedAt }) => [state, endedAt])
  assert.deepEqual(told, [
    ['sealed', undefined],
    ['expired', cut(NOW_MS + 3_600_000)],
  ])
})

test('the end of a lease is told without any call, too', async (t) => {
  const { app } = await aFollowing(t)
  const secret = await aSecret(app)
  await app.send(calls.claim(secret))
  app.now = { ms: NOW_MS + 599_980, doubt: null }
  const stream = await follow(app.url, calls.events(secret))
  assert.equal((await stream.receipt(1))['state'], 'claimed')
  app.now = { ms: NOW_MS + 600_000, doubt: null }
  assert.equal(await stream.closed, 'ended')
  assert.deepEqual(pick(stream.receipts().at(-1) ?? {}), { state: 'opened', attemptsFailed: 0, confirmed: false })
})

test('a clock that is not believed tells no end; the heartbeat after it is believed does', async (t) => {
  const { app } = await aFollowing(t, { heartbeatMs: 10, beatsMax: 10_000 })
  const secret = await aSecret(app, 'text', { lifetimeMs: 3_600_000 })
  const stream = await follow(app.url, calls.events(secret))
  await stream.receipt(1)
  app.now = { ms: NOW_MS, doubt: { fromMs: NOW_MS, toMs: NOW_MS + 7_200_000, isCreatingHeld: true } }
  assertProblem(await app.send(calls.receipt(secret)), 'unavailable', {}, { 'retry-after': '5' })
  const beats = () => stream.text().split(':\n\n').length
  const before = beats()
  await until('more heartbeats', () => beats() > before + 3)
  assert.equal(stream.receipts().length, 1)
  app.now = { ms: NOW_MS + 7_200_000, doubt: null }
  assert.equal(await stream.closed, 'ended')
  assert.equal(stream.receipts().at(-1)?.['state'], 'expired')
})

test('a store that cannot answer ends no stream, and a mistake of ours ends that one alone', async (t) => {
  let fault: Error | null = null
  const wrap: AppOptions['wrap'] = (store) => ({
    ...store,
    receipt: (...args) => (fault === null ? store.receipt(...args) : Promise.reject(fault)),
  })
  const { app, streams, mistakes } = await aFollowing(t, { heartbeatMs: 10, beatsMax: 10_000 }, { wrap })
  const secret = await aSecret(app)
  const stream = await follow(app.url, calls.events(secret))
  await stream.receipt(1)
  fault = new StoreError('closed')
  const asked = app.asked.length
  await until('a few looks in vain', () => app.asked.length > asked + 3)
  fault = null
  await app.send(calls.claim(secret))
  assert.equal((await stream.receipt(2))['state'], 'claimed')
  assert.deepEqual(mistakes, [])

  fault = new RangeError('canary')
  assert.equal(await stream.closed, 'ended')
  assert.deepEqual(mistakes, ['RangeError'])
  fault = null
  await until('the place to be free', () => streams.findRoom(secret.id as SecretId) === 'free')
})

test('a stop ends every stream at once, and none begins any more', async (t) => {
  const { app, streams } = await aFollowing(t)
  const secrets = [await aSecret(app), await aSecret(app)]
  const open = await Promise.all(secrets.map((secret) => follow(app.url, calls.events(secret))))
  for (const stream of open) await stream.receipt(1)
  streams.stop()
  for (const stream of open) assert.equal(await stream.closed, 'ended')
  assertProblem(await app.send(calls.events(secrets[0]!)), 'unavailable', {}, { 'retry-after': '5' })
  json(await app.send({ path: '/healthz' }), 200, { alive: true })
})

test('the log says of a stream what it says of every call, once', async (t) => {
  const { app } = await aFollowing(t, { heartbeatMs: 10, beatsMax: 5 })
  const secret = await aSecret(app)
  const stream = await follow(app.url, { ...calls.events(secret), path: `${calls.events(secret).path}?canary` })
  assert.equal(await stream.closed, 'ended')
  const lines = app.logged().trimEnd().split('\n')
  assert.equal(lines.length, 2)
  assert.match(lines[1] ?? '', /^\S+ GET \/api\/v1\/secrets\/:id\/receipt\/events 200 \d+\.\dms$/)
})

function pick({ state, attemptsFailed, confirmed }: Record<string, unknown>): object {
  return { state, attemptsFailed, confirmed }
}

function cut(ms: number): number {
  return ms - (ms % 1000)
}
