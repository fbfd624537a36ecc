import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createWords, madeWords as words, shellWords } from '../packages/web/src/languages/en.ts'
import { readQr } from './support/read-qr.ts'
import { openStage } from './support/stage.ts'
import {
  PIN,
  SECRET,
  button,
  comeTo,
  comeToLocked,
  countPrints,
  makeLink,
  makeLocked,
  paste,
  press,
  readMade,
  readState,
  refuseCopies,
  seeHeading,
  seeNothingAsked,
  seePrinted,
  seeSaid,
  seeStarted,
  show,
} from './support/steps.ts'

const stage = openStage()
const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }
const leave = (page: Page) => page.getByRole('link', { name: shellWords.about }).click()
const code = (page: Page) => page.locator('figure').getByRole('img', { name: words.qrLabel })

/** What stands on paper. */
async function readSheet(page: Page): Promise<string> {
  await page.emulateMedia({ media: 'print' })
  const sheet = await page.locator('body').innerText()
  await page.emulateMedia({ media: 'screen' })
  return sheet
}

/** See whether something keeps a link from being lost: then nothing asks when it is left. */
async function seeKept(page: Page, isKept: boolean): Promise<void> {
  await press(page, words.another)
  if (isKept) return seeHeading(page, createWords.title)
  await page.getByRole('dialog', { name: words.ask }).waitFor()
  await page.keyboard.press('Escape')
  await seeNothingAsked(page)
}

test('takes a pasted password to a link on the clipboard with one key and one press', async (t: TestContext) => {
  const { page } = await stage.visit(t, clipboard)
  const { page: reader } = await stage.visit(t)
  await page.goto(stage.url)
  await seeStarted(page)
  await page.evaluate((text) => navigator.clipboard.writeText(text), SECRET)
  await page.keyboard.press('Control+V')
  await page.keyboard.press('Control+Enter')
  await press(page, words.copy)
  await button(page, words.copied).waitFor()
  await comeTo(reader, await paste(page))
  assert.equal(await show(reader), SECRET)
})

test('writes a mail with the link and the instructions in it, and does not ask whether to leave for that', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const asked: string[] = []
  page.on('dialog', (dialog) => {
    asked.push(dialog.type())
    void dialog.dismiss()
  })
  await page.goto(stage.url)
  await page.getByLabel(createWords.text, { exact: true }).pressSequentially(SECRET)
  await press(page, createWords.pin)
  await press(page, createWords.pinMakeUp)
  await press(page, createWords.submit)
  const { link, receiptLink } = await readMade(page)
  const pin = await page.locator('.made-pin output').innerText()
  const mail = page.getByRole('link', { name: words.mail })
  const href = (await mail.getAttribute('href')) ?? ''
  const { protocol, searchParams } = new URL(href)
  assert.equal(protocol, 'mailto:')
  assert.equal(searchParams.get('subject'), words.mailSubject)
  assert.match(searchParams.get('body') ?? '', /only once:\r\n\r\n\S+\r\n\r\n.*PIN.*runs out on .*\.\r\n$/)
  assert.equal(searchParams.get('body')?.split('\r\n')[2], link)
  assert.equal(decodeURIComponent(href).includes(pin) || href.includes(receiptLink.split('#')[1] as string), false)
  await mail.click()
  await press(page, words.another)
  await page.getByRole('dialog').getByText(words.askPinDetail).waitFor()
  assert.equal(await page.getByRole('dialog').getByText(words.askDetail).count(), 0)
  assert.deepEqual(asked, [])
})

