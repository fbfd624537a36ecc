import assert from 'node:assert/strict'
import { randomBytes } from '@letterlock/protocol'
import type { NewSecret, SecretStore } from '../../src/secrets/store.ts'
import type { Clause } from './contract.ts'
import { DAY_MS, HOUR_MS, T0, aClaim, aSecret, at } from './fixtures.ts'

/** Every call about one secret, each by someone who may make it. */
function everyCall(store: SecretStore, secret: NewSecret, claimHash = randomBytes(32)): (() => Promise<{ readonly outcome: string }>)[] {
  const now = at(T0 + 1)
  return [
    () => store.peek(secret.id, secret.accessHash, now),
    () => store.receipt(secret.id, secret.receiptHash, now),
    () => store.claim(aClaim(secret, { claimHash }), now),
    () => store.readSealed(secret.id, claimHash, true, now),
    () => store.ack(secret.id, claimHash, secret.ackHash, now),
    () => store.burn(secret.id, secret.receiptHash, now),
    () => store.create(secret, now),
  ]
}

/** A store that cannot tell must not claim to know. */
async function claimsNothing(calls: (() => Promise<{ readonly outcome: string }>)[]): Promise<void> {
  for (const call of calls) {
    const outcome = await call().then(
      (answer) => answer.outcome,
      () => 'thrown',
    )
    assert(outcome === 'thrown' || outcome === 'unavailable', `a store that cannot tell answers ${outcome}`)
  }
}

const HASHES = ['accessHash', 'ackHash', 'receiptHash', 'proofHash'] as const

