import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import {
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
import { translation as german } from '../packages/web/src/languages/de.ts'
import { ENLARGED, enter, seeFocus, seeNoScrolling, seeQuestion, shiftTabTo, tabTo } from './support/keyboard.ts'
import { comeToLive, readList } from './support/receipt-steps.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  PIN,
  SECRET,
  answer,
  burn,
  button,
  comeTo,
  comeToLocked,
  countPrints,
  keepLocked,
  keepSecret,
  makeLink,
  paste,
  pinField,
  readShown,
  rememberMade,
  seeErased,
  seeHeading,
  seeNothingAsked,
  seePrinted,
  seeSaid,
  seeStarted,
} from './support/steps.ts'

const stage = openStage()

test('asks for a new secret by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  const { link, receiptLink } = await keepSecret(stage.url)
  await burn(stage.url, receiptLink)
  await page.goto(link)
  await seeHeading(page, endedWords.burned)
  await enter(page, endedWords.askForNew)
  await seeSaid(page, endedWords.askCopied)
  await seeFocus(page, endedWords.askForNew)
  assert.equal(await paste(page), endedWords.askText.burned)
  await seeNoScrolling(page)
})

test('saves a secret, clears it away, empties the clipboard and replies by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await comeTo(page, (await keepSecret(stage.url)).link)
  await enter(page, openWords.show)
  await seeErased(page)
  const [file] = await Promise.all([page.waitForEvent('download'), enter(page, shownWords.save)])
  assert.equal(await readFile(await file.path(), 'utf8'), SECRET)
  await shiftTabTo(page, shownWords.copy)
  await page.keyboard.press('Enter')
  await button(page, shownWords.copied).waitFor()
  assert.equal(await paste(page), SECRET)
  await enter(page, shownWords.clear)
  await seeHeading(page, shownWords.cleared)
  await enter(page, shownWords.emptyClipboard)
  await seeSaid(page, shownWords.clipboardEmpty)
  await seeFocus(page, shownWords.clipboardEmpty)
  assert.equal(await paste(page), '')
  await seeNoScrolling(page)
  await enter(page, shownWords.reply)
  await seeSaid(page, createWords.replying)
})

test('asks to be told of an opening, asks no more, and keeps a receipt, by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, { ...ENLARGED, permissions: ['notifications'] })
  await comeToLive(page, (await keepSecret(stage.url)).receiptLink)
  await enter(page, receiptWords.tell)
  await seeSaid(page, receiptWords.telling)
  await seeFocus(page, receiptWords.tellStop)
  await tabTo(page, receiptWords.keep)
  await page.keyboard.press('Space')
  assert.equal((await readList(page)).length, 1)
  await page.keyboard.press('Space')
  assert.equal((await readList(page)).length, 0)
  await shiftTabTo(page, receiptWords.tellStop)
  await page.keyboard.press('Enter')
  await seeFocus(page, receiptWords.tell)
  await seeNoScrolling(page)
})

test('chooses a language by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await page.goto(stage.url)
  await seeStarted(page)
  await tabTo(page, shellWords.accessibility)
  await tabTo(page, shellWords.language)
  await page.keyboard.type('Deutsch')
  await seeHeading(page, german.create.title)
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de')
  await seeFocus(page, german.shell.language)
  await seeNoScrolling(page)
})

test('chooses how a password is made by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await page.goto(stage.url)
  await seeStarted(page)
  await enter(page, createWords.generate)
  await page.waitForFunction((use) => document.activeElement?.textContent === use, generatorWords.use)
  await shiftTabTo(page, generatorWords.characters)
  await page.keyboard.press('ArrowDown')
  await seeFocus(page, generatorWords.words)
  await tabTo(page, generatorWords.length)
  await page.keyboard.press('End')
  await seeNoScrolling(page)
  await enter(page, generatorWords.another)
  await enter(page, generatorWords.use)
  assert.match(await page.getByLabel(createWords.text, { exact: true }).inputValue(), /^[a-z]+(?:\W[a-z]+){9}$/)
})

