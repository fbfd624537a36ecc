import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { focused } from './steps.ts'

/** Presses of Tab that may lie between one thing and the next. */
const TABS_MAX = 20

/** Go on with Tab until this has the focus, and see that the focus can be seen. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = []
  for (let i = 0; i < TABS_MAX; i++) {
    await page.keyboard.press('Tab')
    passed.push(await focused(page))
    if (passed.at(-1) === name) return seeFocusRing(page)
  }
  assert.fail(`Tab does not lead to "${name}", only to: ${passed.join(', ')}`)
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

export async function seeFocus(page: Page, name: string): Promise<void> {
  assert.equal(await focused(page), name)
}
