import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { anInstance } from '../../packages/server/test/support/server-process.ts'
import { isExplained } from '../history.ts'
import { isSound, raceClaims } from './claims.ts'
import { startRunners } from '../../packages/server/test/support/runners.ts'

const BROKEN_SERVER = fileURLToPath(new URL('../../packages/server/test/support/broken-server.ts', import.meta.url))

test('whatever sixty-four who race for a secret are answered has an order that explains it', async (t) => {
  const server = await anInstance(t).start({ LETTERLOCK_LOG: 'events', LETTERLOCK_LIMITS: 'off' })
  const stories = await raceClaims(startRunners(t, 4), server.url, { secrets: 24, claimsEach: 64, wave: 6 })
  assert.equal(stories.length, 24)
  for (const story of stories) assert.ok(isSound(story), JSON.stringify(story.acts))
  await server.stop()
})

test('the same race over a store that reads and then writes has no such order', async (t) => {
  const server = await anInstance(t).start({}, { script: BROKEN_SERVER })
  const stories = await raceClaims(startRunners(t, 4), server.url, { secrets: 8, claimsEach: 16, wave: 8 })
  assert.ok(stories.some(({ winners }) => winners.size > 1))
  assert.ok(stories.some(({ acts }) => !isExplained(acts)))
  await server.stop()
})
