import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Held, isForgotten, stepBurn, stepCreateAgain, stepReceipt } from '../../src/secrets/decide.ts'
import { beginLife, decideAck, decideBurn, decideClaim, decideRecovery, isEnd } from '../../src/secrets/life.ts'
import { ID, LIFETIME_MS, type Subject, T0, WRONG, aHistory, aPause, aRecord, hashes, sealedSizes } from './histories.ts'
import { anOracle } from './oracle.ts'

/** Compare a subject with the specification, over many histories; throws where they differ. */
function compare(make: (sealedBytes: number) => Subject): void {
  fc.assert(
    fc.property(sealedSizes, aHistory, (sealedBytes, history) => {
      const subject = make(sealedBytes)
      const oracle = anOracle({ createdAtMs: T0, lifetimeMs: LIFETIME_MS, sealedBytes })
      let ms = T0
      for (const [pause, event] of history) {
        ms += pause
        assert.deepEqual(subject.tell(event, ms), oracle.tell(event, ms), `${event.kind} at T0 + ${ms - T0}`)
        const read = stepReceipt(subject.record(), hashes.receipt, { ms, doubt: null }).answer
        const expected = oracle.receipt(ms)
        if (read.outcome !== 'receipt') assert.equal(expected, null)
        else {
          const { state, confirmed, by, createdAtMs, expiresAtMs, claimedAtMs, endedAtMs } = read.life
          assert.deepEqual({ state, confirmed, by, createdAtMs, expiresAtMs, claimedAtMs, endedAtMs }, expected)
        }
      }
    }),
    { numRuns: 3000 },
  )
}

test('every answer and every receipt is the one that an independent reading of the specification gives', () => {
  compare(aRecord)
})

const BROKEN: readonly (readonly [string, (tell: Subject['tell']) => Subject['tell']])[] = [
  ['lives a millisecond too long', (tell) => (event, ms) => tell(event, ms - 1)],
  ['takes any ack for right', (tell) => (event, ms) => tell(event.kind === 'ack' ? { ...event, isRight: true } : event, ms)],
  ['takes any proof for right', (tell) => (event, ms) => tell(event.kind === 'claim' ? { ...event, isRight: true } : event, ms)],
  ['takes every claimant for the first', (tell) => (event, ms) => tell('by' in event ? { ...event, by: 0 } : event, ms)],
  [
    'says burned when it came too late',
    (tell) => (event, ms) => {
      const told = tell(event, ms)
      return event.kind === 'burn' && told.outcome === 'gone' ? { outcome: 'burned' } : told
    },
  ],
]

for (const [name, breakIt] of BROKEN) {
  test(`the comparison notices a server that ${name}`, () => {
    const make = (sealedBytes: number): Subject => {
      const subject = aRecord(sealedBytes)
      return { ...subject, tell: breakIt(subject.tell) }
    }
    // Small secrets only, so that what is noticed is what was broken.
    assert.throws(() => compare(() => make(72)), /Property failed/)
  })
}

test('no two claimants are ever given a share, in whatever order they come', () => {
  fc.assert(
    fc.property(aHistory, (history) => {
      const subject = aRecord(1096)
      const letIn = new Set<number>()
      let ms = T0
      for (const [pause, event] of history) {
        ms += pause
        if (subject.tell(event, ms).outcome === 'claimed' && event.kind === 'claim') letIn.add(event.by)
      }
      assert(letIn.size <= 1)
    }),
    { numRuns: 2000 },
  )
})

test('an end is never left, and its time never changes; only unconfirmed may become confirmed', () => {
  fc.assert(
    fc.property(aHistory, (history) => {
      const subject = aRecord(1096)
      let ms = T0
      for (const [pause, event] of history) {
        ms += pause
        const before = subject.record().life
        const { outcome } = subject.tell(event, ms)
        const after = subject.record().life
        if (!isEnd(before.state)) continue
        assert.deepEqual({ ...after, confirmed: before.confirmed }, before)
        assert(after.confirmed || !before.confirmed)
        assert(outcome !== 'claimed' && outcome !== 'read' && outcome !== 'sealed')
      }
    }),
    { numRuns: 2000 },
  )
})