test('shows the link as a QR code that a camera reads, in light and in dark', async (t: TestContext) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await stage.visit(t, { colorScheme, viewport: { width: 390, height: 844 } })
    const asked: string[] = []
    page.on('request', (request) => void asked.push(request.url()))
    const { link } = await makeLink(page, stage.url)
    assert.equal(
      asked.some((url) => url.includes('create-qr')),
      false,
    )
    await press(page, words.qr)
    await code(page).waitFor()
    assert.equal(await readQr(code(page)), link)
    await press(page, words.qrHide)
    assert.equal(await code(page).count(), 0)
    await press(page, words.qr)
    assert.equal(await readQr(code(page)), link)
    await seeKept(page, true)
    const second = await makeLink(page, stage.url, 'another secret')
    assert.equal(await code(page).count(), 0)
    await press(page, words.qr)
    await code(page).waitFor()
    assert.equal(await readQr(code(page)), second.link)
  }
})

test('says so where no QR code can be had, and prints the sheet without one', async (t: TestContext) => {
  const { page } = await stage.visit(t, { allows: /create-qr/ })
  await countPrints(page)
  await page.route(/create-qr/, (route) => route.abort())
  const { link } = await makeLink(page, stage.url)
  await press(page, words.qr)
  await seeSaid(page, words.qrUnavailable)
  await seeKept(page, false)
  await press(page, words.print)
  await seePrinted(page)
  assert.ok((await readSheet(page)).includes(link))
  await page.unroute(/create-qr/)
  await press(page, words.qr)
  await code(page).waitFor()
  assert.equal(await readQr(code(page)), link)
})

test('prints a sheet with the link and its code, and nothing else: no receipt, no PIN, no button', async (t: TestContext) => {
  const { page } = await stage.visit(t, { viewport: { width: 794, height: 1123 }, colorScheme: 'dark' })
  await countPrints(page)
  const { link, receiptLink } = await makeLocked(page, stage.url)
  assert.ok((await page.locator('body').innerText()).includes(PIN), 'the PIN is on the page')
  await press(page, words.print)
  await seePrinted(page)
  const sheet = await readSheet(page)
  const lines = sheet.split('\n').filter((line) => line !== '')
  assert.deepEqual(lines.slice(0, 3), [words.printTitle, link, words.printHelp])
  assert.match(lines[3] ?? '', /^It runs out on /)
  assert.equal(lines.length, 4)
  for (const text of [PIN, receiptLink, words.title, words.receiptTitle, shellWords.about]) assert.equal(sheet.includes(text), false, text)
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  const sheetCode = page.locator('.sheets').getByRole('img', { name: words.qrLabel })
  assert.equal(await readQr(sheetCode), link)
  const shown = await page.evaluate(() => {
    const seen = [...document.querySelectorAll('button, select, input, textarea, header, footer, h1')].filter((element) =>
      element.checkVisibility(),
    )
    return [...seen.map((element) => element.outerHTML), getComputedStyle(document.body).backgroundColor]
  })
  assert.deepEqual(shown, ['rgb(255, 255, 255)'])
  await page.emulateMedia({ media: 'screen' })
  await page.locator('.made-pin').getByRole('button').click()
  await seeKept(page, true)
})

test('shares the link where the browser can, and takes a change of mind for no mistake', async (t: TestContext) => {
  for (const [error, isKept, isSaid] of [
    [null, true, false],
    ['AbortError', false, false],
    ['NotAllowedError', false, true],
  ] as const) {
    const { page } = await stage.visit(t)
    await page.addInitScript((error) => {
      const shared: ShareData[] = []
      Object.assign(globalThis, { shared })
      navigator.share = async (given) => {
        shared.push(given ?? {})
        if (error !== null) throw new DOMException('no', error)
      }
    }, error)
    const { link } = await makeLink(page, stage.url)
    await press(page, words.share)
    const [shared] = await page.evaluate(() => (globalThis as unknown as { shared: ShareData[] }).shared)
    assert.equal(shared?.text?.split('\n')[2], link)
    assert.equal(shared?.title, words.mailSubject)
    if (isSaid) await seeSaid(page, words.shareRefused)
    await seeKept(page, isKept)
    assert.equal(await page.locator('#page').getByText(words.shareRefused).count(), isSaid ? 1 : 0)
  }
})

