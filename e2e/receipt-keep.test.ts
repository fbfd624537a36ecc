import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { receiptWords as words } from '../packages/web/src/languages/en.ts'
import { aKept, comeToLive, findInStorage, openElsewhere, readLinkKey, readList, storeList } from './support/receipt-steps.ts'
import { openStage } from './support/stage.ts'
import { keepSecret, makeLink, press, readKept, seeHeading, seeSaid, seeStarted } from './support/steps.ts'

const stage = openStage()

const choice = (page: Page) => page.getByRole('checkbox', { name: words.keep })

test('keeps a receipt on this device when somebody chooses so, and only that', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const kept = await keepSecret(stage.url)
  await comeToLive(page, kept.receiptLink)
  assert.equal(await choice(page).isChecked(), false)
  const before = await readKept(page)
  await choice(page).check()
  const [receipt, ...others] = await readList(page)
  assert.deepEqual(others, [])
  assert.deepEqual(receipt, { ...aKept(kept), createdAtMs: receipt?.createdAtMs, expiresAtMs: receipt?.expiresAtMs })
  assert.equal(receipt?.expiresAtMs, Math.floor(kept.expiresAtMs / 1000) * 1000)
  const { local, ...elsewhere } = await readKept(page)
  assert.deepEqual(Object.keys(local), [...Object.keys(before.local), 'letterlock.receipts'])
  assert.deepEqual({ ...elsewhere, local: before.local }, before)
  await page.reload()
  await seeSaid(page, words.live)
  assert.equal(await choice(page).isChecked(), true)
  await choice(page).uncheck()
  assert.deepEqual(await readKept(page), before)
})

test('keeps one that has ended, too, and the name that it has', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const kept = await keepSecret(stage.url)
  await openElsewhere(stage.url, kept.link)
  await page.goto(`${stage.url}about`)
  await storeList(page, [aKept(kept, 'for Ada')])
  await page.goto(kept.receiptLink)
  await seeHeading(page, words.title.confirmed)
  assert.equal(await choice(page).isChecked(), true)
  await choice(page).uncheck()
  assert.deepEqual(await readList(page), [])
  await choice(page).check()
  assert.equal((await readList(page))[0]?.name, 'for Ada')
})

test('says so when the browser keeps nothing, and does not look as if it did', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    }
  })
  const { receiptLink } = await keepSecret(stage.url)
  await comeToLive(page, receiptLink)
  for (let presses = 0; presses < 2; presses++) {
    await choice(page).click()
    await seeSaid(page, words.keepRefused)
    assert.equal(await choice(page).isChecked(), false)
  }
  // The words ask to keep the link of this page: it has to be there.
  assert.equal(page.url(), receiptLink)
})

test('notices what another tab keeps or forgets', async (t: TestContext) => {
  const { page, newPage } = await stage.visit(t)
  const { receiptLink } = await keepSecret(stage.url)
  const other = await newPage()
  for (const tab of [page, other]) await comeToLive(tab, receiptLink)
  await choice(other).check()
  await page.locator('input:checked').waitFor()
  await choice(other).uncheck()
  await page.locator('input:not(:checked)').waitFor()
})

test('leaves no link key in storage, whatever is kept', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-write'] })
  const { link, receiptLink } = await makeLink(page, stage.url)
  const linkKey = await readLinkKey(link)
  await comeToLive(page, receiptLink)
  await choice(page).check()
  assert.equal((await readList(page)).length, 1)
  assert.deepEqual(await findInStorage(page, linkKey), [])
  await page.goto(`${stage.url}receipts`)
  await seeStarted(page)
  assert.deepEqual(await findInStorage(page, linkKey), [])
  const token = Buffer.from(link.slice(link.indexOf('#') + 1))
  assert.deepEqual(await findInStorage(page, token), [])

  // A page that kept it would be found out, however it were written.
  for (const text of [Buffer.from(linkKey).toString('base64url'), Buffer.from(linkKey).toString('hex')]) {
    await page.evaluate((text) => localStorage.setItem('letterlock.receipts', JSON.stringify([{ linkKey: text }])), text)
    assert.notDeepEqual(await findInStorage(page, linkKey), [])
  }
  await page.evaluate((link) => sessionStorage.setItem('letterlock.receipt', link), link)
  assert.deepEqual(await findInStorage(page, token), ['literally'])
})

test('deletes and keeps at the same time, and forgets nothing by it', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { receiptLink } = await keepSecret(stage.url)
  await comeToLive(page, receiptLink)
  await choice(page).check()
  await press(page, words.delete)
  await press(page, words.askYes)
  await seeHeading(page, words.title.deleted)
  assert.equal(await choice(page).isChecked(), true)
  assert.equal((await readList(page)).length, 1)
})
