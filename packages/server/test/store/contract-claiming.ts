import assert from 'node:assert/strict'
import type { NewSecret, SecretStore } from '../../src/secrets/store.ts'
import type { Clause } from './contract.ts'
import { HOUR_MS, MINUTE_MS, T0, aClaim, aSecret, at } from './fixtures.ts'

const CLAIMANTS = 64
const LEASE_MS = 10 * MINUTE_MS

async function created(store: SecretStore, given: Partial<NewSecret> = {}): Promise<NewSecret> {
  const secret = aSecret(given)
  assert.equal((await store.create(secret, at(T0))).outcome, 'created')
  return secret
}

const goneAsOpened = { outcome: 'gone', gone: { state: 'opened', at: T0 } }

/** Promises 1 and 2: one claimant, who may ask again. */
export const CLAIMING: readonly Clause[] = [
  {
    promise: 1,
    says: 'lets one claimant in, however many ask at once',
    async hold({ store }) {
      const secrets = await Promise.all(Array.from({ length: 8 }, () => created(store)))
      for (const secret of secrets) {
        const answers = await Promise.all(Array.from({ length: CLAIMANTS }, () => store.claim(aClaim(secret), at(T0))))
        assert.equal(answers.filter(({ outcome }) => outcome === 'claimed').length, 1)
        const others = answers.filter(({ outcome }) => outcome !== 'claimed')
        for (const other of others) assert.deepEqual(other, goneAsOpened)
      }
    },
  },
  {
    promise: 1,
    says: 'lets nobody else in while the claimant may ask again, nor after the ack',
    async hold({ store }) {
      const secret = await created(store)
      const claim = aClaim(secret)
      assert.equal((await store.claim(claim, at(T0))).outcome, 'claimed')
      assert.deepEqual(await store.claim(aClaim(secret), at(T0)), goneAsOpened)
      assert.deepEqual(await store.claim(aClaim(secret), at(T0 + LEASE_MS - 1)), goneAsOpened)
      assert.equal((await store.ack(secret.id, claim.claimHash, secret.ackHash, at(T0 + 5))).outcome, 'acked')
      assert.deepEqual(await store.claim(aClaim(secret), at(T0 + 6)), goneAsOpened)
    },
  },
  {
    promise: 1,
    says: 'has decided durably before it answers: after a crash the same claimant is in, and nobody else',
    needs: 'crash',
    async hold({ store, crash }) {
      assert(crash)
      const secrets = await Promise.all(Array.from({ length: 8 }, () => created(store)))
      for (const secret of secrets) {
        const claim = aClaim(secret)
        const first = await store.claim(claim, at(T0))
        const found = await crash()
        assert.deepEqual(await found.claim(aClaim(secret), at(T0 + 1)), goneAsOpened)
        assert.deepEqual(await found.claim(claim, at(T0 + 1)), first)
      }
    },
  },
  {
    promise: 2,
    says: 'gives the claimant the very bytes that were created, as often as it asks until the last millisecond of the lease',
    async hold({ store }) {
      const secret = await created(store)
      const claim = aClaim(secret)
      const expected = { outcome: 'claimed', share: secret.share, sealed: secret.sealed, leaseUntilMs: T0 + 7 + LEASE_MS }
      for (const ms of [7, 8, MINUTE_MS, LEASE_MS + 6]) assert.deepEqual(await store.claim(claim, at(T0 + ms)), expected)
      assert.deepEqual(await store.readSealed(secret.id, claim.claimHash, false, at(T0 + LEASE_MS + 6)), {
        outcome: 'read',
        sealed: secret.sealed,
      })
    },
  },
  {
    promise: 2,
    says: 'ends the lease in destruction, at its very millisecond, for the claimant and for everyone else',
    async hold({ store }) {
      const secret = await created(store)
      const claim = aClaim(secret)
      await store.claim(claim, at(T0))
      for (const ms of [LEASE_MS, LEASE_MS + 1, HOUR_MS]) {
        const now = at(T0 + ms)
        assert.deepEqual(await store.claim(claim, now), goneAsOpened)
        assert.deepEqual(await store.claim(aClaim(secret), now), goneAsOpened)
        assert.deepEqual(await store.readSealed(secret.id, claim.claimHash, true, now), goneAsOpened)
        assert.deepEqual(await store.peek(secret.id, secret.accessHash, now), goneAsOpened)
      }
      const read = await store.receipt(secret.id, secret.receiptHash, at(T0 + HOUR_MS))
      assert(read.outcome === 'receipt')
      assert.equal(read.life.state, 'opened')
      assert.equal(read.life.confirmed, false)
      assert.equal(read.life.endedAtMs, T0 + LEASE_MS)
    },
  },
  {
    promise: 2,
    says: "moves the lease with the claimant's own reads, and with nothing else, and never beyond six hours",
    async hold({ store }) {
      const secret = await created(store)
      const claim = aClaim(secret)
      const readAt = (ms: number, keepsAlive: boolean) => store.readSealed(secret.id, claim.claimHash, keepsAlive, at(T0 + ms))
      const leaseMs = async (ms: number) => {
        const again = await store.claim(claim, at(T0 + ms))
        assert(again.outcome === 'claimed')
        return again.leaseUntilMs - T0
      }
      await store.claim(claim, at(T0))
      assert.equal((await readAt(9 * MINUTE_MS, false)).outcome, 'read')
      assert.equal(await leaseMs(9 * MINUTE_MS), LEASE_MS)
      for (let ms = 9 * MINUTE_MS; ms < 6 * HOUR_MS; ms += 9 * MINUTE_MS) {
        assert.equal((await readAt(ms, true)).outcome, 'read')
        assert.equal(await leaseMs(ms), Math.min(ms + LEASE_MS, 6 * HOUR_MS))
      }
      assert.equal((await readAt(6 * HOUR_MS - 1, true)).outcome, 'read')
      assert.equal((await readAt(6 * HOUR_MS, true)).outcome, 'gone')
    },
  },
]
