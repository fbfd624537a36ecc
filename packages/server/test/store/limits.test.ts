import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { INLINE_SEALED_BYTES_MAX, randomBytes } from '@letterlock/protocol'
import { BUSY_MS, openDatabase, readPragma } from '../../src/secrets/database.ts'
import { preparePages } from '../../src/secrets/pages.ts'
import type { EngineOptions } from '../../src/secrets/engine.ts'
import type { Operation } from '../../src/secrets/message.ts'
import { PENDING_CALLS_MAX, openSqliteStore } from '../../src/secrets/sqlite.ts'
import { CHANGE_PAGES_MAX } from '../../src/secrets/spare.ts'
import { type NewSecret, SWEEP_ROWS_MAX } from '../../src/secrets/store.ts'
import { DAY_MS, HOUR_MS, T0, aClaim, aSecret, aWorkspace, anEngineFor, at } from './fixtures.ts'

const SEALED_BYTES = 1096
/** A page of the log, and what stands before it. */
const PAGE_BYTES = 4096
const FRAME_BYTES = 24

function aStore(t: TestContext, given: Partial<EngineOptions>) {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  return { workspace, directory, store: workspace.open(directory, given) }
}

const creating = (secret: NewSecret): Operation => ({ op: 'create', secret, now: at(T0) })

test('there is room for as many sealed bytes as are allowed, to the byte, and an end makes room again', (t) => {
  const { store } = aStore(t, { storedBytesMax: 3 * SEALED_BYTES })
  const secrets = Array.from({ length: 3 }, () => aSecret())
  for (const secret of secrets) assert.equal(store.create(secret).outcome, 'created')
  assert.deepEqual(store.create(aSecret({ sealed: new Uint8Array(72) })), { outcome: 'full' })
  assert.equal(store.create(secrets[0]!).outcome, 'created', 'the same create again needs no room')
  store.burn(secrets[0]!)
  assert.equal(store.create(aSecret()).outcome, 'created')
  assert.deepEqual(store.create(aSecret({ sealed: new Uint8Array(72) })), { outcome: 'full' })
})

test('a store says that it is full when it has no room for a password any more', (t) => {
  const { store } = aStore(t, { storedBytesMax: 4 * SEALED_BYTES - 1 })
  const steps = Array.from({ length: 4 }, () => [store.health().isFull, store.create(aSecret()).outcome])
  assert.deepEqual(steps, [
    [false, 'created'],
    [false, 'created'],
    [false, 'created'],
    [true, 'full'],
  ])
})

test('creates that come together do not slip past the limit', (t) => {
  const { store } = aStore(t, { storedBytesMax: 3 * SEALED_BYTES })
  const answers = store.together(Array.from({ length: 10 }, () => creating(aSecret())))
  assert.deepEqual(answers.map(({ outcome }) => outcome).toSorted(), [...Array(3).fill('created'), ...Array(7).fill('full')])
})

test('bytes that wait are counted again at a start', (t) => {
  const { workspace, directory, store } = aStore(t, {})
  store.create(aSecret())
  store.create(aSecret())
  store.close()
  const again = workspace.open(directory, { storedBytesMax: 3 * SEALED_BYTES })
  assert.equal(again.create(aSecret()).outcome, 'created')
  assert.deepEqual(again.create(aSecret()), { outcome: 'full' })
})

for (const [what, limit] of [
  ['the secrets that wait are too many', { storedBytesMax: 1 }],
  ['the disk has too little left', { freeBytesMin: Number.MAX_SAFE_INTEGER }],
] as const) {
  test(`creating is refused when ${what}, while opening, acks, burns and receipts go on`, (t) => {
    const { workspace, directory, store } = aStore(t, {})
    const [opened, burned] = [aSecret(), aSecret()]
    store.create(opened)
    store.create(burned)
    assert.equal(store.health().isFull, false)
    store.close()
    const full = workspace.open(directory, limit)
    const refused = aSecret()
    assert.deepEqual(full.create(refused), { outcome: 'full' })
    assert.deepEqual(full.peek(refused), { outcome: 'unknown' })
    assert.equal(full.health().isFull, true)
    const claim = aClaim(opened)
    assert.equal(full.claim(claim).outcome, 'claimed')
    assert.equal(full.readSealed(claim).outcome, 'read')
    assert.equal(full.ack(claim, opened.ackHash).outcome, 'acked')
    assert.equal(full.burn(burned).outcome, 'burned')
    assert.equal(full.receipt(burned).outcome, 'receipt')
  })
}

