import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createWords, endedWords, shellWords, shownWords } from '../packages/web/src/languages/en.ts'
import { say, sayCount } from '../packages/web/src/ui/say.ts'
import { IDLE_MINUTES_MAX } from '../packages/web/src/pages/open/watch-use.ts'
import { openStage } from './support/stage.ts'
import {
  SECRET,
  button,
  comeTo,
  focused,
  holds,
  keepSecret,
  paste,
  press,
  readShown,
  refuseCopies,
  refuseCopiesNow,
  secret,
  seeErased,
  seeHeading,
  seeNothingAsked,
  seeSaid,
  show,
} from './support/steps.ts'

const stage = openStage()
const mayCopy = { permissions: ['clipboard-write'] }
const IDLE_MS = IDLE_MINUTES_MAX * 60_000

const OTP = 'otpauth://totp/Example:ada%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Example'
const PEM = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----'
const PARTS = `user: ada\npassword: ${SECRET}\nhttps://example.org/a?b#c\n${OTP}\n${PEM}`

const leave = (page: Page) => page.getByRole('link', { name: shellWords.about }).click()

/** Stand before a secret that was just shown. */
async function open(page: Page, text = SECRET): Promise<void> {
  await comeTo(page, (await keepSecret(stage.url, text)).link)
  assert.equal((await show(page)) === text, true)
  await seeErased(page)
}

/** Keep the browser's questions whether to leave from being answered with yes. */
function stay(page: Page): string[] {
  const asked: string[] = []
  page.on('dialog', async (dialog) => {
    asked.push(dialog.type())
    await dialog.dismiss()
  })
  return asked
}

test('hides the secret, and shows it again', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await open(page)
  await press(page, shownWords.hide)
  await button(page, shownWords.unhide).waitFor()
  assert.equal(await holds(page, SECRET), false)
  await press(page, shownWords.unhide)
  assert.equal(await readShown(page), SECRET)
})

test('clears the page for good', async (t: TestContext) => {
  const { page } = await stage.visit(t, mayCopy)
  await open(page)
  await press(page, shownWords.copy)
  await button(page, shownWords.copied).waitFor()
  await press(page, shownWords.clear)
  await seeHeading(page, shownWords.cleared)
  assert.equal(await holds(page, SECRET), false)
  await page.reload()
  await seeHeading(page, endedWords.openedHere)
  assert.equal(await holds(page, SECRET), false)
})

test('says that the clipboard may still hold what was copied, and empties it', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-read', 'clipboard-write'] })
  await open(page)
  await press(page, shownWords.copy)
  await button(page, shownWords.copied).waitFor()
  assert.equal(await paste(page), SECRET)
  await press(page, shownWords.clear)
  await seeSaid(page, shownWords.clipboard)
  await press(page, shownWords.emptyClipboard)
  await seeSaid(page, shownWords.clipboardEmpty)
  assert.equal(await focused(page), shownWords.clipboardEmpty)
  assert.equal((await paste(page)).trim(), '')
})

test('does not speak of the clipboard where nothing was copied, nor says that it is empty where it is not', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await open(page)
  await press(page, shownWords.clear)
  await press(page, shownWords.askYes)
  await seeHeading(page, shownWords.cleared)
  assert.equal(await page.getByText(shownWords.clipboard).count(), 0)
  const { page: other } = await stage.visit(t, mayCopy)
  await open(other)
  await press(other, shownWords.copy)
  await button(other, shownWords.copied).waitFor()
  await press(other, shownWords.clear)
  await refuseCopiesNow(other)
  await press(other, shownWords.emptyClipboard)
  await seeSaid(other, shownWords.clipboardRefused)
})

test('writes a space where the browser does not take nothing', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.addInitScript(() => {
    const write = navigator.clipboard.writeText.bind(navigator.clipboard)
    navigator.clipboard.writeText = (text) => (text === '' ? Promise.reject(new DOMException('nothing', 'DataError')) : write(text))
  })
  await open(page)
  await press(page, shownWords.copy)
  await button(page, shownWords.copied).waitFor()
  await press(page, shownWords.clear)
  await press(page, shownWords.emptyClipboard)
  await seeSaid(page, shownWords.clipboardEmpty)
  assert.equal(await paste(page), ' ')
})

