import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Route } from 'playwright-core'
import { createWords, endedWords, madeWords, openWords, shownWords } from '../packages/web/src/languages/en.ts'
import { seeFocus, seeFocusRing, tabTo } from './support/keyboard.ts'
import { testMainFlow } from './support/main-flow.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  SECRET,
  button,
  comeTo,
  holds,
  keepSecret,
  makeLink,
  paste,
  press,
  readMade,
  readShown,
  readState,
  seeErased,
  seeFetched,
  seeHeading,
  seeStarted,
  show,
  watchPosts,
} from './support/steps.ts'

const stage = openStage()
const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }

testMainFlow(stage)

test('takes a secret from one browser to another by mouse and clipboard', async (t: TestContext) => {
  const { page: sender } = await stage.visit(t, clipboard)
  const { page: reader } = await stage.visit(t, clipboard)
  const { link } = await makeLink(sender, stage.url)
  await press(sender, madeWords.copy)
  await button(sender, madeWords.copied).waitFor()
  const pasted = await paste(sender)
  assert.equal(pasted, link)
  await comeTo(reader, pasted)
  await show(reader)
  assert.notEqual(await paste(reader), SECRET)
  await press(reader, shownWords.copy)
  await button(reader, shownWords.copied).waitFor()
  assert.equal(await paste(reader), SECRET)
})

test('takes a secret from one browser to another by keyboard alone', async (t: TestContext) => {
  const { page: sender } = await stage.visit(t, clipboard)
  const { page: reader } = await stage.visit(t, clipboard)
  await sender.goto(stage.url)
  await seeStarted(sender)
  await seeFocus(sender, createWords.text)
  await seeFocusRing(sender)
  await sender.keyboard.type(SECRET)
  await tabTo(sender, createWords.generate)
  await tabTo(sender, createWords.lifetime)
  await tabTo(sender, createWords.people)
  await tabTo(sender, createWords.pin)
  await tabTo(sender, createWords.submit)
  for (let i = 0; i < 5; i++) await sender.keyboard.press('Shift+Tab')
  await seeFocus(sender, createWords.text)
  await sender.keyboard.press('Control+Enter')
  const { link } = await readMade(sender)
  await seeFocus(sender, madeWords.title)
  await tabTo(sender, madeWords.link)
  await tabTo(sender, madeWords.copy)
  await sender.keyboard.press('Enter')
  await button(sender, madeWords.copied).waitFor()
  await seeFocus(sender, madeWords.copied)
  assert.equal(await paste(sender), link)

  await comeTo(reader, link)
  await tabTo(reader, openWords.show)
  await reader.keyboard.press('Enter')
  assert.equal(await readShown(reader), SECRET)
  await seeFocus(reader, shownWords.title)
  await tabTo(reader, shownWords.secret)
  await tabTo(reader, shownWords.copy)
  await reader.keyboard.press('Enter')
  await button(reader, shownWords.copied).waitFor()
  await seeErased(reader)
  await tabTo(reader, shownWords.hide)
  await tabTo(reader, shownWords.clear)
  await reader.keyboard.press('Enter')
  await seeHeading(reader, shownWords.cleared)
  await seeFocus(reader, shownWords.cleared)

  await reader.goto(link)
  await seeHeading(reader, endedWords.opened)
})

test('shows a secret to exactly one of two who press at once', async (t: TestContext) => {
  const visitors = await Promise.all([stage.visit(t), stage.visit(t)])
  const { link, receiptLink } = await keepSecret(stage.url)
  const held: Route[] = []
  const together = Promise.withResolvers<void>()
  for (const { page } of visitors) {
    await page.route(CALLS.claim, async (route) => {
      if (held.push(route) === visitors.length) together.resolve()
      await together.promise
      await route.continue()
    })
    await comeTo(page, link)
  }
  const replies = visitors.map(({ page }) => page.waitForResponse(CALLS.claim))
  await Promise.all(visitors.map(({ page }) => press(page, openWords.show)))
  const statuses = (await Promise.all(replies)).map((reply) => reply.status())
  assert.deepEqual(statuses.toSorted(), [200, 410])
  const winner = visitors[statuses.indexOf(200)]!.page
  const loser = visitors[statuses.indexOf(410)]!.page
  assert.equal(await readShown(winner), SECRET)
  await seeHeading(loser, endedWords.opened)
  assert.equal(await holds(loser, SECRET), false)
  await seeErased(winner)
  assert.equal(await readState(stage.url, receiptLink), 'confirmed')
})

test('changes nothing by being loaded, focused, left alone or pressed by a script', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, receiptLink } = await keepSecret(stage.url)
  const posts = watchPosts(page)
  await comeTo(page, link)
  await page.bringToFront()
  await button(page, openWords.show).focus()
  await button(page, openWords.show).evaluate((element) => {
    ;(element as HTMLElement).click()
    element.dispatchEvent(new PointerEvent('click', { bubbles: true }))
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  })
  await page.locator('#page').getByText(openWords.pressAgain).waitFor()
  assert.equal(posts.length, 0)
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
  assert.equal(await show(page), SECRET)
  assert.ok(posts.length > 0, 'a press of a person is seen')
})

