import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createWords, endedWords, madeWords, shellWords, shownWords } from '../../packages/web/src/languages/en.ts'
import { testPinFlow } from './pin-flow.ts'
import type { Stage } from './stage.ts'
import {
  CALLS,
  SECRET,
  answer,
  comeTo,
  holds,
  keepSecret,
  makeLink,
  press,
  readMade,
  readShown,
  readState,
  secret,
  seeErased,
  seeHeading,
  seeWaiting,
  show,
  watchPosts,
} from './steps.ts'

/** What holds in every browser. */
export function testMainFlow(stage: Stage): void {
  testPinFlow(stage)

  test('shows a secret once, to the first who opens its link, and to nobody after', async (t: TestContext) => {
    const { page: sender } = await stage.visit(t)
    const { page: reader } = await stage.visit(t)
    const { page: third } = await stage.visit(t)
    const { link, receiptLink } = await makeLink(sender, stage.url)
    assert.equal(await readState(stage.url, receiptLink), 'sealed')
    await comeTo(reader, link)
    assert.equal(await holds(reader, SECRET), false)
    assert.equal(await show(reader), SECRET)
    await seeErased(reader)
    await third.goto(link)
    await seeHeading(third, endedWords.opened)
    assert.equal(await holds(third, SECRET), false)
    assert.equal(await readState(stage.url, receiptLink), 'confirmed')
  })

  test('keeps a link working over reloads before the click', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const { link, receiptLink } = await keepSecret(stage.url)
    const posts = watchPosts(page)
    await comeTo(page, link)
    for (let i = 0; i < 2; i++) {
      await page.reload()
      await seeWaiting(page)
    }
    assert.deepEqual(posts, [])
    assert.equal(await readState(stage.url, receiptLink), 'sealed')
    assert.equal(await show(page), SECRET)
  })

  test('shows the secret again after a reload, until the server has heard that it arrived', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const { link, receiptLink } = await keepSecret(stage.url)
    await answer(page, 'POST', CALLS.ack, 'lost')
    await comeTo(page, link)
    assert.equal(await show(page), SECRET)
    assert.equal(await readState(stage.url, receiptLink), 'claimed')
    await page.reload()
    assert.equal(await readShown(page), SECRET)
    await page.unroute(CALLS.ack)
    await seeErased(page)
    await page.reload()
    await seeHeading(page, endedWords.openedHere)
    assert.equal(await readState(stage.url, receiptLink), 'confirmed')
  })

  test('says on the way back that it was opened here, and has nothing of it left', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    await comeTo(page, (await keepSecret(stage.url)).link)
    await show(page)
    await seeErased(page)
    await press(page, shownWords.copy)
    await page.getByRole('button', { name: shownWords.copied }).waitFor()
    assert.equal((await secret(page).textContent()) === SECRET, true)
    await page.getByRole('link', { name: shellWords.startLabel }).click()
    await seeHeading(page, createWords.title)
    await page.goBack()
    await seeHeading(page, endedWords.openedHere)
    assert.equal(await holds(page, SECRET), false)
  })

  test('does not bring a sent text back', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const field = page.getByLabel(createWords.text, { exact: true })
    await makeLink(page, stage.url)
    await press(page, madeWords.copy)
    await page.getByRole('link', { name: shellWords.about }).click()
    await page.waitForURL(`${stage.url}about`)
    await page.goBack()
    await seeHeading(page, createWords.title)
    assert.equal(await field.inputValue(), '')
    assert.equal(await holds(page, SECRET), false)
    await field.fill(SECRET)
    assert.equal(await holds(page, SECRET), true)
    await press(page, createWords.submit)
    await readMade(page)
    assert.equal(await holds(page, SECRET), false)
  })
}
