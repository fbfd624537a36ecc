import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BROKEN } from './controls.ts'
import { restoreUnderServer } from './fence.ts'
import { runPoints } from './run-points.ts'
import { stealCopies } from './steal.ts'

const SEED = 6
const SIZE = { runs: 1, calls: 18 }

test('every copy of a run that is put back is fenced until it is accepted, and opens nothing again', async (t) => {
  const tally = await runPoints({ after: (clean) => t.after(clean) }, SEED, SIZE)
  assert.deepEqual(tally.violations, [])
  assert.ok(tally.older > 0 && tally.gone > 0 && tally.opened > 0 && tally.guesses > 0, JSON.stringify(tally))
})

for (const { what, patches, says } of BROKEN) {
  test(`the same finds ${what}`, async (t) => {
    const { violations } = await runPoints({ after: (clean) => t.after(clean) }, SEED, SIZE, patches)
    assert.ok(
      violations.some((violation) => says.test(violation)),
      violations.join('\n'),
    )
  })
}

test('a server on a restored database answers 503 until it is given the generation that it shows', async (t) => {
  const { violations, asked } = await restoreUnderServer({ after: (clean) => t.after(clean) })
  assert.deepEqual(violations, [])
  assert.ok(asked > 100)
})

test('a stolen backup, the link and the PIN give nothing; with the vault they give all', async (t) => {
  const theft = await stealCopies(
    { after: (clean) => t.after(clean) },
    { secrets: 2, ways: ['backup'], moments: ['guessed'], besides: ['a forged vault'], thorough: 1 },
  )
  assert.deepEqual(theft.found, [])
  assert.ok(theft.sealed === 2 && theft.shares > 1000 && theft.claims === 4, JSON.stringify(theft))
  assert.equal(theft.control.served.found.length, 2)
  assert.ok(theft.control.searched.found.some((line) => line.includes('what only one may read')))
})
