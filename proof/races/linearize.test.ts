import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { BAD_HISTORIES, call } from './bad-histories.ts'
import { ABSENT, type Asked, type Call, type State, isLinearizable, step } from './linearize.ts'

const created = call({ kind: 'create' }, 0, 1, 'created')
const claim = (by: number) => ({ kind: 'claim', by }) as const
const ack = (by: number, isRight = true) => ({ kind: 'ack', by, isRight }) as const

const GOOD_HISTORIES: Readonly<Record<string, readonly Call[]>> = {
  nothing: [],
  'one winner of three at once': [created, call(claim(0), 2, 9, 'gone'), call(claim(1), 3, 8, 'claimed'), call(claim(2), 4, 7, 'gone')],
  'a loser who asked first and was answered first, while the winner was on its way': [
    created,
    call(claim(0), 2, 4, 'gone'),
    call(claim(1), 3, 9, 'claimed'),
  ],
  'a peek that says sealed beside a claim': [created, call(claim(0), 2, 6, 'claimed'), call({ kind: 'peek' }, 5, 7, 'sealed')],
  'a lost reply that had won, and asks again': [
    created,
    call(claim(0), 2, null, null),
    call(claim(1), 3, 4, 'gone'),
    call(claim(0), 5, 6, 'claimed'),
  ],
  'a lost reply that never arrived': [created, call(claim(0), 2, null, null), call(claim(1), 3, 4, 'claimed')],
  'a lost claim that takes place long after it was sent': [
    created,
    call(claim(0), 2, null, null),
    call({ kind: 'peek' }, 3, 4, 'sealed'),
    call({ kind: 'peek' }, 5, 6, 'gone'),
  ],
  'a whole life': [
    created,
    call({ kind: 'create' }, 2, 3, 'created'),
    call({ kind: 'receipt' }, 2, 3, 'sealed'),
    call(claim(7), 4, 5, 'claimed'),
    call(claim(7), 6, 7, 'claimed'),
    call(ack(8), 6, 7, 'unknown'),
    call(ack(7, false), 6, 7, 'ack_wrong'),
    call(ack(7), 8, 9, 'acked'),
    call({ kind: 'receipt' }, 8, 9, 'claimed'),
    call({ kind: 'receipt' }, 10, 11, 'opened, confirmed'),
    call({ kind: 'create' }, 10, 11, 'gone'),
    call({ kind: 'burn' }, 12, 13, 'gone'),
  ],
}

/** The same by trying every order of every choice of the calls that were never answered. */
function tryEverything(calls: readonly Call[]): boolean {
  const goOn = (left: readonly Call[], state: State): boolean =>
    left.every(({ answer }) => answer === null) ||
    left.some((next, i) => {
      if (left.some(({ end }) => end !== null && end < next.start)) return false
      const told = step(state, next)
      return (next.answer === null || next.answer === told.answer) && goOn(left.toSpliced(i, 1), told.state)
    })
  return goOn(calls, ABSENT)
}

const anAsked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'create' as const }) },
  { weight: 4, arbitrary: fc.nat({ max: 1 }).map(claim) },
  { weight: 2, arbitrary: fc.tuple(fc.nat({ max: 1 }), fc.boolean()).map(([by, isRight]) => ack(by, isRight)) },
  { weight: 1, arbitrary: fc.constantFrom('peek' as const, 'receipt' as const, 'burn' as const).map((kind) => ({ kind })) },
)

/** Calls that overlap, answered in an order that explains them, and then perhaps some of them otherwise. */
const aHistory = fc
  .record({
    asked: fc.array(fc.tuple(anAsked, fc.nat({ max: 4 }), fc.nat({ max: 4 }), fc.nat({ max: 5 })), { maxLength: 6 }),
    isLying: fc.boolean(),
    lie: fc.tuple(fc.nat({ max: 5 }), fc.constantFrom('claimed', 'gone', 'sealed', 'unknown', 'acked', 'opened, confirmed')),
  })
  .map(({ asked, isLying, lie }) => {
    let state = ABSENT
    return asked.map(([what, before, after, fate], i): Call => {
      const told = step(state, what)
      state = told.state
      const at = 2 * i
      // Some were never answered, whether they took place or not.
      if (fate === 0) return call(what, at - before, null, null)
      return call(what, at - before, at + after, isLying && lie[0] === i ? lie[1] : told.answer)
    })
  })

describe('the checker of histories', () => {
  for (const [name, calls] of Object.entries(GOOD_HISTORIES)) {
    test(`accepts ${name}`, () => assert.ok(isLinearizable(calls)))
  }

  for (const [name, calls] of Object.entries(BAD_HISTORIES)) {
    test(`refuses ${name}`, () => assert.ok(!isLinearizable(calls)))
  }

  test('says of every small history what trying everything says', () => {
    const seen = { true: 0, false: 0 }
    fc.assert(
      fc.property(aHistory, (calls) => {
        const expected = tryEverything(calls)
        seen[`${expected}`]++
        assert.equal(isLinearizable(calls), expected)
      }),
      { numRuns: 4000 },
    )
    assert.ok(seen.true > 200 && seen.false > 200, `of each kind there were ${JSON.stringify(seen)}`)
  })

  test('tells at once that no order of a hundred claims explains two winners', () => {
    const claims = Array.from({ length: 100 }, (_none, i) => call(claim(i), 2, 9, i < 2 ? 'claimed' : 'gone'))
    assert.ok(!isLinearizable([created, ...claims]))
    assert.ok(isLinearizable([created, ...claims.slice(1)]))
  })
})
