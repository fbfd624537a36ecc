import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createWords, endedWords, madeWords, openWords, receiptWords, shellWords, shownWords } from '../packages/web/src/languages/en.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  SECRET,
  answer,
  comeTo,
  focused,
  keepSecret,
  press,
  readKept,
  readMade,
  readShown,
  readState,
  seeErased,
  seeHeading,
  seeStarted,
  show,
  watchPosts,
} from './support/steps.ts'

const stage = openStage()
const NOTHING_ELSE = { elsewhere: [], local: {} }

test('says that a damaged link is damaged, and asks the server nothing about it', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const asked: string[] = []
  page.on('request', (request) => void (request.url().includes('/api/v1/secrets') && asked.push(request.url())))
  const { linkToken } = await keepSecret(stage.url)
  const other = linkToken.at(-1) === 'z' ? 'y' : 'z'
  const damaged = [
    '',
    '#',
    `#${linkToken.slice(0, -1)}`,
    `#${linkToken.slice(0, -1)}${other}`,
    `#${linkToken.slice(1)}`,
    `#${'z'.repeat(5000)}`,
  ]
  for (const fragment of damaged) {
    await page.goto('about:blank')
    await page.goto(`${stage.url}s${fragment}`)
    await seeHeading(page, endedWords.damaged)
  }
  assert.deepEqual(asked, [])
  assert.deepEqual((await readKept(page)).session, {})
  await page.goto('about:blank')
  await comeTo(page, `${stage.url}s#${linkToken}`)
  assert.ok(asked.length > 0, 'a whole link is asked about')
})

test('reads a link through what mail and chat programs add to it', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, linkToken } = await keepSecret(stage.url)
  for (const tail of ['.', '>', '&utm_source=mail', '?fbclid=1', '/', '%20and%20text', ')**', '%0A']) {
    await page.goto('about:blank')
    await comeTo(page, link + tail)
    assert.equal((await readKept(page)).session['letterlock.token'], linkToken)
  }
})

test('takes a whole link out of what was pasted, and says so when there is none', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link } = await keepSecret(stage.url)
  await page.goto(`${stage.url}s#damaged`)
  await seeHeading(page, endedWords.damaged)
  const field = page.getByLabel(endedWords.paste)
  await field.fill(link.slice(0, -4))
  await press(page, endedWords.useLink)
  await page.locator('#page').getByText(endedWords.stillDamaged).waitFor()
  assert.equal(await field.getAttribute('aria-invalid'), 'true')
  await field.fill(`Hello, here it is: <${link}>. Bye`)
  await field.press('Enter')
  await seeHeading(page, openWords.before)
  assert.equal(await show(page), SECRET)
  assert.equal((await readKept(page)).hash, '')
})

test('takes a link to the page that it is for, and opens nothing on the way', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const posts = watchPosts(page)
  const { link, receiptLink, linkToken, receiptToken } = await keepSecret(stage.url)
  await page.goto(`${stage.url}s#${receiptToken}`)
  await seeHeading(page, receiptWords.title.sealed)
  assert.equal(new URL(page.url()).pathname, '/receipt')
  await page.goto(`${stage.url}receipt#${linkToken}`)
  await seeHeading(page, openWords.before)
  assert.equal(new URL(page.url()).pathname, '/s')
  await page.goto(`${stage.url}s`)
  await seeStarted(page)
  await page.goto(`${stage.url}s#damaged`)
  await seeHeading(page, endedWords.damaged)
  await page.getByLabel(endedWords.paste).fill(receiptLink)
  await press(page, endedWords.useLink)
  await seeHeading(page, receiptWords.title.sealed)
  await page.goto(`${stage.url}receipt#damaged`)
  await seeHeading(page, receiptWords.damaged)
  await page.getByLabel(receiptWords.paste).fill(link)
  await press(page, receiptWords.useLink)
  await seeHeading(page, openWords.before)
  assert.equal(posts.length, 0)
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
})

