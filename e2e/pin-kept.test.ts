import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../packages/server/test/support/server-process.ts'
import { endedWords, openWords, pinWords } from '../packages/web/src/languages/en.ts'
import { sayCount } from '../packages/web/src/ui/say.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  DAY_MS,
  PIN,
  SECRET,
  answer,
  burn,
  comeTo,
  comeToLocked,
  keepLocked,
  keepSecret,
  pinField,
  press,
  readKept,
  readShown,
  refusal,
  seeErased,
  seeHeading,
  seeSaid,
  tryPin,
  watchPosts,
} from './support/steps.ts'

const stage = openStage()
const WRONG = '111111'

test('never claims without a PIN where one was sent before, whatever the server says', async (t: TestContext) => {
  const withoutPin = { status: 200, body: { state: 'sealed', pin: null, expiresAt: Date.now() + DAY_MS, sealedBytes: 72 } }
  for (const isMarked of [true, false]) {
    const { page } = await stage.visit(t)
    const { link } = await keepLocked(stage.url)
    await comeToLocked(page, link)
    await answer(page, 'POST', CALLS.claim, 'lost')
    await tryPin(page, PIN)
    await seeSaid(page, pinWords.stillHere)
    assert.match((await readKept(page)).session['letterlock.claim'] ?? '', /^[\w-]{43}\.pin$/)
    if (!isMarked) await page.evaluate(() => sessionStorage.setItem('letterlock.claim', 'A'.repeat(43)))
    await page.unroute(CALLS.claim)
    await answer(page, 'GET', CALLS.one, withoutPin)
    const posts = watchPosts(page)
    const asking = page.waitForResponse(CALLS.one)
    await page.reload()
    await asking
    if (isMarked) await seeHeading(page, openWords.failed)
    else await pinField(page).waitFor()
    assert.equal(posts.length, isMarked ? 0 : 1, 'without its mark, the claim would leave')
    await page.unroute(CALLS.one)
    if (!isMarked) continue
    await press(page, openWords.retry)
    await tryPin(page, PIN)
    assert.equal(await readShown(page), SECRET)
    await seeErased(page)
    assert.deepEqual((await readKept(page)).session, {})
  }
})

test('believes after a mistake that somebody else has opened it, and asks again after a lost reply', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { page: other } = await stage.visit(t)
  const { link } = await keepLocked(stage.url)
  await comeToLocked(page, link)
  await tryPin(page, WRONG)
  await seeSaid(page, sayCount(pinWords.triesLeft, 4, 'en'))
  assert.match((await readKept(page)).session['letterlock.claim'] ?? '', /^[\w-]{43}\.wrong$/)
  await comeToLocked(other, link)
  await other.route(CALLS.claim, async (route) => {
    await route.fetch()
    await route.abort()
  })
  await tryPin(other, PIN)
  await seeSaid(other, pinWords.stillHere)
  await page.reload()
  await seeHeading(page, endedWords.opened)
  assert.deepEqual((await readKept(page)).session, {})
  await other.unroute(CALLS.claim)
  await other.reload()
  await seeSaid(other, pinWords.free)
  await tryPin(other, PIN)
  assert.equal(await readShown(other), SECRET)
})

test('asks for no PIN where none was set and the secret does not fit its link', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await comeTo(page, (await keepSecret(stage.url)).link)
  await answer(page, 'POST', CALLS.claim, refusal(403, 'pin_wrong'))
  await press(page, openWords.show)
  await seeHeading(page, endedWords.unreadable)
  await seeSaid(page, endedWords.unreadableWhy.damaged)
  assert.equal(await pinField(page).count(), 0)
  await page.unroute(CALLS.claim)
  await press(page, endedWords.retry)
  assert.equal(await readShown(page), SECRET)
})

test('lets go of the worker once the secret is shown or has ended', async (t: TestContext) => {
  for (const isShown of [true, false]) {
    const { page } = await stage.visit(t)
    const { link, receiptLink } = await keepLocked(stage.url)
    let started = 0
    page.on('worker', () => started++)
    await comeToLocked(page, link)
    await tryPin(page, WRONG)
    await seeSaid(page, sayCount(pinWords.triesLeft, 4, 'en'))
    await until('another worker is ready', () => started === 2 && page.workers().length === 1)
    if (isShown) {
      await tryPin(page, PIN)
      assert.equal(await readShown(page), SECRET)
    } else {
      await burn(stage.url, receiptLink)
      // The same PIN is not stretched again: the worker has nothing to do.
      await press(page, openWords.show)
      await seeHeading(page, endedWords.burned)
    }
    await until('no worker is left', () => page.workers().length === 0)
    assert.equal(started, 2)
  }
})
