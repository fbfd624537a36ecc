import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AGENTS } from './agents.ts'
import { OPENS_ON_GET, OVERRIDES_METHODS, crawl } from './crawlers.ts'

test('no program that fetches links changes anything, with any method on any route', async (t) => {
  const { requests, changed } = await crawl(t, { agents: 2 })
  assert.deepEqual(changed, [])
  assert.ok(requests > 5000, `${requests} requests`)
  assert.ok(new Set(AGENTS).size >= 30)
})

for (const [what, patches] of Object.entries({
  'a route that opens on GET': OPENS_ON_GET,
  'a header that says another method': OVERRIDES_METHODS,
})) {
  test(`the same requests catch ${what}`, async (t) => {
    assert.notDeepEqual((await crawl(t, { agents: 1 }, patches)).changed, [])
  })
}