test('what is claimed is never free again, and a wrong ack changes nothing at all', () => {
  fc.assert(
    fc.property(aHistory, (history) => {
      const subject = aRecord(1096)
      let wasClaimed = false
      let ms = T0
      for (const [pause, event] of history) {
        ms += pause
        // Let time do what it does, so that only the event is left to change something.
        subject.tell({ kind: 'receipt' }, ms)
        const before = subject.record()
        const { outcome } = subject.tell(event, ms)
        if (event.kind === 'ack' && !event.isRight) {
          assert.notEqual(outcome, 'acked')
          assert.deepEqual(subject.record(), before)
        }
        wasClaimed ||= outcome === 'claimed'
        if (wasClaimed) assert(['claimed', 'opened'].includes(subject.record().life.state))
      }
    }),
    { numRuns: 2000 },
  )
})

test('a right ack of the claimant is always taken after its claim, until the tombstone is forgotten', () => {
  fc.assert(
    fc.property(aHistory, aPause, (history, last) => {
      const subject = aRecord(1096)
      let claimant: number | null = null
      let ms = T0
      for (const [pause, event] of history) {
        ms += pause
        if (subject.tell(event, ms).outcome === 'claimed' && event.kind === 'claim') claimant = event.by
      }
      fc.pre(claimant !== null)
      ms += last
      const told = subject.tell({ kind: 'ack', by: claimant, isRight: true }, ms)
      const wasForgotten = subject.tell({ kind: 'receipt' }, ms).outcome === 'unknown'
      assert.equal(told.outcome, wasForgotten ? 'unknown' : 'acked')
      if (!wasForgotten) assert.equal(subject.record().life.confirmed, true)
    }),
    { numRuns: 2000 },
  )
})

test('a secret that waits expires at the very millisecond, and burning it in the millisecond before is in time', () => {
  for (const [offset, peeked, burned, state] of [
    [-1, 'sealed', 'burned', 'burned'],
    [0, 'gone', 'gone', 'expired'],
    [1, 'gone', 'gone', 'expired'],
  ] as const) {
    const subject = aRecord(1096)
    assert.equal(subject.tell({ kind: 'peek' }, T0 + LIFETIME_MS + offset).outcome, peeked)
    assert.equal(subject.tell({ kind: 'burn' }, T0 + LIFETIME_MS + offset).outcome, burned)
    assert.equal(subject.record().life.state, state)
    assert.equal(subject.record().life.endedAtMs, T0 + LIFETIME_MS + Math.min(offset, 0))
  }
})

test('a share that has left before, or is not there, is given to nobody, whatever the row says', () => {
  const life = beginLife(T0, LIFETIME_MS, 1096, null)
  fc.assert(
    fc.property(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), (isClaimant, isProofRight, isShareHere, wasReleased) => {
      const { outcome, life: after } = decideClaim(
        life,
        { isClaimant, isProofRight, isShareHere, wasReleased, countedBefore: null },
        T0 + 5,
      )
      if (!isShareHere) assert.deepEqual([outcome, after.state, after.endedAtMs], ['gone', 'lost', T0 + 5])
      else if (wasReleased) assert.deepEqual([outcome, after.state, after.confirmed], ['gone', 'opened', false])
      else assert.deepEqual([outcome, after.state], isProofRight ? ['claimed', 'claimed'] : ['pin_wrong', 'sealed'])
    }),
  )
})

test('recovery ends what has no share or has given it, and leaves all else as it was', () => {
  const sealed = beginLife(T0, LIFETIME_MS, 1096, null)
  const right = { isClaimant: false, isProofRight: true, isShareHere: true, wasReleased: false, countedBefore: null }
  const claimed = decideClaim(sealed, right, T0).life
  const opened = decideAck(claimed, true, T0).life
  const burned = decideBurn(sealed, 'operator', T0).life
  const draft = { ...sealed, state: 'draft' as const }
  for (const [life, isHere, wasReleased, state] of [
    [sealed, true, false, 'sealed'],
    [sealed, true, true, 'opened'],
    [sealed, false, false, 'lost'],
    [draft, true, false, 'draft'],
    [draft, false, false, 'lost'],
    [claimed, true, true, 'claimed'],
    [claimed, true, false, 'claimed'],
    [claimed, false, false, 'opened'],
    [opened, false, false, 'opened'],
    [burned, true, false, 'burned'],
  ] as const) {
    const after = decideRecovery(life, { isHere, wasReleased, attemptsFailed: 0 }, T0 + 9)
    assert.equal(after.state, state)
    assert.equal(after.confirmed, life.confirmed)
    if (after.state === life.state) assert.equal(after, life)
    else assert.equal(after.endedAtMs, T0 + 9)
  }
  assert.equal(burned.by, 'operator')
})

