import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Locator, Page, Request } from 'playwright-core'
import { type SecretId, formatReceiptToken, randomBytes } from '../packages/protocol/src/index.ts'
import { until } from '../packages/server/test/support/server-process.ts'
import { createWords, receiptWords, receiptsWords as words } from '../packages/web/src/languages/en.ts'
import { READS_MAX, ROUND_MS } from '../packages/web/src/pages/receipts/read-rounds.ts'
import { say } from '../packages/web/src/ui/say.ts'
import {
  aKept,
  claimElsewhere,
  findInStorage,
  openElsewhere,
  readLinkKey,
  readList,
  storeList,
  watchAsked,
} from './support/receipt-steps.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  type Kept,
  burn,
  button,
  focused,
  holds,
  keepSecret,
  press,
  readKept,
  refusal,
  seeHeading,
  seeNothingAsked,
  seeSaid,
  setHidden,
} from './support/steps.ts'

const stage = openStage()

/** The entry of a receipt, by its name. */
const entry = (page: Page, name: string): Locator => page.locator('.receipts > li').filter({ hasText: name })
const forget = (page: Page, name: string) => button(page, say(words.forgetFor, { name }))
const seeState = (page: Page, name: string, state: string) => entry(page, name).getByText(state, { exact: true }).waitFor()
const listNames = (page: Page) => page.getByRole('heading', { level: 2 }).allInnerTexts()
const readLive = (page: Page) => page.locator('#live').innerText()

/** Come to the list with these receipts, the newest first. */
async function comeToList(page: Page, kept: Readonly<Record<string, Kept>>, base = stage.url): Promise<void> {
  await page.goto(`${base}about`)
  const receipts = Object.entries(kept).map(([name, made]) => aKept(made, name))
  await storeList(page, receipts)
  await page.goto(`${base}receipts`)
  await seeHeading(page, words.title)
  await page
    .locator('.state')
    .nth(receipts.length - 1)
    .waitFor()
}

async function keepThree(base = stage.url) {
  return { Ada: await keepSecret(base), Bo: await keepSecret(base), Cy: await keepSecret(base) }
}

test('lists receipts with what became of them, and leads to each', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { Ada, Bo, Cy } = await keepThree()
  await openElsewhere(stage.url, Ada.link)
  await burn(stage.url, Bo.receiptLink)
  await comeToList(page, { Ada, Bo, Cy })
  await seeState(page, 'Ada', words.state.confirmed)
  await seeState(page, 'Bo', words.state.deleted)
  await seeState(page, 'Cy', words.state.sealed)
  assert.deepEqual(await listNames(page), ['Ada', 'Bo', 'Cy'])
  await page.getByRole('link', { name: say(words.showFor, { name: 'Bo' }), exact: true }).click()
  await seeHeading(page, receiptWords.title.deleted)
  assert.equal(page.url(), `${stage.url}receipt`)
  assert.equal(await page.getByRole('checkbox', { name: receiptWords.keep }).isChecked(), true)
  await page.goBack()
  await seeState(page, 'Cy', words.state.sealed)
})

test('shows what changes without a press, asks only for what can change, and says so', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { Ada, Bo } = await keepThree()
  await burn(stage.url, Bo.receiptLink)
  await page.clock.install()
  await comeToList(page, { Ada, Bo })
  await seeState(page, 'Ada', words.state.sealed)
  await seeState(page, 'Bo', words.state.deleted)
  const asked = watchAsked(page)
  const acknowledge = await claimElsewhere(stage.url, Ada.link)
  await page.clock.fastForward(ROUND_MS)
  await seeState(page, 'Ada', words.state.claimed)
  await page.clock.fastForward(1000)
  await until('its words', async () => (await readLive(page)) === `Ada: ${words.state.claimed}`)
  await acknowledge()
  await page.clock.fastForward(ROUND_MS)
  await seeState(page, 'Ada', words.state.confirmed)
  await page.clock.fastForward(10 * ROUND_MS)
  assert.deepEqual([asked.reads.length, asked.streams.length], [2, 0])
})

