import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createWords, generatorWords as words } from '../packages/web/src/languages/en.ts'
import { sayCount } from '../packages/web/src/ui/say.ts'
import { openStage } from './support/stage.ts'
import { CALLS, SECRET, button, comeTo, focused, holds, press, readKept, readMade, seeSaid, seeStarted, show } from './support/steps.ts'

const stage = openStage()
const field = (page: Page) => page.getByLabel(createWords.text, { exact: true })
const made = (page: Page) => page.locator('#generator output').innerText()
const length = (page: Page) => page.getByLabel(words.length)

async function open(page: Page): Promise<void> {
  await page.goto(stage.url)
  await press(page, createWords.generate)
  await button(page, words.use).waitFor()
}

test('makes a password of characters, which becomes the secret and opens as it was', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { page: reader } = await stage.visit(t)
  await open(page)
  const passwords = new Set([await made(page)])
  for (let i = 0; i < 3; i++) {
    await press(page, words.another)
    passwords.add(await made(page))
  }
  assert.equal(passwords.size, 4)
  for (const password of passwords) assert.match(password, /^[A-Za-z0-9][\w.+-]{18}[A-Za-z0-9]$/)
  const password = await made(page)
  await press(page, words.use)
  assert.equal(await page.locator('#generator').count(), 0)
  assert.equal(await field(page).inputValue(), password)
  assert.equal(await focused(page), createWords.text)
  await page.keyboard.press('Control+Enter')
  const { link } = await readMade(page)
  assert.equal(await holds(page, password), false)
  await comeTo(reader, link)
  assert.equal(await show(reader), password)
})

test('makes what was chosen, says how strong it is, and remembers the choice of the other kind', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await open(page)
  await length(page).fill('64')
  assert.equal((await made(page)).length, 64)
  await seeSaid(page, words.veryStrong)
  await length(page).fill('8')
  assert.equal((await made(page)).length, 8)
  await seeSaid(page, words.fair)
  await page.getByLabel(words.readable).check()
  for (let i = 0; i < 20; i++) {
    assert.doesNotMatch(await made(page), /[0Oo1Il2Zz5Ss8B_.]/)
    await press(page, words.another)
  }
  await page.getByLabel(words.words).check()
  assert.match(await made(page), /^[a-z]+(-[a-z]+){5}$/)
  assert.equal(await length(page).getAttribute('aria-valuetext'), sayCount(words.wordCount, 6, 'en'))
  assert.equal(await page.getByLabel(words.readable).isVisible(), false)
  await length(page).fill('3')
  assert.match(await made(page), /^[a-z]+(-[a-z]+){2}$/)
  await seeSaid(page, words.weak)
  await page.getByLabel(words.characters).check()
  assert.equal((await made(page)).length, 8)
  assert.equal(await page.getByLabel(words.readable).isChecked(), true)
})

test('puts the password where the cursor is, between what is written already', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await open(page)
  await field(page).fill('user: ada\npassword: \nurl: example.org')
  await field(page).evaluate((element) => (element as HTMLTextAreaElement).setSelectionRange(20, 20))
  const password = await made(page)
  await press(page, words.use)
  assert.equal(await field(page).inputValue(), `user: ada\npassword: ${password}\nurl: example.org`)
  await page.keyboard.type('!')
  assert.equal(await field(page).inputValue(), `user: ada\npassword: ${password}!\nurl: example.org`)
})

test('is worked by keyboard alone, and no key of it sends a secret half done', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  let sent = 0
  page.on('request', (request) => void (CALLS.create.test(request.url()) && sent++))
  await page.goto(stage.url)
  await seeStarted(page)
  await page.keyboard.type('x')
  await page.keyboard.press('Tab')
  assert.equal(await focused(page), createWords.generate)
  await page.keyboard.press('Enter')
  await button(page, words.use).waitFor()
  assert.equal(await focused(page), words.use)
  const passed: string[] = []
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('Tab')
    passed.push(await focused(page))
  }
  assert.deepEqual(passed, [words.another, words.cancel, words.characters, words.length, words.readable])
  await page.keyboard.press('Space')
  assert.equal(await page.getByLabel(words.readable).isChecked(), true)
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('ArrowRight')
  assert.equal((await made(page)).length, 21)
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('ArrowDown')
  assert.equal(await page.getByLabel(words.words).isChecked(), true)
  const phrase = await made(page)
  await page.keyboard.press('Enter')
  assert.equal(await focused(page), createWords.text)
  assert.equal(await field(page).inputValue(), `x${phrase}`)

  for (const key of ['Escape', 'Control+Enter']) {
    await press(page, createWords.generate)
    await button(page, words.use).waitFor()
    await button(page, words.another).focus()
    const password = await made(page)
    const before = await field(page).inputValue()
    await page.keyboard.press(key)
    await page.locator('#generator').waitFor({ state: 'detached' })
    assert.equal(await field(page).inputValue(), key === 'Escape' ? before : before + password)
    assert.equal(await focused(page), key === 'Escape' ? createWords.generate : createWords.text)
  }
  assert.equal(sent, 0)
})

test('tells a screen reader how strong every password is, and that it is used, but never the password', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.goto(stage.url)
  await page.evaluate(() => {
    const heard: string[] = []
    const live = document.querySelector('[role="status"]') as Element
    Object.assign(globalThis, { heard })
    new MutationObserver(() => void (live.textContent !== '' && heard.push(live.textContent ?? ''))).observe(live, { childList: true })
  })
  const hear = (count: number) =>
    page.waitForFunction((count) => (globalThis as unknown as { heard: string[] }).heard.length >= count, count)
  await press(page, createWords.generate)
  await hear(1)
  await press(page, words.another)
  await hear(2)
  const password = await made(page)
  await press(page, words.use)
  await hear(3)
  const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)
  assert.deepEqual(heard, [words.veryStrong, words.veryStrong, words.added])
  assert.equal(await page.locator('#generator output[aria-live="off"]').count(), 0)
  assert.equal(heard.join().includes(password), false)
})

test('keeps nothing of a password that was not used, once it is cancelled, sent around or left', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const leave = () => page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  await open(page)
  for (const end of [
    () => press(page, words.cancel),
    () => press(page, createWords.generate),
    leave,
    async () => {
      await field(page).fill(SECRET)
      await press(page, createWords.submit)
      await readMade(page)
    },
  ]) {
    const password = await made(page)
    assert.equal(await holds(page, password), true)
    await end()
    assert.equal(await holds(page, password), false)
    assert.equal(JSON.stringify(await readKept(page)).includes(password), false)
    if ((await page.locator('#generate').count()) > 0) await press(page, createWords.generate)
  }
})

test('says so where what makes passwords does not come, and the page works on', async (t: TestContext) => {
  const { page } = await stage.visit(t, { allows: /create-generator/ })
  await page.route(/create-generator/, (route) => route.abort())
  await page.goto(stage.url)
  await press(page, createWords.generate)
  await seeSaid(page, words.unavailable)
  await page.unroute(/create-generator/)
  await press(page, createWords.generate)
  await button(page, words.use).waitFor()
  assert.equal(await page.locator('#page').getByText(words.unavailable).count(), 0)
  await page.route(/create-generator/, (route) => route.abort())
  await page.reload()
  await press(page, createWords.generate)
  await seeSaid(page, words.unavailable)
  await field(page).fill(SECRET)
  await press(page, createWords.submit)
  await readMade(page)
})
