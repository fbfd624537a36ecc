import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { findToken } from '../packages/protocol/src/index.ts'
import { createWords, madeWords as words } from '../packages/web/src/languages/en.ts'
import { say, sayCount } from '../packages/web/src/ui/say.ts'
import { openStage } from './support/stage.ts'
import { PIN, SECRET, makeLink, makeLocked, press, readKept, seeHeading, seeSaid } from './support/steps.ts'
import { findSpellings } from './support/wire.ts'

const stage = openStage()
const keep = (page: Page) => page.getByLabel(words.keep)

interface KeptReceipt {
  readonly token: string
  readonly name: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

async function readReceipts(page: Page): Promise<readonly KeptReceipt[]> {
  const { local } = await readKept(page)
  return JSON.parse(local['letterlock.receipts'] ?? '[]') as KeptReceipt[]
}

/** Everything that may not stay on a device, by name, as far as it can be found there in any spelling. */
async function findLeaks(page: Page, secrets: Readonly<Record<string, Buffer>>): Promise<readonly string[]> {
  const { session, local, mark, elsewhere } = await readKept(page)
  const kept = Buffer.from(JSON.stringify([session, local, mark, elsewhere]))
  return Object.entries(secrets).flatMap(([name, secret]) => (findSpellings(secret, kept).length > 0 ? [name] : []))
}

async function listSecrets({ link, receiptLink }: { readonly link: string; readonly receiptLink: string }) {
  const token = await findToken(link)
  const receipt = await findToken(receiptLink)
  assert.ok(token?.kind === 'link' && receipt?.kind === 'receipt')
  return {
    text: Buffer.from(SECRET),
    PIN: Buffer.from(PIN),
    'link token': Buffer.from(link.split('#')[1] as string),
    'link key': Buffer.from(token.linkKey),
    'receipt token': Buffer.from(receiptLink.split('#')[1] as string),
    'receipt key': Buffer.from(receipt.receiptKey),
    id: Buffer.from(receipt.id),
  }
}

test('keeps 16 hex digits of a secret that was made, and neither link, key, text, PIN nor id', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const made = await makeLocked(page, stage.url)
  const secrets = await listSecrets(made)
  assert.deepEqual(await findLeaks(page, secrets), [])
  const { session, local } = await readKept(page)
  assert.deepEqual(session, {})
  const mark = createHash('sha256').update('letterlock made here').update(Buffer.from(secrets.id.toString(), 'hex')).digest('hex')
  assert.deepEqual(local, { 'letterlock.made': JSON.stringify([mark.slice(0, 16)]) })
})

test('would find each of them, were it kept in any spelling, by a page that remembers too much', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const secrets = await listSecrets(await makeLocked(page, stage.url))
  for (const [name, secret] of Object.entries(secrets)) {
    for (const encoding of ['latin1', 'hex', 'base64', 'base64url'] as const) {
      if (name.endsWith('key') && encoding === 'latin1') continue
      await page.evaluate((text) => localStorage.setItem('letterlock.made', text), `["${secret.toString(encoding)}"]`)
      assert.ok((await findLeaks(page, secrets)).includes(name), `${name} in ${encoding}`)
    }
  }
  // The page itself, were its marks whole.
  const { page: careless } = await stage.visit(t)
  await careless.route(/assets\/create-[0-9a-f]+\.js/, async (route) => {
    const code = await (await route.fetch()).text()
    const mark = /("letterlock made here".{1,60}?)\.slice\(0,\w+\)/
    assert.match(code, mark)
    const careless = '.concat(document.querySelector("textarea").value)'
    return route.fulfill({ contentType: 'text/javascript', body: code.replace(mark, (_, before: string) => before + careless) })
  })
  await careless.route(stage.url, async (route) => {
    const html = await (await route.fetch()).text()
    return route.fulfill({ contentType: 'text/html', body: html.replace(/(src="assets\/create-[^"]+") integrity="[^"]+"/, '$1') })
  })
  const made = await makeLink(careless, stage.url)
  assert.deepEqual(await findLeaks(careless, await listSecrets(made)), ['text'])
})

test('keeps receipts only where somebody chose so, and only while they do', async (t: TestContext) => {
  const { page } = await stage.visit(t, { permissions: ['clipboard-write'] })
  const first = await makeLink(page, stage.url)
  const tokenOf = ({ receiptLink }: { readonly receiptLink: string }) => receiptLink.split('#')[1]
  assert.equal(await keep(page).isChecked(), false)
  assert.deepEqual(await readReceipts(page), [])
  await keep(page).check()
  const [receipt, ...others] = await readReceipts(page)
  assert.deepEqual(others, [])
  assert.deepEqual([receipt?.token, receipt?.name], [tokenOf(first), ''])
  assert.ok(Math.abs((receipt?.expiresAtMs ?? 0) - (receipt?.createdAtMs ?? 0) - 7 * 86_400_000) < 60_000)
  const secrets = await listSecrets(first)
  assert.deepEqual(
    (await findLeaks(page, secrets)).filter((name) => name !== 'receipt token'),
    [],
  )

  page.on('dialog', (dialog) => void dialog.accept())
  const second = await makeLink(page, stage.url)
  assert.equal(await keep(page).isChecked(), true)
  assert.deepEqual(
    (await readReceipts(page)).map(({ token }) => token),
    [tokenOf(second), tokenOf(first)],
  )
  await keep(page).uncheck()
  assert.deepEqual(
    (await readReceipts(page)).map(({ token }) => token),
    [tokenOf(first)],
  )
  await makeLink(page, stage.url)
  assert.equal(await keep(page).isChecked(), false)
  assert.equal((await readReceipts(page)).length, 1)
})

test('keeps the receipts of several with their names, even one that is half typed', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.goto(stage.url)
  await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
  await page.getByLabel(createWords.people).selectOption('3')
  await press(page, sayCount(createWords.submitMany, 3, 'en'))
  await seeHeading(page, sayCount(words.titleMany, 3, 'en'))
  const name = (number: number) => page.getByLabel(say(words.person, { number: String(number) }), { exact: true })
  await name(2).fill('Ada')
  assert.deepEqual(await readReceipts(page), [])
  await keep(page).check()
  const readNames = async () => (await readReceipts(page)).map((receipt) => receipt.name)
  assert.deepEqual(await readNames(), ['', 'Ada', ''])
  await name(1).fill('Grace')
  await name(1).blur()
  assert.deepEqual(await readNames(), ['Grace', 'Ada', ''])
  await name(3).pressSequentially('Hed')
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  assert.deepEqual(await readNames(), ['Grace', 'Ada', 'Hed'])
})

test('says so where the browser keeps nothing, and makes links all the same', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
  })
  await makeLink(page, stage.url)
  await keep(page).click()
  await seeSaid(page, words.keepRefused)
  assert.equal(await keep(page).isChecked(), false)
  assert.deepEqual((await readKept(page)).local, {})
})