test('a sweep goes through everything that is due, a bounded number at a time', (t) => {
  const { store } = aStore(t, {})
  const count = 2 * SWEEP_ROWS_MAX + 7
  store.together(Array.from({ length: count }, () => creating(aSecret({ sealed: new Uint8Array(72) }))))
  const now = at(T0 + HOUR_MS)
  const sweeps = Array.from({ length: 4 }, () => store.sweep(now))
  assert.deepEqual(sweeps, [
    { swept: SWEEP_ROWS_MAX, isMoreDue: true },
    { swept: SWEEP_ROWS_MAX, isMoreDue: true },
    { swept: 7, isMoreDue: false },
    { swept: 0, isMoreDue: false },
  ])
})

for (const lifetimeMs of [HOUR_MS, 30 * DAY_MS]) {
  test(`a sweep forgets a tombstone of a lifetime of ${lifetimeMs} ms when the later of its two times has come, not before`, (t) => {
    const { store } = aStore(t, {})
    const secret = aSecret({ lifetimeMs })
    store.create(secret)
    store.burn(secret, at(T0 + 5))
    const forgetMs = Math.max(T0 + lifetimeMs, T0 + 5 + 7 * DAY_MS)
    assert.equal(store.sweep(at(forgetMs - 1)).swept, 0)
    assert.equal(store.receipt(secret, at(forgetMs - 1)).outcome, 'receipt')
    assert.equal(store.sweep(at(forgetMs)).swept, 1)
    // Asked at the time before, only a row that is really gone is unknown.
    assert.equal(store.receipt(secret, at(forgetMs - 1)).outcome, 'unknown')
  })
}

test('a sweep leaves a lease that outlives the secret, ends it at its last millisecond, and forgets it in time', (t) => {
  const { store } = aStore(t, {})
  const secret = aSecret({ lifetimeMs: HOUR_MS })
  store.create(secret)
  const claimed = store.claim(aClaim(secret), at(T0 + HOUR_MS - 1))
  const leaseUntilMs = claimed.outcome === 'claimed' ? claimed.leaseUntilMs : assert.fail(claimed.outcome)
  const stateAt = (ms: number) => {
    const read = store.receipt(secret, at(ms))
    return read.outcome === 'receipt' ? read.life.state : read.outcome
  }
  assert.ok(leaseUntilMs > T0 + HOUR_MS, 'the lease is the later of the two')
  assert.deepEqual(store.sweep(at(T0 + HOUR_MS)), { swept: 0, isMoreDue: false })
  assert.deepEqual(store.sweep(at(leaseUntilMs - 1)), { swept: 0, isMoreDue: false })
  assert.equal(stateAt(leaseUntilMs - 1), 'claimed')
  assert.deepEqual(store.sweep(at(leaseUntilMs)), { swept: 1, isMoreDue: false })
  assert.equal(stateAt(T0), 'opened', 'at an earlier time, only what the sweep wrote is so')
  assert.deepEqual(store.sweep(at(leaseUntilMs + 7 * DAY_MS)), { swept: 1, isMoreDue: false })
  assert.equal(stateAt(T0), 'unknown')
})

test('an end that failed is not taken for a good one', async () => {
  const worker = (reply: string) =>
    new URL(
      `data:text/javascript,import{parentPort as p}from'node:worker_threads';p.postMessage({started:{}});p.on('message',m=>{if(m.close){p.postMessage(${reply});p.close()}})`,
    )
  const close = async (reply: string) => {
    const reasons: string[] = []
    const store = await openSqliteStore(anEngineFor('unused'), worker(reply), (reason) => reasons.push(reason))
    const [closed] = await Promise.allSettled([store.close()])
    return { status: closed.status, reasons }
  }
  assert.deepEqual(await close('{closed:true}'), { status: 'fulfilled', reasons: [] })
  assert.deepEqual(await close(`{broken:'EIO'}`), { status: 'rejected', reasons: ['EIO'] })
})

test('calls that are too many to wait for are refused, and those that wait are answered', async (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const store = await openSqliteStore(anEngineFor(directory), new URL('../../src/secrets/worker.ts', import.meta.url), () => {})
  const secret = aSecret()
  const calls = Array.from({ length: PENDING_CALLS_MAX + 1 }, () => store.peek(secret.id, secret.accessHash, at(T0)))
  const settled = await Promise.allSettled(calls)
  await store.close()
  assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, PENDING_CALLS_MAX)
  assert.equal(settled.at(-1)?.status, 'rejected')
})

