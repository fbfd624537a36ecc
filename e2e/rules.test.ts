import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { runAxe } from './support/axe.ts'
import { findSideways, findSmall, testRules } from './support/rules.ts'
import { openStage } from './support/stage.ts'

const stage = openStage()

testRules(stage, 'en')

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
    const link = () => Object.assign(document.createElement('a'), { href: '/', textContent: 'a link' })
    const alone = document.createElement('div')
    alone.append(link())
    const inSentence = document.createElement('p')
    inSentence.append('This is ', link(), ' within a sentence.')
    const wide = document.createElement('div')
    wide.style.cssText = 'width: 400px; height: 1px'
    document.querySelector('main')?.append(faint, pale, small, alone, inSentence, wide)
  })
  const { wrong } = await runAxe(page)
  assert.deepEqual(wrong.map((line) => line.split(':')[0]).toSorted(), ['button-name', 'color-contrast', 'color-contrast-enhanced'])
  assert.equal((await findSmall(page)).length, 2)
  assert.equal((await findSideways(page)).length, 1)
})