test('leads to a reply, from the secret and from the page once it is clear', async (t: TestContext) => {
  const { page } = await stage.visit(t, mayCopy)
  const reply = page.getByRole('link', { name: shownWords.reply })
  await open(page)
  assert.equal(await reply.getAttribute('href'), './#reply')
  await press(page, shownWords.copy)
  await button(page, shownWords.copied).waitFor()
  await press(page, shownWords.clear)
  await seeHeading(page, shownWords.cleared)
  await reply.click()
  await seeHeading(page, createWords.title)
  await seeSaid(page, createWords.replying)
  assert.equal(page.url(), stage.url)
})

test('copies every part by itself, as it was written, and shows addresses as text', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-read', 'clipboard-write'] })
  await open(page, PARTS)
  for (const [row, [name, at, value]] of (
    [
      ['user', 0, 'ada'],
      ['password', 0, SECRET],
      [shownWords.partAddress, 0, 'https://example.org/a?b#c'],
      [shownWords.partCode, 0, 'JBSWY3DPEHPK3PXP'],
      [shownWords.partAddress, 1, OTP],
      [shownWords.partKey, 0, PEM],
    ] as const
  ).entries()) {
    await page
      .getByRole('button', { name: say(shownWords.copyPart, { name }), exact: true })
      .nth(at)
      .click()
    await page.locator('.parts > div').nth(row).getByRole('button', { name: shownWords.copied }).waitFor()
    assert.equal(await paste(page), value, name)
    assert.equal(await focused(page), shownWords.copied)
  }
  await seeSaid(page, 'Example · ada@example.org')
  assert.deepEqual(await page.locator('#page a').allTextContents(), [shownWords.reply])
  // Every part was copied, and there is nothing else in it: that is all of it.
  await press(page, shownWords.clear)
  await seeHeading(page, shownWords.cleared)
  await seeSaid(page, shownWords.clipboard)
  assert.equal(await holds(page, SECRET), false)
})

test('lists no parts where there are none, or where they are the whole text, and asks about what was not all copied', async (t: TestContext) => {
  const { page } = await stage.visit(t, mayCopy)
  for (const text of [SECRET, 'https://example.org/', 'Hello Ada,\nsee you: soon, I hope.']) {
    await open(page, text)
    assert.equal(await page.getByText(shownWords.parts).count(), 0)
    await page.goto('about:blank')
  }
  await open(page, `user: ada\npassword: ${SECRET}`)
  await press(page, say(shownWords.copyPart, { name: 'password' }))
  await button(page, shownWords.copied).waitFor()
  await press(page, shownWords.clear)
  await page.getByRole('dialog', { name: shownWords.ask }).waitFor()
})

test('does not turn markup or a strange direction in a part into anything but text', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await open(page, 'user: <img src=x onerror=alert(1)>\npassword: \u202Eabc<b>\nكلمة المرور: سر-٤٢!x')
  await seeSaid(page, shownWords.parts)
  const parts = page.locator('.parts')
  assert.equal(await parts.locator('img, a, b > *').count(), 0)
  assert.deepEqual(await parts.locator('code').evaluateAll((codes) => codes.map((code) => getComputedStyle(code).unicodeBidi)), [
    'isolate',
    'isolate',
    'isolate',
  ])
  assert.equal(await secret(page).evaluate((element) => getComputedStyle(element).unicodeBidi), 'plaintext')
})

test('hides a secret that nobody uses, destroys nothing, and shows it again at one press', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.clock.install()
  await open(page, PARTS)
  await seeSaid(page, sayCount(shownWords.hidesSoon, IDLE_MINUTES_MAX, 'en'))
  // A focus that scrolls would be a sign that somebody is there, with the next frame.
  await button(page, say(shownWords.copyPart, { name: 'password' })).evaluate((part) => part.focus({ preventScroll: true }))
  await page.clock.fastForward(IDLE_MS - 60_000)
  assert.equal(await holds(page, SECRET), true)
  await page.clock.fastForward(60_000)
  await seeSaid(page, shownWords.hidByItself)
  assert.equal(await holds(page, SECRET), false)
  assert.equal(await focused(page), shownWords.secret, 'the focus stays near what it was on')
  await press(page, shownWords.unhide)
  assert.equal(await readShown(page), PARTS)
  await page.clock.fastForward(IDLE_MS)
  await seeSaid(page, shownWords.hidByItself)
})

