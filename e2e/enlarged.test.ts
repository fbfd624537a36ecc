import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { ATTEMPTS } from '../packages/protocol/src/index.ts'
import {
  aboutWords,
  accessibilityWords,
  createWords,
  endedWords,
  generatorWords,
  madeWords,
  openWords,
  pinWords,
  receiptWords,
  receiptsWords,
  shellWords,
  shownWords,
} from '../packages/web/src/languages/en.ts'
import { say, sayCount } from '../packages/web/src/ui/say.ts'
import { ENLARGED, enter, seeFocus, seeNoScrolling, shiftTabTo, tabTo } from './support/keyboard.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  PIN,
  SECRET,
  askReceipt,
  button,
  comeTo,
  comeToLocked,
  keepLocked,
  keepSecret,
  makeLink,
  paste,
  readMade,
  readShown,
  readState,
  seeErased,
  seeHeading,
  seeSaid,
  seeStarted,
} from './support/steps.ts'

const stage = openStage()

test('sends, follows and deletes a secret by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await page.goto(stage.url)
  await seeStarted(page)
  await tabTo(page, createWords.text)
  await page.keyboard.type(SECRET)
  await tabTo(page, createWords.lifetime)
  await page.keyboard.press('ArrowUp')
  await enter(page, createWords.pin)
  await seeFocus(page, createWords.pinLabel)
  await page.keyboard.type(PIN)
  await enter(page, createWords.pinMore)
  await tabTo(page, createWords.attempts)
  await page.keyboard.press('Home')
  await seeNoScrolling(page)
  await enter(page, createWords.submit)
  const { receiptLink } = await readMade(page)
  await seeNoScrolling(page)
  await enter(page, madeWords.copy)
  await page.getByRole('button', { name: madeWords.copied }).waitFor()
  await enter(page, madeWords.copyInstructions)
  await button(page, madeWords.copied).waitFor()
  assert.match(await paste(page), /\s\S+#\w{40,}\s/)
  await enter(page, madeWords.copyReceipt)
  await button(page, madeWords.copied).waitFor()
  assert.equal(await paste(page), receiptLink)
  await enter(page, madeWords.copyPin)
  await button(page, madeWords.copied).waitFor()
  assert.equal(await paste(page), PIN)
  await shiftTabTo(page, madeWords.receipt)
  await page.keyboard.press('Enter')
  await seeHeading(page, receiptWords.title.sealed)
  const { state, attemptsLeft } = await askReceipt(stage.url, receiptLink)
  assert.deepEqual([state, attemptsLeft], ['sealed', ATTEMPTS.min])
  await seeNoScrolling(page)
  await Promise.all([page.waitForResponse(CALLS.receipt), enter(page, receiptWords.refresh)])
  await button(page, receiptWords.refresh).waitFor()
  await enter(page, receiptWords.delete)
  await page.getByRole('dialog').waitFor()
  await seeFocus(page, receiptWords.askNo)
  await enter(page, receiptWords.askYes)
  await seeHeading(page, receiptWords.title.deleted)
  assert.equal(await readState(stage.url, receiptLink), 'burned')
})

test('opens a secret by keyboard alone, with a PIN and without, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await comeTo(page, (await keepSecret(stage.url)).link)
  await enter(page, openWords.show)
  assert.equal(await readShown(page), SECRET)
  await seeErased(page)
  await seeNoScrolling(page)
  await enter(page, shownWords.copy)
  await page.getByRole('button', { name: shownWords.copied }).waitFor()
  await enter(page, shownWords.clear)
  await seeHeading(page, shownWords.cleared)
  await comeToLocked(page, (await keepLocked(stage.url)).link)
  await tabTo(page, pinWords.label)
  await page.keyboard.type(PIN)
  await seeNoScrolling(page)
  await enter(page, openWords.show)
  assert.equal(await readShown(page), SECRET)
})

test('mends a damaged link by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  const { link } = await keepSecret(stage.url)
  await page.goto(`${stage.url}s#damaged`)
  await seeHeading(page, endedWords.damaged)
  await tabTo(page, endedWords.paste)
  await page.keyboard.insertText(link)
  await page.keyboard.press('Enter')
  await seeHeading(page, openWords.before)
  await seeNoScrolling(page)
})