test('forgets one, and the focus goes to the next', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { Ada, Bo, Cy } = await keepThree()
  await comeToList(page, { Ada, Bo, Cy })
  await forget(page, 'Bo').click()
  assert.deepEqual(await listNames(page), ['Ada', 'Cy'])
  assert.equal(await focused(page), 'Cy')
  await until('its words', async () => (await readLive(page)).trim() === words.forgotten)
  await seeState(page, 'Cy', words.state.sealed)
  assert.deepEqual(
    (await readList(page)).map(({ name }) => name),
    ['Ada', 'Cy'],
  )
  await forget(page, 'Cy').click()
  assert.equal(await focused(page), 'Ada')
  await forget(page, 'Ada').click()
  assert.equal(await focused(page), words.title)
  await seeSaid(page, words.none)
  assert.equal('letterlock.receipts' in (await readKept(page)).local, false)
  assert.equal(await holds(page, Ada.receiptToken), false)
})

test('forgets one on a double click, not two', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await comeToList(page, await keepThree())
  await forget(page, 'Ada').dblclick()
  assert.deepEqual(await listNames(page), ['Bo', 'Cy'])
})

test('forgets all only when somebody confirms it', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const kept = await keepThree()
  await comeToList(page, kept)
  await press(page, words.forgetAll)
  const dialog = page.getByRole('dialog', { name: words.ask })
  await dialog.getByRole('button', { name: words.askNo }).click()
  await seeNothingAsked(page)
  assert.equal((await readList(page)).length, 3)
  assert.equal(await focused(page), words.forgetAll)
  await press(page, words.forgetAll)
  await dialog.getByRole('button', { name: words.askYes }).click()
  await seeSaid(page, words.none)
  assert.deepEqual(await readList(page), [])
  assert.equal(await focused(page), words.title)
  assert.equal(await button(page, words.forgetAll).count(), 0)
  for (const { receiptToken } of Object.values(kept)) assert.equal(await holds(page, receiptToken), false)
  await page.locator('#page').getByRole('link', { name: words.sendNew }).click()
  await seeHeading(page, createWords.title)
})

test('takes up what another tab keeps and forgets, and leaves the focus on what had it', async (t: TestContext) => {
  const { page, newPage } = await stage.visit(t)
  const { Ada, Bo, Cy } = await keepThree()
  await comeToList(page, { Bo, Cy })
  await forget(page, 'Cy').focus()
  const other = await newPage()
  await other.goto(`${stage.url}about`)
  await storeList(other, [aKept(Ada, 'Ada'), aKept(Bo, 'Bo'), aKept(Cy, 'Cy')])
  await seeState(page, 'Ada', words.state.sealed)
  assert.equal(await focused(page), say(words.forgetFor, { name: 'Cy' }))
  await other.goto(`${stage.url}receipts`)
  await forget(other, 'Bo').click()
  await entry(page, 'Bo').waitFor({ state: 'detached' })
  assert.equal(await focused(page), say(words.forgetFor, { name: 'Cy' }))
  await forget(other, 'Cy').click()
  await entry(page, 'Cy').waitFor({ state: 'detached' })
  assert.equal(await focused(page), words.title)
  await other.getByLabel(words.keep).check()
  await page.locator('input:checked').waitFor()
  await press(other, words.forgetAll)
  await other.getByRole('dialog').getByRole('button', { name: words.askYes }).click()
  await seeSaid(page, words.none)
})

test('keeps what it cannot ask for, says that it does not know, and finds out later', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { Ada, Bo } = await keepThree()
  await page.route(CALLS.receipt, (route) => route.abort())
  await page.clock.install()
  await comeToList(page, { Ada, Bo })
  for (const name of ['Ada', 'Bo']) await seeState(page, name, words.state.failed)
  await page.unroute(CALLS.receipt)
  await page.clock.fastForward(2 * ROUND_MS)
  for (const name of ['Ada', 'Bo']) await seeState(page, name, words.state.sealed)
  assert.equal((await readList(page)).length, 2)
})

test('says of what the server does not know any more that it ended some time ago', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { Ada } = await keepThree(
    await stage
      .another(t)
      .start()
      .then(({ url }) => url),
  )
  const { Bo } = await keepThree()
  await comeToList(page, { Ada, Bo })
  await seeState(page, 'Ada', words.state.unknown)
  await seeState(page, 'Bo', words.state.sealed)
  assert.equal((await readList(page)).length, 2)
})

test('asks nothing while nobody looks, and at once when somebody does', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { Ada } = await keepThree()
  await page.clock.install()
  await comeToList(page, { Ada })
  await seeState(page, 'Ada', words.state.sealed)
  const asked = watchAsked(page)
  await setHidden(page, true)
  await openElsewhere(stage.url, Ada.link)
  await page.clock.fastForward(10 * ROUND_MS)
  assert.equal(asked.reads.length, 0)
  await setHidden(page, false)
  await seeState(page, 'Ada', words.state.confirmed)
})