/** Begin to wait for an event that the page has taken note of before. */
async function listenFor(page: Page, event: string): Promise<void> {
  await page.evaluate((event) => {
    const happened = new Promise<void>((resolve) => addEventListener(event, () => resolve(), { capture: true, once: true }))
    Object.assign(globalThis, { happened })
  }, event)
}

/** Wait until it has happened: browsers tell of scrolling with a later frame. */
function seeHappened(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as unknown as { happened: Promise<void> }).happened)
}

test('does not hide a secret while somebody uses the page, in the background it does', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.clock.install()
  await open(page, Array.from({ length: 200 }, (_, i) => `line ${i}`).join('\n'))
  for (const [sign, use] of [
    ['pointermove', () => page.mouse.move(20, 20 + Math.random() * 50)],
    ['keydown', () => page.keyboard.press('Shift')],
    ['wheel', () => page.mouse.wheel(0, 50)],
    ['scroll', () => secret(page).evaluate((element) => void (element.scrollTop += 40))],
    ['touchstart', () => page.evaluate(() => void dispatchEvent(new Event('touchstart')))],
  ] as const) {
    // Two of these are too much, unless what is between counts.
    await page.clock.fastForward(0.6 * IDLE_MS)
    await listenFor(page, sign)
    await use()
    await seeHappened(page)
  }
  assert.equal(await button(page, shownWords.hide).count(), 1)
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' })
    Object.defineProperty(document, 'hidden', { value: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await page.clock.fastForward(IDLE_MS)
  await seeSaid(page, shownWords.hidByItself)
})

test('keeps a secret open for whoever wants that', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.clock.install()
  await open(page)
  await press(page, shownWords.keepOpen)
  await seeSaid(page, shownWords.keptOpen)
  assert.equal(await focused(page), shownWords.keptOpen)
  await page.clock.fastForward(100 * IDLE_MS)
  assert.equal(await readShown(page), SECRET)
})

test('asks before clearing what was not kept, and Escape is a no', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await open(page)
  const dialog = page.getByRole('dialog', { name: shownWords.ask })
  await press(page, shownWords.clear)
  await dialog.waitFor()
  await page.keyboard.press('Escape')
  await seeNothingAsked(page)
  assert.equal(await readShown(page), SECRET)
  await press(page, shownWords.clear)
  await dialog.getByRole('button', { name: shownWords.askNo }).click()
  await seeNothingAsked(page)
  assert.equal(await readShown(page), SECRET)
  await press(page, shownWords.clear)
  await dialog.getByRole('button', { name: shownWords.askYes }).click()
  await seeHeading(page, shownWords.cleared)
  assert.equal(await holds(page, SECRET), false)
})

test('saves the very bytes as a file that no program opens by itself', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.addInitScript(() => {
    const create = URL.createObjectURL.bind(URL)
    URL.createObjectURL = (blob: Blob) => {
      document.documentElement.dataset['blobType'] = blob.type
      return create(blob)
    }
  })
  const text = '\uFEFF<b>not markup</b>\r\nzwei\n\n drei \u0000\u202E€ 𝄞 \n'
  await open(page, text)
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, shownWords.save)])
  assert.equal(download.suggestedFilename(), shownWords.fileName)
  assert.equal(await page.evaluate(() => document.documentElement.dataset['blobType']), 'application/octet-stream')
  assert.deepEqual(await readFile(await download.path()), Buffer.from(text))
})

test('shows markup, spaces and line ends as the text that they are', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await open(page, '<img src=x onerror=alert(1)>\n  two  spaces\n\nhttps://example.org/')
  assert.equal(await secret(page).locator('img, a').count(), 0)
  assert.equal(await secret(page).evaluate((element) => getComputedStyle(element).whiteSpaceCollapse), 'preserve')
})