test('recovery takes back no attempt that the vault has seen used, and gives none to a secret without a PIN', () => {
  const borne = 5
  for (let counted = 0; counted < borne; counted++) {
    const life = { ...beginLife(T0, LIFETIME_MS, 1096, borne - counted), attemptsFailed: counted }
    for (let seen = 0; seen <= 255; seen++) {
      const after = decideRecovery(life, { isHere: true, wasReleased: false, attemptsFailed: seen }, T0 + 9)
      if (seen <= counted) assert.equal(after, life)
      else if (seen < borne) assert.deepEqual(after, { ...life, attemptsFailed: seen, attemptsLeft: borne - seen })
      else assert.deepEqual([after.state, after.attemptsFailed, after.attemptsLeft, after.endedAtMs], ['locked', seen, 0, T0 + 9])
    }
  }
  const open = beginLife(T0, LIFETIME_MS, 1096, null)
  assert.equal(decideRecovery(open, { isHere: true, wasReleased: false, attemptsFailed: 3 }, T0 + 9), open)
})

test('a draft is unknown to who holds the link, and burns', () => {
  const draft = { ...beginLife(T0, LIFETIME_MS, 1096, null), state: 'draft' as const }
  const evidence = { isClaimant: false, isProofRight: true, isShareHere: true, wasReleased: false, countedBefore: null }
  assert.deepEqual(decideClaim(draft, evidence, T0), { outcome: 'unknown', life: draft, attemptsLeft: null })
  assert.equal(decideBurn(draft, 'sender', T0).life.state, 'burned')
})

test('the same create again is answered by what is there, and compares every hash that is left', () => {
  const subject = aRecord(1096)
  const { accessHash, ackHash, receiptHash } = subject.record()
  const secret = {
    id: ID,
    accessHash,
    ackHash,
    receiptHash,
    proofHash: hashes.proof,
    share: WRONG,
    lifetimeMs: 1,
    attempts: null,
    sealed: WRONG,
  }
  const held: Held = { share: WRONG, proofHash: hashes.proof, wasReleased: false }
  const again = (given: object, from: Held | null, ms: number) =>
    stepCreateAgain(subject.record(), from, { ...secret, ...given }, { ms, doubt: null }).answer.outcome
  assert.equal(again({}, held, T0), 'created')
  for (const name of ['accessHash', 'ackHash', 'receiptHash', 'proofHash']) assert.equal(again({ [name]: WRONG }, held, T0), 'id_taken')
  assert.equal(again({ proofHash: WRONG }, null, T0 + LIFETIME_MS), 'gone')
})

test('what only one of two doubtful times would decide is unavailable, and changes nothing', () => {
  fc.assert(
    fc.property(aHistory, fc.nat({ max: 10 * 3_600_000 }), (history, step) => {
      const subject = aRecord(1096)
      let ms = T0
      for (const [pause, event] of history) subject.tell(event, (ms += pause))
      const record = subject.record()
      const toMs = ms + step
      const now = { ms, doubt: { fromMs: ms, toMs, isCreatingHeld: true } }
      const stateAt = (atMs: number) => {
        const answer = stepReceipt(record, hashes.receipt, { ms: atMs, doubt: null }).answer
        return answer.outcome === 'receipt' ? answer.life.state : 'forgotten'
      }
      const told = stepBurn(record, hashes.receipt, now)
      if (stateAt(ms) === 'forgotten') assert.equal(told.answer.outcome, 'unknown')
      else if (stateAt(toMs) !== 'forgotten' && stateAt(ms) !== stateAt(toMs)) {
        assert.deepEqual(told, { answer: { outcome: 'unavailable' }, record })
      } else assert.notEqual(told.answer.outcome, 'unavailable')
      if (stateAt(ms) !== 'forgotten') assert.equal(isForgotten(record.life, now), false)
    }),
    { numRuns: 2000 },
  )
})
