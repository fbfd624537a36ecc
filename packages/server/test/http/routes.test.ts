import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MINUTE_MS, anApp } from '../support/in-process.ts'
import { type RawReply, type RawSecret, calls, makeSecret } from '../support/raw-client.ts'
import { aSecret, assertProblem, bodyless, empty, json, same } from './replies.ts'

const NOW_MS = MINUTE_MS + 12_345
const LIFETIME_MS = 604_800_000

/** The same secret with a PIN, as far as a server can see. */
function withPin<Secret extends ReturnType<typeof makeSecret>>(secret: Secret, attempts: number): Secret {
  return { ...secret, create: { ...secret.create, pin: { attempts } } }
}

test('a create is answered 201 with nothing but when it runs out', async (t) => {
  const app = await anApp(t)
  json(await app.send(calls.create(makeSecret())), 201, { expiresAt: NOW_MS + LIFETIME_MS })
})

test('the same create again is the original 201, however late and however changed in what does not count', async (t) => {
  const app = await anApp(t)
  const secret = makeSecret()
  const first = await app.send(calls.create(secret))
  app.now = { ms: NOW_MS + 60_000, doubt: null }
  same(await app.send(calls.create(secret)), first)
  const other = { lifetimeMs: 3_600_000, share: makeSecret().create['share'], sealed: makeSecret().create['sealed'] }
  same(await app.send(calls.create({ create: { ...secret.create, ...other } })), first)
  json(await app.send(calls.peek(secret)), 200, { state: 'sealed', pin: null, sealedBytes: 1096, expiresAt: NOW_MS + LIFETIME_MS })

  await app.send(calls.claim(secret))
  same(await app.send(calls.create(secret)), first)
})

test('a create with any other hash under a living id is 409, and under an ended one too but for the proof', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  for (const hash of ['proofHash', 'ackHash', 'receiptHash']) {
    const changed = { ...secret.create, [hash]: makeSecret().create[hash] }
    assertProblem(await app.send(calls.create({ create: changed })), 'id_taken')
  }
  assert.equal((await app.send(calls.burn(secret))).status, 204)
  for (const hash of ['ackHash', 'receiptHash']) {
    const changed = { ...secret.create, [hash]: makeSecret().create[hash] }
    assertProblem(await app.send(calls.create({ create: changed })), 'id_taken')
  }
  for (const create of [secret.create, { ...secret.create, proofHash: makeSecret().create['proofHash'] }]) {
    assertProblem(await app.send(calls.create({ create })), 'gone', { state: 'burned', at: MINUTE_MS })
  }
})

test('an id that does not come from the access is refused by its name, before the store is asked', async (t) => {
  const app = await anApp(t)
  const { create } = makeSecret()
  for (const changed of [{ id: makeSecret().id }, { accessHash: makeSecret().create['accessHash'] }]) {
    assertProblem(await app.send(calls.create({ create: { ...create, ...changed } })), 'malformed', { field: 'id' })
  }
  assert.deepEqual(app.asked, [])
})

test('a lifetime that is not offered is 422, before the store is asked', async (t) => {
  const app = await anApp(t, { env: { LETTERLOCK_LIFETIMES: '1h,7d' } })
  const { create } = makeSecret()
  for (const lifetimeMs of [0, 1, 3_599_999, 3_600_001, 86_400_000, Number.MAX_SAFE_INTEGER]) {
    assertProblem(await app.send(calls.create({ create: { ...create, lifetimeMs } })), 'lifetime_refused')
  }
  assert.deepEqual(app.asked, [])
  json(await app.send(calls.create({ create: { ...create, lifetimeMs: 3_600_000 } })), 201, { expiresAt: NOW_MS + 3_600_000 })
})

test('a PIN has three to ten attempts, and is refused by its name where it has others', async (t) => {
  const app = await anApp(t)
  for (const attempts of [3, 5, 10]) {
    const secret = withPin(makeSecret(), attempts)
    assert.equal((await app.send(calls.create(secret))).status, 201)
    json(await app.send(calls.peek(secret)), 200, {
      state: 'sealed',
      pin: { attemptsLeft: attempts },
      sealedBytes: secret.sealed.length,
      expiresAt: NOW_MS + LIFETIME_MS,
    })
  }
  app.asked.splice(0)
  for (const pin of [{ attempts: 2 }, { attempts: 11 }, { attempts: 3.5 }, { attempts: '5' }, {}, [], false, 0, '', '1234']) {
    const reply = await app.send(calls.create({ create: { ...makeSecret().create, pin } }))
    assertProblem(reply, 'malformed', { field: 'pin' })
  }
  assert.deepEqual(app.asked, [])
})