test('opens a link whose # a program has encoded, and says what that means', async (t: TestContext) => {
  for (const encoded of ['%23', '%2523']) {
    const { page } = await stage.visit(t)
    const { linkToken, receiptLink } = await keepSecret(stage.url)
    await comeTo(page, `${stage.url}s${encoded}${linkToken}`)
    await page.getByText(openWords.changed).waitFor()
    assert.equal((await readKept(page)).path, '/s')
    assert.equal(await readState(stage.url, receiptLink), 'sealed')
    assert.equal(await show(page), SECRET)
    await page.getByText(openWords.changed).waitFor()
    assert.equal((await readKept(page)).hash, '')
  }
  const { page } = await stage.visit(t)
  const { receiptToken } = await keepSecret(stage.url)
  await page.goto(`${stage.url}receipt%23${receiptToken}`)
  await seeHeading(page, receiptWords.title.sealed)
  assert.equal(page.url(), `${stage.url}receipt`)
})

test('keeps exactly what it says at every step, and no key once the secret was handed over', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, linkToken } = await keepSecret(stage.url)
  await answer(page, 'POST', CALLS.ack, 'lost')
  await page.goto(stage.url)
  assert.deepEqual(await readKept(page), { ...NOTHING_ELSE, session: {}, mark: null, hash: '', path: '/' })
  await comeTo(page, link)
  const before = await readKept(page)
  assert.deepEqual(
    { ...before, hash: '' },
    { ...NOTHING_ELSE, session: { 'letterlock.token': linkToken }, mark: null, hash: '', path: '/s' },
  )
  await show(page)
  const { session, ...shown } = await readKept(page)
  assert.deepEqual(shown, { ...NOTHING_ELSE, mark: { letterlock: 'opened' }, hash: '', path: '/s' })
  assert.deepEqual(Object.keys(session).toSorted(), ['letterlock.claim', 'letterlock.token'])
  assert.equal(session['letterlock.token'], linkToken)
  assert.match(session['letterlock.claim'] ?? '', /^[\w-]{43}$/)
  await page.reload()
  await readShown(page)
  assert.deepEqual((await readKept(page)).session, session)
  await page.unroute(CALLS.ack)
  await seeErased(page)
  const after = { ...NOTHING_ELSE, session: {}, mark: { letterlock: 'opened' }, hash: '', path: '/s' }
  assert.deepEqual(await readKept(page), after)
  await page.reload()
  await seeHeading(page, endedWords.openedHere)
  assert.deepEqual(await readKept(page), after)
})

test('has its claim in the tab before the claim leaves', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, linkToken } = await keepSecret(stage.url)
  await answer(page, 'POST', CALLS.claim, 'never')
  await comeTo(page, link)
  const claiming = page.waitForRequest(CALLS.claim)
  await press(page, openWords.show)
  const { claim } = (await claiming).postDataJSON() as { claim: string }
  assert.deepEqual((await readKept(page)).session, { 'letterlock.token': linkToken, 'letterlock.claim': claim })
})

test('forgets its keys when the page is cleared, or the link has ended', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link } = await keepSecret(stage.url)
  await answer(page, 'POST', CALLS.ack, 'lost')
  await comeTo(page, link)
  await show(page)
  assert.notDeepEqual((await readKept(page)).session, {})
  await press(page, shownWords.clear)
  await press(page, shownWords.askYes)
  await seeHeading(page, shownWords.cleared)
  assert.deepEqual((await readKept(page)).session, {})
  const { page: late } = await stage.visit(t)
  await late.goto(link)
  await seeHeading(late, endedWords.opened)
  assert.deepEqual((await readKept(late)).session, {})
})

