import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { BAD_HISTORIES, call } from './bad-histories.ts'
import { type Act, type State, follow, isExplained, nameViolation } from './history.ts'

/** Acts one after the other: kind, who, outcome; an outcome `null` ends with the server's death. */
function inOrder(...lines: readonly (readonly [Act['kind'], string, string | null])[]): readonly Act[] {
  return lines.map(([kind, by, outcome], at) => ({ kind, by, outcome, beganAt: 2 * at, endedAt: 2 * at + 1 }))
}

const created = ['create', '', 'created'] as const

test('explains what may happen: an answer that did not come was carried out before the death, or never', () => {
  for (const acts of [
    inOrder(created, ['claim', 'a', 'claimed'], ['claim', 'a', 'claimed'], ['ack', 'a', 'acked'], ['receipt', '', 'confirmed']),
    inOrder(created, ['claim', 'a', null], ['claim', 'b', 'claimed'], ['claim', 'a', 'gone']),
    inOrder(created, ['claim', 'a', null], ['claim', 'b', 'gone'], ['claim', 'a', 'claimed']),
    inOrder(['create', '', null], ['receipt', '', 'unknown'], created, ['receipt', '', 'sealed']),
    inOrder(created, ['claim', 'a', 'claimed'], ['ack', 'a', null], ['receipt', '', 'confirmed'], ['claim', 'a', 'gone']),
    inOrder(created, ['claim', 'a', 'claimed'], ['burn', '', 'gone'], ['receipt', '', 'opened']),
  ]) {
    assert.ok(isExplained(acts), JSON.stringify(acts))
  }
})

test('does not explain what must not happen, and names it', () => {
  for (const [name, acts] of [
    ['lost', inOrder(created, ['receipt', '', 'unknown'])],
    ['lost', inOrder(created, ['receipt', '', 'lost'])],
    ['lost', inOrder(created, ['claim', 'a', null], ['claim', 'a', 'gone'])],
    ['opened by two', inOrder(created, ['claim', 'a', 'claimed'], ['claim', 'b', 'claimed'])],
    ['revived', inOrder(created, ['claim', 'a', 'claimed'], ['ack', 'a', 'acked'], ['claim', 'a', 'claimed'])],
    ['revived', inOrder(created, ['burn', '', 'burned'], ['receipt', '', 'sealed'])],
    // An answer that did not come cannot be carried out behind the death, once something else has shown that it was not.
    ['untrue', inOrder(created, ['burn', '', null], ['receipt', '', 'sealed'], ['receipt', '', 'burned'])],
    ['untrue', inOrder(created, ['claim', 'a', null], ['receipt', '', 'sealed'], ['receipt', '', 'claimed'])],
    ['other bytes', inOrder(created, ['claim', 'a', 'other bytes'])],
  ] as const) {
    assert.ok(!isExplained(acts), JSON.stringify(acts))
    assert.equal(nameViolation(acts), name, JSON.stringify(acts))
  }
})

test('counts a wrong PIN once, and ends with the last', () => {
  const [x, y] = [
    ['guess', 'x', 'wrong, 2 left'],
    ['guess', 'y', 'wrong, 1 left'],
  ] as const
  const z = ['guess', 'z', 'wrong, 0 left'] as const
  for (const acts of [
    inOrder(created, x, x, y, ['receipt', '', 'sealed, 2 wrong'], ['claim', 'a', 'claimed'], ['guess', 'z', 'gone']),
    inOrder(created, ['guess', 'x', null], y, ['receipt', '', 'sealed, 2 wrong']),
    inOrder(created, x, y, z, ['receipt', '', 'locked'], ['claim', 'a', 'gone'], ['guess', 'z', 'gone'], ['burn', '', 'gone']),
  ]) {
    assert.ok(isExplained(acts, 3), JSON.stringify(acts))
  }
  for (const [name, acts] of [
    ['untrue', inOrder(created, x, ['guess', 'y', 'wrong, 2 left'])],
    ['untrue', inOrder(created, x, y, ['guess', 'x', 'wrong, 1 left'])],
    ['untrue', inOrder(created, x, ['receipt', '', 'sealed'])],
    ['revived', inOrder(created, x, y, z, ['receipt', '', 'sealed, 2 wrong'])],
    ['revived', inOrder(created, x, y, z, ['claim', 'a', 'claimed'])],
  ] as const) {
    assert.ok(!isExplained(acts, 3), JSON.stringify(acts))
    assert.equal(nameViolation(acts), name, JSON.stringify(acts))
  }
  assert.ok(isExplained(inOrder(created, ['guess', 'x', 'wrong'], ['receipt', '', 'sealed'])), 'without a PIN nothing is counted')
})