test('a wrong PIN costs an attempt, the last one the secret, and each is told alike if it is sent again', async (t) => {
  const app = await anApp(t)
  const secret = withPin(makeSecret(), 3)
  await app.send(calls.create(secret))
  const wrong = [1, 2, 3].map((byte) => ({ ...secret, claim: Buffer.alloc(32, 9), proof: Buffer.alloc(32, byte) }))
  assertProblem(await app.send(calls.claim(wrong[0]!)), 'pin_wrong', { attemptsLeft: 2 })
  assertProblem(await app.send(calls.claim(wrong[1]!)), 'pin_wrong', { attemptsLeft: 1 })
  assertProblem(await app.send(calls.claim(wrong[0]!)), 'pin_wrong', { attemptsLeft: 2 })
  const receipt = (await app.send(calls.receipt(secret))).json()
  assert.deepEqual([receipt['state'], receipt['attemptsFailed'], receipt['attemptsLeft']], ['sealed', 2, 1])
  for (const proof of [undefined, '', null, 'x', secret.proof.toString('base64url').slice(1), `${secret.proof.toString('base64url')}=`]) {
    const call = calls.claim(secret)
    const body = JSON.stringify({ claim: secret.claim.toString('base64url'), ...(proof === undefined ? {} : { proof }) })
    assertProblem(await app.send({ ...call, body }), 'malformed', { field: 'proof' })
  }
  assertProblem(await app.send(calls.claim(wrong[2]!)), 'pin_wrong', { attemptsLeft: 0 })
  const locked = { state: 'locked', at: NOW_MS - (NOW_MS % 60_000) }
  for (const one of [wrong[2]!, wrong[0]!, secret]) assertProblem(await app.send(calls.claim(one)), 'gone', locked)
  assertProblem(await app.send(calls.peek(secret)), 'gone', locked)
  const last = (await app.send(calls.receipt(secret))).json()
  assert.deepEqual([last['state'], last['attemptsFailed'], last['attemptsLeft']], ['locked', 3, undefined])
})

test('a sealed is taken at its limits and refused a byte beside them', async (t) => {
  const app = await anApp(t, { env: { LETTERLOCK_SECRET_BYTES_MAX: '4096' } })
  const create = (sealedBytes: number) => app.send(calls.create(makeSecret('', { sealed: Buffer.alloc(sealedBytes, 7) })))
  assertProblem(await create(71), 'malformed', { field: 'sealed' })
  assertProblem(await create(4097), 'too_large')
  assert.deepEqual(app.asked, [])
  assert.equal((await create(72)).status, 201)
  assert.equal((await create(4096)).status, 201)
})

test('the largest sealed of a plain instance fits into a create, and comes back in the claim', async (t) => {
  const app = await anApp(t)
  const secret = makeSecret('', { sealed: Buffer.alloc(65_536, 0xa5) })
  assert.equal((await app.send(calls.create(secret))).status, 201)
  const claimed = await app.send(calls.claim(secret))
  json(claimed, 200, {
    share: secret.share.toString('base64url'),
    leaseUntil: NOW_MS + 600_000,
    sealedBytes: 65_536,
    sealed: secret.sealed.toString('base64url'),
  })
})

test('a peek tells size and time as often as it is asked, and changes nothing', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  const receipt = await app.send(calls.receipt(secret))
  for (let i = 0; i < 3; i++) {
    json(await app.send(calls.peek(secret)), 200, { state: 'sealed', pin: null, sealedBytes: 1096, expiresAt: NOW_MS + LIFETIME_MS })
  }
  same(await app.send(calls.receipt(secret)), receipt)
})

