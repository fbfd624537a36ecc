import assert from 'node:assert/strict'
import { cpSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { openSlotFile } from '../../src/vault/slot-file.ts'
import type { NewSecret } from '../../src/secrets/store.ts'
import { type Asked, DAY_MS, HOUR_MS, MINUTE_MS, T0, aClaim, aSecret, aWorkspace, at } from './fixtures.ts'
import { listHolding } from '../support/scan.ts'

/** A workspace with one store in it. */
function aStore(t: TestContext) {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  return { workspace, directory, store: workspace.open(directory) }
}

/** Do something to a database while nobody has it open. */
function tamper(directory: string, sql: string, ...values: (string | number | Uint8Array)[]): void {
  const database = new DatabaseSync(join(directory, 'secrets.db'))
  database.prepare(sql).run(...values)
  database.close()
}

/** Erase the shares of secrets behind the store's back, as a crash between two files would. */
function eraseShares(directory: string): void {
  const vault = openSlotFile(join(directory, 'vault', 'shares'))
  for (const { found } of vault.scan()) if (found !== null) vault.erase(found.handle)
  vault.sync()
  vault.close()
}

function lifeOf(store: Asked, secret: NewSecret, ms = T0 + 1) {
  const read = store.receipt(secret, at(ms))
  assert(read.outcome === 'receipt', `a receipt is ${read.outcome}`)
  return read.life
}

test('a killed process loses no acknowledged create, and one claimant may have each', (t) => {
  const { workspace, directory, store } = aStore(t)
  const secrets = Array.from({ length: 40 }, () => aSecret())
  for (const secret of secrets) {
    assert.equal(store.create(secret).outcome, 'created')
    const found = workspace.open(workspace.copyOf(directory))
    assert.equal(found.peek(secret).outcome, 'sealed')
    found.close()
  }
  const found = workspace.open(workspace.copyOf(directory))
  for (const secret of secrets) {
    const claimed = found.claim(aClaim(secret))
    assert(claimed.outcome === 'claimed')
    assert.deepEqual([claimed.share, claimed.sealed], [secret.share, secret.sealed])
  }
})

test('after a kill behind the claim the same claimant gets the same bytes, and everyone else is told gone', (t) => {
  const { workspace, directory, store } = aStore(t)
  const secret = aSecret()
  const claim = aClaim(secret)
  store.create(secret)
  const first = store.claim(claim)
  const found = workspace.open(workspace.copyOf(directory), { startMs: T0 + MINUTE_MS })
  assert.deepEqual(found.claim(aClaim(secret), at(T0 + MINUTE_MS)), { outcome: 'gone', gone: { state: 'opened', at: T0 } })
  assert.deepEqual(found.claim(claim, at(T0 + MINUTE_MS)), first)
})

test('a kill between the claim and its mark in the vault is no different', (t) => {
  const { workspace, directory, store } = aStore(t)
  const secret = aSecret()
  const claim = aClaim(secret)
  store.create(secret)
  const before = workspace.copyOf(directory)
  const first = store.claim(claim)
  const killed = workspace.copyOf(directory)
  store.close()
  // The database of after the claim, and the vault of before it.
  cpSync(join(before, 'vault', 'shares'), join(killed, 'vault', 'shares'))
  const found = workspace.open(killed)
  assert.equal(found.claim(aClaim(secret)).outcome, 'gone')
  assert.deepEqual(found.claim(claim), first)
})

test('a start erases shares that no row names', (t) => {
  const { workspace, directory, store } = aStore(t)
  const [orphan, kept] = [aSecret(), aSecret()]
  store.create(orphan)
  store.create(kept)
  store.close()
  tamper(directory, 'DELETE FROM secrets WHERE id = ?', Buffer.from(orphan.id, 'hex'))
  assert.deepEqual(listHolding(directory, orphan.share), ['vault/shares'])
  const found = workspace.open(directory)
  assert.deepEqual(listHolding(directory, orphan.share), [])
  assert.equal(found.claim(aClaim(kept)).outcome, 'claimed')
})

test('a start gives the share of a slot that two rows name to the one whose share it is', (t) => {
  const { workspace, directory, store } = aStore(t)
  const [owner, other] = [aSecret(), aSecret()]
  store.create(owner)
  store.create(other)
  store.close()
  tamper(directory, 'UPDATE secrets SET slot = (SELECT slot FROM secrets WHERE id = ?)', Buffer.from(owner.id, 'hex'))
  const found = workspace.open(directory, { startMs: T0 + 5 })
  assert.equal(lifeOf(found, other, T0 + 5).state, 'lost')
  const claimed = found.claim(aClaim(owner), at(T0 + 5))
  assert.deepEqual(claimed.outcome === 'claimed' && claimed.share, owner.share)
})

test('a start makes a sealed secret without its share lost, and removes its sealed bytes', (t) => {
  const { workspace, directory, store } = aStore(t)
  const secret = aSecret()
  store.create(secret)
  store.close()
  eraseShares(directory)
  const found = workspace.open(directory, { startMs: T0 + 5 })
  const { state, endedAtMs, confirmed } = lifeOf(found, secret, T0 + 5)
  assert.deepEqual([state, endedAtMs, confirmed], ['lost', T0 + 5, false])
  assert.deepEqual(found.claim(aClaim(secret), at(T0 + 5)), { outcome: 'gone', gone: { state: 'lost', at: T0 } })
  found.engine.settle()
  assert.deepEqual(listHolding(directory, secret.sealed), [])
})

test('a start makes a claimed secret without its share opened, unconfirmed', (t) => {
  const { workspace, directory, store } = aStore(t)
  const secret = aSecret()
  const claim = aClaim(secret)
  store.create(secret)
  store.claim(claim)
  store.close()
  eraseShares(directory)
  const found = workspace.open(directory, { startMs: T0 + 5 })
  const { state, endedAtMs, confirmed } = lifeOf(found, secret, T0 + 5)
  assert.deepEqual([state, endedAtMs, confirmed], ['opened', T0 + 5, false])
  assert.equal(found.claim(claim, at(T0 + 5)).outcome, 'gone')
  assert.equal(found.ack(claim, secret.ackHash, at(T0 + 6)).outcome, 'acked')
})

test('a start makes a sealed secret whose share has left before opened, unconfirmed, and erases the share', (t) => {
  const { workspace, directory, store } = aStore(t)
  const secret = aSecret()
  store.create(secret)
  store.claim(aClaim(secret))
  store.close()
  tamper(directory, "UPDATE secrets SET state = 'sealed', claimed_at = NULL, lease_until = NULL, claim_hash = NULL, due_at = expires_at")
  const found = workspace.open(directory)
  const { state, confirmed } = lifeOf(found, secret)
  assert.deepEqual([state, confirmed], ['opened', false])
  assert.equal(found.claim(aClaim(secret)).outcome, 'gone')
  assert.deepEqual(listHolding(directory, secret.share), [])
})

test('a share of what has ended is erased by the start, if the kill came before its erasure', (t) => {
  const { workspace, directory, store } = aStore(t)
  const secret = aSecret()
  store.create(secret)
  const before = workspace.copyOf(directory)
  store.burn(secret)
  const killed = workspace.copyOf(directory)
  cpSync(join(before, 'vault', 'shares'), join(killed, 'vault', 'shares'))
  assert.deepEqual(listHolding(killed, secret.share), ['vault/shares'])
  const found = workspace.open(killed)
  assert.deepEqual(listHolding(killed, secret.share), [])
  assert.equal(lifeOf(found, secret).state, 'burned')
})

test('a create that was killed before its row was durable leaves no share, and can be made again', (t) => {
  const { workspace, directory, store } = aStore(t)
  const secret = aSecret()
  const before = workspace.copyOf(directory)
  store.create(secret)
  const killed = workspace.copyOf(before)
  cpSync(join(directory, 'vault', 'shares'), join(killed, 'vault', 'shares'))
  const found = workspace.open(killed)
  assert.deepEqual(listHolding(killed, secret.share), [])
  assert.deepEqual(found.peek(secret), { outcome: 'unknown' })
  assert.equal(found.create(secret).outcome, 'created')
  assert.equal(found.claim(aClaim(secret)).outcome, 'claimed')
})

test('a claimant whose share has gone under a running store is told gone, and never that a PIN is wrong', (t) => {
  const { directory, store } = aStore(t)
  const secret = aSecret({ attempts: 5 })
  const claim = aClaim(secret)
  store.create(secret)
  assert.equal(store.claim(claim).outcome, 'claimed')
  eraseShares(directory)
  assert.deepEqual(store.claim(claim, at(T0 + 1)), { outcome: 'gone', gone: { state: 'opened', at: T0 } })
})

test('a start whose vault is gone has lost what waited, and keeps every secret that is created after it', (t) => {
  const { workspace, directory, store } = aStore(t)
  // More than end in one transaction.
  const lost = Array.from({ length: 50 }, () => aSecret())
  for (const secret of lost) store.create(secret)
  store.close()
  rmSync(join(directory, 'vault', 'shares'))
  const found = workspace.open(directory)
  for (const secret of lost) assert.equal(lifeOf(found, secret).state, 'lost')
  const created = Array.from({ length: 20 }, () => aSecret())
  for (const secret of created) assert.equal(found.create(secret).outcome, 'created')
  const outcomes = created.map((secret) => found.claim(aClaim(secret)).outcome)
  assert.deepEqual(
    outcomes,
    created.map(() => 'claimed'),
  )
})

test('slots are used again, before and after a restart, never two at once nor for a former holder', (t) => {
  const { workspace, directory, store } = aStore(t)
  const kept = Array.from({ length: 10 }, () => aSecret())
  let former = Array.from({ length: 30 }, () => aSecret())
  for (const secret of [...kept, ...former]) store.create(secret)
  const { size } = statSync(join(directory, 'vault', 'shares'))
  let current = store
  for (let i = 0; i < 40; i++) {
    for (const secret of former) current.burn(secret)
    const next = former.map(() => aSecret())
    for (const secret of next) current.create(secret)
    for (const secret of former) assert.equal(current.claim(aClaim(secret)).outcome, 'gone')
    former = next
    if (i % 10 > 0) continue
    current.close()
    current = workspace.open(directory)
  }
  assert.equal(statSync(join(directory, 'vault', 'shares')).size, size, 'the vault has grown, although slots were free')
  for (const secret of [...kept, ...former]) {
    const claimed = current.claim(aClaim(secret))
    assert(claimed.outcome === 'claimed')
    assert.deepEqual(claimed.share, secret.share)
  }
})

test('the last time that was durably seen survives a restart, and the first start has none', (t) => {
  const { workspace, directory, store } = aStore(t)
  assert.equal(store.engine.started.floorMs, null)
  store.create(aSecret(), at(T0 + 3 * HOUR_MS))
  store.create(aSecret(), at(T0 + HOUR_MS))
  assert.equal(workspace.open(workspace.copyOf(directory)).engine.started.floorMs, T0 + 3 * HOUR_MS)
  store.close()
  assert.equal(workspace.open(directory).engine.started.floorMs, T0 + 3 * HOUR_MS)
})

test('the floor does not follow a time in doubt', (t) => {
  const { workspace, directory, store } = aStore(t)
  store.create(aSecret())
  store.create(aSecret(), { ms: T0 + 30 * DAY_MS, doubt: { fromMs: T0 + 7, toMs: T0 + 30 * DAY_MS, isCreatingHeld: false } })
  store.close()
  assert.equal(workspace.open(directory).engine.started.floorMs, T0 + 7)
})

test('the floor does not follow the clock of a start after a long absence, even if that start has something to mend', (t) => {
  const { workspace, directory, store } = aStore(t)
  store.create(aSecret())
  store.close()
  eraseShares(directory)
  workspace.open(directory, { startMs: T0 + 30 * DAY_MS }).close()
  assert.equal(workspace.open(directory).engine.started.floorMs, T0)
})

test('a poisoned floor is lowered by the very time that was shown, once, and by no other', (t) => {
  const { workspace, directory, store } = aStore(t)
  const poisonedMs = T0 + 400 * DAY_MS
  store.create(aSecret(), at(poisonedMs))
  store.close()
  const floorWith = (acceptClock: number | null, startMs: number) => {
    const found = workspace.open(directory, { acceptClock, startMs })
    found.close()
    return found.engine.started.floorMs
  }
  assert.equal(floorWith(poisonedMs - 1, T0 + 10), poisonedMs)
  assert.equal(floorWith(T0 + 10, T0 + 10), poisonedMs)
  assert.equal(floorWith(poisonedMs, T0 + 10), T0 + 10)
  assert.equal(floorWith(null, T0 + 20), T0 + 10)
  const again = workspace.open(directory, { startMs: T0 + 20 })
  again.create(aSecret(), at(poisonedMs + 1))
  again.close()
  assert.equal(floorWith(poisonedMs, T0 + 30), poisonedMs + 1)
})
