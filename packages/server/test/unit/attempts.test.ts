import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bytes, type SecretId, randomBytes } from '@letterlock/protocol'
import fc from 'fast-check'
import { type Held, type SecretRecord, type Try, stepClaim } from '../../src/secrets/decide.ts'
import { beginLife } from '../../src/secrets/life.ts'

const T0 = 1_000_000_000_000
const LIFETIME_MS = 3_600_000
const ID = '00'.repeat(16) as SecretId
const hashes = { access: randomBytes(32), ack: randomBytes(32), receipt: randomBytes(32), share: randomBytes(32) }
const PROOFS = Array.from({ length: 5 }, () => randomBytes(32))
const CLAIMS = Array.from({ length: 3 }, () => randomBytes(32))
const RIGHT = PROOFS[0] as Bytes

/** Somebody's try: which claim with which proof, of which the first is the right one. */
interface Guess {
  readonly by: number
  readonly proof: number
}

/** What SPEC §6.4 says of a secret with a PIN, in a list of the tries that were counted and nothing else. */
function anOracle(attempts: number) {
  const counted: string[] = []
  let claimant: number | null = null
  return ({ by, proof }: Guess): string => {
    if (claimant !== null) return claimant !== by ? 'opened' : proof === 0 ? 'claimed' : 'wrong'
    if (counted.length === attempts) return 'locked'
    if (proof === 0) {
      claimant = by
      return 'claimed'
    }
    const name = `${by} ${proof}`
    if (!counted.includes(name)) counted.push(name)
    return `wrong, ${attempts - counted.indexOf(name) - 1} left`
  }
}

/** The same, by the steps that stores take. */
function aStore(attempts: number) {
  let record: SecretRecord = {
    life: beginLife(T0, LIFETIME_MS, 1096, attempts),
    accessHash: hashes.access,
    ackHash: hashes.ack,
    receiptHash: hashes.receipt,
    claimHash: null,
  }
  let held: Held | null = { share: hashes.share, proofHash: RIGHT, wasReleased: false }
  const tries: Try[] = []
  return ({ by, proof }: Guess): string => {
    const [claimHash, proofHash] = [CLAIMS[by] as Bytes, PROOFS[proof] as Bytes]
    const claim = { id: ID, accessHash: hashes.access, claimHash, proofHash, tryHash: Uint8Array.of(by, proof) }
    const aside = { readSealed: () => Uint8Array.of(7), listTries: () => tries }
    const step = stepClaim(record, held, claim, { ms: T0 + 1, doubt: null }, aside)
    record = step.record
    if (step.counted !== null) tries.push(step.counted)
    if (step.answer.outcome === 'claimed' && held !== null) held = { ...held, wasReleased: true }
    if (record.life.state === 'locked') held = null
    const { answer } = step
    if (answer.outcome === 'pin_wrong') return answer.attemptsLeft === null ? 'wrong' : `wrong, ${answer.attemptsLeft} left`
    return answer.outcome === 'gone' ? answer.gone.state : answer.outcome
  }
}

const aGuess: fc.Arbitrary<Guess> = fc.record({
  by: fc.nat({ max: CLAIMS.length - 1 }),
  proof: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 9, arbitrary: fc.integer({ min: 1, max: PROOFS.length - 1 }) }),
})

test('whatever is tried with a PIN, by whom and in whatever order, is answered as the specification says', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 10 }), fc.array(aGuess, { maxLength: 30 }), (attempts, guesses) => {
      const [told, wanted] = [aStore(attempts), anOracle(attempts)]
      for (const guess of guesses) {
        const answer = told(guess)
        assert.equal(answer, wanted(guess))
        seen.add(answer.replace(/\d+/, 'n'))
      }
    }),
    { numRuns: 3000 },
  )
  assert.deepEqual([...seen].toSorted(), ['claimed', 'locked', 'opened', 'wrong', 'wrong, n left'], 'every answer was met')
})
