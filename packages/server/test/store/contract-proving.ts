import assert from 'node:assert/strict'
import { randomBytes } from '@letterlock/protocol'
import type { Now } from '../../src/secrets/life.ts'
import type { SecretStore } from '../../src/secrets/store.ts'
import type { Clause } from './contract.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, T0, aClaim, aSecret, at } from './fixtures.ts'

const UNKNOWN = { outcome: 'unknown' }
const UNAVAILABLE = { outcome: 'unavailable' }

const stateOf = async (store: SecretStore, secret: ReturnType<typeof aSecret>, now: Now) => {
  const read = await store.receipt(secret.id, secret.receiptHash, now)
  assert(read.outcome === 'receipt', `a receipt is ${read.outcome}`)
  return read.life
}

/** A step of the clock from one time to another that nobody can be sure of yet. */
function inDoubt(fromMs: number, toMs: number, isCreatingHeld = true): Now {
  return { ms: isCreatingHeld ? fromMs : toMs, doubt: { fromMs, toMs, isCreatingHeld } }
}

/** Promises 6 and 7: proofs, and whose time it is. */
export const PROVING: readonly Clause[] = [
  {
    promise: 6,
    says: 'tells and lets do nothing without access, in no state',
    async hold({ store }) {
      const secret = aSecret()
      const wrong = randomBytes(32)
      const tryAll = async () => {
        assert.deepEqual(await store.peek(secret.id, wrong, at(T0)), UNKNOWN)
        assert.deepEqual(await store.claim(aClaim(secret, { accessHash: wrong }), at(T0)), UNKNOWN)
      }
      await store.create(secret, at(T0))
      const before = await stateOf(store, secret, at(T0))
      await tryAll()
      assert.deepEqual(await stateOf(store, secret, at(T0)), before)
      assert.equal((await store.claim(aClaim(secret), at(T0))).outcome, 'claimed')
      await tryAll()
      await store.burn(secret.id, secret.receiptHash, at(T0))
      await tryAll()
    },
  },
  {
    promise: 6,
    says: 'gives nothing for a wrong proof, however often it is tried, and lets the right one in after it',
    async hold({ store }) {
      const secret = aSecret()
      await store.create(secret, at(T0))
      const before = await stateOf(store, secret, at(T0))
      const tries = Array.from({ length: 100 }, () => store.claim(aClaim(secret, { proofHash: randomBytes(32) }), at(T0)))
      for (const answer of await Promise.all(tries)) assert.deepEqual(answer, { outcome: 'pin_wrong', attemptsLeft: null })
      assert.deepEqual(await stateOf(store, secret, at(T0)), before)
      const claim = aClaim(secret)
      assert.equal((await store.claim(claim, at(T0))).outcome, 'claimed')
      const wrong = { ...claim, proofHash: randomBytes(32) }
      assert.deepEqual(await store.claim(wrong, at(T0)), { outcome: 'pin_wrong', attemptsLeft: null })
      assert.equal((await stateOf(store, secret, at(T0))).state, 'claimed')
    },
  },
  {
    promise: 6,
    says: "tells and lets do nothing without the claimant's claim, and confirms nothing for a wrong ack",
    async hold({ store }) {
      const secret = aSecret()
      const claim = aClaim(secret)
      const wrong = randomBytes(32)
      await store.create(secret, at(T0))
      assert.deepEqual(await store.readSealed(secret.id, claim.claimHash, true, at(T0)), UNKNOWN)
      await store.claim(claim, at(T0))
      const before = await stateOf(store, secret, at(T0))
      assert.deepEqual(await store.readSealed(secret.id, wrong, true, at(T0)), UNKNOWN)
      assert.deepEqual(await store.ack(secret.id, wrong, secret.ackHash, at(T0)), UNKNOWN)
      assert.deepEqual(await store.ack(secret.id, claim.claimHash, wrong, at(T0)), { outcome: 'ack_wrong' })
      assert.deepEqual(await stateOf(store, secret, at(T0)), before)
    },
  },
  {
    promise: 6,
    says: 'tells and burns nothing without the receipt key',
    async hold({ store }) {
      const secret = aSecret()
      await store.create(secret, at(T0))
      for (const wrong of [randomBytes(32), secret.accessHash, secret.proofHash, secret.ackHash]) {
        assert.deepEqual(await store.receipt(secret.id, wrong, at(T0)), UNKNOWN)
        assert.deepEqual(await store.burn(secret.id, wrong, at(T0)), UNKNOWN)
      }
      assert.equal((await store.claim(aClaim(secret), at(T0))).outcome, 'claimed')
    },
  },
  {
    promise: 7,
    says: 'writes down the times that it is told, whatever time it is',
    async hold({ store }) {
      for (const ms of [Date.UTC(1971, 0, 1), Date.UTC(2600, 0, 1)]) {
        const secret = aSecret()
        assert.deepEqual(await store.create(secret, at(ms)), { outcome: 'created', expiresAtMs: ms + HOUR_MS })
        const claim = aClaim(secret)
        assert.equal((await store.claim(claim, at(ms + 1))).outcome, 'claimed')
        await store.ack(secret.id, claim.claimHash, secret.ackHash, at(ms + 2))
        const { createdAtMs, expiresAtMs, claimedAtMs, endedAtMs } = await stateOf(store, secret, at(ms + 3))
        assert.deepEqual([createdAtMs, expiresAtMs, claimedAtMs, endedAtMs], [ms, ms + HOUR_MS, ms + 1, ms + 2])
      }
    },
  },
  {
    promise: 7,
    says: "has a secret until the last millisecond of its life by the caller's time, and ends it at the next",
    async hold({ store }) {
      const ms = Date.UTC(1971, 0, 1)
      const [secret, other] = [aSecret(), aSecret()]
      await store.create(secret, at(ms))
      await store.create(other, at(ms))
      assert.equal((await store.peek(secret.id, secret.accessHash, at(ms + HOUR_MS - 1))).outcome, 'sealed')
      assert.equal((await store.claim(aClaim(other), at(ms + HOUR_MS - 1))).outcome, 'claimed')
      assert.deepEqual(await store.claim(aClaim(secret), at(ms + HOUR_MS)), {
        outcome: 'gone',
        gone: { state: 'expired', at: ms + HOUR_MS },
      })
      assert.equal((await stateOf(store, secret, at(ms + DAY_MS))).endedAtMs, ms + HOUR_MS)
    },
  },
  {
    promise: 7,
    says: 'keeps what only a doubtful time would expire, calls it unavailable, and has it whole when the step is gone',
    async hold({ store }) {
      const secret = aSecret()
      await store.create(secret, at(T0))
      const doubt = inDoubt(T0 + 1, T0 + DAY_MS)
      assert.deepEqual(await store.sweep(doubt), { swept: 0, isMoreDue: false })
      assert.deepEqual(await store.peek(secret.id, secret.accessHash, doubt), UNAVAILABLE)
      assert.deepEqual(await store.claim(aClaim(secret), doubt), UNAVAILABLE)
      assert.deepEqual(await store.receipt(secret.id, secret.receiptHash, doubt), UNAVAILABLE)
      assert.deepEqual(await store.burn(secret.id, secret.receiptHash, doubt), UNAVAILABLE)
      assert.deepEqual(await store.create(secret, doubt), UNAVAILABLE)
      const claimed = await store.claim(aClaim(secret), at(T0 + 2))
      assert(claimed.outcome === 'claimed')
      assert.deepEqual([claimed.share, claimed.sealed], [secret.share, secret.sealed])
    },
  },
  {
    promise: 7,
    says: 'keeps what only a doubtful time would end of a lease, and calls it unavailable',
    async hold({ store }) {
      const secret = aSecret({ lifetimeMs: 30 * DAY_MS })
      const claim = aClaim(secret)
      await store.create(secret, at(T0))
      assert.equal((await store.claim(claim, at(T0))).outcome, 'claimed')
      const before = await stateOf(store, secret, at(T0))
      const doubt = inDoubt(T0 + 1, T0 + DAY_MS)
      assert.deepEqual(await store.claim(claim, doubt), UNAVAILABLE)
      assert.deepEqual(await store.readSealed(secret.id, claim.claimHash, true, doubt), UNAVAILABLE)
      assert.deepEqual(await store.ack(secret.id, claim.claimHash, secret.ackHash, doubt), UNAVAILABLE)
      assert.deepEqual(await store.sweep(doubt), { swept: 0, isMoreDue: false })
      assert.deepEqual(await stateOf(store, secret, at(T0 + 2)), before)
      assert.deepEqual(await store.readSealed(secret.id, claim.claimHash, false, at(T0 + 2)), { outcome: 'read', sealed: secret.sealed })
    },
  },
  {
    promise: 7,
    says: 'goes on in doubt with whatever both times decide alike',
    async hold({ store }) {
      const [waiting, over] = [aSecret({ lifetimeMs: 30 * DAY_MS }), aSecret({ lifetimeMs: MINUTE_MS })]
      await store.create(waiting, at(T0))
      await store.create(over, at(T0))
      const doubt = inDoubt(T0 + HOUR_MS, T0 + DAY_MS)
      assert.equal((await store.peek(waiting.id, waiting.accessHash, doubt)).outcome, 'sealed')
      assert.equal((await store.peek(over.id, over.accessHash, doubt)).outcome, 'gone')
      assert.equal((await store.claim(aClaim(waiting), doubt)).outcome, 'claimed')
      assert.equal((await stateOf(store, waiting, at(T0 + HOUR_MS))).claimedAtMs, T0 + HOUR_MS)
    },
  },
  {
    promise: 7,
    says: 'creates nothing while a step is in doubt, and creates as always after an absence',
    async hold({ store }) {
      const secret = aSecret()
      assert.deepEqual(await store.create(secret, inDoubt(T0, T0 + DAY_MS)), UNAVAILABLE)
      assert.deepEqual(await store.peek(secret.id, secret.accessHash, at(T0)), UNKNOWN)
      const expiresAtMs = T0 + DAY_MS + HOUR_MS
      assert.deepEqual(await store.create(secret, inDoubt(T0, T0 + DAY_MS, false)), { outcome: 'created', expiresAtMs })
    },
  },
]