test('a claim is answered with share and sealed, and the same claim with the same bytes and the same lease', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  const first = await app.send(calls.claim(secret))
  json(first, 200, {
    share: secret.share.toString('base64url'),
    leaseUntil: NOW_MS + 600_000,
    sealedBytes: 1096,
    sealed: secret.sealed.toString('base64url'),
  })
  app.now = { ms: NOW_MS + 599_999, doubt: null }
  same(await app.send(calls.claim(secret)), first)

  const gone = { state: 'opened', at: MINUTE_MS }
  assertProblem(await app.send(calls.claim({ ...secret, claim: makeSecret().claim })), 'gone', gone)
  assertProblem(await app.send(calls.peek(secret)), 'gone', gone)
  app.now = { ms: NOW_MS + 600_000, doubt: null }
  assertProblem(await app.send(calls.claim(secret)), 'gone', gone)
})

test('a wrong proof is 403 without attempts, before the claim and with it, and is not counted', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  const wrong = { ...secret, proof: makeSecret().proof }
  for (let i = 0; i < 12; i++) assertProblem(await app.send(calls.claim(wrong)), 'pin_wrong')
  assert.equal((await app.send(calls.claim(secret))).status, 200)
  assertProblem(await app.send(calls.claim(wrong)), 'pin_wrong')
  assert.equal((await app.send(calls.receipt(secret))).json()['attemptsFailed'], 0)
})

test('a right ack is 204 as often as it is sent, also after the lease, and confirms', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  await app.send(calls.claim(secret))
  for (let i = 0; i < 3; i++) empty(await app.send(calls.ack(secret)))
  const state = (reply: RawReply) => ({ state: reply.json()['state'], confirmed: reply.json()['confirmed'] })
  assert.deepEqual(state(await app.send(calls.receipt(secret))), { state: 'opened', confirmed: true })

  const late = await aSecret(app)
  await app.send(calls.claim(late))
  app.now = { ms: NOW_MS + 600_000, doubt: null }
  const unconfirmed = await app.send(calls.receipt(late))
  assert.deepEqual(state(unconfirmed), { state: 'opened', confirmed: false })
  app.now = { ms: NOW_MS + 700_000, doubt: null }
  empty(await app.send(calls.ack(late)))
  json(await app.send(calls.receipt(late)), 200, { ...unconfirmed.json(), confirmed: true })
})

test('a right ack after a burn confirms, too, and leaves the time of the end', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  await app.send(calls.claim(secret))
  app.now = { ms: NOW_MS + 1000, doubt: null }
  assertProblem(await app.send(calls.burn(secret)), 'gone', { state: 'opened', at: MINUTE_MS })
  const burned = await app.send(calls.receipt(secret))
  app.now = { ms: NOW_MS + 90_000, doubt: null }
  empty(await app.send(calls.ack(secret)))
  json(await app.send(calls.receipt(secret)), 200, { ...burned.json(), confirmed: true })
})

test('a wrong ack is 400 by its name and changes nothing, during the lease and after it', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  const wrong = { ...secret, ack: makeSecret().ack }
  await app.send(calls.claim(secret))
  const claimed = await app.send(calls.receipt(secret))
  assertProblem(await app.send(calls.ack(wrong)), 'malformed', { field: 'ack' })
  same(await app.send(calls.receipt(secret)), claimed)
  await app.send(calls.ack(secret))
  const opened = await app.send(calls.receipt(secret))
  assertProblem(await app.send(calls.ack(wrong)), 'malformed', { field: 'ack' })
  same(await app.send(calls.receipt(secret)), opened)
})

test('a burn is 204 before the claim and again, and 410 with the truth after it', async (t) => {
  const app = await anApp(t)
  const early = await aSecret(app)
  for (let i = 0; i < 2; i++) empty(await app.send(calls.burn(early)))
  for (const call of [calls.peek(early), calls.claim(early), calls.create(early)]) {
    assertProblem(await app.send(call), 'gone', { state: 'burned', at: MINUTE_MS })
  }

  const opened = await aSecret(app)
  await app.send(calls.claim(opened))
  await app.send(calls.ack(opened))
  assertProblem(await app.send(calls.burn(opened)), 'gone', { state: 'opened', at: MINUTE_MS })

  const expired = await aSecret(app)
  app.now = { ms: NOW_MS + LIFETIME_MS, doubt: null }
  const at = NOW_MS + LIFETIME_MS - ((NOW_MS + LIFETIME_MS) % 60_000)
  assertProblem(await app.send(calls.burn(expired)), 'gone', { state: 'expired', at })
})

