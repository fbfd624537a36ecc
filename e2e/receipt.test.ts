import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { endedWords, madeWords, openWords, questionWords, receiptWords, shellWords } from '../packages/web/src/languages/en.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  SECRET,
  answer,
  button,
  comeTo,
  focused,
  holds,
  keepSecret,
  makeLink,
  press,
  readState,
  refusal,
  seeErased,
  seeHeading,
  seeNothingAsked,
  seeSaid,
  setHidden,
  show,
  watchPosts,
} from './support/steps.ts'

const stage = openStage()

/** What the receipt has the times of. */
const listFacts = (page: Page) => page.locator('.facts dt').allTextContents()
const dialog = (page: Page) => page.getByRole('dialog', { name: receiptWords.ask })

/** Press "Check again", and wait for the answer. */
async function checkAgain(page: Page): Promise<void> {
  await Promise.all([page.waitForResponse(CALLS.receipt), press(page, receiptWords.refresh)])
}

test('tells on a press what becomes of a secret, from waiting over being opened to opened', async (t: TestContext) => {
  const { page: sender } = await stage.visit(t)
  const { page: reader } = await stage.visit(t)
  const { link, receiptLink } = await keepSecret(stage.url)
  await answer(reader, 'POST', CALLS.ack, 'lost')
  await sender.goto(receiptLink)
  await seeHeading(sender, receiptWords.title.sealed)
  await setHidden(sender, true)
  await comeTo(reader, link)
  await checkAgain(sender)
  await seeHeading(sender, receiptWords.title.sealed)
  await show(reader)
  await press(sender, receiptWords.refresh)
  await seeHeading(sender, receiptWords.title.claimed)
  assert.equal(await focused(sender), receiptWords.title.claimed)
  await sender.getByText(receiptWords.notThem).waitFor()
  await reader.unroute(CALLS.ack)
  await seeErased(reader)
  await press(sender, receiptWords.refresh)
  await seeHeading(sender, receiptWords.title.confirmed)
  assert.deepEqual(await listFacts(sender), [receiptWords.made, receiptWords.claimed])
  assert.equal(await button(sender, receiptWords.delete).count(), 0)
  assert.equal(await holds(sender, SECRET), false)
})

test('leads from the link that was made to its receipt, which survives a reload', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-write'] })
  await makeLink(page, stage.url)
  await press(page, madeWords.copy)
  await page.getByRole('link', { name: madeWords.receipt }).click()
  await seeHeading(page, receiptWords.title.sealed)
  assert.equal(page.url(), `${stage.url}receipt`)
  await page.reload()
  await seeHeading(page, receiptWords.title.sealed)
  await page.getByRole('link', { name: shellWords.about }).click()
  await page.waitForURL(`${stage.url}about`)
  await page.goBack()
  await seeHeading(page, receiptWords.title.sealed)
})

test('deletes a secret when the sender confirms it, and not when they think again', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { page: reader } = await stage.visit(t)
  const { link, receiptLink } = await keepSecret(stage.url)
  const posts = watchPosts(page)
  await page.goto(receiptLink)
  await press(page, receiptWords.delete)
  await dialog(page).getByRole('button', { name: receiptWords.askNo }).click()
  await seeNothingAsked(page)
  assert.equal(await focused(page), receiptWords.delete)
  await press(page, receiptWords.delete)
  await dialog(page).waitFor()
  await page.keyboard.press('Escape')
  await seeNothingAsked(page)
  assert.equal(posts.length, 0)
  assert.equal(await readState(stage.url, receiptLink), 'sealed')

  await press(page, receiptWords.delete)
  await dialog(page).getByRole('button', { name: receiptWords.askYes }).click()
  await seeHeading(page, receiptWords.title.deleted)
  assert.equal(await readState(stage.url, receiptLink), 'burned')
  assert.equal(await button(page, receiptWords.delete).count(), 0)
  await reader.goto(link)
  await seeHeading(reader, endedWords.burned)
})

test('asks about deleting with the safe answer first, and keeps the focus inside', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { receiptLink } = await keepSecret(stage.url)
  await page.goto(receiptLink)
  await button(page, receiptWords.delete).focus()
  await page.keyboard.press('Enter')
  await dialog(page).waitFor()
  assert.equal(await focused(page), receiptWords.askNo)
  await page.keyboard.press('Enter')
  await seeNothingAsked(page)
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
})

test('tells the truth when deleting comes too late', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { page: reader } = await stage.visit(t)
  const { link, receiptLink } = await keepSecret(stage.url)
  await page.goto(receiptLink)
  await seeHeading(page, receiptWords.title.sealed)
  // What follows the receipt would notice first.
  await setHidden(page, true)
  await press(page, receiptWords.delete)
  await dialog(page).waitFor()
  await comeTo(reader, link)
  await show(reader)
  await seeErased(reader)
  await dialog(page).getByRole('button', { name: receiptWords.askYes }).click()
  await page.locator('#page').getByText(receiptWords.tooLate).waitFor()
  await seeHeading(page, receiptWords.title.confirmed)
  assert.equal(await readState(stage.url, receiptLink), 'confirmed')
})

