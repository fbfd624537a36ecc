import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import {
  aboutWords,
  createWords,
  endedWords,
  madeWords,
  openWords,
  pinWords,
  receiptWords,
  shellWords,
  shownWords,
} from '../packages/web/src/languages/en.ts'
import { sayCount } from '../packages/web/src/ui/say.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  PIN,
  SECRET,
  answer,
  button,
  comeTo,
  comeToLocked,
  focused,
  keepLocked,
  keepSecret,
  makeLink,
  makeLocked,
  pinField,
  press,
  readMade,
  readShown,
  readState,
  secret,
  seeErased,
  seeHeading,
  show,
  tryPin,
} from './support/steps.ts'

const stage = openStage()

/** Keep everything that the page says to a screen reader from now on, and stop at a sentence. */
async function listen(page: Page): Promise<{ until(words: string): Promise<readonly string[]> }> {
  await page.evaluate(() => {
    const heard: string[] = []
    const live = document.querySelector('[role="status"]') as Element
    Object.assign(globalThis, { heard })
    new MutationObserver(() => void (live.textContent !== '' && heard.push(live.textContent ?? ''))).observe(live, {
      childList: true,
      characterData: true,
      subtree: true,
    })
  })
  const read = () => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)
  return {
    async until(words) {
      await page.waitForFunction((words) => (globalThis as unknown as { heard: string[] }).heard.includes(words), words)
      return read()
    },
  }
}

async function readAttributes(element: Locator, ...names: readonly string[]): Promise<Record<string, string | null>> {
  const read = await Promise.all(names.map(async (name) => [name, await element.getAttribute(name)] as const))
  return Object.fromEntries(read)
}

test('moves the focus to the new heading whenever the page becomes another', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const headingIsFocused = () => page.evaluate(() => document.activeElement?.localName === 'h1')
  await makeLink(page, stage.url)
  assert.equal(await focused(page), madeWords.title)
  assert.equal(await headingIsFocused(), true)
  await press(page, madeWords.another)
  await press(page, madeWords.askYes)
  await seeHeading(page, createWords.title)
  assert.equal(await headingIsFocused(), true)
  const { link } = await keepSecret(stage.url)
  await comeTo(page, link)
  await show(page)
  assert.equal(await focused(page), shownWords.title)
  await press(page, shownWords.clear)
  await press(page, shownWords.askYes)
  await seeHeading(page, shownWords.cleared)
  assert.equal(await headingIsFocused(), true)
})

test('tells a screen reader every step of sending', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-write'] })
  await page.goto(stage.url)
  const ear = await listen(page)
  await press(page, createWords.submit)
  assert.deepEqual(await ear.until(createWords.empty), [createWords.empty])
  await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
  await page.keyboard.press('Control+Enter')
  await readMade(page)
  await ear.until(madeWords.title)
  await press(page, madeWords.copy)
  const heard = await ear.until(madeWords.copied)
  assert.equal(heard.join().includes(SECRET), false)
})

test('tells a screen reader every step of opening, and never the secret by itself', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-write'] })
  const { link } = await keepSecret(stage.url)
  await answer(page, 'POST', CALLS.claim, 'lost')
  await comeTo(page, link)
  const ear = await listen(page)
  await button(page, openWords.show).dispatchEvent('click')
  await ear.until(openWords.pressAgain)
  await press(page, openWords.show)
  await ear.until(openWords.failed)
  await page.unroute(CALLS.claim)
  await press(page, openWords.retry)
  await ear.until(shownWords.title)
  await press(page, shownWords.hide)
  await ear.until(shownWords.hidden)
  await press(page, shownWords.copy)
  const heard = await ear.until(shownWords.copied)
  assert.equal(heard.join().includes(SECRET), false)
})

test('tells a screen reader every step of opening with a PIN, and never the PIN', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await comeToLocked(page, (await keepLocked(stage.url, { attempts: 3 })).link)
  const ear = await listen(page)
  await press(page, openWords.show)
  await ear.until(pinWords.empty)
  await tryPin(page, '111111')
  await ear.until(`${pinWords.wrong} ${sayCount(pinWords.triesLeft, 2, 'en')}`)
  await tryPin(page, '222222')
  await ear.until(`${pinWords.wrong} ${sayCount(pinWords.triesLeft, 1, 'en')} ${pinWords.lastTry} ${pinWords.lastTryDetail}`)
  await tryPin(page, PIN)
  const heard = await ear.until(shownWords.title)
  assert.equal(heard.includes(pinWords.stretching), true)
  assert.equal(
    [PIN, SECRET, '111111'].some((text) => heard.join().includes(text)),
    false,
  )
})