test('changes nothing when programs fetch the link, or ask about the secret with HEAD and GET', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, linkToken, receiptLink, id } = await keepSecret(stage.url)
  const addresses = [link, `${stage.url}s%23${linkToken}`, `${stage.url}api/v1/secrets/${id}`, `${stage.url}api/v1/secrets/${id}/claim`]
  const peek = page.waitForRequest(CALLS.one)
  await comeTo(page, link)
  const authorization = (await (await peek).headerValue('authorization')) as string
  for (const method of ['HEAD', 'GET', 'OPTIONS']) {
    for (const address of addresses) {
      const reply = await fetch(address, { method, headers: { authorization, 'user-agent': 'preview-bot', purpose: 'prefetch' } })
      assert.ok(reply.status < 500, `${method} is answered with ${reply.status}`)
    }
  }
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
  assert.equal(await show(page), SECRET)
  assert.notEqual(await readState(stage.url, receiptLink), 'sealed')
})

test('loses nothing while the server is away: neither a text, nor a link, nor a claim', async (t: TestContext) => {
  const instance = stage.another(t)
  const first = await instance.start({ LETTERLOCK_LIMITS: 'off' })
  const { page: sender } = await stage.visit(t)
  const { page: reader } = await stage.visit(t)
  const { link } = await keepSecret(first.url)
  await sender.goto(first.url)
  await seeStarted(sender)
  await sender.getByLabel(createWords.text, { exact: true }).fill('another secret')
  await comeTo(reader, link)
  await seeFetched(sender, 'create-made')
  await seeFetched(reader, 'open-claim', 'open-shown', 'open-fields')
  await first.stop()

  await press(sender, createWords.submit)
  await sender.locator('#page').getByText(createWords.lost).waitFor()
  assert.equal(await sender.getByLabel(createWords.text, { exact: true }).inputValue(), 'another secret')
  await press(reader, openWords.show)
  await seeHeading(reader, openWords.failed)
  await reader.getByText(openWords.failedAfter).waitFor()
  await press(reader, openWords.retry)
  await seeHeading(reader, openWords.failed)

  await instance.start({ LETTERLOCK_LIMITS: 'off', LETTERLOCK_PORT: new URL(first.url).port })
  await press(sender, createWords.retry)
  const made = await readMade(sender)
  await press(reader, openWords.retry)
  assert.equal(await readShown(reader), SECRET)
  await seeErased(reader)

  const { page: late } = await stage.visit(t)
  await late.route(/\/api\//, (route) => route.abort())
  await late.goto(made.link)
  await seeHeading(late, openWords.failed)
  await late.getByText(openWords.failedBefore).waitFor()
  await late.unroute(/\/api\//)
  await press(late, openWords.retry)
  await seeHeading(late, openWords.before)
  assert.equal(await show(late), 'another secret')
})

const PARTS = [/\/assets\/open-shown-/, /\/assets\/open-claim-/]

test('claims nothing while what opens or shows the secret does not come, says so, and goes on when it does', async (t: TestContext) => {
  for (const part of PARTS) {
    const { page } = await stage.visit(t, { allows: /Failed to load resource|net::ERR_FAILED/ })
    const { link, receiptLink } = await keepSecret(stage.url)
    const posts = watchPosts(page)
    await page.route(part, (route) => route.abort())
    await comeTo(page, link)
    for (let i = 0; i < 2; i++) {
      await press(page, openWords.show)
      await seeHeading(page, openWords.failed)
      await page.getByText(openWords.failedBefore).waitFor()
      if (i === 1) await page.unroute(part)
      await press(page, openWords.retry)
      await page.getByText(openWords.waits.slice(0, 9)).waitFor()
    }
    assert.equal(posts.length, 0, 'the press that failed does not count for later')
    assert.equal(await readState(stage.url, receiptLink), 'sealed')
    assert.equal(await show(page), SECRET)
  }
})

test('claims nothing with a script that is not the one that was built', async (t: TestContext) => {
  for (const part of PARTS) {
    const { page } = await stage.visit(t, { allows: /integrity/ })
    const { link, receiptLink } = await keepSecret(stage.url)
    const posts = watchPosts(page)
    await page.route(part, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: `${await response.text()};` })
    })
    await comeTo(page, link)
    await press(page, openWords.show)
    await seeHeading(page, openWords.failed)
    await page.getByText(openWords.failedBefore).waitFor()
    assert.equal(posts.length, 0)
    assert.equal(await readState(stage.url, receiptLink), 'sealed')
  }
})

test('shows the secret whole where what finds its parts does not come', async (t: TestContext) => {
  const { page } = await stage.visit(t, { allows: /Failed to load resource|net::ERR_FAILED/ })
  const text = `user: ada\npassword: ${SECRET}`
  await page.route(/\/assets\/open-fields-/, (route) => route.abort())
  await comeTo(page, (await keepSecret(stage.url, text)).link)
  assert.equal(await show(page), text)
  await seeErased(page)
  assert.equal(await page.getByText(shownWords.parts).count(), 0)
})
