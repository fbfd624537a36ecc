import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { randomBytes } from '@letterlock/protocol'
import type { Claim, NewSecret } from '../../src/secrets/store.ts'
import { type Asked, HOUR_MS, T0, aClaim, aSecret, aWorkspace, at } from './fixtures.ts'
import { listHolding } from '../support/scan.ts'

function aStore(t: TestContext) {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  return { workspace, directory, store: workspace.open(directory) }
}

const WAYS: readonly (readonly [string, (store: Asked, secret: NewSecret, claim: Claim) => void])[] = [
  [
    'an ack',
    (store, secret, claim) => {
      store.claim(claim)
      store.ack(claim, secret.ackHash)
    },
  ],
  ['a burn', (store, secret) => store.burn(secret)],
  [
    'a burn of what is claimed',
    (store, secret, claim) => {
      store.claim(claim)
      store.burn(secret)
    },
  ],
  ['expiry and a sweep', (store) => store.sweep(at(T0 + HOUR_MS))],
  ['expiry and a call', (store, secret) => store.peek(secret, at(T0 + HOUR_MS))],
  [
    'the end of a lease',
    (store, _secret, claim) => {
      store.claim(claim)
      store.sweep(at(T0 + HOUR_MS))
    },
  ],
]

for (const [name, end] of WAYS) {
  test(`${name} takes share, proof and sealed bytes out of every file, and was not needed to find them before`, (t) => {
    const { directory, store } = aStore(t)
    const secret = aSecret({ sealed: randomBytes(9000) })
    // Sealed bytes lie on pages of their own: any stretch of them gives them away.
    const stretch = secret.sealed.slice(5000, 5100)
    store.create(secret)
    for (const bytes of [secret.share, secret.proofHash]) assert.deepEqual(listHolding(directory, bytes), ['vault/shares'])
    assert.notDeepEqual(listHolding(directory, stretch), [])
    end(store, secret, aClaim(secret))
    // The share goes before the answer; the sealed bytes with the next settling.
    for (const bytes of [secret.share, secret.proofHash]) assert.deepEqual(listHolding(directory, bytes), [])
    assert.notDeepEqual(listHolding(directory, stretch), [], 'before settling the log still has them')
    store.engine.settle()
    for (const bytes of [stretch, secret.sealed.slice(0, 64)]) assert.deepEqual(listHolding(directory, bytes), [])
  })
}

test('sealed bytes that had reached the database itself are gone as well', (t) => {
  const { workspace, directory, store } = aStore(t)
  const secrets = Array.from({ length: 20 }, () => aSecret({ sealed: randomBytes(9000) }))
  for (const secret of secrets) store.create(secret)
  store.close()
  for (const { sealed } of secrets) assert.deepEqual(listHolding(directory, sealed.slice(0, 64)), ['secrets.db'])
  const again = workspace.open(directory)
  for (const secret of secrets) again.burn(secret)
  again.engine.settle()
  for (const { sealed } of secrets) {
    for (const offset of [0, 4500, 8900]) assert.deepEqual(listHolding(directory, sealed.slice(offset, offset + 64)), [])
  }
})

test('a database that does not delete securely would have kept them: the search finds what is there', (t) => {
  const { directory, store } = aStore(t)
  const secrets = Array.from({ length: 20 }, () => aSecret({ sealed: randomBytes(9000) }))
  for (const secret of secrets) store.create(secret)
  store.close()
  const database = new DatabaseSync(join(directory, 'secrets.db'))
  database.exec('PRAGMA secure_delete = OFF; DELETE FROM sealed; PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  assert(secrets.some(({ sealed }) => listHolding(directory, sealed.slice(4500, 4564)).length > 0))
})

test('sealed bytes of what ended before a kill are in no file once the next start has settled', (t) => {
  const { workspace, directory, store } = aStore(t)
  const secret = aSecret({ sealed: randomBytes(9000) })
  const claim = aClaim(secret)
  store.create(secret)
  store.claim(claim)
  store.ack(claim, secret.ackHash)
  const killed = workspace.copyOf(directory)
  const stretch = secret.sealed.slice(5000, 5100)
  assert.deepEqual(listHolding(killed, stretch), ['secrets.db-wal'])
  const found = workspace.open(killed)
  found.engine.settle()
  assert.deepEqual(listHolding(killed, stretch), [])
})

test('a secret that waits keeps its share and its bytes through the endings of others', (t) => {
  const { directory, store } = aStore(t)
  const waiting = aSecret({ lifetimeMs: 2 * HOUR_MS })
  store.create(waiting)
  for (const [, end] of WAYS) {
    const secret = aSecret()
    store.create(secret)
    end(store, secret, aClaim(secret))
    store.engine.settle()
  }
  assert.deepEqual(listHolding(directory, waiting.share), ['vault/shares'])
  const claimed = store.claim(aClaim(waiting), at(T0 + HOUR_MS))
  assert(claimed.outcome === 'claimed')
  assert.deepEqual([claimed.share, claimed.sealed], [waiting.share, waiting.sealed])
})

test('a create that loses to one before it leaves its share nowhere', (t) => {
  const { directory, store } = aStore(t)
  const secret = aSecret()
  const [again, other] = [{ ...secret, share: randomBytes(32) }, aSecret({ id: secret.id })]
  const creating = (secret: NewSecret) => ({ op: 'create', secret, now: at(T0) }) as const
  const outcomes = store.together([creating(secret), creating(again), creating(other)]).map(({ outcome }) => outcome)
  assert.deepEqual(outcomes, ['created', 'created', 'id_taken'])
  assert.equal(store.create(other).outcome, 'id_taken')
  for (const { share } of [again, other]) assert.deepEqual(listHolding(directory, share), [])
  assert.deepEqual(listHolding(directory, secret.share), ['vault/shares'])
})

test('a reader from outside, such as a backup, delays the end of the sealed bytes in the log, and does not prevent it', (t) => {
  const { directory, store } = aStore(t)
  const secret = aSecret({ sealed: randomBytes(9000) })
  const stretch = secret.sealed.slice(5000, 5100)
  store.create(secret)
  const backup = new DatabaseSync(join(directory, 'secrets.db'), { readOnly: true })
  backup.exec('BEGIN; SELECT count(*) FROM secrets')
  store.burn(secret)
  store.engine.settle()
  assert.notDeepEqual(listHolding(directory, stretch), [], 'the backup still needs them')
  assert.equal(store.engine.isUnsettled(), true)
  backup.close()
  store.engine.settle()
  assert.deepEqual(listHolding(directory, stretch), [])
  assert.equal(store.engine.isUnsettled(), false)
})

test('a store that is closed leaves nothing of what has ended in the log, although somebody else has the database open', (t) => {
  const { directory, store } = aStore(t)
  const secret = aSecret({ sealed: randomBytes(9000) })
  store.create(secret)
  const other = new DatabaseSync(join(directory, 'secrets.db'), { readOnly: true })
  t.after(() => other.close())
  other.prepare('SELECT count(*) FROM secrets').get()
  store.burn(secret)
  store.close()
  assert.deepEqual(listHolding(directory, secret.sealed.slice(5000, 5100)), [])
})
