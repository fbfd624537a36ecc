import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { endedWords, shellWords, shownWords } from '../packages/web/src/languages/en.ts'
import { openStage } from './support/stage.ts'
import { SECRET, button, comeTo, holds, keepSecret, press, readShown, secret, seeErased, seeHeading, show } from './support/steps.ts'

const stage = openStage()
const mayCopy = { permissions: ['clipboard-write'] }

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
  await press(page, shownWords.clear)
  await seeHeading(page, shownWords.cleared)
  assert.equal(await holds(page, SECRET), false)
  await page.reload()
  await seeHeading(page, endedWords.openedHere)
  assert.equal(await holds(page, SECRET), false)
})

test('asks before clearing what was not kept, and Escape is a no', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await open(page)
  const dialog = page.getByRole('dialog', { name: shownWords.ask })
  await press(page, shownWords.clear)
  await dialog.waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  assert.equal(await readShown(page), SECRET)
  await press(page, shownWords.clear)
  await dialog.getByRole('button', { name: shownWords.askNo }).click()
  await dialog.waitFor({ state: 'detached' })
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

test('prints the whole secret in dark on white, and none of the page around it', async (t: TestContext) => {
  const { page } = await stage.visit(t, { colorScheme: 'dark' })
  const text = Array.from({ length: 120 }, (_, i) => `line ${i}`).join('\n')
  await open(page, text)
  const isCut = () => secret(page).evaluate((element) => element.scrollHeight > element.clientHeight)
  const visibleText = () => page.evaluate(() => document.body.innerText)
  assert.equal(await isCut(), true)
  assert.ok((await visibleText()).includes(shownWords.copy))
  await page.emulateMedia({ media: 'print' })
  assert.equal(await isCut(), false)
  const printed = await page.locator('#page').innerText()
  assert.equal(printed.replace(shownWords.title, '').trim(), text)
  for (const role of ['button', 'link', 'combobox'] as const) {
    assert.equal(await page.getByRole(role).count(), 0, `a ${role} is printed`)
  }
  const { ink, paper } = await page.evaluate(() => {
    const read = (color: string) => Number(/\d+/.exec(color)?.[0])
    const { color } = getComputedStyle(document.querySelector('pre') as Element)
    return { ink: read(color), paper: read(getComputedStyle(document.body).backgroundColor) }
  })
  assert.ok(ink < 64 && paper > 240, `ink ${ink} on paper ${paper}`)
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
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('refused', 'NotAllowedError'))
    document.execCommand = () => false
  })
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