test('says what is wrong with a PIN where its field is, before sending and before opening', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const describe = (field: Locator) =>
    field.evaluate((element) => (element as HTMLInputElement).ariaDescribedByElements?.map((about) => about.textContent).join(' '))
  await page.goto(stage.url)
  await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
  await press(page, createWords.pin)
  await press(page, createWords.submit)
  const chosen = page.getByLabel(createWords.pinLabel, { exact: true })
  assert.ok((await describe(chosen))?.includes(createWords.pinEmpty))
  assert.equal(await chosen.getAttribute('autocomplete'), 'off')
  await comeToLocked(page, (await keepLocked(stage.url)).link)
  await press(page, openWords.show)
  assert.ok((await describe(pinField(page)))?.includes(pinWords.empty))
})

test('tells a screen reader what became of a secret', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.goto((await keepSecret(stage.url)).receiptLink)
  await seeHeading(page, receiptWords.title.sealed)
  const ear = await listen(page)
  await press(page, receiptWords.delete)
  await press(page, receiptWords.askYes)
  await ear.until(receiptWords.title.deleted)
})

test('keeps translators, spelling checkers, completion and password managers away from secrets', async (t: TestContext) => {
  const { page } = await stage.visit(t, { allows: /create-made/ })
  const names = ['translate', 'spellcheck', 'autocomplete'] as const
  const left = { translate: 'no', spellcheck: 'false', autocomplete: 'off' }
  await page.goto(stage.url)
  assert.deepEqual(await readAttributes(page.getByLabel(createWords.text, { exact: true }), ...names), left)
  const { link } = await makeLink(page, stage.url)
  assert.deepEqual(await readAttributes(page.getByLabel(madeWords.link), ...names), left)
  await page.route(/create-made/, (route) => route.abort())
  await makeLocked(page, stage.url)
  await page.unroute(/create-made/)
  assert.deepEqual(await readAttributes(page.getByLabel(madeWords.link), ...names), left)
  assert.equal(await page.getByText(PIN, { exact: true }).evaluate((element) => (element as HTMLElement).translate), false)
  await page.goto('about:blank')
  await page.goto(`${stage.url}s#damaged`)
  await seeHeading(page, endedWords.damaged)
  assert.deepEqual(await readAttributes(page.getByLabel(endedWords.paste), ...names), left)
  await comeTo(page, link)
  await press(page, openWords.ownShow)
  await readShown(page)
  assert.equal(await secret(page).evaluate((element) => (element as HTMLElement).translate), false)
  assert.equal(await page.evaluate(() => document.body.translate), true)
})

test('says what is wrong with a field where the field is', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.goto(stage.url)
  await press(page, createWords.submit)
  const describe = (element: Locator) =>
    element.evaluate((field) =>
      (field.getAttribute('aria-describedby') ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join(' '),
    )
  const field = page.getByLabel(createWords.text, { exact: true })
  assert.ok((await describe(field)).includes(createWords.empty))
  await page.goto(`${stage.url}s#damaged`)
  await page.getByLabel(endedWords.paste).fill('nothing')
  await press(page, endedWords.useLink)
  await page.locator('#page').getByText(endedWords.stillDamaged).waitFor()
  assert.ok((await describe(page.getByLabel(endedWords.paste))).includes(endedWords.stillDamaged))
})

test('is told apart in forced colours: buttons, the secret and the main action have edges', async (t: TestContext) => {
  const { page } = await stage.visit(t, { forcedColors: 'active' })
  const edge = (element: Locator) => element.evaluate((drawn) => Number.parseFloat(getComputedStyle(drawn).borderTopWidth))
  await comeTo(page, (await keepSecret(stage.url)).link)
  assert.ok((await edge(button(page, openWords.show))) >= 1)
  await show(page)
  await seeErased(page)
  assert.ok((await edge(secret(page))) >= 1)
  assert.ok((await edge(button(page, shownWords.copy))) > (await edge(button(page, shownWords.hide))))
  assert.ok((await edge(button(page, shownWords.hide))) >= 1)
})

