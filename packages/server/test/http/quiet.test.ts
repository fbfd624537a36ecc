import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { type App, anApp } from '../support/in-process.ts'
import { type RawRequest, calls, makeSecret } from '../support/raw-client.ts'
import { StoreError } from '../../src/secrets/store.ts'
import type { SecretStore } from '../../src/secrets/store.ts'
import { aSecret, assertProblem, json, listHeaders, same } from './replies.ts'

/** Every call on a secret by somebody who lacks what it takes, and the state that the secret is in. */
async function listIntrusions(app: App): Promise<readonly RawRequest[]> {
  const stranger = makeSecret()
  const waiting = await aSecret(app)
  const claimed = await aSecret(app)
  await app.send(calls.claim(claimed))
  const ended = await aSecret(app)
  await app.send(calls.burn(ended))
  const { access, proof, ack, claim, receiptKey } = stranger
  return [waiting, claimed, ended, stranger].flatMap(({ id }) => {
    const guess = { id, access, proof, ack, claim, receiptKey }
    return [
      calls.peek(guess),
      calls.claim(guess),
      calls.sealed(guess),
      calls.ack(guess),
      calls.receipt(guess),
      calls.burn(guess),
      calls.events(guess),
      // The right capability in the wrong place opens nothing either.
      calls.receipt({ id, receiptKey: waiting.access }),
      calls.burn({ id, receiptKey: waiting.access }),
      calls.events({ id, receiptKey: waiting.access }),
      calls.sealed({ id, claim: waiting.access }),
      calls.peek({ id, access: waiting.receiptKey }),
      calls.claim({ ...waiting, id, access: waiting.receiptKey }),
    ]
  })
}

test('whoever has only an id cannot even learn that it exists: one 404 for all, byte for byte', async (t) => {
  const app = await anApp(t)
  const intrusions = await listIntrusions(app)
  const first = await app.send(calls.peek(makeSecret()))
  assertProblem(first, 'not_found')
  for (const intrusion of intrusions) same(await app.send(intrusion), first)
  for (const id of ['', 'x', '0'.repeat(31), '0'.repeat(33), 'A'.repeat(32)])
    same(await app.send(calls.peek({ ...makeSecret(), id })), first)
})

test('the same comparison sees a server that tells one 404 from another', async (t) => {
  const tell = (store: SecretStore): SecretStore => ({
    ...store,
    receipt: async (id, receiptHash, now) => {
      const read = await store.receipt(id, receiptHash, now)
      return read.outcome === 'unknown' ? { outcome: 'unavailable' } : read
    },
  })
  const app = await anApp(t, { wrap: tell })
  const first = await app.send(calls.peek(makeSecret()))
  const other = await app.send(calls.receipt(makeSecret()))
  assert.throws(() => same(other, first), assert.AssertionError)
})

test('what whoever lacks the capability does changes nothing', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  const before = await app.send(calls.receipt(secret))
  const stranger = makeSecret()
  for (const call of [calls.peek, calls.claim, calls.sealed, calls.ack, calls.receipt, calls.events, calls.burn]) {
    for (let i = 0; i < 12; i++) assert.equal((await app.send(call({ ...stranger, id: secret.id }))).status, 404)
  }
  same(await app.send(calls.receipt(secret)), before)
  assert.equal((await app.send(calls.claim(secret))).status, 200)
})

test('the calls that are kept for later are 404 with every method, before authorization is looked at', async (t) => {
  const app = await anApp(t)
  const id = randomBytes(16).toString('hex')
  const paths = [
    `/api/v1/secrets/${id}/parts`,
    `/api/v1/secrets/${id}/parts/0`,
    `/api/v1/secrets/${id}/commit`,
    `/api/v1/secrets/${id}/receipt/events/`,
    `/api/v1/secrets/${id}/receipt/event`,
    '/api/v1/requests',
    `/api/v1/requests/${id}`,
    `/api/v1/requests/${id}/fill`,
    '/api/v1',
    '/api/v1/',
    '/api/v2/secrets',
    '/api/',
    '/api/v1/instance/',
    '/api/v1/SECRETS',
    `/api/v1/secrets/${id}/claim/`,
    `/api/v1/secrets/${id}/`,
    `/api/v1//secrets/${id}`,
    '/api/v1/%73ecrets',
  ]
  for (const path of paths) {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) assertProblem(await app.send({ method, path }), 'not_found')
    assert.equal((await app.send({ method: 'HEAD', path })).status, 404)
  }
  assert.deepEqual(app.asked, [])
})

test('a create that announces parts is refused by the name of what it announces', async (t) => {
  const app = await anApp(t)
  const { sealed: _none, ...create } = makeSecret().create
  const reply = await app.send(calls.create({ create: { ...create, sealedBytes: 1096 } }))
  assertProblem(reply, 'malformed', { field: 'sealedBytes' })
})

