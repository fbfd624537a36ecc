import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { ServerProcess } from '../packages/server/test/support/server-process.ts'
import { translation as arabic } from '../packages/web/src/languages/ar.ts'
import { translation as german } from '../packages/web/src/languages/de.ts'
import { aboutWords, createWords, offlineWords, openWords, shellWords } from '../packages/web/src/languages/en.ts'
import { runAxe } from './support/axe.ts'
import { openAsApp, seeKept } from './support/installed.ts'
import { openStage } from './support/stage.ts'
import { SECRET, button, comeTo, keepSecret, press, readState, seeHeading, seeStarted, seeWaiting, show } from './support/steps.ts'

const stage = openStage()
const LIMITS_OFF = { LETTERLOCK_LIMITS: 'off' }

/** What the browser keeps of a site besides its storage. */
interface Kept {
  readonly workers: readonly string[]
  /** The addresses in every cache, in the order in which they came. */
  readonly cached: readonly string[]
}

function readKept(page: Page): Promise<Kept> {
  return page.evaluate(async () => {
    const registrations = await navigator.serviceWorker.getRegistrations()
    const caching = (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url))
    return {
      workers: registrations.map(({ active, scope }) => `${active?.scriptURL} for ${scope}`),
      cached: (await Promise.all(caching)).flat(),
    }
  })
}

/** A server of one test, which may go and come back. */
async function aServer(t: TestContext): Promise<{ readonly server: ServerProcess; readonly comeBack: () => Promise<ServerProcess> }> {
  const instance = stage.another(t)
  const server = await instance.start(LIMITS_OFF)
  return { server, comeBack: () => instance.start({ ...LIMITS_OFF, LETTERLOCK_PORT: new URL(server.url).port }) }
}

test('an ordinary tab registers no worker and keeps no cache, whatever page it shows', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  for (const path of ['', 'receipts', 'about', 'accessibility']) {
    await page.goto(stage.url + path)
    await seeStarted(page)
    assert.deepEqual(await readKept(page), { workers: [], cached: [] }, path)
  }
  await comeTo(page, (await keepSecret(stage.url)).link)
  await show(page)
  assert.deepEqual(await readKept(page), { workers: [], cached: [] })
})

test('the installed pages keep the offline page and nothing else, whatever is done with them', async (t: TestContext) => {
  const page = await openAsApp(t, stage.url)
  await seeKept(page)
  const kept = { workers: [`${stage.url}offline-worker.js for ${stage.url}`], cached: [`${stage.url}offline`] }
  assert.deepEqual(await readKept(page), kept)
  await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
  await press(page, createWords.submit)
  await page.getByRole('link', { name: shellWords.about }).click()
  await seeHeading(page, aboutWords.title)
  await comeTo(page, (await keepSecret(stage.url)).link)
  assert.equal(await show(page), SECRET)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  assert.deepEqual(await readKept(page), kept)
  // Whatever else a worker or a page kept would be found here.
  await page.evaluate(async () => (await caches.open('more')).add('about'))
  assert.deepEqual((await readKept(page)).cached, [...kept.cached, `${stage.url}about`])
})

test('the page of a link leads to no worker, even where it is installed', async (t: TestContext) => {
  const { link } = await keepSecret(stage.url)
  const page = await openAsApp(t, link)
  await seeWaiting(page)
  assert.equal(await page.evaluate(() => matchMedia('(display-mode: standalone)').matches), true)
  assert.deepEqual(await readKept(page), { workers: [], cached: [] })
})

test('shows the offline page while the server is away, and the link as it was when it is back', async (t: TestContext) => {
  const { server, comeBack } = await aServer(t)
  const page = await openAsApp(t, server.url)
  await seeKept(page)
  const { link, receiptLink } = await keepSecret(server.url)
  await server.stop()
  await page.goto(link)
  await seeHeading(page, offlineWords.title)
  await page.getByText(offlineWords.detail).waitFor()
  assert.equal(page.url(), link, 'the link is still whole')
  assert.equal(await page.title(), 'No connection · Letterlock')
  await press(page, offlineWords.retry)
  await seeHeading(page, offlineWords.title)
  await comeBack()
  assert.equal(await readState(server.url, receiptLink), 'sealed')
  await press(page, offlineWords.retry)
  await seeHeading(page, openWords.before)
  assert.equal(await show(page), SECRET)
})

test('the offline page is usable by everyone, in the chosen look', async (t: TestContext) => {
  const { server } = await aServer(t)
  const page = await openAsApp(t, server.url)
  await page.setViewportSize({ width: 320, height: 640 })
  await seeKept(page)
  await page.getByLabel(shellWords.theme).selectOption(shellWords.themeDark)
  await server.stop()
  await page.goto(`${server.url}about`)
  await seeHeading(page, offlineWords.title)
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark')
  const { wrong, undecided } = await runAxe(page)
  assert.deepEqual([...wrong, ...undecided], [])
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  assert.equal(await button(page, offlineWords.retry).evaluate((element) => element === document.activeElement), true)
})

test('the offline page is in the language of the reader, or in the chosen one', async (t: TestContext) => {
  const { page } = await stage.visit(t, { locale: 'ar-EG' })
  await page.goto(`${stage.url}offline`)
  await seeHeading(page, arabic.offline.title)
  assert.equal(await page.title(), arabic.head.offline)
  assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ['ar', 'rtl'])
  await page.evaluate(() => localStorage.setItem('letterlock.language', 'de'))
  await page.reload()
  await seeHeading(page, german.offline.title)
  await page.getByText(german.offline.detail).waitFor()
  await page.evaluate(() => localStorage.setItem('letterlock.language', 'en'))
  await page.reload()
  await seeHeading(page, offlineWords.title)
})

test('an old cache of this instance goes when the worker comes, and nobody else’s does', async (t: TestContext) => {
  const page = await openAsApp(t, `${stage.url}s`)
  const foreign = ['another program', `letterlock-offline ${stage.url}under/ 0123456789ab`]
  await page.evaluate(
    async (names) => void (await Promise.all(names.map((name) => caches.open(name)))),
    [...foreign, `letterlock-offline ${stage.url} 0123456789ab`],
  )
  await page.goto(stage.url)
  await seeKept(page)
  const names = await page.evaluate(() => caches.keys())
  assert.equal(names.length, 3)
  assert.deepEqual(names.filter((name) => foreign.includes(name)).toSorted(), foreign.toSorted())
  assert.ok(!names.includes(`letterlock-offline ${stage.url} 0123456789ab`))
})

test('the offline page asks for nothing, and leads to the first page where it stands at its own address', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const asked: string[] = []
  page.on('request', (request) => void asked.push(request.url()))
  await page.goto(`${stage.url}offline`)
  await seeHeading(page, offlineWords.title)
  assert.deepEqual(asked, [`${stage.url}offline`])
  await press(page, offlineWords.retry)
  await seeHeading(page, createWords.title)
})
