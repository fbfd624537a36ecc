import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LENIENT, hearProbes, sendMalformed } from './malformed.ts'

test('nothing that is not one well-formed request reaches a handler or the store, cut anywhere', async (t) => {
  const { cases, reached, mishandled } = await sendMalformed(t, { deliveries: ['in two'], seed: 21 })
  assert.deepEqual({ reached, mishandled }, { reached: [], mishandled: [] })
  assert.ok(cases >= 40)
  assert.deepEqual(await hearProbes(t), [])
})

test('the same bytes reach a server that reads leniently', async (t) => {
  const { reached } = await sendMalformed(t, { deliveries: ['whole'], seed: 21 }, LENIENT)
  assert.ok(reached.length >= 10, `${reached.length} have reached it`)
})