test('offers no sharing where the browser has none', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'share'))
  await makeLink(page, stage.url)
  await button(page, words.print).waitFor()
  assert.equal(await button(page, words.share).count(), 0)
})

test('shows where the link was selected when the browser does not copy it, and counts it as lost', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await refuseCopies(page)
  const { link } = await makeLocked(page, stage.url)
  for (const name of [words.copy, words.copyInstructions]) {
    await press(page, name)
    await seeSaid(page, words.copyRefused)
    assert.equal(await page.evaluate(() => getSelection()?.toString()), link)
    await page.getByRole('heading', { level: 1 }).focus()
  }
  await press(page, words.copyPin)
  await page.waitForFunction((pin) => getSelection()?.toString() === pin, PIN)
  await seeKept(page, false)
})

test('asks about a PIN that was made up here and never copied, and about no other', async (t: TestContext) => {
  const { page } = await stage.visit(t, clipboard)
  page.on('dialog', (dialog) => void dialog.dismiss())
  await page.goto(stage.url)
  await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
  await press(page, createWords.pin)
  await press(page, createWords.pinMakeUp)
  await press(page, createWords.submit)
  await readMade(page)
  await press(page, words.copy)
  await button(page, words.copied).waitFor()
  await press(page, words.another)
  await page.getByRole('dialog').getByText(words.askPinDetail).waitFor()
  await press(page, words.askNo)
  await Promise.all([page.waitForEvent('dialog'), leave(page)])
  await press(page, words.copyPin)
  await button(page, words.copied).waitFor()
  await seeKept(page, true)
  await makeLocked(page, stage.url)
  await press(page, words.copy)
  await button(page, words.copied).waitFor()
  await seeKept(page, true)
})

test('leads to what the receiver will see, in a tab of its own, and uses nothing up', async (t: TestContext) => {
  const { page, context } = await stage.visit(t)
  const { link, receiptLink } = await makeLink(page, stage.url)
  const preview = page.getByRole('link', { name: words.preview })
  assert.deepEqual(await preview.evaluate((element) => [(element as HTMLAnchorElement).target, (element as HTMLAnchorElement).rel]), [
    '_blank',
    'noopener',
  ])
  const [tab] = await Promise.all([context.waitForEvent('page'), preview.click()])
  await tab.waitForLoadState()
  assert.ok(tab.url().startsWith(`${stage.url}s`))
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
  assert.equal(await page.getByLabel(words.link).inputValue(), link)
})

test('never loses a link: shows it plainly where the part for links does not come, and well when it does', async (t: TestContext) => {
  const { page } = await stage.visit(t, { ...clipboard, allows: /create-made/ })
  const { page: reader } = await stage.visit(t)
  await page.route(/create-made/, (route) => route.abort())
  const { link, receiptLink } = await makeLocked(page, stage.url)
  await seeSaid(page, PIN)
  await press(page, words.copy)
  await button(page, words.copied).waitFor()
  assert.equal(await paste(page), link)
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
  await comeToLocked(reader, link)

  const held = Promise.withResolvers<void>()
  await page.unroute(/create-made/)
  await page.route(/create-made/, async (route) => {
    await held.promise
    await route.continue()
  })
  const slow = await makeLink(page, stage.url)
  assert.equal(await button(page, words.print).count(), 0)
  held.resolve()
  await button(page, words.print).waitFor()
  assert.equal(await page.getByLabel(words.link).inputValue(), slow.link)
})

test('shows a link plainly where the part for links breaks, too', async (t: TestContext) => {
  const { page } = await stage.visit(t, { allows: /broken on purpose/ })
  await page.addInitScript(() => {
    CSSStyleSheet.prototype.replaceSync = () => {
      throw new TypeError('broken on purpose')
    }
  })
  const { link, receiptLink } = await makeLink(page, stage.url)
  assert.equal(await button(page, words.print).count(), 0)
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
  const { page: reader } = await stage.visit(t)
  await comeTo(reader, link)
  assert.equal(await show(reader), SECRET)
})