test('a secret is there one millisecond before it runs out, and gone at that very millisecond', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  app.now = { ms: NOW_MS + LIFETIME_MS - 1, doubt: null }
  assert.equal((await app.send(calls.peek(secret))).status, 200)
  app.now = { ms: NOW_MS + LIFETIME_MS, doubt: null }
  const at = NOW_MS + LIFETIME_MS - ((NOW_MS + LIFETIME_MS) % 60_000)
  for (const call of [calls.peek(secret), calls.claim(secret), calls.create(secret)]) {
    assertProblem(await app.send(call), 'gone', { state: 'expired', at })
  }
})

test('a receipt says what became of the secret, with times that are whole seconds', async (t) => {
  const app = await anApp(t)
  const times = { createdAt: MINUTE_MS + 12_000, expiresAt: MINUTE_MS + 12_000 + LIFETIME_MS }
  const rest = { attemptsFailed: 0 }
  const receipt = async (secret: RawSecret) => app.send(calls.receipt(secret))

  const secret = await aSecret(app)
  json(await receipt(secret), 200, { state: 'sealed', confirmed: false, ...times, ...rest })
  app.now = { ms: NOW_MS + 2_700, doubt: null }
  await app.send(calls.claim(secret))
  const claimedAt = MINUTE_MS + 15_000
  json(await receipt(secret), 200, { state: 'claimed', confirmed: false, ...times, claimedAt, ...rest })
  app.now = { ms: NOW_MS + 5_000, doubt: null }
  await app.send(calls.ack(secret))
  const endedAt = MINUTE_MS + 17_000
  json(await receipt(secret), 200, { state: 'opened', confirmed: true, ...times, claimedAt, endedAt, ...rest })

  app.now = { ms: NOW_MS, doubt: null }
  const burned = await aSecret(app)
  app.now = { ms: NOW_MS + 5_000, doubt: null }
  await app.send(calls.burn(burned))
  json(await receipt(burned), 200, { state: 'burned', confirmed: false, by: 'sender', ...times, endedAt, ...rest })

  app.now = { ms: NOW_MS, doubt: null }
  const expired = await aSecret(app)
  app.now = { ms: NOW_MS + LIFETIME_MS + 1, doubt: null }
  json(await receipt(expired), 200, { state: 'expired', confirmed: false, ...times, endedAt: times.expiresAt, ...rest })
})

test('a HEAD is the GET without its body, for every GET there is, and changes nothing', async (t) => {
  const app = await anApp(t)
  const waiting = await aSecret(app)
  const claimed = await aSecret(app)
  await app.send(calls.claim(claimed))
  const gets = [
    calls.peek(waiting),
    calls.peek(claimed),
    calls.peek(makeSecret()),
    calls.receipt(waiting),
    calls.receipt(claimed),
    calls.sealed(claimed),
    calls.sealed(waiting),
    ...['/api/v1/instance', '/healthz', '/readyz', '/api/v1/nowhere', '/', '/s', '/nowhere', '/robots.txt'].map((path) => ({ path })),
  ]
  for (const get of gets) bodyless(await app.send({ ...get, method: 'HEAD' }), await app.send(get))
})

test('a HEAD of sealed does not move the lease, and a GET does', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  await app.send(calls.claim(secret))
  const lease = async () => (await app.send(calls.claim(secret))).json()['leaseUntil']
  app.now = { ms: NOW_MS + 1000, doubt: null }
  await app.send({ ...calls.sealed(secret), method: 'HEAD' })
  assert.equal(await lease(), NOW_MS + 600_000)
  await app.send(calls.sealed(secret))
  assert.equal(await lease(), NOW_MS + 601_000)
  await app.send({ ...calls.sealed(secret), headers: { ...calls.sealed(secret).headers, range: 'bytes=5000-' } })
  app.now = { ms: NOW_MS + 2000, doubt: null }
  await app.send({ ...calls.sealed(secret), headers: { ...calls.sealed(secret).headers, range: 'bytes=0-0' } })
  assert.equal(await lease(), NOW_MS + 602_000)
})
