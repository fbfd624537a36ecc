import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import {
  createWords,
  endedWords,
  generatorWords,
  madeWords,
  openWords,
  receiptWords,
  shellWords,
  shownWords,
} from '../packages/web/src/languages/en.ts'
import { translation as german } from '../packages/web/src/languages/de.ts'
import { ENLARGED, enter, seeFocus, seeNoScrolling, shiftTabTo, tabTo } from './support/keyboard.ts'
import { comeToLive, readList } from './support/receipt-steps.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  SECRET,
  answer,
  burn,
  button,
  comeTo,
  keepSecret,
  makeLink,
  paste,
  readShown,
  seeErased,
  seeHeading,
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
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await seeFocus(page, shownWords.clear)
  await page.keyboard.press('Enter')
  await enter(page, shownWords.askYes)
  await seeHeading(page, shownWords.cleared)
  await makeLink(page, stage.url)
  await enter(page, madeWords.another)
  await page.getByRole('dialog').waitFor()
  await enter(page, madeWords.askYes)
  await seeHeading(page, createWords.title)
})
