import assert from 'node:assert/strict'
import type { Locator, Page, Request } from 'playwright-core'
import { type Ack, ackSecret, openSecret } from '../../packages/client/src/index.ts'
import { stretchInNode } from '../../packages/client/src/stretch-in-node.ts'
import { type Bytes, findToken, randomBytes } from '../../packages/protocol/src/index.ts'
import { receiptWords } from '../../packages/web/src/languages/en.ts'
import type { KeptReceipt } from '../../packages/web/src/ui/receipt-list.ts'
import { CALLS, type Kept, LIFETIME_MS, readKept, seeHeading, seeSaid } from './steps.ts'
import { findSpellings } from './wire.ts'

/** The link key of a link. */
export async function readLinkKey(link: string): Promise<Bytes> {
  const token = await findToken(link)
  assert.ok(token?.kind === 'link')
  return token.linkKey
}

/** Open a secret without a browser. */
export async function openElsewhere(base: string, link: string): Promise<void> {
  const acknowledge = await claimElsewhere(base, link)
  await acknowledge()
}

/** Begin to open a secret without a browser; gives what tells the server that it was read. */
export async function claimElsewhere(base: string, link: string): Promise<() => Promise<void>> {
  const server = { baseUrl: base, fetch }
  const opened = await openSecret(server, await readLinkKey(link), randomBytes(32))
  assert.ok(opened.outcome === 'opened')
  const { ack }: { ack: Ack } = opened
  return () => ackSecret(server, ack)
}

/** Try a wrong PIN without a browser. */
export async function mistypeElsewhere(base: string, link: string, text: string): Promise<void> {
  const pin = { text, stretch: stretchInNode }
  const { outcome } = await openSecret({ baseUrl: base, fetch }, await readLinkKey(link), randomBytes(32), pin)
  assert.ok(outcome === 'pin_wrong' || outcome === 'gone', outcome)
}

/** Come to a receipt, and wait until it is followed. */
export async function comeToLive(page: Page, receiptLink: string): Promise<void> {
  await page.goto(receiptLink)
  await seeHeading(page, receiptWords.title.sealed)
  await seeSaid(page, receiptWords.live)
}

/** The calls for a receipt that a page sends, from now on. */
export function watchAsked(page: Page): { readonly reads: Request[]; readonly streams: Request[] } {
  const asked = { reads: [] as Request[], streams: [] as Request[] }
  page.on('request', (request) => {
    if (CALLS.receipt.test(request.url())) asked.reads.push(request)
    if (CALLS.events.test(request.url())) asked.streams.push(request)
  })
  return asked
}

/** Everything that the page says to a screen reader from now on. */
export async function listen(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const heard: string[] = []
    Object.assign(globalThis, { heard })
    const live = document.getElementById('live') as HTMLElement
    new MutationObserver(() => void (live.textContent !== '' && heard.push(live.textContent ?? ''))).observe(live, { childList: true })
  })
  return () => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)
}

/** The step that a secret is at, by its words. */
export function currentStep(page: Page, name: string = receiptWords.steps): Locator {
  return page.getByRole('list', { name }).locator('[aria-current="step"]')
}

/** A receipt as it is kept on a device. */
export function aKept({ receiptToken, expiresAtMs }: Kept, name = ''): KeptReceipt {
  return { token: receiptToken, name, createdAtMs: expiresAtMs - LIFETIME_MS, expiresAtMs }
}

/** The receipts that are kept in this browser for a page, as they are stored. */
export async function readList(page: Page): Promise<readonly KeptReceipt[]> {
  return JSON.parse((await readKept(page)).local['letterlock.receipts'] ?? '[]') as KeptReceipt[]
}

/** Have receipts kept in this browser, as if they were kept before; the page has to be one of the instance's. */
export async function storeList(page: Page, receipts: readonly KeptReceipt[]): Promise<void> {
  await page.evaluate((text) => localStorage.setItem('letterlock.receipts', text), JSON.stringify(receipts))
}

/** In which spellings a secret stands in anything that this tab keeps. */
export async function findInStorage(page: Page, secret: Bytes): Promise<readonly string[]> {
  return findSpellings(Buffer.from(secret), Buffer.from(JSON.stringify(await readKept(page))))
}
