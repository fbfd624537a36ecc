import assert from 'node:assert/strict'
import { randomBytes } from '@letterlock/protocol'
import type { Claim, NewSecret, SecretStore } from '../../src/secrets/store.ts'
import type { Clause } from './contract.ts'
import { DAY_MS, HOUR_MS, T0, aClaim, aSecret, at } from './fixtures.ts'

const ATTEMPTS = 5

async function created(store: SecretStore, given: Partial<NewSecret> = {}): Promise<NewSecret> {
  const secret = aSecret({ attempts: ATTEMPTS, ...given })
  assert.equal((await store.create(secret, at(T0))).outcome, 'created')
  return secret
}

const aWrong = (secret: NewSecret, given: Partial<Claim> = {}) => aClaim(secret, { proofHash: randomBytes(32), ...given })

/** The attempts left that each answer tells, in the order of the answers. */
function listLeft(answers: readonly Awaited<ReturnType<SecretStore['claim']>>[]): (number | null)[] {
  return answers.flatMap((answer) => (answer.outcome === 'pin_wrong' ? [answer.attemptsLeft] : []))
}

async function readLife(store: SecretStore, secret: NewSecret, ms = T0) {
  const read = await store.receipt(secret.id, secret.receiptHash, at(ms))
  return read.outcome === 'receipt' ? read.life : assert.fail(read.outcome)
}

const locked = (ms: number) => ({ outcome: 'gone', gone: { state: 'locked', at: ms } })