test('makes a password, sends it to two people and keeps the receipts by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await page.goto(stage.url)
  await seeStarted(page)
  await enter(page, createWords.generate)
  await page.waitForFunction((use) => document.activeElement?.textContent === use, generatorWords.use)
  await page.keyboard.press('Enter')
  assert.match(await page.getByLabel(createWords.text, { exact: true }).inputValue(), /^\S{8,}$/)
  await tabTo(page, createWords.people)
  await page.keyboard.press('ArrowDown')
  await seeNoScrolling(page)
  await enter(page, sayCount(createWords.submitMany, 2, 'en'))
  await seeHeading(page, sayCount(madeWords.titleMany, 2, 'en'))
  await seeNoScrolling(page)
  await tabTo(page, say(madeWords.person, { number: '1' }))
  await page.keyboard.type('Ada')
  await enter(page, say(madeWords.copyFor, { name: 'Ada' }))
  await page.getByRole('button', { name: `${madeWords.copied}: Ada` }).waitFor()
  await shiftTabTo(page, madeWords.copyList)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: madeWords.copied, exact: true }).waitFor()
  const [table] = await Promise.all([page.waitForEvent('download'), enter(page, madeWords.saveTable)])
  assert.match(await readFile(await table.path(), 'utf8'), /Ada.*#\w{40,}/)
  await tabTo(page, madeWords.keep)
  await page.keyboard.press('Space')
  assert.equal(await page.getByLabel(madeWords.keep).isChecked(), true)
  await enter(page, shellWords.receipts)
  await seeHeading(page, receiptsWords.title)
  await seeNoScrolling(page)
  await enter(page, say(receiptsWords.forgetFor, { name: 'Ada' }))
  await page.getByText('Ada', { exact: true }).waitFor({ state: 'detached' })
  await enter(page, receiptsWords.forgetAll)
  await page.getByRole('dialog').waitFor()
  await enter(page, receiptsWords.askYes)
  await page.getByText(receiptsWords.none).waitFor()
})

test('shows a QR code by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await makeLink(page, stage.url)
  await enter(page, madeWords.qr)
  await page.getByRole('img', { name: madeWords.qrLabel }).waitFor()
  await seeNoScrolling(page)
  await enter(page, madeWords.qrHide)
  await page.getByRole('img', { name: madeWords.qrLabel }).waitFor({ state: 'detached' })
})

test('copies one part of a secret, hides it and shows it again by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await comeTo(page, (await keepSecret(stage.url, `user: ada\npassword: ${SECRET}`)).link)
  await enter(page, openWords.show)
  await seeErased(page)
  await seeSaid(page, shownWords.parts)
  await enter(page, shownWords.hide)
  await button(page, shownWords.unhide).waitFor()
  await page.keyboard.press('Enter')
  await enter(page, say(shownWords.copyPart, { name: 'password' }))
  await button(page, shownWords.copied).waitFor()
  assert.equal(await paste(page), SECRET)
  await seeNoScrolling(page)
  await enter(page, shownWords.keepOpen)
  await page.getByText(shownWords.keptOpen).waitFor()
})

test('leads past the header, and to every page and choice in the footer, by keyboard alone', async (t: TestContext) => {
  const { page } = await stage.visit(t, { ...ENLARGED, colorScheme: 'light' })
  await page.goto(`${stage.url}about`)
  await seeStarted(page)
  await enter(page, shellWords.skip)
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'main')
  await tabTo(page, shellWords.receipts)
  await enter(page, shellWords.accessibility)
  await seeHeading(page, accessibilityWords.title)
  assert.equal(await page.getByRole('link', { name: shellWords.accessibility }).getAttribute('aria-current'), 'page')
  await tabTo(page, shellWords.language)
  await tabTo(page, shellWords.theme)
  await page.keyboard.press('End')
  await page.locator('html[data-theme="dark"]').waitFor()
  await page.keyboard.press('Shift+Tab')
  await seeFocus(page, shellWords.language)
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await seeHeading(page, aboutWords.title)
})
