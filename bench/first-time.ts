// What somebody does who sees Letterlock for the first time, in clicks and seconds: from opening
// the page to a link in the clipboard, and from a link to the secret. The seconds are the
// machine's; nobody reads or thinks in them.
//
//   npm run first-time
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../e2e/support/browsers.ts'
import { paste } from '../e2e/support/steps.ts'
import { createWords, madeWords, openWords, shownWords } from '../packages/web/src/languages/en.ts'
import { describeMachine } from './machine.ts'
import { startOurs } from './processes.ts'
import { median } from './statistics.ts'

const SECRET = 'kT7-vQm2!xRw9LpZc4'
const WALKS = 5

const COMPUTER = { viewport: { width: 1280, height: 800 } }
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
/** A slow line, what Lighthouse calls a slow 4G, and a fourth of this processor. */
const SLOW = { latencyMs: 150, bytesPerSecond: (1.6 * 1024 * 1024) / 8, cpuDivisor: 4 }

interface Walk {
  readonly clicks: number
  readonly seconds: number
}

const folder = mkdtempSync(join(tmpdir(), 'letterlock-first-time-'))
const server = await startOurs(folder)
const browser = await launchChromium()
try {
  console.log(`Machine\n${describeMachine(folder)}\n`)
  for (const isPhone of [false, true]) {
    const walks: (readonly [send: Walk, open: Walk])[] = []
    for (let i = 0; i < WALKS; i++) {
      const [send, link] = await walkSending(browser, isPhone)
      walks.push([send, await walkOpening(browser, link, isPhone)])
    }
    console.log(isPhone ? 'On a slow phone (150 ms, 1.6 Mbit/s, a fourth of this processor)' : 'On a computer')
    for (const [i, name] of ['from opening / to a link in the clipboard', 'from opening a link to the secret'].entries()) {
      const own = walks.map((walk) => walk[i] as Walk)
      console.log(`  ${name}: ${own[0]?.clicks} clicks, ${median(own.map(({ seconds }) => seconds)).toFixed(2)} s (median of ${WALKS})`)
    }
  }
} finally {
  await browser.close()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function walkSending(browser: Browser, isPhone: boolean): Promise<readonly [Walk, string]> {
  const context = await openContext(browser, isPhone)
  const page = await openPage(context, isPhone)
  const startMs = performance.now()
  await page.goto(server.url)
  const field = page.getByLabel(createWords.text, { exact: true })
  // Where there is a keyboard, the cursor stands in the field; on a phone a finger puts it there.
  if (isPhone) await field.tap()
  await page.waitForFunction((id) => document.activeElement?.id === id, await field.getAttribute('id'))
  // What a person does with Ctrl + V.
  await page.keyboard.insertText(SECRET)
  await page.getByRole('button', { name: createWords.submit, exact: true }).click()
  await page.getByRole('button', { name: madeWords.copy, exact: true }).click()
  await page.getByRole('button', { name: madeWords.copied, exact: true }).waitFor()
  const walk = await finish(page, startMs)
  const link = await paste(page)
  await context.close()
  if (!link.startsWith(`${server.url}s#`)) throw new Error('the clipboard holds no link')
  return [walk, link]
}

async function walkOpening(browser: Browser, link: string, isPhone: boolean): Promise<Walk> {
  const context = await openContext(browser, isPhone)
  const page = await openPage(context, isPhone)
  const startMs = performance.now()
  await page.goto(link)
  await page.getByText(openWords.waits.slice(0, 9)).waitFor()
  await page.getByRole('button', { name: openWords.show, exact: true }).click()
  await page.getByRole('region', { name: shownWords.secret }).getByText(SECRET).waitFor()
  const walk = await finish(page, startMs)
  await context.close()
  return walk
}

function openContext(browser: Browser, isPhone: boolean): Promise<BrowserContext> {
  return browser.newContext({
    ...(isPhone ? PHONE : COMPUTER),
    locale: 'en-GB',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
}

/** A page that counts what a person presses. */
async function openPage(context: BrowserContext, isPhone: boolean): Promise<Page> {
  const page = await context.newPage()
  await page.addInitScript(() => {
    Object.assign(globalThis, { clicks: 0 })
    addEventListener('click', ({ isTrusted }) => isTrusted && (globalThis as unknown as { clicks: number }).clicks++, true)
  })
  if (isPhone) {
    const session = await context.newCDPSession(page)
    const line = { latency: SLOW.latencyMs, downloadThroughput: SLOW.bytesPerSecond, uploadThroughput: SLOW.bytesPerSecond }
    await session.send('Network.emulateNetworkConditions', { offline: false, ...line })
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW.cpuDivisor })
  }
  return page
}

async function finish(page: Page, startMs: number): Promise<Walk> {
  const seconds = (performance.now() - startMs) / 1000
  return { clicks: await page.evaluate(() => (globalThis as unknown as { clicks: number }).clicks), seconds }
}