test('a second store in the same process finds what the first one left at its close', async (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const worker = new URL('../../src/secrets/worker.ts', import.meta.url)
  const secret = aSecret()
  const first = await openSqliteStore(anEngineFor(directory), worker, () => {})
  const created = first.create(secret, at(T0))
  // Closing finishes what was asked before it.
  await first.close()
  assert.equal((await created).outcome, 'created')
  const second = await openSqliteStore(anEngineFor(directory), worker, () => {})
  const peeked = await second.peek(secret.id, secret.accessHash, at(T0))
  await second.close()
  assert.equal(peeked.outcome, 'sealed')
})

test('the log does not grow with what is created, although nothing ends', (t) => {
  const { directory, store } = aStore(t, {})
  for (let i = 0; i < 100; i++) store.together(Array.from({ length: 8 }, () => creating(aSecret({ sealed: new Uint8Array(20_000) }))))
  const logBytes = statSync(join(directory, 'secrets.db-wal')).size
  assert.ok(logBytes < 6 * 1024 ** 2, `the log has ${logBytes} bytes`)
  assert.ok(statSync(join(directory, 'secrets.db')).size > 12 * 1024 ** 2, 'what was created is in the database')
})

test('to cut the log leaves how long everything else waits for others as it was', (t) => {
  const { directory, store } = aStore(t, {})
  store.create(aSecret())
  store.close()
  const database = openDatabase(join(directory, 'secrets.db'))
  t.after(() => database.close())
  const pages = preparePages(database)
  assert.equal(pages.truncateLog(), true)
  assert.equal(readPragma(database, 'busy_timeout'), BUSY_MS)
})

test('the database keeps its size when secrets end, and tells how much of it is used again', (t) => {
  const { directory, store } = aStore(t, {})
  const secrets = Array.from({ length: 80 }, () => aSecret({ sealed: new Uint8Array(60_000) }))
  for (let i = 0; i < 80; i += 8) store.together(secrets.slice(i, i + 8).map(creating))
  for (const secret of secrets) store.burn(secret)
  store.close()
  const path = join(directory, 'secrets.db')
  const database = openDatabase(path)
  const bytes = preparePages(database).countReusableBytes()
  database.close()
  assert.ok(bytes > 80 * 60_000 && bytes < statSync(path).size, `${bytes} bytes`)
})

test('no change takes more of the log than its index is made ready for', (t) => {
  const { workspace, directory, store } = aStore(t, {})
  const largest = (given?: Partial<NewSecret>) => aSecret({ sealed: new Uint8Array(INLINE_SEALED_BYTES_MAX), ...given })
  // Names and times of many make the trees as deep as those of a busy server.
  for (let i = 0; i < 20; i++)
    store.together(Array.from({ length: 100 }, () => creating(aSecret({ sealed: new Uint8Array(72), lifetimeMs: 30 * DAY_MS }))))
  store.close()
  const busy = workspace.open(directory)
  const path = join(directory, 'secrets.db-wal')
  const countPages = (act: () => void) => {
    const before = statSync(path).size
    act()
    return (statSync(path).size - before) / (PAGE_BYTES + FRAME_BYTES)
  }
  const secret = largest({ attempts: 5 })
  const burned = largest({ attempts: 5 })
  const expired = Array.from({ length: 10 }, () => largest({ lifetimeMs: HOUR_MS / 2 }))
  const claim = aClaim(secret)
  const guess = (of: NewSecret) => busy.claim(aClaim(of, { proofHash: randomBytes(32) }))
  const pages = [
    countPages(() => busy.create(burned)),
    countPages(() => guess(burned)),
    countPages(() => guess(burned)),
    countPages(() => busy.create(secret)),
    countPages(() => guess(secret)),
    countPages(() => busy.claim(claim)),
    countPages(() => busy.readSealed(claim)),
    countPages(() => busy.ack(claim, secret.ackHash)),
    countPages(() => busy.burn(burned)),
    countPages(() => busy.together(expired.map(creating))) / expired.length,
    countPages(() => busy.sweep(at(T0 + HOUR_MS / 2))) / expired.length,
    countPages(() => busy.sweep(at(T0 + 8 * DAY_MS))) / expired.length,
  ]
  assert.ok(Math.max(...pages) <= CHANGE_PAGES_MAX, `${pages.map(Math.ceil).join()} pages`)
  const large = pages.filter((count) => count >= INLINE_SEALED_BYTES_MAX / PAGE_BYTES)
  assert.equal(large.length, 6, 'the largest were made, and ended')
})