/** Promise 8: what a wrong PIN costs. */
export const COUNTING: readonly Clause[] = [
  {
    promise: 8,
    says: 'compares exactly as many wrong proofs as there are attempts, however many come at once, and is then gone',
    async hold({ store }) {
      for (const attempts of [3, 5, 10]) {
        const secret = await created(store, { attempts })
        const answers = await Promise.all(Array.from({ length: 64 }, () => store.claim(aWrong(secret), at(T0))))
        const downwards = Array.from({ length: attempts }, (_none, i) => attempts - 1 - i)
        assert.deepEqual(listLeft(answers), downwards)
        const others = answers.filter(({ outcome }) => outcome !== 'pin_wrong')
        assert.equal(others.length, 64 - attempts)
        for (const other of others) assert.deepEqual(other, locked(T0))
        assert.deepEqual(await store.claim(aClaim(secret), at(T0 + 1)), locked(T0), 'the right proof comes too late')
        const { state, attemptsFailed, attemptsLeft, endedAtMs } = await readLife(store, secret)
        assert.deepEqual([state, attemptsFailed, attemptsLeft, endedAtMs], ['locked', attempts, 0, T0])
      }
    },
  },
  {
    promise: 8,
    says: 'lets the right proof in among wrong ones, if it is among the first that are compared',
    async hold({ store }) {
      for (let before = 0; before < ATTEMPTS; before++) {
        const secret = await created(store)
        const wrong = Array.from({ length: before }, () => aWrong(secret))
        const after = Array.from({ length: 16 }, () => aWrong(secret))
        const answers = await Promise.all([...wrong, aClaim(secret), ...after].map((claim) => store.claim(claim, at(T0))))
        assert.equal(answers[before]?.outcome, 'claimed')
        assert.equal(listLeft(answers).length, before)
        assert.equal((await readLife(store, secret)).attemptsFailed, before)
      }
    },
  },
  {
    promise: 8,
    says: 'answers the same try alike while the secret waits, and counts it once; another claim or another proof is another try',
    async hold({ store }) {
      const secret = await created(store)
      const first = aWrong(secret)
      const claim = (one: Claim) => store.claim(one, at(T0))
      assert.deepEqual(listLeft([await claim(first), await claim(first)]), [4, 4])
      const second = aWrong(secret, { claimHash: first.claimHash })
      assert.deepEqual(listLeft([await claim(second), await claim(first), await claim(second)]), [3, 4, 3])
      assert.deepEqual(listLeft([await claim(aWrong(secret, { proofHash: first.proofHash }))]), [2])
      assert.deepEqual(listLeft(await Promise.all(Array.from({ length: 20 }, () => claim(first)))), Array(20).fill(4))
      const { attemptsFailed, attemptsLeft } = await readLife(store, secret)
      assert.deepEqual([attemptsFailed, attemptsLeft], [3, 2])
      assert.equal((await claim(aClaim(secret, { claimHash: first.claimHash }))).outcome, 'claimed')
    },
  },
  {
    promise: 8,
    says: 'counts nothing once the secret is claimed, nor for whoever has no access',
    async hold({ store }) {
      const secret = await created(store)
      for (let i = 0; i < 20; i++)
        assert.deepEqual(await store.claim(aWrong(secret, { accessHash: randomBytes(32) }), at(T0)), { outcome: 'unknown' })
      const mine = aClaim(secret)
      assert.equal((await store.claim(mine, at(T0))).outcome, 'claimed')
      const mistyped = await Promise.all(
        Array.from({ length: 20 }, () => store.claim(aWrong(secret, { claimHash: mine.claimHash }), at(T0))),
      )
      assert.deepEqual(listLeft(mistyped), Array(20).fill(null))
      const { state, attemptsFailed } = await readLife(store, secret)
      assert.deepEqual([state, attemptsFailed], ['claimed', 0])
      assert.equal((await store.claim(mine, at(T0))).outcome, 'claimed')
    },
  },
  {
    promise: 8,
    says: 'peeks at the attempts that are left, and gives them back to nobody: not with time, nor with a create sent again',
    async hold({ store }) {
      const secret = await created(store, { lifetimeMs: DAY_MS })
      await store.claim(aWrong(secret), at(T0))
      assert.equal((await store.create(secret, at(T0 + 1))).outcome, 'created')
      const peeked = await store.peek(secret.id, secret.accessHash, at(T0 + 23 * HOUR_MS))
      assert.equal(peeked.outcome === 'sealed' && peeked.attemptsLeft, 4)
      assert.deepEqual(listLeft([await store.claim(aWrong(secret), at(T0 + 23 * HOUR_MS))]), [3])
    },
  },
  {
    promise: 8,
    says: 'has counted durably before it answers: a crash gives back no attempt, and forgets no try',
    needs: 'crash',
    async hold({ store, crash }) {
      assert(crash)
      const secret = await created(store)
      const tries = [aWrong(secret), aWrong(secret)]
      for (const one of tries) await store.claim(one, at(T0))
      const found = await crash()
      assert.deepEqual(listLeft([await found.claim(tries[0]!, at(T0)), await found.claim(tries[1]!, at(T0))]), [4, 3])
      assert.deepEqual(listLeft([await found.claim(aWrong(secret), at(T0))]), [2])
    },
  },
  {
    promise: 8,
    says: 'is gone for good after the last attempt, also after a crash, and keeps no share',
    needs: 'keeps',
    async hold({ store, keeps, crash }) {
      assert(keeps && crash)
      const secret = await created(store)
      for (let i = 0; i < ATTEMPTS; i++) await store.claim(aWrong(secret), at(T0))
      const found = await crash()
      assert.deepEqual(await found.claim(aClaim(secret), at(T0)), locked(T0))
      for (const bytes of [secret.share, secret.proofHash, secret.sealed.slice(0, 256)]) assert.equal(await keeps(bytes, true), false)
    },
  },
  {
    promise: 8,
    says: 'remembers a wrong try by its hash while the secret waits, never by its proof, and by nothing once it is claimed or has ended',
    needs: 'keeps',
    async hold({ store, keeps }) {
      assert(keeps)
      for (const ends of ['claim', 'burn', 'lock'] as const) {
        const secret = await created(store)
        const wrong = aWrong(secret)
        await store.claim(wrong, at(T0))
        assert.equal(await keeps(wrong.tryHash, false), true)
        assert.equal(await keeps(wrong.proofHash, false), false)
        assert.equal(await keeps(wrong.claimHash, false), false)
        if (ends === 'claim') await store.claim(aClaim(secret), at(T0))
        else if (ends === 'burn') await store.burn(secret.id, secret.receiptHash, at(T0))
        else for (let i = 1; i < ATTEMPTS; i++) await store.claim(aWrong(secret), at(T0))
        assert.equal(await keeps(wrong.tryHash, true), false, `after a ${ends}`)
      }
    },
  },
]