test('ends what is being opened at once when the sender deletes it, and calls it handed out', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { page: reader } = await stage.visit(t)
  const { link, receiptLink } = await keepSecret(stage.url)
  await answer(reader, 'POST', CALLS.ack, 'lost')
  await comeTo(reader, link)
  await show(reader)
  await page.goto(receiptLink)
  await seeHeading(page, receiptWords.title.claimed)
  assert.deepEqual(await listFacts(page), [receiptWords.made, receiptWords.stepClaimed])
  await press(page, receiptWords.delete)
  await dialog(page).getByRole('button', { name: receiptWords.askYes }).click()
  await page.locator('#page').getByText(receiptWords.tooLate).waitFor()
  await seeHeading(page, receiptWords.title.unconfirmed)
  assert.deepEqual(await listFacts(page), [receiptWords.made, receiptWords.title.unconfirmed])
  await reader.reload()
  await seeHeading(reader, endedWords.openedHere)
})

test('does not know the receipt or the link of another server', async (t: TestContext) => {
  const other = await stage.another(t).start()
  const { linkToken, receiptToken } = await keepSecret(other.url)
  const { page } = await stage.visit(t)
  await page.goto(`${stage.url}receipt#${receiptToken}`)
  await seeHeading(page, receiptWords.unknown)
  await page.goto(`${stage.url}s#${linkToken}`)
  await seeHeading(page, endedWords.unknown)
  await page.goto('about:blank')
  await page.goto(`${other.url}receipt#${receiptToken}`)
  await seeHeading(page, receiptWords.title.sealed)
})

test('says that it cannot tell when the server cannot be asked, and can once it can', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { receiptLink } = await keepSecret(stage.url)
  await answer(page, 'GET', CALLS.receipt, 'lost')
  await page.goto(receiptLink)
  await seeHeading(page, receiptWords.failed)
  await page.unroute(CALLS.receipt)
  await press(page, receiptWords.retry)
  await seeHeading(page, receiptWords.title.sealed)
  await seeSaid(page, receiptWords.live)
  await answer(page, 'GET', CALLS.receipt, refusal(503, 'unavailable'))
  await press(page, receiptWords.refresh)
  await page.locator('#page').getByText(questionWords.unavailable).waitFor()
  await seeHeading(page, receiptWords.title.sealed)
})

test('does not say that it deleted what it could not delete', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { receiptLink } = await keepSecret(stage.url)
  await page.goto(receiptLink)
  await seeSaid(page, receiptWords.live)
  await answer(page, 'DELETE', CALLS.one, 'lost')
  await press(page, receiptWords.delete)
  await dialog(page).getByRole('button', { name: receiptWords.askYes }).click()
  await page.locator('#page').getByText('We could not reach the server').waitFor()
  await seeHeading(page, receiptWords.title.sealed)
  assert.equal(await readState(stage.url, receiptLink), 'sealed')
  await page.unroute(CALLS.one)
  await press(page, receiptWords.delete)
  await dialog(page).getByRole('button', { name: receiptWords.askYes }).click()
  await seeHeading(page, receiptWords.title.deleted)
})

test('tells a reader when a secret was opened, and to warn the sender', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { page: late } = await stage.visit(t)
  const { link } = await keepSecret(stage.url)
  await comeTo(page, link)
  await comeTo(late, link)
  await show(page)
  await seeErased(page)
  await press(late, openWords.show)
  await seeHeading(late, endedWords.opened)
  await late.getByText(endedWords.notYou).waitFor()
  await late.getByText(String(new Date().getFullYear())).waitFor()
})

for (const end of ['expired', 'burned', 'locked', 'lost'] as const) {
  test(`shows a reader the end "${end}" as a server would answer it`, async (t: TestContext) => {
    const { page } = await stage.visit(t, { timezoneId: 'UTC' })
    const { link } = await keepSecret(stage.url)
    await answer(page, 'GET', CALLS.one, refusal(410, 'gone', { state: end, at: Date.UTC(2026, 1, 3, 4, 5) }))
    await page.goto(link)
    await seeHeading(page, endedWords[end])
    await page.getByText(/3 February 2026.*04:05 UTC/).waitFor()
    assert.equal(await button(page, openWords.show).count(), 0)
    assert.equal(await page.getByText(endedWords.notYou).count(), 0)
  })
}

for (const [outcome, reply] of Object.entries({
  draft: { state: 'draft' },
  expired: { state: 'expired' },
  'deleted-by-operator': { state: 'burned', by: 'operator' },
  locked: { state: 'locked', attemptsFailed: 5 },
  lost: { state: 'lost' },
} as const)) {
  test(`shows a sender the outcome "${outcome}" as a server would answer it`, async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const { receiptLink } = await keepSecret(stage.url)
    const times = { createdAt: 1_795_000_000_000, expiresAt: 1_795_600_000_000 }
    const ended = outcome === 'draft' ? {} : { endedAt: 1_795_300_000_000 }
    await answer(page, 'GET', CALLS.events, refusal(404, 'not_found'))
    await answer(page, 'GET', CALLS.receipt, { status: 200, body: { confirmed: false, attemptsFailed: 0, ...times, ...ended, ...reply } })
    await page.goto(receiptLink)
    await seeHeading(page, receiptWords.title[outcome as keyof typeof receiptWords.title])
    await page.getByText(receiptWords.detail[outcome as keyof typeof receiptWords.detail]).waitFor()
    assert.equal(await button(page, receiptWords.delete).count(), outcome === 'draft' ? 1 : 0)
  })
}
