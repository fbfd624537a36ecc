import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { INLINE_SEALED_BYTES_MAX, countTextBytesMax } from '../packages/protocol/src/index.ts'
import { createWords, madeWords, shellWords } from '../packages/web/src/languages/en.ts'
import { describeFailure } from '../packages/web/src/ui/describe-failure.ts'
import { say, sayCount } from '../packages/web/src/ui/say.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  DAY_MS,
  HOUR_MS,
  SECRET,
  answer,
  askReceipt,
  button,
  comeTo,
  focused,
  holds,
  makeLink,
  press,
  readMade,
  readState,
  refusal,
  refuseCopies,
  seeHeading,
  seeNothingAsked,
  seeStarted,
  show,
  watchPosts,
} from './support/steps.ts'

const stage = openStage()
const LIMIT_BYTES = countTextBytesMax(INLINE_SEALED_BYTES_MAX)

const field = (page: Page) => page.getByLabel(createWords.text, { exact: true })
const leave = (page: Page) => page.getByRole('link', { name: shellWords.about }).click()
const said = (page: Page, words: string) => page.locator('#page').getByText(words).first().waitFor()

/** A text of so many bytes, of characters that take one, two, three and four. */
function textOf(bytes: number): string {
  const piece = 'é€𝄞b'
  const whole = piece.repeat(Math.floor(bytes / Buffer.byteLength(piece)))
  return whole + 'x'.repeat(bytes - Buffer.byteLength(whole))
}

/** Every question of the browser whether to leave, answered the same way. */
function answerLeaving(page: Page, mayLeave: boolean): string[] {
  const asked: string[] = []
  page.on('dialog', async (dialog) => {
    asked.push(dialog.type())
    await (mayLeave ? dialog.accept() : dialog.dismiss())
  })
  return asked
}

test('takes a text of exactly the limit, and shows it whole', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { page: reader } = await stage.visit(t)
  const text = textOf(LIMIT_BYTES)
  assert.equal(Buffer.byteLength(text), LIMIT_BYTES)
  const { link } = await makeLink(page, stage.url, text)
  await comeTo(reader, link)
  assert.equal((await show(reader)) === text, true)
})

/** Come to the page, and hold its script back until that is let go. */
async function holdScript(page: Page): Promise<() => void> {
  const held = Promise.withResolvers<void>()
  await page.route('**/assets/*.js', async (route) => {
    await held.promise
    await route.continue()
  })
  await page.goto(stage.url, { waitUntil: 'commit' })
  return held.resolve
}

test('sends what was written, chosen and sent off before its script came', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const release = await holdScript(page)
  await field(page).fill(SECRET)
  await page.getByLabel(createWords.lifetime).selectOption({ label: '1 hour' })
  await press(page, createWords.submit)
  await page.locator('html[data-asked]:not([data-started])').waitFor()
  release()
  const { receiptLink } = await readMade(page)
  const { createdAt, expiresAt } = await askReceipt(stage.url, receiptLink)
  assert.ok(Math.abs(expiresAt - createdAt - HOUR_MS) <= 1000, 'it lasts an hour')
})

test('says before sending that a text is one byte too long, and keeps it', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const posts = watchPosts(page)
  const text = textOf(LIMIT_BYTES + 1)
  await page.goto(stage.url)
  await field(page).fill(text)
  const size = (bytes: number) => `${bytes.toLocaleString('en-GB')} bytes`
  await said(page, say(createWords.tooLong, { size: size(LIMIT_BYTES + 1), limit: size(LIMIT_BYTES) }))
  await press(page, createWords.submit)
  assert.equal(await focused(page), createWords.text)
  assert.equal(await field(page).getAttribute('aria-invalid'), 'true')
  assert.equal((await field(page).inputValue()) === text, true)
  assert.equal(posts.length, 0)
  await field(page).fill(textOf(LIMIT_BYTES))
  await said(page, say(createWords.bytesLeft, { left: '0 bytes' }))
  await press(page, createWords.submit)
  await readMade(page)
  assert.equal(posts.length, 1)
})

