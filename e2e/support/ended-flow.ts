import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { endedWords, openWords } from '../../packages/web/src/languages/en.ts'
import { NEWER_TOKEN, endSecrets, keepSpoiled, makeUnknown } from './ends.ts'
import { findPiece } from './language.ts'
import type { Stage } from './stage.ts'
import { CALLS, answer, button, comeTo, keepSecret, press, refusal, seeHeading, seeSaid } from './steps.ts'

/** What holds in every browser of secrets that are gone, and of links that lead nowhere. */
export function testEndedFlow(stage: Stage): void {
  test('tells reader and sender of each end that a secret has come to on the server', async (t: TestContext) => {
    const { gone } = await endSecrets(stage.another(t))
    const { page } = await stage.visit(t)
    for (const { link, receiptLink, heading, detail, outcome } of gone) {
      await page.goto(link)
      await seeHeading(page, heading)
      await seeSaid(page, detail)
      assert.equal(await button(page, openWords.show).count(), 0)
      await page.goto(receiptLink)
      await seeHeading(page, outcome)
    }
  })

  test('tells a reader of a secret that is lost, unknown, too new or unreadable', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    await answer(page, 'GET', CALLS.one, refusal(410, 'gone', { state: 'lost', at: Date.now() }))
    await page.goto((await keepSecret(stage.url)).link)
    await seeHeading(page, endedWords.lost)
    await seeSaid(page, findPiece(endedWords.lostDetail))
    await page.unroute(CALLS.one)
    for (const [link, name] of [
      [await makeUnknown(stage.url), 'unknown'],
      [`${stage.url}s#${NEWER_TOKEN}`, 'newer'],
    ] as const) {
      await page.goto('about:blank')
      await page.goto(link)
      await seeHeading(page, endedWords[name])
      await seeSaid(page, endedWords[`${name}Detail`])
      assert.equal(await button(page, openWords.show).count(), 0)
    }
    await page.goto('about:blank')
    await comeTo(page, await keepSpoiled(stage.url))
    await press(page, openWords.show)
    await seeHeading(page, endedWords.unreadable)
    await seeSaid(page, endedWords.unreadableWhy.damaged)
  })
}
