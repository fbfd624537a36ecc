import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BROKEN_CALLS } from './controls.ts'
import { CALLS, proveCuts } from './prove-cuts.ts'
import { proveReader } from './prove-reader.ts'

const SEED = 7
const EVERY = 40

test('whatever byte a connection breaks behind, the same create, claim and ack again are answered alike', async (t) => {
  const { cuts, violations } = await proveCuts(t, { seed: SEED, every: EVERY, calls: CALLS })
  assert.deepEqual(violations, [])
  assert.ok(cuts > 100, `only ${cuts} cuts`)
})

test('the client opens with its next try what a broken connection kept from it, and a cut never looks like an end', async (t) => {
  const { cuts, violations } = await proveReader(t, { every: 2 * EVERY })
  assert.deepEqual(violations, [])
  assert.ok(cuts > 20, `only ${cuts} cuts`)
})

for (const { what, call, patches } of BROKEN_CALLS.slice(0, 2)) {
  test(`the same cuts notice ${what}`, async (t) => {
    const { violations } = await proveCuts(t, { seed: SEED, every: 2 * EVERY, calls: [call] }, patches)
    assert.ok(violations.length > 0)
  })
}