test('does not move where motion is not wanted', async (t: TestContext) => {
  for (const [reducedMotion, isCalm] of [
    ['reduce', true],
    ['no-preference', false],
  ] as const) {
    const { page } = await stage.visit(t, { reducedMotion })
    await comeTo(page, (await keepSecret(stage.url)).link)
    const duration = await button(page, openWords.show).evaluate((element) => getComputedStyle(element).transitionDuration)
    assert.equal(Number.parseFloat(duration) === 0, isCalm)
    await show(page)
    const animations = await page.evaluate(() =>
      [...document.querySelectorAll('*')].map((element) => getComputedStyle(element).animationName),
    )
    assert.equal(
      animations.every((name) => name === 'none'),
      isCalm,
    )
  }
})

test('says without JavaScript that it needs it and that nothing was used up, and explains itself all the same', async (t: TestContext) => {
  const { page } = await stage.visit(t, { javaScriptEnabled: false })
  const { link, receiptLink } = await keepSecret(stage.url)
  for (const [address, action] of [
    [stage.url, createWords.submit],
    [link, openWords.show],
    [receiptLink, receiptWords.refreshing],
  ] as const) {
    await page.goto(address)
    const said = page.locator('noscript p')
    assert.equal(await said.isVisible(), true, address)
    assert.equal(await said.innerText(), shellWords.noScript)
    assert.equal(await page.getByRole('heading', { level: 1 }).isVisible(), true)
    assert.equal(await button(page, action).isVisible(), false)
    assert.equal(await button(page, action).count(), 0, 'what cannot be pressed is not there for a screen reader either')
  }
  await page.goto(`${stage.url}about`)
  await page.getByText(aboutWords.lead).waitFor()
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
})

test('says in a browser that is too old that it is, before anything is asked for or claimed', async (t: TestContext) => {
  const { page } = await stage.visit(t, { allows: /^uncaught/ })
  await page.addInitScript(() => void delete (globalThis as { BigInt?: unknown }).BigInt)
  const asked: string[] = []
  page.on('request', (request) => void (request.url().includes('/api/') && asked.push(request.url())))
  const { link, receiptLink } = await keepSecret(stage.url)
  for (const [address, action] of [
    [stage.url, createWords.submit],
    [link, openWords.show],
    [receiptLink, receiptWords.refreshing],
  ] as const) {
    await page.goto(address)
    await page.getByText(shellWords.tooOld).waitFor()
    assert.equal(await page.getByText(shellWords.plainHttp).isVisible(), false)
    assert.equal(await button(page, action).count(), 0)
  }
  assert.deepEqual(asked, [])
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
  const { page: newer } = await stage.visit(t)
  await comeTo(newer, link)
  assert.equal(await newer.getByText(shellWords.tooOld).isVisible(), false)
})

test('says over plain http that it must be opened with https, and claims nothing', async (t: TestContext) => {
  // The header that a browser ignores over plain http is reported by it as an error.
  const { page } = await stage.visit(t, { allows: /Cross-Origin-Opener-Policy|Origin-Agent-Cluster|untrustworthy/ })
  const plain = 'http://letterlock.test/'
  const asked: string[] = []
  await page.route(`${plain}**`, async (route) => {
    const url = route.request().url()
    if (url.includes('/api/')) asked.push(url)
    return route.fulfill({ response: await route.fetch({ url: url.replace(plain, stage.url) }) })
  })
  const { linkToken, receiptLink } = await keepSecret(stage.url)
  for (const [address, action] of [
    [plain, createWords.submit],
    [`${plain}s#${linkToken}`, openWords.show],
  ] as const) {
    await page.goto(address)
    assert.equal(await page.evaluate(() => isSecureContext), false)
    await page.getByText(shellWords.plainHttp).waitFor()
    assert.equal(await page.getByText(shellWords.tooOld).isVisible(), false)
    assert.equal(await button(page, action).count(), 0)
  }
  assert.deepEqual(asked, [])
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
})

test('has one heading, a title and a language on every page', async (t: TestContext) => {
  const { page } = await stage.visit(t, { allows: /404 \(Not Found\).*nothing/ })
  const titles = new Set<string>()
  for (const path of ['', 's', 'receipt', 'receipts', 'about', 'accessibility', 'offline', 'nothing']) {
    await page.goto(stage.url + path)
    titles.add(await page.title())
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1)
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
    assert.equal(await page.getByRole('main').count(), 1)
  }
  assert.equal(titles.size, 8)
})