/** Promises 3 and 4: no guesses, and creates that stand. */
export const CREATING: readonly Clause[] = [
  {
    promise: 3,
    says: 'knows nothing of what was never created',
    async hold({ store }) {
      for (const call of everyCall(store, aSecret()).slice(0, -1)) assert.deepEqual(await call(), { outcome: 'unknown' })
    },
  },
  {
    promise: 3,
    says: 'calls nothing gone or unknown when what it stands on fails',
    needs: 'break',
    async hold(subject) {
      assert(subject.break)
      const { store } = subject
      const secret = aSecret()
      const claim = aClaim(secret)
      await store.create(secret, at(T0))
      await store.claim(claim, at(T0))
      subject.break()
      await claimsNothing(everyCall(store, secret, claim.claimHash))
    },
  },
  {
    promise: 3,
    says: 'calls nothing gone or unknown once it is closed',
    async hold({ store }) {
      const secret = aSecret()
      await store.create(secret, at(T0))
      await store.close()
      await claimsNothing(everyCall(store, secret))
    },
  },
  {
    promise: 4,
    says: 'has what it acknowledged, from the moment that it answers',
    async hold({ store }) {
      const secret = aSecret({ sealed: randomBytes(65_536), lifetimeMs: DAY_MS })
      assert.deepEqual(await store.create(secret, at(T0)), { outcome: 'created', expiresAtMs: T0 + DAY_MS })
      const peeked = await store.peek(secret.id, secret.accessHash, at(T0))
      assert(peeked.outcome === 'sealed')
      assert.equal(peeked.expiresAtMs, T0 + DAY_MS)
      assert.equal(peeked.sealedBytes, 65_536)
    },
  },
  {
    promise: 4,
    says: 'has everything that it acknowledged after a crash, whole',
    needs: 'crash',
    async hold({ store, crash }) {
      assert(crash)
      const secrets = Array.from({ length: 64 }, (_, i) => aSecret({ sealed: randomBytes(72 + 1000 * i) }))
      await Promise.all(secrets.map((secret) => store.create(secret, at(T0))))
      const found = await crash()
      for (const secret of secrets) {
        const claimed = await found.claim(aClaim(secret), at(T0 + 1))
        assert(claimed.outcome === 'claimed')
        assert.deepEqual([claimed.share, claimed.sealed], [secret.share, secret.sealed])
      }
    },
  },
  {
    promise: 4,
    says: 'answers the same create alike and keeps the first share, sealed bytes and lifetime, also once claimed',
    async hold({ store }) {
      const secret = aSecret()
      const claim = aClaim(secret)
      const first = await store.create(secret, at(T0))
      const again = { ...secret, share: randomBytes(32), sealed: randomBytes(99), lifetimeMs: DAY_MS }
      assert.deepEqual(await store.create(again, at(T0 + 1)), first)
      const claimed = await store.claim(claim, at(T0 + 2))
      assert(claimed.outcome === 'claimed')
      assert.deepEqual([claimed.share, claimed.sealed], [secret.share, secret.sealed])
      const before = await store.receipt(secret.id, secret.receiptHash, at(T0 + 3))
      assert.deepEqual(await store.create(again, at(T0 + 3)), first)
      assert.deepEqual(await store.receipt(secret.id, secret.receiptHash, at(T0 + 3)), before)
      assert.deepEqual(await store.readSealed(secret.id, claim.claimHash, false, at(T0 + 4)), { outcome: 'read', sealed: secret.sealed })
    },
  },
  {
    promise: 4,
    says: 'makes one secret of the same create sent many times at once',
    async hold({ store }) {
      const secret = aSecret()
      const copies = [secret, secret, { ...secret, share: secret.share.slice() }, secret]
      const answers = await Promise.all(copies.map((copy) => store.create(copy, at(T0))))
      for (const answer of answers) assert.deepEqual(answer, { outcome: 'created', expiresAtMs: T0 + HOUR_MS })
      const claimed = await store.claim(aClaim(secret), at(T0 + 1))
      assert(claimed.outcome === 'claimed', `created four times, then ${claimed.outcome}`)
      assert.deepEqual([claimed.share, claimed.sealed], [secret.share, secret.sealed])
    },
  },
  {
    promise: 4,
    says: 'takes one of two secrets that race for an id, and that one is whole',
    async hold({ store }) {
      const one = aSecret()
      const other = aSecret({ id: one.id })
      const answers = await Promise.all([store.create(one, at(T0)), store.create(other, at(T0))])
      assert.deepEqual(answers.map(({ outcome }) => outcome).toSorted(), ['created', 'id_taken'])
      const [won, lost] = answers[0]?.outcome === 'created' ? [one, other] : [other, one]
      assert.deepEqual(await store.receipt(lost.id, lost.receiptHash, at(T0)), { outcome: 'unknown' })
      const claimed = await store.claim(aClaim(won), at(T0))
      assert(claimed.outcome === 'claimed')
      assert.deepEqual([claimed.share, claimed.sealed], [won.share, won.sealed])
    },
  },
  {
    promise: 4,
    says: 'refuses an id that is taken if any one of the four hashes differs, and leaves its secret as it was',
    async hold({ store }) {
      const secret = aSecret()
      await store.create(secret, at(T0))
      for (const name of HASHES) {
        assert.deepEqual(await store.create({ ...secret, [name]: randomBytes(32) }, at(T0 + 1)), { outcome: 'id_taken' }, name)
      }
      const claimed = await store.claim(aClaim(secret), at(T0 + 2))
      assert(claimed.outcome === 'claimed')
      assert.deepEqual([claimed.share, claimed.sealed], [secret.share, secret.sealed])
    },
  },
  {
    promise: 4,
    says: 'brings nothing back by the same create after an end, and compares the three hashes that are left',
    async hold({ store }) {
      const secret = aSecret()
      await store.create(secret, at(T0))
      await store.burn(secret.id, secret.receiptHash, at(T0))
      const gone = { outcome: 'gone', gone: { state: 'burned', at: T0 } }
      assert.deepEqual(await store.create(secret, at(T0 + 1)), gone)
      assert.deepEqual(await store.create({ ...secret, proofHash: randomBytes(32) }, at(T0 + 1)), gone)
      for (const name of HASHES.slice(0, 3)) {
        assert.deepEqual(await store.create({ ...secret, [name]: randomBytes(32) }, at(T0 + 1)), { outcome: 'id_taken' }, name)
      }
      assert.deepEqual(await store.claim(aClaim(secret), at(T0 + 2)), gone)
    },
  },
  {
    promise: 4,
    says: 'ends for good what the same create finds expired, whatever the time is afterwards',
    async hold({ store }) {
      const secret = aSecret()
      await store.create(secret, at(T0))
      const gone = { outcome: 'gone', gone: { state: 'expired', at: T0 + HOUR_MS } }
      assert.deepEqual(await store.create(secret, at(T0 + HOUR_MS)), gone)
      assert.deepEqual(await store.claim(aClaim(secret), at(T0 + 1)), gone)
    },
  },
]
