import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { runAxe } from './support/axe.ts'
import { scenes } from './support/scenes.ts'
import { openStage } from './support/stage.ts'

const stage = openStage()

/** Smallest side of what is pressed, typed into or chosen from, in CSS pixels. */
const TARGET_PIXELS_MIN = 44

/** Windows that a page must fit into; the text may be twice its size. */
const WINDOWS = [
  { name: '320 pixels', width: 320, height: 640, textPercent: 100 },
  { name: 'text of twice the size', width: 640, height: 800, textPercent: 200 },
  { name: 'a phone on its side', width: 667, height: 320, textPercent: 100 },
] as const

/** What sticks out of the window sideways. */
function findSideways(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth } = document.documentElement
    return scrollWidth > innerWidth ? [`scrolls sideways: ${scrollWidth} in ${innerWidth} pixels`] : []
  })
}

/** What is too small for a finger. */
function findSmall(page: Page): Promise<readonly string[]> {
  return page.evaluate((min) => {
    const targets = [...document.querySelectorAll<HTMLElement>('button, input, select, textarea, a.button, header a, footer a')]
    return targets.flatMap((target) => {
      const { width, height } = target.getBoundingClientRect()
      const isShown = target.checkVisibility() && !target.classList.contains('skip')
      return isShown && (width < min - 0.5 || height < min - 0.5) ? [`${width} × ${height}: ${target.outerHTML}`] : []
    })
  }, TARGET_PIXELS_MIN)
}

for (const [name, scene] of Object.entries(scenes)) {
  test(`axe-core finds nothing, and nothing is too small, too faint or too wide: ${name}`, async (t: TestContext) => {
    const isNotFound = name === 'not found'
    const { page } = await stage.visit(t, {
      colorScheme: 'light',
      viewport: { width: 390, height: 844 },
      permissions: ['clipboard-write'],
      ...(isNotFound ? { allows: /404 \(Not Found\).*nothing\/here/ } : {}),
    })
    await scene(page, stage.url)
    const wrong: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const found = await runAxe(page)
      wrong.push(...found.wrong.map((line) => `${colorScheme}: ${line}`))
      wrong.push(...found.undecided.map((line) => `${colorScheme}, undecided: ${line}`))
      assert.ok(found.contrasts > 0, 'the contrast of something was measured')
    }
    for (const { name, width, height, textPercent } of WINDOWS) {
      await page.setViewportSize({ width, height })
      await page.evaluate((percent) => (document.documentElement.style.fontSize = `${percent}%`), textPercent)
      wrong.push(...(await findSideways(page)).map((line) => `${name}: ${line}`))
      wrong.push(...(await findSmall(page)).map((line) => `${name}: ${line}`))
    }
    assert.deepEqual(wrong, [])
  })
}

test('the rules find a faint text, a small button, a missing name and what is too wide', async (t: TestContext) => {
  const { page } = await stage.visit(t, { colorScheme: 'light', viewport: { width: 320, height: 640 } })
  await page.goto(stage.url)
  await page.evaluate(() => {
    const faint = Object.assign(document.createElement('p'), { textContent: 'of less than 4.5 : 1' })
    faint.style.color = '#777'
    const pale = Object.assign(document.createElement('p'), { textContent: 'of less than 7 : 1' })
    pale.style.color = '#666'
    const small = document.createElement('button')
    small.style.cssText = 'width: 20px; height: 20px'
    const wide = document.createElement('div')
    wide.style.cssText = 'width: 400px; height: 1px'
    document.querySelector('main')?.append(faint, pale, small, wide)
  })
  const { wrong } = await runAxe(page)
  assert.deepEqual(wrong.map((line) => line.split(':')[0]).toSorted(), ['button-name', 'color-contrast', 'color-contrast-enhanced'])
  assert.equal((await findSmall(page)).length, 1)
  assert.equal((await findSideways(page)).length, 1)
})