test('lets acts that overlap take effect in any order, but not outside of their time', () => {
  const race = (first: string, second: string): readonly Act[] => [
    { kind: 'create', by: '', beganAt: 0, endedAt: 1, outcome: 'created' },
    { kind: 'claim', by: 'a', beganAt: 2, endedAt: 5, outcome: first },
    { kind: 'claim', by: 'b', beganAt: 3, endedAt: 4, outcome: second },
  ]
  assert.ok(isExplained(race('claimed', 'gone')) && isExplained(race('gone', 'claimed')))
  assert.ok(!isExplained(race('claimed', 'claimed')) && !isExplained(race('gone', 'gone')))
})

type Asked = Pick<Act, 'kind' | 'by'>

const first = call({ kind: 'create', by: '' }, 0, 1, 'created')
const claim = (by: number): Asked => ({ kind: 'claim', by: `${by}` })
const guess = (by: number): Asked => ({ kind: 'guess', by: `${by}` })
const ack = (by: number, isRight = true): Asked => ({ kind: isRight ? 'ack' : 'wrongAck', by: `${by}` })

const GOOD_HISTORIES: Readonly<Record<string, readonly Act[]>> = {
  nothing: [],
  'one winner of three at once': [first, call(claim(0), 2, 9, 'gone'), call(claim(1), 3, 8, 'claimed'), call(claim(2), 4, 7, 'gone')],
  'a loser who asked first and was answered first, while the winner was on its way': [
    first,
    call(claim(0), 2, 4, 'gone'),
    call(claim(1), 3, 9, 'claimed'),
  ],
  'a peek that says sealed beside a claim': [first, call(claim(0), 2, 6, 'claimed'), call({ kind: 'peek', by: '' }, 5, 7, 'sealed')],
  'a lost reply that had won, and asks again': [
    first,
    call(claim(0), 2, null, null),
    call(claim(1), 3, 4, 'gone'),
    call(claim(0), 5, 6, 'claimed'),
  ],
  'a lost reply that never arrived': [first, call(claim(0), 2, null, null), call(claim(1), 3, 4, 'claimed')],
  'a lost claim that takes place long after it was sent': [
    first,
    call(claim(0), 2, null, null),
    call({ kind: 'peek', by: '' }, 3, 4, 'sealed'),
    call({ kind: 'peek', by: '' }, 5, 6, 'gone'),
  ],
  'a whole life': [
    first,
    call({ kind: 'create', by: '' }, 2, 3, 'created'),
    call({ kind: 'receipt', by: '' }, 2, 3, 'sealed'),
    call(claim(7), 4, 5, 'claimed'),
    call(claim(7), 6, 7, 'claimed'),
    call(ack(8), 6, 7, 'unknown'),
    call(ack(7, false), 6, 7, 'ack_wrong'),
    call(ack(7), 8, 9, 'acked'),
    call({ kind: 'receipt', by: '' }, 8, 9, 'claimed'),
    call({ kind: 'receipt', by: '' }, 10, 11, 'confirmed'),
    call({ kind: 'create', by: '' }, 10, 11, 'gone'),
    call({ kind: 'burn', by: '' }, 12, 13, 'gone'),
  ],
}

/** Wrong PINs that the secrets of chance bear. */
const ATTEMPTS = 3

