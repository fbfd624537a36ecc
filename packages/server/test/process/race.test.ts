import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Outcome, race } from '../support/race.ts'
import { anInstance } from '../support/server-process.ts'

const BROKEN_SERVER = fileURLToPath(new URL('../support/broken-server.ts', import.meta.url))

const SIZE = { secrets: 1000, claimsEach: 16, processes: 4, wave: 20 }

const countWinners = (outcome: Outcome) => outcome.filter((status) => status === 200).length

test('of sixteen who claim a thousand secrets at the same moment, from four processes, one has each', async (t) => {
  const server = await anInstance(t).start({ LETTERLOCK_LOG: 'events', LETTERLOCK_LIMITS: 'off' })
  const outcomes = await race(t, server.url, SIZE)
  assert.equal(outcomes.length, SIZE.secrets)
  for (const outcome of outcomes) {
    assert.deepEqual(outcome.toSorted(), [200, ...Array.from({ length: SIZE.claimsEach - 1 }, () => 410)])
  }
  await server.stop()
})

test('the same race over a store that reads and then writes has more than one winner', async (t) => {
  const server = await anInstance(t).start({}, { script: BROKEN_SERVER })
  const outcomes = await race(t, server.url, { ...SIZE, secrets: 50 })
  assert.ok(outcomes.some((outcome) => countWinners(outcome) > 1))
  await server.stop()
})
