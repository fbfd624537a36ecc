import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawChance } from '../chance.ts'
import { ID_MUTANTS, compareIds } from './id-only.ts'
import { compareTimes } from './timing.ts'

test('a real id is answered as a random one is, from every state, and changes nothing', async (t) => {
  const { pairs, told, changed } = await compareIds(t, { stride: 5 })
  assert.deepEqual({ told, changed }, { told: [], changed: [] })
  assert.ok(pairs > 400, `${pairs} pairs`)
})

for (const { what, patches, sign } of ID_MUTANTS) {
  test(`the same comparison catches ${what}`, async (t) => {
    const compared = await compareIds(t, { stride: 11 }, patches)
    assert.ok(compared[sign].length > 0)
  })
}

test('the t of two kinds of times tells a small shift from none, and sees one that only a few are late by', () => {
  const { below } = drawChance(7)
  const pairs = 20_000
  // Most are quick, a few take very long, as answers do.
  const time = () => 100 + below(1000) / 100 + (below(50) === 0 ? below(5000) : 0)
  const list = (shift: () => number) => Float64Array.from({ length: pairs }, () => time() + shift())
  const still = () => 0
  assert.ok(compareTimes({ real: list(still), random: list(still) }).tWorst < 4.5)
  assert.ok(compareTimes({ real: list(() => 0.5), random: list(still) }).tWorst > 4.5)
  assert.ok(compareTimes({ real: list(() => (below(20) === 0 ? 9 : 0)), random: list(still) }).tWorst > 4.5)
})