test('tries again after a lost answer, and leaves a link behind, by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await answer(page, 'POST', CALLS.claim, 'lost')
  await comeTo(page, (await keepSecret(stage.url)).link)
  await enter(page, openWords.show)
  await seeHeading(page, openWords.failed)
  await page.unroute(CALLS.claim)
  await enter(page, openWords.retry)
  assert.equal(await readShown(page), SECRET)
  await seeErased(page)
  await enter(page, shownWords.clear)
  await page.getByRole('dialog').waitFor()
  await seeQuestion(page)
  await page.keyboard.press('Escape')
  await seeNothingAsked(page)
  await seeFocus(page, shownWords.clear)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await enter(page, shownWords.askYes)
  await seeHeading(page, shownWords.cleared)
  await makeLink(page, stage.url)
  await enter(page, madeWords.another)
  await page.getByRole('dialog').waitFor()
  await seeQuestion(page)
  await enter(page, madeWords.askYes)
  await seeHeading(page, createWords.title)
})

test('prints a link, writes a mail and looks at the preview by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await countPrints(page)
  const { link } = await makeLink(page, stage.url)
  await tabTo(page, madeWords.mail)
  await enter(page, madeWords.qr)
  await page.getByRole('img', { name: madeWords.qrLabel }).waitFor()
  await seeFocus(page, madeWords.qrHide)
  await enter(page, madeWords.print)
  await seePrinted(page)
  await seeNoScrolling(page)
  const [preview] = await Promise.all([page.waitForEvent('popup'), enter(page, madeWords.preview)])
  await seeSaid(preview, openWords.isPreview)
  await enter(preview, openWords.show)
  await seeHeading(preview, shownWords.title)
  await enter(preview, shownWords.clear)
  await seeHeading(preview, shownWords.cleared)
  await seeNoScrolling(preview)
  await preview.close()
  assert.equal(await page.getByLabel(madeWords.link, { exact: true }).inputValue(), link)
})

test('is warned of a link of its own, opens it all the same and prints it by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await countPrints(page)
  const kept = await keepSecret(stage.url)
  await rememberMade(page, kept)
  await page.goto(kept.link)
  await seeSaid(page, openWords.own)
  await tabTo(page, openWords.preview)
  await enter(page, openWords.ownShow)
  assert.equal(await readShown(page), SECRET)
  await seeErased(page)
  await enter(page, shownWords.print)
  await seePrinted(page)
  await shiftTabTo(page, shownWords.hide)
  await page.keyboard.press('Enter')
  await seeFocus(page, shownWords.unhide)
  await page.keyboard.press('Enter')
  await seeFocus(page, shownWords.hide)
  await enter(page, shownWords.keepOpen)
  await seeSaid(page, shownWords.keptOpen)
  await seeNoScrolling(page)
})

test('tries a PIN once more, unseen, by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await comeToLocked(page, (await keepLocked(stage.url)).link)
  await tabTo(page, pinWords.label)
  await page.keyboard.type('111111')
  await enter(page, openWords.show)
  await seeSaid(page, pinWords.wrong)
  await seeFocus(page, pinWords.label)
  await page.keyboard.type(PIN)
  await enter(page, pinWords.mask)
  await seeFocus(page, pinWords.unmask)
  assert.equal(await pinField(page).getAttribute('data-masked'), 'true')
  await seeNoScrolling(page)
  await shiftTabTo(page, pinWords.label)
  await page.keyboard.press('Enter')
  assert.equal(await readShown(page), SECRET)
})

test('mends a receipt link, and chooses that receipts are kept, by keyboard alone, enlarged to 400 percent', async (t: TestContext) => {
  const { page } = await stage.visit(t, ENLARGED)
  await page.goto(`${stage.url}receipt#damaged`)
  await seeHeading(page, receiptWords.damaged)
  await tabTo(page, receiptWords.paste)
  await page.keyboard.insertText((await keepSecret(stage.url)).receiptLink)
  await enter(page, receiptWords.useLink)
  await seeHeading(page, receiptWords.title.sealed)
  await page.goto(`${stage.url}receipts`)
  await seeHeading(page, receiptsWords.title)
  await tabTo(page, receiptsWords.keep)
  await page.keyboard.press('Space')
  assert.equal(await page.getByLabel(receiptsWords.keep).isChecked(), true)
  await seeNoScrolling(page)
  await makeLink(page, stage.url)
  assert.equal((await readList(page)).length, 1)
})
