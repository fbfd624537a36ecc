import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createWords } from '../packages/web/src/languages/en.ts'
import { testMangledFlow } from './support/mangled-flow.ts'
import { listExplained, listReceipts, pick, ways } from './support/mangled-ways.ts'
import { openStage } from './support/stage.ts'
import { CALLS, seeHeading } from './support/steps.ts'

const stage = openStage()

test('has every kind of link, many times', () => {
  assert.ok(listExplained(ways).length >= 15)
  assert.ok(listReceipts(ways).length >= 5)
})

testMangledFlow(stage, ways)

test('stays where it is with a fragment that is no token', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  for (const fragment of ['#page', `#${pick('as it was sent').token.slice(1)}`]) {
    const asking = page.waitForResponse(CALLS.instance)
    await page.goto(stage.url + fragment)
    await asking
    await seeHeading(page, createWords.title)
    await page.getByLabel(createWords.text, { exact: true }).fill('still here')
    assert.equal(page.url(), stage.url + fragment)
    await page.goto('about:blank')
  }
})