/** How long a hundred receipts may take, in ms, on a machine that is busy with other things. */
const HUNDRED_READS_MS_MAX = 180_000

test('asks for a hundred receipts a few at a time, and shows every one', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const made = await keepSecret(stage.url)
  const receipts = await Promise.all(
    Array.from({ length: 99 }, async (_, i) => {
      const token = await formatReceiptToken(Buffer.from(randomBytes(16)).toString('hex') as SecretId, randomBytes(32))
      return { ...aKept(made, `${'name '.repeat(10)}${i}`), token }
    }),
  )
  let [now, most, all] = [0, 0, 0]
  page.on('request', (request) => {
    if (!CALLS.receipt.test(request.url())) return
    all++
    most = Math.max(most, ++now)
  })
  const over = (request: Request) => void (CALLS.receipt.test(request.url()) && now--)
  page.on('requestfinished', over).on('requestfailed', over)
  await page.goto(`${stage.url}about`)
  await storeList(page, [...receipts, aKept(made, 'the last')])
  await page.goto(`${stage.url}receipts`)
  page.setDefaultTimeout(HUNDRED_READS_MS_MAX)
  await seeState(page, 'the last', words.state.sealed)
  await page.waitForFunction((words) => !document.body.textContent?.includes(words), words.state.checking)
  assert.equal(await page.locator('.state').filter({ hasText: words.state.unknown }).count(), 99)
  assert.equal(all, 100)
  assert.ok(most <= READS_MAX, `${most} at once`)
})

test('does not ask a hundred times where nobody answers', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const made = await Promise.all(Array.from({ length: 20 }, () => keepSecret(stage.url)))
  await page.route(CALLS.receipt, (route) => route.fulfill({ status: 503, json: refusal(503, 'unavailable').body }))
  const asked = watchAsked(page)
  await comeToList(page, Object.fromEntries(made.map((each, i) => [`number ${i}`, each])))
  await page.locator('.state').nth(19).getByText(words.state.failed).waitFor()
  assert.ok(asked.reads.length < 6, `${asked.reads.length} questions`)
})

test('lets the sender choose whether new receipts are kept', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.goto(`${stage.url}receipts`)
  await seeSaid(page, words.none)
  await page.getByLabel(words.keep).check()
  assert.equal((await readKept(page)).local['letterlock.keep-receipts'], 'yes')
  await page.reload()
  assert.equal(await page.getByLabel(words.keep).isChecked(), true)
  await page.getByLabel(words.keep).uncheck()
  assert.equal('letterlock.keep-receipts' in (await readKept(page)).local, false)
})

test('says so when the browser keeps nothing, and loses nothing that is there', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.addInitScript(() =>
    Object.defineProperty(globalThis, 'localStorage', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError')
      },
    }),
  )
  await page.goto(`${stage.url}receipts`)
  await seeSaid(page, words.refused)
  assert.equal(await page.getByText(words.none).count(), 0)

  const { page: full } = await stage.visit(t)
  await comeToList(full, await keepThree())
  await full.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    }
  })
  await full.getByLabel(words.keep).click()
  await seeSaid(full, words.refused)
  assert.equal(await full.getByLabel(words.keep).isChecked(), false)
  assert.deepEqual(await listNames(full), ['Ada', 'Bo', 'Cy'])
})

test('has no link key, shows names as text, and calls what has none by when it was made', async (t: TestContext) => {
  const { page } = await stage.visit(t, { timezoneId: 'UTC' })
  const made = await keepSecret(stage.url)
  const name = '<b onclick=alert(1)>\u202eAda'
  const receipt = { ...aKept(made, name), createdAtMs: Date.UTC(2026, 1, 3, 4, 5) }
  await page.goto(`${stage.url}about`)
  await storeList(page, [receipt])
  await page.goto(`${stage.url}receipts`)
  await page.locator('bdi').getByText(name).waitFor()
  await page.getByText(say(words.madeOn, { moment: '3 February 2026 at 04:05 UTC' })).waitFor()
  assert.equal(await page.locator('.receipts b').count(), 0)
  assert.deepEqual(await findInStorage(page, await readLinkKey(made.link)), [])
  assert.equal(await holds(page, made.linkToken), false)
  await storeList(page, [{ ...receipt, name: ' ' }])
  await page.reload()
  await page.getByRole('heading', { name: say(words.unnamed, { moment: '3 February 2026 at 04:05 UTC' }) }).waitFor()
})