/** The same by trying every order of every choice of the calls that were never answered. */
function tryEverything(acts: readonly Act[]): boolean {
  const search = (left: readonly Act[], state: State): boolean =>
    left.every(({ outcome }) => outcome === null) ||
    left.some((act) => {
      if (left.some(({ outcome, endedAt }) => outcome !== null && endedAt < act.beganAt)) return false
      const { outcome, next } = follow(state, act, ATTEMPTS)
      return (act.outcome === null || act.outcome === outcome) && search(leave(left, act), next)
    })
  // The server has died before this: what had no answer by then will never be carried out.
  const leave = (left: readonly Act[], act: Act) =>
    left.filter((other) => other !== act && (other.outcome !== null || other.endedAt >= act.beganAt))
  return search(acts, 'unknown')
}

const anAsked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'create' as const, by: '' }) },
  { weight: 4, arbitrary: fc.nat({ max: 1 }).map(claim) },
  { weight: 2, arbitrary: fc.nat({ max: 2 }).map(guess) },
  { weight: 2, arbitrary: fc.tuple(fc.nat({ max: 1 }), fc.boolean()).map(([by, isRight]) => ack(by, isRight)) },
  { weight: 1, arbitrary: fc.constantFrom('peek' as const, 'receipt' as const, 'burn' as const).map((kind) => ({ kind, by: '' })) },
)

/** Calls that overlap, answered in an order that explains them, and then perhaps some of them otherwise. */
const aHistory = fc
  .record({
    asked: fc.array(fc.tuple(anAsked, fc.nat({ max: 4 }), fc.nat({ max: 4 }), fc.nat({ max: 5 })), { maxLength: 6 }),
    isLying: fc.boolean(),
    lie: fc.tuple(fc.nat({ max: 5 }), fc.constantFrom('claimed', 'gone', 'sealed', 'unknown', 'acked', 'confirmed', 'wrong, 2 left')),
  })
  .map(({ asked, isLying, lie }) => {
    let state: State = 'unknown'
    return asked.map(([what, before, after, fate], i): Act => {
      const { outcome, next } = follow(state, what, ATTEMPTS)
      state = next
      const at = 2 * i
      // Some were never answered, whether they took place or not, until the server died or for ever.
      if (fate === 0) return call(what, at - before, after < 2 ? null : at + after, null)
      return call(what, at - before, at + after, isLying && lie[0] === i ? lie[1] : outcome)
    })
  })

describe('the checker of histories', () => {
  for (const [name, calls] of Object.entries(GOOD_HISTORIES)) {
    test(`accepts ${name}`, () => assert.ok(isExplained(calls)))
  }

  for (const [name, calls] of Object.entries(BAD_HISTORIES)) {
    test(`refuses ${name}`, () => assert.ok(!isExplained(calls)))
  }

  test('says of every small history what trying everything says', () => {
    const seen = { true: 0, false: 0 }
    fc.assert(
      fc.property(aHistory, (acts) => {
        const expected = tryEverything(acts)
        seen[`${expected}`]++
        assert.equal(isExplained(acts, ATTEMPTS), expected)
      }),
      { numRuns: 4000 },
    )
    assert.ok(seen.true > 200 && seen.false > 200, `of each kind there were ${JSON.stringify(seen)}`)
  })

  test('tells at once that no order of a hundred claims explains two winners', () => {
    const claims = Array.from({ length: 100 }, (_none, i) => call(claim(i), 2, 9, i < 2 ? 'claimed' : 'gone'))
    assert.ok(!isExplained([first, ...claims]))
    assert.ok(isExplained([first, ...claims.slice(1)]))
  })

  test('tells so at once of forty winners in a server that then died, and answered forty others nothing', () => {
    const claims = Array.from({ length: 40 }, (_none, i) => call(claim(i), 2, 9, 'claimed'))
    const unanswered = Array.from({ length: 40 }, (_none, i) => call(claim(40 + i), 2, 9, null))
    assert.ok(!isExplained([first, ...claims, ...unanswered]))
    assert.ok(isExplained([first, ...claims.slice(0, 1), ...unanswered]))
  })
})
