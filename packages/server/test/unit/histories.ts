import assert from 'node:assert/strict'
import { type Bytes, type SecretId, randomBytes } from '@letterlock/protocol'
import fc from 'fast-check'
import {
  type Held,
  type SecretRecord,
  type Step,
  stepAck,
  stepBurn,
  stepClaim,
  stepPeek,
  stepReadSealed,
  stepReceipt,
} from '../../src/secrets/decide.ts'
import { beginLife, isEnd } from '../../src/secrets/life.ts'
import type { Event, Told } from './oracle.ts'

export const LIFETIME_MS = 3_600_000
export const T0 = 1_000_000_000_000

export const hashes = { access: randomBytes(32), proof: randomBytes(32), ack: randomBytes(32), receipt: randomBytes(32) }
const CLAIMS = [randomBytes(32), randomBytes(32), randomBytes(32)]
export const WRONG = randomBytes(32)
export const ID = '00'.repeat(16) as SecretId

/** One record with its share, driven by events: as a store does it, without the store. */
export function aRecord(sealedBytes: number) {
  const sealed = new Uint8Array([7])
  let record: SecretRecord = {
    life: beginLife(T0, LIFETIME_MS, sealedBytes, null),
    accessHash: hashes.access,
    ackHash: hashes.ack,
    receiptHash: hashes.receipt,
    claimHash: null,
  }
  let held: Held | null = { share: randomBytes(32), proofHash: hashes.proof, wasReleased: false }
  const take = <Answer>(step: Step<Answer>): Answer => {
    record = step.record
    if (isEnd(record.life.state)) held = null
    return step.answer
  }
  const claim = (which: number, isRight: boolean, now: { ms: number; doubt: null }) =>
    stepClaim(
      record,
      held,
      { id: ID, accessHash: hashes.access, proofHash: isRight ? hashes.proof : WRONG, claimHash: CLAIMS[which] as Bytes, tryHash: WRONG },
      now,
      { readSealed: () => sealed, listTries: () => assert.fail('without a PIN there are no tries') },
    )
  return {
    record: () => record,
    tell(event: Event, ms: number): Told {
      const now = { ms, doubt: null }
      switch (event.kind) {
        case 'claim': {
          const answer = take(claim(event.by, event.isRight, now))
          // As a store does: once the share has left, the vault remembers it.
          if (answer.outcome === 'claimed' && held !== null && !held.wasReleased) held = { ...held, wasReleased: true }
          return answer.outcome === 'claimed' ? { outcome: 'claimed', leaseUntilMs: answer.leaseUntilMs } : { outcome: answer.outcome }
        }
        case 'read':
          return { outcome: take(stepReadSealed(record, CLAIMS[event.by] as Bytes, true, now, () => sealed)).outcome }
        case 'ack':
          return { outcome: take(stepAck(record, CLAIMS[event.by] as Bytes, event.isRight ? hashes.ack : WRONG, now)).outcome }
        case 'burn':
          return { outcome: take(stepBurn(record, hashes.receipt, now)).outcome }
        case 'peek':
          return { outcome: take(stepPeek(record, hashes.access, now)).outcome }
        case 'receipt':
          return { outcome: take(stepReceipt(record, hashes.receipt, now)).outcome }
      }
    },
  }
}

const by = fc.nat({ max: 2 })
const anEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('claim' as const), by, isRight: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), by }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ack' as const), by, isRight: fc.boolean() }) },
  fc.constant({ kind: 'burn' as const }),
  fc.constant({ kind: 'peek' as const }),
  fc.constant({ kind: 'receipt' as const }),
)

/** Pauses that land on, before and behind every moment at which time decides something. */
export const aPause = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1) },
  { weight: 3, arbitrary: fc.constantFrom(599_999, 600_000, 600_001, 3_599_999, 3_600_000) },
  fc.nat({ max: 4 * 3_600_000 }),
  fc.constantFrom(21_600_000, 604_800_000, 604_799_999),
)

/** Pauses in ms, and what is done after each. */
export const aHistory = fc.array(fc.tuple(aPause, anEvent), { minLength: 1, maxLength: 30 })
/** Sizes at which the length of a lease changes its rule. */
export const sealedSizes = fc.constantFrom(72, 65_536, 39_321_600, 39_321_601, 50_000_003, 1_415_577_600, 2_000_000_000)

export type Subject = ReturnType<typeof aRecord>
