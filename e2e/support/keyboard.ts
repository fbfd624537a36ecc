import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { focused } from './steps.ts'

/** Presses of Tab that may lie between one thing and the next. */
const TABS_MAX = 20

/** What a window of 1280 × 1024 pixels is when the page is enlarged to 400 percent. */
export const ENLARGED = { viewport: { width: 320, height: 256 }, permissions: ['clipboard-read', 'clipboard-write'] }

/** Go to what bears this name, and press Enter there. */
export async function enter(page: Page, name: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('Enter')
}

export async function seeNoScrolling(page: Page): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.equal(width, ENLARGED.viewport.width, 'nothing is beside the window')
}

/** Go on with Tab until this has the focus, and see that the focus can be seen. */
export function tabTo(page: Page, name: string): Promise<void> {
  return pressTo(page, 'Tab', name)
}

/** As {@link tabTo}, backwards. */
export function shiftTabTo(page: Page, name: string): Promise<void> {
  return pressTo(page, 'Shift+Tab', name)
}

async function pressTo(page: Page, key: string, name: string): Promise<void> {
  const passed: string[] = []
  for (let i = 0; i < TABS_MAX; i++) {
    await page.keyboard.press(key)
    passed.push(await focused(page))
    if (passed.at(-1) === name) return seeFocusRing(page)
  }
  assert.fail(`${key} does not lead to "${name}", only to: ${passed.join(', ')}`)
}

/** See that what has the focus has a ring around it, and lies in the window. */
export async function seeFocusRing(page: Page): Promise<void> {
  const ring = await page.evaluate(() => {
    const element = document.activeElement as Element
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    const { top, bottom, left, right } = element.getBoundingClientRect()
    const isInWindow = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth
    return { outlineStyle, outlineWidth: Number.parseFloat(outlineWidth), isInWindow }
  })
  assert.equal(ring.outlineStyle, 'solid')
  assert.ok(ring.outlineWidth >= 2, `the ring around the focus is ${ring.outlineWidth} pixels wide`)
  assert.ok(ring.isInWindow, 'what has the focus can be seen')
}

/** See that what is asked, and every answer, lies in the window. */
export async function seeQuestion(page: Page): Promise<void> {
  const parts = await page.locator('dialog :is(h2, button)').evaluateAll((parts) =>
    parts.map((part) => {
      const { top, bottom } = part.getBoundingClientRect()
      return top >= 0 && bottom <= innerHeight ? 'seen' : part.textContent
    }),
  )
  assert.deepEqual(parts, ['seen', 'seen', 'seen'])
}

export async function seeFocus(page: Page, name: string): Promise<void> {
  assert.equal(await focused(page), name)
}
