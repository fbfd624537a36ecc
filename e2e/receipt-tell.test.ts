import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../packages/server/test/support/server-process.ts'
import { receiptWords as words } from '../packages/web/src/languages/en.ts'
import { claimElsewhere, comeToLive, openElsewhere, watchAsked } from './support/receipt-steps.ts'
import { openStage } from './support/stage.ts'
import { SECRET, button, focused, keepSecret, press, readKept, seeHeading, seeSaid, setHidden } from './support/steps.ts'

const stage = openStage()

/** What a page told outside of itself. */
interface Told {
  readonly title: string
  readonly options: Record<string, unknown>
  readonly event: string
}

/** Write down every notification that the page has shown, and let it be shown all the same. */
function watchTold(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const told: { title: string; options: object; event: string }[] = []
    const asked: string[] = []
    Object.assign(globalThis, { told, asked })
    globalThis.Notification = class extends Notification {
      constructor(title: string, options: NotificationOptions = {}) {
        super(title, options)
        const entry = { title, options, event: '' }
        told.push(entry)
        for (const type of ['show', 'error']) this.addEventListener(type, () => (entry.event = type))
      }

      static override async requestPermission(): Promise<NotificationPermission> {
        asked.push('permission')
        return super.requestPermission()
      }
    }
  })
}

function readTold(page: Page): Promise<readonly Told[]> {
  return page.evaluate(() => (globalThis as unknown as { told: Told[] }).told)
}

function countAsked(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { asked: string[] }).asked.length)
}

test('tells the sender that it was opened while they look elsewhere, and nothing of what or which', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['notifications'] })
  await watchTold(page)
  const { id, link, receiptLink, receiptToken } = await keepSecret(stage.url)
  await comeToLive(page, receiptLink)
  const keptBefore = await readKept(page)
  await press(page, words.tell)
  await seeSaid(page, words.telling)
  assert.equal(await focused(page), words.tellStop)
  assert.deepEqual(await readKept(page), keptBefore, 'nothing is stored for it')
  await setHidden(page, true)
  const acknowledge = await claimElsewhere(stage.url, link)
  await seeHeading(page, words.title.claimed)
  assert.deepEqual(await readTold(page), [], 'it is not opened yet')
  await acknowledge()
  const told = await until('the notification', async () => {
    const [first] = await readTold(page)
    return first !== undefined && first.event !== '' ? first : null
  })
  assert.deepEqual(told, { title: words.toldTitle, options: { body: words.toldBody, lang: 'en-GB' }, event: 'show' })
  assert.equal(
    [id, receiptToken, SECRET].some((text) => JSON.stringify(told).includes(text)),
    false,
  )
  await seeHeading(page, words.title.confirmed)
  assert.equal((await readTold(page)).length, 1)
})

test('tells nobody who sees it, nobody who has not asked for it, and nobody who wants it no more', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['notifications'] })
  await watchTold(page)
  for (const presses of [[words.tell], [], [words.tell, words.tellStop]]) {
    const { link, receiptLink } = await keepSecret(stage.url)
    await page.goto('about:blank')
    await comeToLive(page, receiptLink)
    for (const name of presses) await press(page, name)
    const isSeen = presses.length === 1
    if (isSeen) await seeSaid(page, words.telling)
    else await setHidden(page, true)
    await openElsewhere(stage.url, link)
    if (!isSeen) await setHidden(page, false)
    await seeHeading(page, words.title.confirmed)
    assert.deepEqual(await readTold(page), [])
  }
})

test('goes on following while nobody looks only if it is to tell', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['notifications'] })
  const asked = watchAsked(page)
  await comeToLive(page, (await keepSecret(stage.url)).receiptLink)
  await press(page, words.tell)
  await seeSaid(page, words.telling)
  await setHidden(page, true)
  await setHidden(page, false)
  assert.equal(asked.streams.length, 1)
  await press(page, words.tellStop)
  await setHidden(page, true)
  await setHidden(page, false)
  await until('another stream', () => asked.streams.length === 2)
})

test('says so when the browser does not allow it, and leaves the focus where it is', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await watchTold(page)
  const { link, receiptLink } = await keepSecret(stage.url)
  await comeToLive(page, receiptLink)
  assert.equal(await countAsked(page), 0, 'nobody is asked before the press')
  await press(page, words.tell)
  await seeSaid(page, words.tellRefused)
  assert.equal(await countAsked(page), 1)
  assert.equal(await focused(page), words.tell)
  await openElsewhere(stage.url, link)
  await seeHeading(page, words.title.confirmed)
  assert.equal(
    (await readTold(page)).some(({ event }) => event === 'show'),
    false,
  )
})

test('asks for no permission where only a service worker may tell', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.addInitScript(() => {
    Object.assign(globalThis, { asked: [] })
    globalThis.Notification = class {
      static readonly permission = 'default'
      constructor() {
        throw new TypeError("Failed to construct 'Notification': Illegal constructor.")
      }

      static async requestPermission() {
        ;(globalThis as unknown as { asked: string[] }).asked.push('permission')
        return 'granted'
      }
    } as unknown as typeof Notification
  })
  await comeToLive(page, (await keepSecret(stage.url)).receiptLink)
  await press(page, words.tell)
  await seeSaid(page, words.tellRefused)
  assert.equal(await countAsked(page), 0)
})

test('offers to tell only what can still change, where the browser can tell at all', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, receiptLink } = await keepSecret(stage.url)
  await openElsewhere(stage.url, link)
  await page.goto(receiptLink)
  await seeHeading(page, words.title.confirmed)
  assert.equal(await button(page, words.tell).count(), 0)
  const { page: unable } = await stage.visit(t)
  await unable.addInitScript(() => Reflect.deleteProperty(globalThis, 'Notification'))
  await comeToLive(unable, (await keepSecret(stage.url)).receiptLink)
  assert.equal(await button(unable, words.tell).count(), 0)
})
