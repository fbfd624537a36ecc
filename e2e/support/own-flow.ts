import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openWords } from '../../packages/web/src/languages/en.ts'
import type { Stage } from './stage.ts'
import { SECRET, button, comeTo, makeLink, press, readShown, readState, seeSaid, watchPosts } from './steps.ts'

/** What holds in every browser of a link that it has made itself. */
export function testOwnFlow(stage: Stage): void {
  test('warns whoever comes to a link that this browser has made, and opens it all the same', async (t: TestContext) => {
    const { page, newPage } = await stage.visit(t)
    const { link, receiptLink } = await makeLink(page, stage.url)
    const tab = await newPage()
    const posts = watchPosts(tab)
    await comeTo(tab, link)
    await seeSaid(tab, openWords.own)
    await seeSaid(tab, openWords.ownDetail)
    assert.equal(await button(tab, openWords.show).count(), 0)
    assert.deepEqual(posts, [])
    assert.equal(await readState(stage.url, receiptLink), 'sealed')
    const { page: other } = await stage.visit(t)
    await comeTo(other, link)
    await button(other, openWords.show).waitFor()
    assert.equal(await other.getByText(openWords.own).count(), 0, 'nobody else is warned')
    await press(tab, openWords.ownShow)
    assert.equal(await readShown(tab), SECRET)
    assert.ok(posts.length > 0, 'what changes something is seen')
  })
}