test('prints the whole secret in black on white, and nothing else', async (t: TestContext) => {
  const { page } = await stage.visit(t, { colorScheme: 'dark' })
  const lines = Array.from({ length: 120 }, (_, i) => `line: ${i}`)
  const text = [...lines, 'x'.repeat(300), `password: ${SECRET}`].join('\n')
  await open(page, text)
  await seeSaid(page, shownWords.parts)
  const isCut = () => secret(page).evaluate((element) => element.scrollHeight > element.clientHeight)
  const visibleText = () => page.evaluate(() => document.body.innerText)
  assert.equal(await isCut(), true)
  assert.ok((await visibleText()).includes(shownWords.copy))
  await page.emulateMedia({ media: 'print' })
  assert.equal(await isCut(), false)
  assert.equal((await visibleText()).trim(), text)
  for (const role of ['button', 'link', 'combobox', 'heading', 'term'] as const) {
    assert.equal(await page.getByRole(role).count(), 0, `a ${role} is printed`)
  }
  const colours = await page.evaluate(() => {
    const pre = document.querySelector('pre') as Element
    const read = (element: Element) => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]
    return [...new Set([pre, ...pre.querySelectorAll('*')].map((element) => read(element).join(' on ')))]
  })
  assert.deepEqual(colours, ['rgb(0, 0, 0) on rgb(255, 255, 255)'])
  const wraps = await secret(page).evaluate((element) => element.scrollWidth <= element.clientWidth)
  assert.equal(wraps, true)
  assert.match(await secret(page).evaluate((element) => getComputedStyle(element).fontFamily), /mono/)
})

test('prints a short secret on one sheet, and a long one on as many as it takes', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const countSheets = async () => (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g)?.length
  await open(page)
  assert.equal(await countSheets(), 1)
  await page.goto('about:blank')
  await open(page, Array.from({ length: 200 }, (_, i) => `${i}`).join('\n'))
  const sheets = (await countSheets()) ?? 0
  assert.ok(sheets >= 3 && sheets <= 6, `${sheets} sheets`)
})

test('prints what was hidden, and counts it as kept', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.addInitScript(() => {
    globalThis.print = () => void (document.documentElement.dataset['printed'] = document.querySelector('pre')?.textContent ?? '')
  })
  const asked = stay(page)
  await open(page)
  await press(page, shownWords.hide)
  await press(page, shownWords.print)
  assert.equal(await page.evaluate(() => document.documentElement.dataset['printed']), SECRET)
  await leave(page)
  await page.waitForURL(`${stage.url}about`)
  assert.deepEqual(asked, [])
})

test('asks before leaving a secret that was not kept, and not after copying it', async (t: TestContext) => {
  const { page } = await stage.visit(t, mayCopy)
  const asked = stay(page)
  await open(page)
  await Promise.all([page.waitForEvent('dialog'), leave(page)])
  assert.equal(await readShown(page), SECRET)
  await press(page, shownWords.copy)
  await button(page, shownWords.copied).waitFor()
  await leave(page)
  await page.waitForURL(`${stage.url}about`)
  assert.deepEqual(asked, ['beforeunload'])
})

test('does not count as kept what the browser did not let copy', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await refuseCopies(page)
  const asked = stay(page)
  await open(page)
  await press(page, shownWords.copy)
  await page.locator('#page').getByText(shownWords.copyRefused).waitFor()
  await Promise.all([page.waitForEvent('dialog'), leave(page)])
  assert.deepEqual(asked, ['beforeunload'])
})

test('warns when the device believes that the secret should have run out days ago', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, expiresAtMs } = await keepSecret(stage.url)
  await page.clock.install({ time: expiresAtMs + 47 * 3_600_000 })
  await comeTo(page, link)
  await show(page)
  assert.equal(await page.getByText(shownWords.overdue).count(), 0)
  const { page: later } = await stage.visit(t)
  await later.clock.install({ time: expiresAtMs + 49 * 3_600_000 })
  await comeTo(later, (await keepSecret(stage.url)).link)
  await show(later)
  await later.getByText(shownWords.overdue).waitFor()
})

test('has let go of the secret once the page is left, even where the browser keeps the page', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await open(page)
  assert.equal((await secret(page).textContent()) === SECRET, true)
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  assert.equal(await holds(page, SECRET), false)
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  await seeHeading(page, endedWords.openedHere)
  assert.equal(await holds(page, SECRET), false)
})
