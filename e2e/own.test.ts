import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openWords, pinWords, shownWords } from '../packages/web/src/languages/en.ts'
import { testOwnFlow } from './support/own-flow.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  PIN,
  SECRET,
  answer,
  button,
  comeTo,
  comeToLocked,
  keepLocked,
  keepSecret,
  pinField,
  press,
  readKept,
  readShown,
  readState,
  rememberMade,
  secret,
  seeErased,
  seeHeading,
  seeSaid,
  show,
  watchPosts,
} from './support/steps.ts'

const stage = openStage()

/** Every call of the API that this page makes from now on. */
function watchCalls(page: Page): string[] {
  const calls: string[] = []
  page.on('request', (request) => void (request.url().includes('/api/') && calls.push(request.url())))
  return calls
}

const preview = (page: Page) => page.getByRole('link', { name: openWords.preview })

testOwnFlow(stage)

test('warns before a link with a PIN, too', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const kept = await keepLocked(stage.url)
  await rememberMade(page, kept)
  await comeToLocked(page, kept.link)
  await seeSaid(page, openWords.own)
  await preview(page).waitFor()
  await pinField(page).fill(PIN)
  await press(page, openWords.ownShow)
  assert.equal(await readShown(page), SECRET)
})

test('says nothing of that to anybody else, nor of another link', async (t: TestContext) => {
  const { page: maker } = await stage.visit(t)
  const { page: other } = await stage.visit(t)
  await rememberMade(maker, await keepSecret(stage.url))
  const { link } = await keepSecret(stage.url)
  for (const page of [maker, other]) {
    await comeTo(page, link)
    await button(page, openWords.show).waitFor()
    assert.equal(await page.getByText(openWords.own).count(), 0)
    assert.equal(await preview(page).count(), 0)
  }
  const { link: locked } = await keepLocked(stage.url)
  await comeToLocked(maker, locked)
  await seeSaid(maker, pinWords.askDetail)
  assert.equal(await maker.getByText(openWords.own).count(), 0)
})

test('warns at the press, and claims nothing, where what knows of it came only then', async (t: TestContext) => {
  const { page } = await stage.visit(t, { allows: /Failed to load resource|net::ERR_FAILED/ })
  const kept = await keepSecret(stage.url)
  await rememberMade(page, kept)
  await page.route(/\/assets\/open-claim-/, (route) => route.abort())
  await comeTo(page, kept.link)
  await button(page, openWords.show).waitFor()
  await press(page, openWords.show)
  await seeHeading(page, openWords.failed)
  await page.unroute(/\/assets\/open-claim-/)
  await page.route(/\/assets\/open-claim-/, (route) => route.abort(), { times: 1 })
  await press(page, openWords.retry)
  await button(page, openWords.show).waitFor()
  await press(page, openWords.show)
  await seeSaid(page, openWords.own)
  assert.equal(await readState(stage.url, kept.receiptLink), 'sealed')
  await press(page, openWords.ownShow)
  assert.equal(await readShown(page), SECRET)
})

test('warns at the press where there is a PIN, too, and keeps what was typed', async (t: TestContext) => {
  const { page } = await stage.visit(t, { allows: /Failed to load resource|net::ERR_FAILED/ })
  const kept = await keepLocked(stage.url)
  await rememberMade(page, kept)
  const posts = watchPosts(page)
  await page.route(/\/assets\/open-claim-/, (route) => route.abort())
  await comeToLocked(page, kept.link)
  await pinField(page).fill(PIN)
  await page.unroute(/\/assets\/open-claim-/)
  await press(page, openWords.show)
  await seeSaid(page, openWords.own)
  assert.deepEqual(posts, [])
  assert.equal(await pinField(page).inputValue(), PIN)
  await press(page, openWords.ownShow)
  assert.equal(await readShown(page), SECRET)
})

test('shows a sender what receivers will see, and the way back leads to the link as it was', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const kept = await keepSecret(stage.url)
  await rememberMade(page, kept)
  await comeTo(page, kept.link)
  await preview(page).click()
  await seeSaid(page, openWords.isPreview)
  assert.equal(page.url(), `${stage.url}s#preview`)
  await page.goBack()
  await seeSaid(page, openWords.own)
  assert.equal(await readState(stage.url, kept.receiptLink), 'sealed')
})

test('previews every step, asks the server nothing, keeps nothing and marks nothing', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-write'] })
  const calls = watchCalls(page)
  const address = `${stage.url}s#preview`
  const nothing = { session: {}, local: {}, mark: null, hash: '#preview', path: '/s', elsewhere: [] }
  await page.goto(address)
  await seeHeading(page, openWords.before)
  await seeSaid(page, openWords.isPreview)
  await seeSaid(page, openWords.waits.slice(0, 9))
  assert.deepEqual(await readKept(page), nothing)
  assert.equal(await show(page), shownWords.sample)
  await seeSaid(page, openWords.isPreview)
  await press(page, shownWords.copy)
  await button(page, shownWords.copied).waitFor()
  await press(page, shownWords.clear)
  await seeHeading(page, shownWords.cleared)
  await seeSaid(page, openWords.isPreview)
  assert.deepEqual(await readKept(page), nothing)
  await page.reload()
  await seeHeading(page, openWords.before)
  await seeSaid(page, openWords.isPreview)
  assert.deepEqual(calls, [])
  await page.goto('about:blank')
  await comeTo(page, (await keepSecret(stage.url)).link)
  assert.ok(calls.length > 0, 'calls are seen')
})

test('leaves alone what the tab keeps of a secret, while it previews', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link } = await keepSecret(stage.url)
  await answer(page, 'POST', CALLS.ack, 'lost')
  await comeTo(page, link)
  await show(page)
  const { session } = await readKept(page)
  assert.equal(Object.keys(session).length, 2)
  page.on('dialog', (dialog) => void dialog.accept())
  await page.goto(`${stage.url}s#preview`)
  await seeSaid(page, openWords.isPreview)
  await show(page)
  await press(page, shownWords.clear)
  await seeHeading(page, shownWords.cleared)
  assert.deepEqual((await readKept(page)).session, session)
  await page.unroute(CALLS.ack)
  await page.goto(`${stage.url}s`)
  assert.equal(await readShown(page), SECRET)
  await seeErased(page)
})

test('asks nobody who leaves a preview whether to lose it', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.goto(`${stage.url}s#preview`)
  await seeSaid(page, openWords.isPreview)
  await show(page)
  const asked: string[] = []
  page.on('dialog', async (dialog) => {
    asked.push(dialog.type())
    await dialog.accept()
  })
  await secret(page).click()
  await page.goto(`${stage.url}about`)
  assert.deepEqual(asked, [])
})
