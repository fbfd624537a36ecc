import assert from 'node:assert/strict'
import { type TestContext, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { runAxe } from './axe.ts'
import { readInLanguage } from './language.ts'
import { findComplaints, listScenes } from './scenes.ts'
import type { Stage } from './stage.ts'

/** Smallest side of what is pressed, typed into or chosen from, in CSS pixels. */
const TARGET_PIXELS_MIN = 44

/** Windows that a page must fit into; the text may be twice its size. The first is 1280 pixels wide, enlarged to 400 percent. */
const WINDOWS = [
  { name: '320 pixels', width: 320, height: 640, textPercent: 100 },
  { name: 'text of twice the size on a phone', width: 390, height: 844, textPercent: 200 },
  { name: 'a phone on its side', width: 667, height: 320, textPercent: 100 },
] as const

/** Pages that are held to rules at the same time: while one waits, another is looked at. */
export const SCENES_AT_ONCE = 2

/** Hold every page in every state to the rules, in one language. */
export function testRules(stage: Stage, tag: string): void {
  describe('axe-core finds nothing, and nothing is too small, too faint or too wide', { concurrency: SCENES_AT_ONCE }, () => {
    for (const [name, scene] of listScenes(tag)) {
      test(`${name}, ${tag}`, async (t: TestContext) => {
        await readInLanguage(tag)
        const { page } = await stage.visit(t, {
          locale: tag === 'en' ? 'en-GB' : tag,
          colorScheme: 'light',
          viewport: { width: 390, height: 844 },
          permissions: ['clipboard-write'],
          allows: findComplaints(name),
        })
        await scene(page, stage.url)
        assert.equal(await page.evaluate(() => document.documentElement.lang), tag)
        const wrong = [...(await findFaults(page)), ...(await findMisfits(page))]
        assert.deepEqual(wrong, [])
      })
    }
  })
}

/** What axe-core finds, in light and dark. */
async function findFaults(page: Page): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const found = await runAxe(page)
    wrong.push(...found.wrong.map((line) => `${colorScheme}: ${line}`))
    wrong.push(...found.undecided.map((line) => `${colorScheme}, undecided: ${line}`))
    assert.ok(found.contrasts > 0, 'the contrast of something was measured')
  }
  return wrong
}

/** What does not fit, in windows of every kind. */
async function findMisfits(page: Page): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const { name, width, height, textPercent } of WINDOWS) {
    await page.setViewportSize({ width, height })
    await page.evaluate((percent) => (document.documentElement.style.fontSize = `${percent}%`), textPercent)
    wrong.push(...(await findSideways(page)).map((line) => `${name}: ${line}`))
    wrong.push(...(await findSmall(page)).map((line) => `${name}: ${line}`))
  }
  return wrong
}

/** What sticks out of the window sideways. */
export function findSideways(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth } = document.documentElement
    return scrollWidth > innerWidth ? [`scrolls sideways: ${scrollWidth} in ${innerWidth} pixels`] : []
  })
}

/** What is too small for a finger. */
export function findSmall(page: Page): Promise<readonly string[]> {
  return page.evaluate((min) => {
    // A link within a sentence is as high as its line.
    const isAlone = (link: HTMLElement) => link.parentElement?.textContent?.trim() === link.textContent?.trim() || link.matches('a.button')
    const controls = [...document.querySelectorAll<HTMLElement>('button, input, select, textarea, header a, footer a')]
    const targets = [...controls, ...[...document.querySelectorAll<HTMLElement>('main a')].filter(isAlone)]
    return targets.flatMap((target) => {
      // What is ticked can be pressed anywhere on its label.
      const pressed = target.matches('[type="checkbox"], [type="radio"]') ? (target.closest('label') ?? target) : target
      const { width, height } = pressed.getBoundingClientRect()
      const isShown = target.checkVisibility() && !target.classList.contains('skip')
      return isShown && (width < min - 0.5 || height < min - 0.5) ? [`${width} × ${height}: ${target.outerHTML}`] : []
    })
  }, TARGET_PIXELS_MIN)
}
