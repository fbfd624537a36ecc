import assert from 'node:assert/strict'
import type { End } from '@letterlock/protocol'
import { type Claim, type NewSecret, SWEEP_ROWS_MAX, type SecretStore } from '../../src/secrets/store.ts'
import type { Clause } from './contract.ts'
import { DAY_MS, HOUR_MS, T0, aClaim, aSecret, at } from './fixtures.ts'

/** Ways to end a secret of an hour that was created at T0, and what becomes of it. */
const ENDINGS: readonly {
  readonly name: string
  readonly state: End
  readonly confirmed: boolean
  readonly endedAtMs: number
  readonly end: (store: SecretStore, secret: NewSecret, claim: Claim) => Promise<unknown>
}[] = [
  {
    name: 'the ack',
    state: 'opened',
    confirmed: true,
    endedAtMs: T0 + 2,
    async end(store, secret, claim) {
      await store.claim(claim, at(T0 + 1))
      await store.ack(secret.id, claim.claimHash, secret.ackHash, at(T0 + 2))
    },
  },
  {
    name: 'burning in time',
    state: 'burned',
    confirmed: false,
    endedAtMs: T0 + 2,
    end: (store, secret) => store.burn(secret.id, secret.receiptHash, at(T0 + 2)),
  },
  {
    name: 'burning what is claimed',
    state: 'opened',
    confirmed: false,
    endedAtMs: T0 + 2,
    async end(store, secret, claim) {
      await store.claim(claim, at(T0 + 1))
      await store.burn(secret.id, secret.receiptHash, at(T0 + 2))
    },
  },
  {
    name: 'expiry, found by a sweep',
    state: 'expired',
    confirmed: false,
    endedAtMs: T0 + HOUR_MS,
    end: (store) => store.sweep(at(T0 + HOUR_MS)),
  },
  {
    name: 'expiry, found by a call',
    state: 'expired',
    confirmed: false,
    endedAtMs: T0 + HOUR_MS,
    end: (store, secret) => store.peek(secret.id, secret.accessHash, at(T0 + HOUR_MS)),
  },
]

/** Create a secret and bring it to its end. */
async function ended(store: SecretStore, ending: (typeof ENDINGS)[number], given: Partial<NewSecret> = {}) {
  const secret = aSecret(given)
  const claim = aClaim(secret)
  await store.create(secret, at(T0))
  await ending.end(store, secret, claim)
  return { secret, claim }
}

async function listAnswers(store: SecretStore, secret: NewSecret, claim: Claim, ms: number): Promise<string[]> {
  const answers = [
    await store.peek(secret.id, secret.accessHash, at(ms)),
    await store.claim(claim, at(ms)),
    await store.readSealed(secret.id, claim.claimHash, true, at(ms)),
    await store.receipt(secret.id, secret.receiptHash, at(ms)),
    await store.ack(secret.id, claim.claimHash, secret.ackHash, at(ms)),
    await store.burn(secret.id, secret.receiptHash, at(ms)),
  ]
  return answers.map(({ outcome }) => outcome)
}

const UNKNOWN_TO_ALL = ['unknown', 'unknown', 'unknown', 'unknown', 'unknown', 'unknown']

