import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ANSWERS_FIRST, LEASES_REOPEN } from './controls.ts'
import { proveKills } from './prove-kills.ts'

const SEED = 11

test('a server that is killed again and again loses nothing that it acknowledged, and revives nothing', async (t) => {
  const { violations, answered, unanswered } = await proveKills(t, { seed: SEED, kills: 12 })
  assert.deepEqual(violations, [])
  assert.ok(answered > 100 && unanswered > 0, `only ${answered} answers, and ${unanswered} calls without one`)
})

for (const [what, patches] of [
  ['a store that answers before it has written', ANSWERS_FIRST],
  ['a start that lets what was claimed wait again', LEASES_REOPEN],
] as const) {
  test(`the same observer notices ${what}`, async (t) => {
    const { violations } = await proveKills(t, { seed: SEED, kills: 5 }, patches)
    assert.ok(violations.length > 0)
  })
}
