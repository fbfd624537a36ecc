import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { startHealthLog } from '../../src/health-log.ts'
import type { Health } from '../../src/routes/health.ts'

const LOOK_MS = 10_000
const WELL: Health = { reasons: [], warnings: [] }

/** A health log whose time a test moves by itself: each health is what one look finds, and what is told then. */
function aHealthLog(t: TestContext, read: () => Promise<Health>) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let sentences: string[] = []
  const log = { request: () => {}, event: (sentence: string) => void sentences.push(sentence), flush: () => {} }
  const healthLog = startHealthLog(read, log)
  const told = async () => {
    await turn()
    const now = sentences
    sentences = []
    return now
  }
  return { healthLog, told, later: () => (t.mock.timers.tick(LOOK_MS), told()) }
}

test('what begins and what ends is told, once each', async (t) => {
  let health: Health = { reasons: ['storage_full', 'fenced'], warnings: ['in_memory'] }
  const { told, later, healthLog } = aHealthLog(t, () => Promise.resolve(health))
  const [full, ...more] = await told()
  assert.match(full ?? '', /no room for new secrets/)
  assert.deepEqual(more, [], 'what the start has told is not told again')
  assert.deepEqual(await later(), [])
  health = { reasons: ['storage_full', 'clock_step'], warnings: ['ballast_short'] }
  assert.deepEqual(
    (await later()).map((sentence) => sentence.slice(0, 18)),
    ['The clock of this ', 'The disk has no ro'],
  )
  health = WELL
  assert.deepEqual(await later(), [
    'There is room for new secrets again.',
    'The clock of this machine is believed again.',
    'The ballast is whole again.',
  ])
  healthLog.stop()
  health = { reasons: ['storage_full'], warnings: [] }
  assert.deepEqual(await later(), [])
})

test('a store that does not answer is no news of the room, and a look that fails ends nothing', async (t) => {
  const healths: (Health | Error)[] = [
    { reasons: ['storage_full'], warnings: [] },
    { reasons: ['store_unavailable'], warnings: [] },
    new TypeError('a canary'),
    { reasons: ['storage_full'], warnings: [] },
    WELL,
  ]
  const read = () => {
    const next = healths.shift() ?? WELL
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next)
  }
  const { told, later } = aHealthLog(t, read)
  assert.equal((await told()).length, 1)
  assert.deepEqual(await later(), [])
  const mistake = await later()
  assert.deepEqual([mistake.length, mistake[0]?.includes('canary')], [1, false])
  assert.deepEqual(await later(), [])
  assert.deepEqual(await later(), ['There is room for new secrets again.'])
})

test('looks do not pile up behind a slow store', async (t) => {
  let looks = 0
  const { later } = aHealthLog(t, () => {
    looks++
    return new Promise(() => {})
  })
  for (let i = 0; i < 3; i++) await later()
  assert.equal(looks, 1)
})