/** Promise 5: what an end leaves, and for how long. */
export const ENDING: readonly Clause[] = [
  {
    promise: 5,
    says: 'gives nobody the share or the sealed bytes after an end, the claimant included',
    async hold({ store }) {
      for (const ending of ENDINGS) {
        const { secret, claim } = await ended(store, ending)
        const now = at(ending.endedAtMs + 1)
        assert.equal((await store.claim(claim, now)).outcome, 'gone', ending.name)
        assert.equal((await store.claim(aClaim(secret), now)).outcome, 'gone', ending.name)
        assert.notEqual((await store.readSealed(secret.id, claim.claimHash, true, now)).outcome, 'read', ending.name)
      }
    },
  },
  {
    promise: 5,
    says: 'keeps no byte of the share, of its proof or of the sealed bytes after an end',
    needs: 'keeps',
    async hold({ store, keeps }) {
      assert(keeps)
      for (const ending of ENDINGS) {
        const waiting = aSecret()
        await store.create(waiting, at(T0 + HOUR_MS - 1))
        const { secret } = await ended(store, ending)
        for (const name of ['share', 'proofHash', 'sealed'] as const) {
          assert.equal(await keeps(waiting[name], false), true, `the ${name} of a secret that waits`)
          assert.equal(await keeps(secret[name], true), false, `the ${name} after ${ending.name}`)
        }
      }
    },
  },
  {
    promise: 5,
    says: 'tells the holders of a tombstone what became of the secret',
    async hold({ store }) {
      for (const ending of ENDINGS) {
        const { secret } = await ended(store, ending)
        const now = at(ending.endedAtMs + DAY_MS)
        const read = await store.receipt(secret.id, secret.receiptHash, now)
        assert(read.outcome === 'receipt', ending.name)
        assert.equal(read.life.state, ending.state, ending.name)
        assert.equal(read.life.confirmed, ending.confirmed, ending.name)
        assert.equal(read.life.by, ending.state === 'burned' ? 'sender' : null, ending.name)
        assert.equal(read.life.createdAtMs, T0, ending.name)
        assert.equal(read.life.endedAtMs, ending.endedAtMs, ending.name)
        const peeked = await store.peek(secret.id, secret.accessHash, now)
        assert(peeked.outcome === 'gone', ending.name)
        assert.deepEqual(peeked.gone, { state: ending.state, at: ending.state === 'expired' ? T0 + HOUR_MS : T0 }, ending.name)
      }
    },
  },
  {
    promise: 5,
    says: 'takes a right ack as often as it comes, and lets a late one confirm what a burn cut short',
    async hold({ store }) {
      for (const ending of ENDINGS.filter(({ state }) => state === 'opened')) {
        const { secret, claim } = await ended(store, ending)
        for (const ms of [3, HOUR_MS, 6 * DAY_MS]) {
          assert.deepEqual(await store.ack(secret.id, claim.claimHash, secret.ackHash, at(T0 + ms)), { outcome: 'acked' })
        }
        const read = await store.receipt(secret.id, secret.receiptHash, at(T0 + 6 * DAY_MS))
        assert(read.outcome === 'receipt')
        assert.equal(read.life.confirmed, true)
        assert.equal(read.life.endedAtMs, ending.endedAtMs)
      }
    },
  },
  {
    promise: 5,
    says: 'keeps a tombstone for seven days or for the rest of the lifetime, whichever is longer, and not a millisecond more',
    async hold({ store }) {
      for (const sweeps of [false, true]) {
        for (const [lifetimeMs, untilMs] of [
          [HOUR_MS, T0 + 2 + 7 * DAY_MS],
          [30 * DAY_MS, T0 + 30 * DAY_MS],
        ] as const) {
          const ending = ENDINGS[2]!
          const { secret, claim } = await ended(store, ending, { lifetimeMs })
          if (sweeps) await store.sweep(at(untilMs - 1))
          assert.deepEqual(await listAnswers(store, secret, claim, untilMs - 1), ['gone', 'gone', 'gone', 'receipt', 'acked', 'gone'])
          if (sweeps) await store.sweep(at(untilMs))
          assert.deepEqual(await listAnswers(store, secret, claim, untilMs), UNKNOWN_TO_ALL)
        }
      }
    },
  },
  {
    promise: 5,
    says: 'lets an id begin anew once it is forgotten, whether or not a sweep has come by',
    async hold({ store }) {
      for (const sweeps of [true, false]) {
        for (const isRecorded of [true, false]) {
          const secret = aSecret()
          await store.create(secret, at(T0))
          if (isRecorded) await store.burn(secret.id, secret.receiptHash, at(T0 + HOUR_MS - 1))
          const laterMs = T0 + HOUR_MS + 7 * DAY_MS
          if (sweeps) await store.sweep(at(laterMs))
          const anew = aSecret({ id: secret.id })
          assert.deepEqual(await store.create(anew, at(laterMs)), { outcome: 'created', expiresAtMs: laterMs + HOUR_MS })
          assert.deepEqual(await store.receipt(secret.id, secret.receiptHash, at(laterMs)), { outcome: 'unknown' })
          assert.equal((await store.claim(aClaim(anew), at(laterMs))).outcome, 'claimed')
        }
      }
    },
  },
  {
    promise: 5,
    says: 'ends no more in one sweep than its limit, says when more is due, and leaves what is not due',
    async hold({ store }) {
      const due = Array.from({ length: SWEEP_ROWS_MAX + 1 }, () => aSecret({ sealed: new Uint8Array(72) }))
      const waiting = aSecret({ lifetimeMs: HOUR_MS + 1 })
      for (let i = 0; i < due.length; i += 64) await Promise.all(due.slice(i, i + 64).map((secret) => store.create(secret, at(T0))))
      await store.create(waiting, at(T0))
      assert.deepEqual(await store.sweep(at(T0 + HOUR_MS - 1)), { swept: 0, isMoreDue: false })
      assert.deepEqual(await store.sweep(at(T0 + HOUR_MS)), { swept: SWEEP_ROWS_MAX, isMoreDue: true })
      assert.deepEqual(await store.sweep(at(T0 + HOUR_MS)), { swept: 1, isMoreDue: false })
      assert.deepEqual(await store.sweep(at(T0 + HOUR_MS)), { swept: 0, isMoreDue: false })
      assert.equal((await store.peek(waiting.id, waiting.accessHash, at(T0 + HOUR_MS))).outcome, 'sealed')
    },
  },
]
