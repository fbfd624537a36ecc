import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Act, isExplained, nameViolation } from './history.ts'

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
