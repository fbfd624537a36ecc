import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Page, chromium } from 'playwright-core'
import { CHROMIUM_ARGS } from './browsers.ts'
import { PATIENCE_MS } from '../../packages/server/test/support/server-process.ts'

/**
 * Open an address in a window of its own, without tabs or an address bar, as an installed app
 * has it: to a page, that is what being installed is. The browser and all that it keeps go
 * with the test.
 */
export async function openAsApp(t: TestContext, url: string): Promise<Page> {
  const folder = await mkdtemp(join(tmpdir(), 'letterlock-app-'))
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [...CHROMIUM_ARGS, `--app=${url}`],
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  t.after(async () => {
    await context.close()
    await rm(folder, { recursive: true, force: true })
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = context.pages()[0] ?? (await context.newPage())
  // The window may have been there before the page could be watched.
  await page.goto(url)
  return page
}

/** Wait until the offline page is kept, and its worker at work. */
export async function seeKept(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watch = async () => {
      const { active } = await navigator.serviceWorker.ready
      const tell = () => void (document.documentElement.dataset['worker'] = active?.state)
      active?.addEventListener('statechange', tell)
      tell()
    }
    void watch()
  })
  await page.locator('html[data-worker="activated"]').waitFor()
}
