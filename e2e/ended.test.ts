import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ENDS } from '../packages/protocol/src/index.ts'
import { endedWords, openWords } from '../packages/web/src/languages/en.ts'
import { testEndedFlow } from './support/ended-flow.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  SECRET,
  answer,
  focused,
  keepSecret,
  paste,
  press,
  readKept,
  refusal,
  refuseCopies,
  seeHeading,
  seeSaid,
  show,
} from './support/steps.ts'

const stage = openStage()
const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }

testEndedFlow(stage)

test('has a polite text to ask for a new one, for whatever has happened, without link or id in it', async (t: TestContext) => {
  const { page } = await stage.visit(t, clipboard)
  const { link, linkToken, id } = await keepSecret(stage.url)
  for (const state of ENDS) {
    await answer(page, 'GET', CALLS.one, refusal(410, 'gone', { state, at: Date.now() }))
    await page.goto('about:blank')
    await page.goto(link)
    await seeHeading(page, endedWords[state])
    await press(page, endedWords.askForNew)
    await seeSaid(page, endedWords.askCopied)
    assert.equal(await focused(page), endedWords.askForNew)
    const pasted = await paste(page)
    assert.equal(pasted, endedWords.askText[state])
    assert.equal(
      [linkToken, id].some((part) => pasted.includes(part)),
      false,
    )
  }
  await answer(page, 'GET', CALLS.one, refusal(404, 'not_found'))
  await page.goto('about:blank')
  await page.goto(link)
  await seeHeading(page, endedWords.unknown)
  await press(page, endedWords.askForNew)
  await seeSaid(page, endedWords.askCopied)
  assert.equal(await paste(page), endedWords.askText.other)
})

test('shows that text, to be selected as a whole, where the browser does not let it be copied', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await refuseCopies(page)
  await page.goto(`${stage.url}s#damaged`)
  await press(page, endedWords.askForNew)
  const text = page.locator('#page').getByText(endedWords.askText.other)
  await text.waitFor()
  await seeSaid(page, endedWords.askRefused)
  await text.click()
  assert.equal(await page.evaluate(() => String(getSelection())), endedWords.askText.other)
})

test('says what is wrong with a link, and takes the whole one', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link, linkToken } = await keepSecret(stage.url)
  const other = linkToken.at(-1) === 'z' ? 'y' : 'z'
  for (const [fragment, why] of [
    ['', 'empty'],
    ['#', 'empty'],
    [`#${linkToken.slice(0, -1)}`, 'cut'],
    [`#${linkToken.slice(0, -1)}${other}`, 'changed'],
    [`#${linkToken.toLowerCase()}`, 'letter-case'],
    [`#${linkToken.toUpperCase()}`, 'letter-case'],
  ] as const) {
    await page.goto('about:blank')
    await page.goto(`${stage.url}s${fragment}`)
    await seeHeading(page, endedWords.damaged)
    await seeSaid(page, endedWords.damagedWhy[why])
    await seeSaid(page, endedWords.damagedDetail)
  }
  const field = page.getByLabel(endedWords.paste)
  await field.fill(linkToken.slice(0, 30))
  await press(page, endedWords.useLink)
  await seeSaid(page, endedWords.stillDamaged)
  await seeSaid(page, endedWords.damagedWhy.cut)
  await field.fill('Good morning')
  await press(page, endedWords.useLink)
  await seeSaid(page, endedWords.damagedWhy.other)
  await field.fill(`Hello,\n> ${link}\nBye`)
  await press(page, endedWords.useLink)
  await seeHeading(page, openWords.before)
  assert.equal(await show(page), SECRET)
})

test('tries once more when what says why does not come, and finds a mangled link then', async (t: TestContext) => {
  const { page } = await stage.visit(t, { allows: /Failed to load resource|net::ERR_FAILED/ })
  const part = /\/assets\/open-ended-/
  const { linkToken } = await keepSecret(stage.url)
  await page.route(part, (route) => route.abort())
  for (const [fragment, heading] of [
    ['#damaged', endedWords.damaged],
    [`#x?y=${linkToken}`, openWords.before],
  ] as const) {
    await page.goto('about:blank')
    await page.goto(`${stage.url}s${fragment}`)
    await seeHeading(page, openWords.failed)
    await seeSaid(page, openWords.failedBefore)
    await page.unroute(part)
    await press(page, openWords.retry)
    await seeHeading(page, heading)
    await page.route(part, (route) => route.abort())
  }
})

test('remembers over a reload that a program has changed the link, and forgets it with the next', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { linkToken } = await keepSecret(stage.url)
  await page.goto(`${stage.url}s%23${linkToken}`)
  for (let i = 0; i < 2; i++) {
    await seeSaid(page, openWords.changed)
    const { mark, path, hash } = await readKept(page)
    assert.deepEqual({ mark, path, hash }, { mark: { letterlock: 'changed' }, path: '/s', hash: `#${linkToken}` })
    await page.reload()
  }
  assert.equal(await show(page), SECRET)
  await seeSaid(page, openWords.changed)
  assert.deepEqual((await readKept(page)).mark, { letterlock: 'opened' })
  const { link } = await keepSecret(stage.url)
  page.on('dialog', (dialog) => void dialog.accept())
  await page.goto(link)
  await seeSaid(page, openWords.waits.slice(0, 9))
  assert.equal(await page.getByText(openWords.changed).count(), 0)
})