test('sends nothing for an empty text, and leads back to the field', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const posts = watchPosts(page)
  await page.goto(stage.url)
  for (const text of ['', ' \n\t ']) {
    await field(page).fill(text)
    await press(page, createWords.submit)
    await said(page, createWords.empty)
    assert.equal(await focused(page), createWords.text)
  }
  assert.equal(posts.length, 0)
  await field(page).fill('0')
  await press(page, createWords.submit)
  await readMade(page)
  assert.equal(posts.length, 1)
})

test('refuses half of a character rather than change it', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const posts = watchPosts(page)
  await page.goto(stage.url)
  await field(page).evaluate((element) => {
    ;(element as HTMLTextAreaElement).value = 'half \uD83D of it'
    element.dispatchEvent(new InputEvent('input', { bubbles: true }))
  })
  await press(page, createWords.submit)
  await said(page, createWords.broken)
  assert.equal(posts.length, 0)
})

test('makes one secret, not two, when the reply to the first try is lost', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { page: reader } = await stage.visit(t)
  const bodies: string[] = []
  await page.route(CALLS.create, async (route) => {
    bodies.push(route.request().postData() ?? '')
    if (bodies.length > 1) return route.continue()
    assert.equal((await route.fetch()).status(), 201)
    return route.abort()
  })
  await page.goto(stage.url)
  await field(page).fill(SECRET)
  await press(page, createWords.submit)
  await said(page, createWords.lost)
  assert.equal(await field(page).inputValue(), SECRET)
  await press(page, createWords.retry)
  const { link } = await readMade(page)
  assert.equal(bodies.length, 2)
  assert.equal(bodies[1], bodies[0])
  await comeTo(reader, link)
  assert.equal(await show(reader), SECRET)
})

test('seals anew when the text was changed after a lost reply', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const bodies: { readonly id: string }[] = []
  await page.route(CALLS.create, async (route) => {
    bodies.push(route.request().postDataJSON() as { id: string })
    return bodies.length > 1 ? route.continue() : route.abort()
  })
  await page.goto(stage.url)
  await field(page).fill(SECRET)
  await press(page, createWords.submit)
  await said(page, createWords.lost)
  await field(page).fill(`${SECRET}!`)
  await press(page, createWords.submit)
  const { link } = await readMade(page)
  assert.notEqual(bodies[1]?.id, bodies[0]?.id)
  const { page: reader } = await stage.visit(t)
  await comeTo(reader, link)
  assert.equal(await show(reader), `${SECRET}!`)
})

test('keeps the text and says why when the server refuses', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.goto(stage.url)
  await seeStarted(page)
  for (const [status, code] of [
    [507, 'storage_full'],
    [503, 'unavailable'],
    [429, 'rate_limited'],
  ] as const) {
    await answer(page, 'POST', CALLS.create, refusal(status, code))
    await field(page).fill(SECRET)
    await page.keyboard.press('Control+Enter')
    await said(page, describeFailure({ kind: 'refused', problem: code }))
    assert.equal(await field(page).inputValue(), SECRET)
    await page.unroute(CALLS.create)
  }
  await press(page, createWords.retry)
  await readMade(page)
})

test('offers the lifetimes of the instance, and keeps a secret for the one that was chosen', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.goto(stage.url)
  const lifetime = page.getByLabel(createWords.lifetime)
  assert.deepEqual(await lifetime.locator('option').allTextContents(), ['1 hour', '1 day', '7 days', '30 days'])
  assert.equal(await lifetime.inputValue(), String(7 * DAY_MS))
  await lifetime.selectOption('30 days')
  await field(page).fill(SECRET)
  const sent = page.waitForRequest(CALLS.create)
  await press(page, createWords.submit)
  assert.equal(((await sent).postDataJSON() as { lifetimeMs: number }).lifetimeMs, 30 * DAY_MS)
  await readMade(page)
  await said(page, '(in 30 days)')
})