test('keeps a receipt in its tab and out of the address bar, under a name of its own', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { receiptLink, receiptToken } = await keepSecret(stage.url)
  await page.goto(receiptLink)
  await seeHeading(page, receiptWords.title.sealed)
  const kept = { ...NOTHING_ELSE, session: { 'letterlock.receipt': receiptToken }, mark: null, hash: '', path: '/receipt' }
  assert.deepEqual(await readKept(page), kept)
  await page.reload()
  await seeHeading(page, receiptWords.title.sealed)
  assert.deepEqual(await readKept(page), kept)
})

test('keeps the chosen look for the next visit, and nothing when it follows the system', async (t: TestContext) => {
  const { page } = await stage.visit(t, { colorScheme: 'light' })
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  /** What surrounds the page takes the colour of the first description that fits. */
  const bar = () =>
    page.evaluate(() => {
      const metas = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')]
      return metas.find(({ media }) => media === '' || matchMedia(media).matches)?.content
    })
  const look = page.getByLabel(shellWords.theme)
  await page.goto(stage.url)
  await seeStarted(page)
  const light = await paper()
  const lightBar = await bar()
  await look.selectOption(shellWords.themeDark)
  assert.deepEqual((await readKept(page)).local, { 'letterlock.theme': 'dark' })
  await page.goto(`${stage.url}about`)
  await seeStarted(page)
  assert.notEqual(await paper(), light)
  assert.notEqual(await bar(), lightBar)
  assert.equal(await look.inputValue(), 'dark')
  await look.selectOption(shellWords.themeAuto)
  assert.equal(await paper(), light)
  assert.equal(await bar(), lightBar)
  assert.deepEqual((await readKept(page)).local, {})
  await page.emulateMedia({ colorScheme: 'dark' })
  assert.notEqual(await bar(), lightBar)
  await look.selectOption(shellWords.themeLight)
  assert.deepEqual([await paper(), await bar()], [light, lightBar])
})

test('follows a new link in the same tab, and leaves the first one as it was', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-write'] })
  const [first, second, third] = await Promise.all(['one', 'two', 'three'].map((text) => keepSecret(stage.url, text)))
  await comeTo(page, first!.link)
  const reloaded = page.waitForEvent('load')
  await page.goto(second!.link)
  await reloaded
  await page.getByText('It waits until').waitFor()
  assert.equal(await show(page), 'two')
  assert.equal(await readState(stage.url, first!.receiptLink), 'sealed')
  await seeErased(page)
  await press(page, shownWords.copy)
  await page.getByRole('button', { name: shownWords.copied }).waitFor()
  await page.goto(third!.link)
  await seeHeading(page, openWords.before)
  assert.equal(await show(page), 'three')
  await seeErased(page)
  await page.goBack()
  await page.goBack()
  await seeHeading(page, openWords.before)
  assert.equal(await show(page), 'one')
})

test('moves the focus, not the address, when the content is skipped to', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, linkToken } = await keepSecret(stage.url)
  await comeTo(page, link)
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await page.keyboard.press('Tab')
  while ((await focused(page)) !== shellWords.skip) await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement?.localName), 'main')
  assert.equal((await readKept(page)).session['letterlock.token'], linkToken)
  assert.equal((await readKept(page)).hash.includes('main'), false)
})

test('makes links with the public address of the instance', async (t: TestContext) => {
  const server = await stage.another(t).start({ LETTERLOCK_PUBLIC_URL: 'https://secrets.example/under/' })
  const { page } = await stage.visit(t)
  await Promise.all([page.waitForResponse(CALLS.instance), page.goto(server.url)])
  await seeStarted(page)
  await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
  await press(page, createWords.submit)
  const { link, receiptLink } = await readMade(page)
  assert.match(link, /^https:\/\/secrets\.example\/under\/s#[1-9A-Za-z]{48}$/)
  assert.match(receiptLink, /^https:\/\/secrets\.example\/under\/receipt#[1-9A-Za-z]{70}$/)
  await seeHeading(page, madeWords.title)
  const { page: reader } = await stage.visit(t)
  await comeTo(reader, link.replace('https://secrets.example/under/', server.url))
  assert.equal(await show(reader), SECRET)
})
