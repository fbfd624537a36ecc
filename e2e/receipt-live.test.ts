import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Request, Route } from 'playwright-core'
import { findToken, parseReceipt } from '../packages/protocol/src/index.ts'
import { until } from '../packages/server/test/support/server-process.ts'
import { receiptWords as words, shellWords } from '../packages/web/src/languages/en.ts'
import { translation } from '../packages/web/src/languages/de.ts'
import { POLL_MS } from '../packages/web/src/pages/receipt/pace.ts'
import { testLiveFlow } from './support/live-flow.ts'
import { claimElsewhere, comeToLive, currentStep, listen, openElsewhere, watchAsked } from './support/receipt-steps.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  answer,
  button,
  focused,
  keepSecret,
  press,
  refusal,
  seeHeading,
  seeNothingAsked,
  seeSaid,
  setHidden,
} from './support/steps.ts'

const stage = openStage()

testLiveFlow(stage)

test('ends the stream with the end, and asks nothing more', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, receiptLink } = await keepSecret(stage.url)
  const asked = watchAsked(page)
  await comeToLive(page, receiptLink)
  // Whichever side is quicker to close it.
  const isStream = (request: Request) => CALLS.events.test(request.url())
  const over = Promise.any([page.waitForEvent('requestfinished', isStream), page.waitForEvent('requestfailed', isStream)])
  await openElsewhere(stage.url, link)
  await over
  await seeHeading(page, words.title.confirmed)
  assert.equal(await page.locator('.touch').count(), 0)
  await setHidden(page, true)
  await setHidden(page, false)
  await Promise.all([page.waitForResponse(CALLS.receipt), press(page, words.refresh)])
  assert.deepEqual([asked.reads.length, asked.streams.length], [2, 1])
})

test('shows in one tab what was deleted in another, and takes back the question whether to delete it', async (t: TestContext) => {
  const { page, newPage } = await stage.visit(t)
  const { receiptLink } = await keepSecret(stage.url)
  await comeToLive(page, receiptLink)
  await press(page, words.delete)
  await page.getByRole('dialog').waitFor()
  const other = await newPage()
  await comeToLive(other, receiptLink)
  await press(other, words.delete)
  await press(other, words.askYes)
  await seeHeading(other, words.title.deleted)
  assert.equal(await focused(other), words.title.deleted)
  await seeHeading(page, words.title.deleted)
  await seeNothingAsked(page)
  await seeSaid(page, words.tooLate)
  assert.equal(await focused(page), words.title.deleted)
})

test('asks on a press while it follows, too', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { receiptLink } = await keepSecret(stage.url)
  await comeToLive(page, receiptLink)
  await Promise.all([page.waitForResponse(CALLS.receipt), press(page, words.refresh)])
  await button(page, words.refresh).waitFor()
  await seeSaid(page, words.live)
})

for (const [how, refuse] of Object.entries({
  'does not know streams': (route: Route) => route.fulfill({ status: 404, json: refusal(404, 'not_found').body }),
  'has no room for one more': (route: Route) => route.fulfill({ status: 429, json: refusal(429, 'rate_limited').body }),
  'sends something else': (route: Route) => route.fulfill({ contentType: 'text/html', body: '<p>event: receipt' }),
  'ends it before it has begun': (route: Route) => route.fulfill({ contentType: 'text/event-stream', body: ':\n\n' }),
})) {
  test(`asks every few seconds where the server ${how}, and shows what changes`, async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const { link, receiptLink } = await keepSecret(stage.url)
    const asked = watchAsked(page)
    await page.route(CALLS.events, refuse)
    await page.clock.install()
    await page.goto(receiptLink)
    await seeSaid(page, words.polled)
    const acknowledge = await claimElsewhere(stage.url, link)
    await page.clock.fastForward(POLL_MS)
    await seeHeading(page, words.title.claimed)
    await acknowledge()
    await page.clock.fastForward(POLL_MS)
    await seeHeading(page, words.title.confirmed)
    const reads = asked.reads.length
    await page.clock.fastForward(10 * POLL_MS)
    assert.equal(asked.reads.length, reads, 'nothing is asked after the end')
    assert.equal(asked.streams.length, 1)
  })
}

test('asks nothing while nobody looks, whichever way it asks', async (t: TestContext) => {
  for (const isOffered of [true, false]) {
    const { page } = await stage.visit(t)
    const { link, receiptLink } = await keepSecret(stage.url)
    const asked = watchAsked(page)
    if (!isOffered) await answer(page, 'GET', CALLS.events, refusal(404, 'not_found'))
    await page.clock.install()
    await page.goto(receiptLink)
    await seeSaid(page, isOffered ? words.live : words.polled)
    // Where it polls, it asks at once.
    await until('what is asked first', () => asked.reads.length >= (isOffered ? 1 : 2))
    const left = isOffered ? page.waitForEvent('requestfailed', (request) => CALLS.events.test(request.url())) : null
    await setHidden(page, true)
    await left
    const before = [asked.reads.length, asked.streams.length]
    await openElsewhere(stage.url, link)
    await page.clock.fastForward(100 * POLL_MS)
    assert.deepEqual([asked.reads.length, asked.streams.length], before)
    await seeHeading(page, words.title.sealed)
    await setHidden(page, false)
    await seeHeading(page, words.title.confirmed)
  }
})