test('asks before leaving a text that was not sent, and only then', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const asked = answerLeaving(page, false)
  await page.goto(stage.url)
  await field(page).click()
  await leave(page)
  await page.waitForURL(`${stage.url}about`)
  assert.deepEqual(asked, [])
  await page.goto(stage.url)
  await seeStarted(page)
  await field(page).pressSequentially('not yet sent')
  await Promise.all([page.waitForEvent('dialog'), leave(page)])
  assert.deepEqual(asked, ['beforeunload'])
  assert.equal(await field(page).inputValue(), 'not yet sent')
  await field(page).fill('')
  await leave(page)
  await page.waitForURL(`${stage.url}about`)
  assert.deepEqual(asked, ['beforeunload'])
})

test('asks before leaving a link that was not copied, and not after copying it', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-write'] })
  const asked = answerLeaving(page, false)
  const { link } = await makeLink(page, stage.url)
  await Promise.all([page.waitForEvent('dialog'), leave(page)])
  await press(page, madeWords.another)
  await page.getByRole('dialog', { name: madeWords.ask }).waitFor()
  await page.keyboard.press('Escape')
  await seeNothingAsked(page)
  assert.equal(await page.getByLabel(madeWords.link).inputValue(), link)
  await press(page, madeWords.copyReceipt)
  await Promise.all([page.waitForEvent('dialog'), leave(page)])
  await press(page, madeWords.copy)
  await button(page, madeWords.copied).waitFor()
  await leave(page)
  await page.waitForURL(`${stage.url}about`)
  assert.deepEqual(asked, ['beforeunload', 'beforeunload'])
})

test('says so when the browser does not allow copying, and the link can be selected', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await refuseCopies(page)
  const { link } = await makeLink(page, stage.url)
  await press(page, madeWords.copy)
  await said(page, madeWords.copyRefused)
  await page.getByLabel(madeWords.link).focus()
  assert.equal(await page.evaluate(() => getSelection()?.toString()), link)
})

test('begins anew with an empty field after a link, and holds neither link nor text any more', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-write'] })
  const { link, receiptLink } = await makeLink(page, stage.url)
  assert.equal(await holds(page, link), true)
  await press(page, madeWords.another)
  await press(page, madeWords.askYes)
  await seeHeading(page, createWords.title)
  assert.equal(await field(page).inputValue(), '')
  assert.equal(await holds(page, link), false)
  assert.equal(await holds(page, SECRET), false)
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
})

test('has let go of the text once the page is left, even where the browser keeps the page', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.goto(stage.url)
  await seeStarted(page)
  await field(page).fill(SECRET)
  assert.equal(await holds(page, SECRET), true)
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  assert.equal(await holds(page, SECRET), false)
  const { link } = await makeLink(page, stage.url)
  assert.equal(await holds(page, link), true)
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  assert.equal(await holds(page, link), false)
})

test('replies with a secret: says so, and takes the mark out of the address bar', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.goto(`${stage.url}#reply`)
  await said(page, createWords.replying)
  assert.equal(page.url(), stage.url)
  await field(page).fill(SECRET)
  await press(page, createWords.submit)
  await readMade(page)
  answerLeaving(page, true)
  for (const fragment of ['', '#reply-to', '#Reply']) {
    await page.goto(`${stage.url}about`)
    await page.goto(stage.url + fragment)
    await page.locator('html[data-started]').waitFor()
    assert.equal(await page.locator('#page').getByText(createWords.replying).count(), 0)
  }
})

test('sends to as many people as were chosen before its script came', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const release = await holdScript(page)
  await field(page).fill(SECRET)
  await page.getByLabel(createWords.people).selectOption('2')
  release()
  await press(page, sayCount(createWords.submitMany, 2, 'en'))
  await seeHeading(page, sayCount(madeWords.titleMany, 2, 'en'))
})
