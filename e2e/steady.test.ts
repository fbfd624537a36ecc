import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import {
  aboutWords,
  accessibilityWords,
  createWords,
  endedWords,
  notFoundWords,
  receiptWords,
  receiptsWords,
} from '../packages/web/src/languages/en.ts'
import { openStage } from './support/stage.ts'
import { comeTo, keepSecret, seeHeading, seeStarted } from './support/steps.ts'

const stage = openStage()

/** What a page does after it is drawn first, such as `0.05: main`: nothing, if it is steady. */
interface Shift {
  readonly value: number
  readonly what: string
}

/** Note every shift of the layout that no press or key has asked for, from the first picture on. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: Shift[] = []
    Object.assign(globalThis, { shifts })
    interface LayoutShift extends PerformanceEntry {
      readonly value: number
      readonly hadRecentInput: boolean
      readonly sources: readonly { readonly node: Element | null }[]
    }
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as LayoutShift[])
        if (!hadRecentInput) shifts.push({ value, what: sources.map(({ node }) => node?.nodeName ?? '').join(' ') })
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

/** What has shifted so far, once everything that was drawn is told. */
async function readShifts(page: Page): Promise<readonly Shift[]> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
  return page.evaluate(() => (globalThis as unknown as { shifts: Shift[] }).shifts)
}

/** A page, what stands on it when it has come to rest, and how far things may have moved meanwhile. */
interface Steady {
  readonly load: (page: Page) => Promise<void>
  /** Cumulative layout shift, as browsers count it. What turns out to be another page than it began as is not steady. */
  readonly max: number
}

const load = (path: string, title: string) => async (page: Page) => {
  await page.goto(stage.url + path)
  await seeHeading(page, title)
  await seeStarted(page)
}

const PAGES: Readonly<Record<string, Steady>> = {
  'the first page': {
    max: 0,
    async load(page) {
      await Promise.all([page.waitForResponse(/\/instance$/), load('', createWords.title)(page)])
    },
  },
  about: {
    max: 0,
    async load(page) {
      await load('about', aboutWords.title)(page)
      await page.getByText(aboutWords.reportNobody).waitFor()
    },
  },
  accessibility: { max: 0, load: load('accessibility', accessibilityWords.title) },
  receipts: { max: 0.02, load: load('receipts', receiptsWords.title) },
  'not found': { max: 0, load: load('nothing', notFoundWords.title) },
  'a link': { max: 0, load: async (page) => comeTo(page, (await keepSecret(stage.url)).link) },
  // The page begins as that of a link that waits. A field and two buttons take more room than its one button, so the
  // footer, which stands at the window's end, makes way for them. To hide it until then would leave the window empty.
  'a damaged link': { max: 0.13, load: load('s#damaged', endedWords.damaged) },
  'a receipt': {
    max: 0.02,
    async load(page) {
      await page.goto((await keepSecret(stage.url)).receiptLink)
      await seeHeading(page, receiptWords.title.sealed)
    },
  },
}

const sum = (shifts: readonly Shift[]) => shifts.reduce((total, { value }) => total + value, 0)

for (const [name, { load, max }] of Object.entries(PAGES)) {
  test(`nothing jumps on a phone while a page loads: ${name}`, async (t: TestContext) => {
    const { page } = await stage.visit(t, { viewport: { width: 390, height: 844 }, allows: /404 \(Not Found\).*nothing/ })
    await watchShifts(page)
    await load(page)
    const shifts = await readShifts(page)
    assert.ok(sum(shifts) <= max, JSON.stringify(shifts))
  })
}

test('nothing moves but the stub while a letter tears, and that by itself', async (t: TestContext) => {
  const { page } = await stage.visit(t, { viewport: { width: 390, height: 844 }, reducedMotion: 'no-preference' })
  await watchShifts(page)
  await page.goto(stage.url)
  await seeStarted(page)
  const tear = () =>
    page.evaluate(() => {
      const slip = document.querySelector<HTMLElement>('.slip')
      slip?.setAttribute('data-torn', '')
      return slip?.getAnimations({ subtree: true }).length
    })
  assert.equal(await tear(), 1)
  await page.waitForFunction(() => document.getAnimations().length === 0)
  // The gap itself comes at once, with what stands below; the tearing adds nothing.
  const shifts = await readShifts(page)
  assert.ok(shifts.length <= 1, JSON.stringify(shifts))
})

test('a page that jumps would be noticed', async (t: TestContext) => {
  const { page } = await stage.visit(t, { viewport: { width: 390, height: 844 } })
  await watchShifts(page)
  await load('about', aboutWords.title)(page)
  await page.evaluate(() => {
    const late = document.createElement('p')
    late.textContent = 'It came late.'
    document.querySelector('main')?.prepend(late)
  })
  assert.ok(sum(await readShifts(page)) > 0.001)
})