test('says that it has lost touch when the server goes away, never that the secret has, and follows again when it is back', async (t: TestContext) => {
  const instance = stage.another(t)
  const server = await instance.start({ LETTERLOCK_LIMITS: 'off' })
  const { page } = await stage.visit(t)
  const { link, receiptLink } = await keepSecret(server.url)
  await comeToLive(page, receiptLink)
  const heard = await listen(page)
  await server.kill()
  await seeSaid(page, words.lostTouch)
  await until('its words', async () => (await heard()).includes(words.lostTouch))
  await seeHeading(page, words.title.sealed)
  const { port } = new URL(server.url)
  const again = await instance.start({ LETTERLOCK_LIMITS: 'off', LETTERLOCK_PORT: port })
  // A press would be answered with a receipt, which is told instead.
  await page.evaluate(() => void dispatchEvent(new Event('online')))
  await seeSaid(page, words.live)
  await until('its words', async () => (await heard()).includes(words.live))
  await openElsewhere(again.url, link)
  await seeHeading(page, words.title.confirmed)
})

test('comes back by itself after a stream that broke off', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, receiptLink } = await keepSecret(stage.url)
  const asked = watchAsked(page)
  let isFirst = true
  await page.route(CALLS.events, async (route) => {
    if (!isFirst) return route.continue()
    isFirst = false
    // A stream that says what is, and is then closed.
    const receipt = await page.request.get(route.request().url().replace('/events', ''), { headers: route.request().headers() })
    assert.ok(parseReceipt(await receipt.json()) !== null)
    return route.fulfill({ contentType: 'text/event-stream', body: `event: receipt\ndata: ${await receipt.text()}\n\n` })
  })
  await page.goto(receiptLink)
  await until('another stream', () => asked.streams.length === 2)
  await seeSaid(page, words.live)
  await openElsewhere(stage.url, link)
  await seeHeading(page, words.title.confirmed)
})

test('says so when the server has forgotten the receipt meanwhile', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { receiptLink } = await keepSecret(stage.url)
  await answer(page, 'GET', CALLS.events, refusal(404, 'not_found'))
  await page.clock.install()
  await page.goto(receiptLink)
  await seeSaid(page, words.polled)
  await answer(page, 'GET', CALLS.receipt, refusal(404, 'not_found'))
  await page.clock.fastForward(POLL_MS)
  await seeHeading(page, words.unknown)
})

test('speaks another language at once, and goes on following', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, receiptLink } = await keepSecret(stage.url)
  const asked = watchAsked(page)
  const german = translation.receipt
  await comeToLive(page, receiptLink)
  await page.locator('.language select').selectOption('de')
  await seeHeading(page, german.title.sealed)
  await seeSaid(page, german.live)
  assert.equal(await currentStep(page, german.steps).innerText(), german.stepMade)
  await openElsewhere(stage.url, link)
  await seeHeading(page, german.title.confirmed)
  await seeSaid(page, german.notThem)
  assert.equal(asked.streams.length, 1)
})

test('sends the receipt key in no address, and needs no EventSource', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'EventSource'))
  const { receiptLink, receiptToken } = await keepSecret(stage.url)
  const token = await findToken(receiptLink)
  assert.ok(token?.kind === 'receipt')
  const { receiptKey } = token
  const urls: string[] = []
  const kinds: string[] = []
  page.on('request', (request) => {
    urls.push(request.url())
    if (CALLS.events.test(request.url())) kinds.push(request.resourceType())
  })
  await comeToLive(page, receiptLink)
  await page.reload()
  await seeSaid(page, words.live)
  await page.getByRole('link', { name: shellWords.about }).click()
  await page.waitForURL(`${stage.url}about`)
  const secrets = [receiptToken, Buffer.from(receiptKey).toString('base64url'), Buffer.from(receiptKey).toString('hex')]
  const leaks = () => urls.map((url) => url.replace(/#.*/, '')).filter((url) => secrets.some((secret) => url.includes(secret)))
  assert.deepEqual(kinds, ['fetch', 'fetch'])
  assert.deepEqual(leaks(), [])
  // The same check finds a page that does it.
  await page.evaluate((key) => fetch(`api/v1/leak?key=${key}`), secrets[1])
  assert.equal(leaks().length, 1)
})