test('the instance says what it offers, and nothing that its operator did not say', async (t) => {
  const app = await anApp(t)
  const { version } = (await app.send({ path: '/api/v1/instance' })).json()
  const plain = {
    name: 'Letterlock',
    version,
    limits: { inlineBytes: 65_536, sealedBytes: 65_536, partBytes: 0 },
    lifetimesMs: [3_600_000, 86_400_000, 604_800_000, 2_592_000_000],
    defaultLifetimeMs: 604_800_000,
    attempts: { min: 3, max: 10, default: 5 },
    features: ['pin', 'events'],
  }
  assert.match(String(version), /^\d+\.\d+\.\d+$/)
  json(await app.send({ path: '/api/v1/instance?query=is&ignored' }), 200, plain)

  const env = {
    LETTERLOCK_NAME: 'Häuschen <b>',
    LETTERLOCK_PUBLIC_URL: 'https://secrets.example/under',
    LETTERLOCK_LIFETIMES: '12h,1h,30m',
    LETTERLOCK_SECRET_BYTES_MAX: '4096',
    LETTERLOCK_ABUSE_CONTACT: 'abuse@secrets.example',
  }
  const named = await (await anApp(t, { env })).send({ path: '/api/v1/instance' })
  assert.deepEqual(named.json(), {
    ...plain,
    name: 'Häuschen <b>',
    publicUrl: 'https://secrets.example/under/',
    limits: { inlineBytes: 4096, sealedBytes: 4096, partBytes: 0 },
    lifetimesMs: [1_800_000, 3_600_000, 43_200_000],
    defaultLifetimeMs: 43_200_000,
    abuseContact: 'abuse@secrets.example',
  })
})

test('being alive is answered without asking the store, being ready with a reason when it is not so', async (t) => {
  let health: SecretStore['health'] = async () => ({ fencedGeneration: null, isFull: false, warnings: [] })
  let isStopping = false
  const app = await anApp(t, { wrap: (store) => ({ ...store, health: () => health() }), deps: { isStopping: () => isStopping } })
  json(await app.send({ path: '/healthz' }), 200, { alive: true })
  assert.deepEqual(app.asked, [])
  const ready = () => app.send({ path: '/readyz' })
  json(await ready(), 200, { ready: true, reasons: [] })

  health = async () => ({ fencedGeneration: null, isFull: false, warnings: ['copy_on_write'] })
  json(await ready(), 200, { ready: true, reasons: ['copy_on_write'] })
  health = async () => ({ fencedGeneration: null, isFull: true, warnings: [] })
  json(await ready(), 503, { ready: false, reasons: ['storage_full'] })
  health = async () => ({ fencedGeneration: 7, isFull: false, warnings: [] })
  json(await ready(), 503, { ready: false, reasons: ['fenced'] })
  health = async () => Promise.reject(new StoreError('closed'))
  json(await ready(), 503, { ready: false, reasons: ['store_unavailable'] })
  health = async () => ({ fencedGeneration: null, isFull: false, warnings: [] })
  app.now = { ms: app.now.ms, doubt: { fromMs: app.now.ms, toMs: app.now.ms + 7_200_000, isCreatingHeld: true } }
  json(await ready(), 503, { ready: false, reasons: ['clock_step'] })
  isStopping = true
  json(await ready(), 503, { ready: false, reasons: ['stopping'] })
  json(await app.send({ path: '/healthz' }), 200, { alive: true })
})

test('a store that cannot answer is 503, full is 507, too many is 429, and a mistake of ours is 500: never gone', async (t) => {
  const broken: Partial<SecretStore> = {
    peek: () => Promise.reject(new StoreError('closed')),
    receipt: async () => ({ outcome: 'unavailable' }),
    create: async () => ({ outcome: 'full' }),
    burn: () => Promise.reject(new TypeError('a mistake with a canary')),
    claim: () => {
      throw new RangeError('canary')
    },
  }
  const app = await anApp(t, { wrap: (store) => ({ ...store, ...broken }) })
  const secret = makeSecret()
  for (const call of [calls.peek, calls.receipt, calls.events])
    assertProblem(await app.send(call(secret)), 'unavailable', {}, { 'retry-after': '5' })
  assertProblem(await app.send(calls.create(secret)), 'storage_full')
  for (const call of [calls.burn, calls.claim]) assertProblem(await app.send(call(secret)), 'internal')
  assert.doesNotMatch(app.logged(), /canary/, 'what a mistake says may hold what a caller sent')

  const limited = await anApp(t, { deps: { limitCreate: () => 1_500 } })
  assertProblem(await limited.send(calls.create(secret)), 'rate_limited', {}, { 'retry-after': '2' })
  assert.deepEqual(limited.asked, [])
})

test('a server that is stopping finishes the call and closes the socket', async (t) => {
  const app = await anApp(t, { deps: { isStopping: () => true } })
  const reply = await app.send({ path: '/healthz' })
  assert.equal(reply.headers['connection'], 'close')
  assert.equal(reply.status, 200)
  assert.ok('content-security-policy' in listHeaders(reply))
})
