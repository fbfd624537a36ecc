import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Locator, Page, Request } from 'playwright-core'
import { type PreparedSecret, burnSecret, createSecret, prepareSecret, readReceipt } from '../../packages/client/src/index.ts'
import { stretchInNode } from '../../packages/client/src/stretch-in-node.ts'
import { type Receipt, type Token, findToken } from '../../packages/protocol/src/index.ts'
import { findPiece } from './language.ts'
import { createWords, madeWords, openWords, pinWords, shownWords } from '../../packages/web/src/languages/en.ts'

export const SECRET = 'kT7-vQm2!xRw9LpZc4'
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
export const LIFETIME_MS = 7 * DAY_MS

export const PIN = '482913'

/** A secret that waits on the server. */
export interface Made {
  readonly link: string
  readonly receiptLink: string
}

/** A secret made without a browser, and what its sender knows of it. */
export interface Kept extends Made, PreparedSecret {
  readonly expiresAtMs: number
}

/** Make a secret without a browser, where a test begins with one. */
export function keepSecret(base: string, text = SECRET, lifetimeMs = LIFETIME_MS): Promise<Kept> {
  return keep(base, text, lifetimeMs, null)
}

/** Make a secret with a PIN, without a browser. */
export function keepLocked(base: string, { pin = PIN, attempts = 5, text = SECRET } = {}): Promise<Kept> {
  return keep(base, text, LIFETIME_MS, { pin: { text: pin, stretch: stretchInNode }, attempts })
}

async function keep(base: string, text: string, lifetimeMs: number, lock: Parameters<typeof prepareSecret>[3]): Promise<Kept> {
  const prepared = await prepareSecret({ text, files: [] }, lifetimeMs, Date.now(), lock)
  const { expiresAtMs } = await createSecret({ baseUrl: base, fetch }, prepared)
  return { ...prepared, expiresAtMs, link: `${base}s#${prepared.linkToken}`, receiptLink: `${base}receipt#${prepared.receiptToken}` }
}

/** What the server says became of a secret. */
export async function readState(base: string, receiptLink: string): Promise<Receipt['state'] | 'confirmed'> {
  const receipt = await askReceipt(base, receiptLink)
  return receipt.confirmed ? 'confirmed' : receipt.state
}

/** What the server tells the sender. */
export async function askReceipt(base: string, receiptLink: string): Promise<Receipt> {
  const { id, receiptKey } = await readReceiptLink(receiptLink)
  const receipt = await readReceipt({ baseUrl: base, fetch }, id, receiptKey)
  assert.ok(receipt !== null, 'the receipt is known')
  return receipt
}

/** Delete a secret as its sender. */
export async function burn(base: string, receiptLink: string): Promise<void> {
  const { id, receiptKey } = await readReceiptLink(receiptLink)
  const burned = await burnSecret({ baseUrl: base, fetch }, id, receiptKey)
  assert.equal(burned.outcome, 'burned')
}

async function readReceiptLink(receiptLink: string): Promise<Extract<Token, { kind: 'receipt' }>> {
  const token = await findToken(receiptLink)
  return token?.kind === 'receipt' ? token : assert.fail('not a receipt link')
}

/** Wait until the page says this in its heading. */
export async function seeHeading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
}

/** Wait until the page's script is at work. */
export async function seeStarted(page: Page): Promise<void> {
  await page.locator('html[data-started]').waitFor()
}

/** Wait until nothing is asked any more, and the page knows: a dialog is closed before it is told. */
export async function seeNothingAsked(page: Page): Promise<void> {
  await page.locator('dialog').waitFor({ state: 'detached' })
}

export function button(page: Page, name: string): Locator {
  return page.getByRole('button', { name, exact: true })
}

export async function press(page: Page, name: string): Promise<void> {
  await button(page, name).click()
}

/** Write a secret and have a link made of it. */
export async function makeLink(page: Page, base: string, text = SECRET): Promise<Made> {
  await page.goto(base)
  await page.getByLabel(createWords.text, { exact: true }).fill(text)
  await press(page, createWords.submit)
  return readMade(page)
}

/** Write a secret and have a link made of it that asks for a PIN. */
export async function makeLocked(page: Page, base: string, { pin = PIN, text = SECRET } = {}): Promise<Made> {
  await page.goto(base)
  await seeStarted(page)
  await page.getByLabel(createWords.text, { exact: true }).fill(text)
  await press(page, createWords.pin)
  await page.getByLabel(createWords.pinLabel, { exact: true }).fill(pin)
  await press(page, createWords.submit)
  return readMade(page)
}

/** The links that the page shows. */
export async function readMade(page: Page): Promise<Made> {
  await seeHeading(page, madeWords.title)
  const link = await page.getByLabel(madeWords.link, { exact: true }).inputValue()
  const receiptLink = await page.getByRole('link', { name: madeWords.receipt }).getAttribute('href')
  assert.ok(receiptLink !== null)
  return { link, receiptLink }
}

/** Come to a link, and wait until the page has looked at it. */
export async function comeTo(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await seeHeading(page, openWords.before)
  await seeWaiting(page)
}

/** Wait until the page has looked at a link, and says how long its secret waits. */
export async function seeWaiting(page: Page): Promise<void> {
  await page.getByText(findPiece(openWords.waits)).waitFor()
}

/** Wait until a page has fetched these of its parts: `open-claim`, say. */
export async function seeFetched(page: Page, ...parts: readonly string[]): Promise<void> {
  await page.waitForFunction((parts) => {
    const fetched = performance.getEntriesByType('resource').map(({ name }) => name)
    return parts.every((part) => fetched.some((name) => name.includes(`/assets/${part}-`)))
  }, parts)
}

/** Let this browser remember that it has made a secret: SPEC §8.1, written once more. */
export async function rememberMade(page: Page, { id }: Pick<PreparedSecret, 'id'>): Promise<void> {
  const hash = createHash('sha256').update('letterlock made here').update(Buffer.from(id, 'hex')).digest('hex')
  await page.addInitScript((mark) => localStorage.setItem('letterlock.made', JSON.stringify([mark])), hash.slice(0, 16))
}

/** Let no page put anything on the clipboard. */
export const refuseCopies = (page: Page) => page.addInitScript(refuseCopying)

/** The same of a page that is there already. */
export const refuseCopiesNow = (page: Page) => page.evaluate(refuseCopying)

function refuseCopying(): void {
  navigator.clipboard.writeText = () => Promise.reject(new DOMException('refused', 'NotAllowedError'))
  document.execCommand = () => false
}

/** Come to a link that asks for a PIN. */
export async function comeToLocked(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await pinField(page).waitFor()
}

/** Where the PIN is typed in to open. */
export function pinField(page: Page): Locator {
  return page.getByLabel(pinWords.label, { exact: true })
}

/** Try a PIN here. */
export async function tryPin(page: Page, pin: string): Promise<void> {
  await pinField(page).fill(pin)
  await press(page, openWords.show)
}

/** Wait until the page says this, where it can be read. */
export async function seeSaid(page: Page, words: string): Promise<void> {
  await page.locator('#page').getByText(words).first().waitFor()
}

/** Open what waits here; gives the text as it is shown. */
export async function show(page: Page): Promise<string> {
  await press(page, openWords.show)
  return readShown(page)
}

/** The secret as it is shown. */
export async function readShown(page: Page): Promise<string> {
  await seeHeading(page, shownWords.title)
  return (await secret(page).textContent()) ?? ''
}

export function secret(page: Page): Locator {
  return page.getByRole('region', { name: shownWords.secret, exact: true })
}

/** Wait until the reader's device and the server are done with each other. */
export async function seeErased(page: Page): Promise<void> {
  await seeSaid(page, shownWords.erased)
}

/** Whether a text stands anywhere in the document, seen or unseen. */
export function holds(page: Page, text: string): Promise<boolean> {
  return page.evaluate((text) => {
    const fields = [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value)
    const { textContent, innerHTML } = document.documentElement
    return [...fields, textContent, innerHTML].some((part) => part?.includes(text))
  }, text)
}

/** The accessible name of what has the focus, or its own text. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement
    const label = (element as HTMLInputElement).labels?.[0]
    // What stands in its label may come first, and has no words of its own.
    const name = label?.firstChild?.textContent || label?.textContent
    return (element.getAttribute('aria-label') ?? name ?? element.textContent).trim()
  })
}

/** Let a page believe that somebody looks at it, or elsewhere: a browser without a screen shows every page. */
export function setHidden(page: Page, isHidden: boolean): Promise<void> {
  return page.evaluate((isHidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: isHidden })
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: isHidden ? 'hidden' : 'visible' })
    document.dispatchEvent(new Event('visibilitychange'))
  }, isHidden)
}

/** The calls that a page sends which could change something, from now on. */
export function watchPosts(page: Page): Request[] {
  const posts: Request[] = []
  page.on('request', (request) => void (request.method() !== 'GET' && posts.push(request)))
  return posts
}

/** What is on the clipboard, by pasting it where no page of ours is. */
export async function paste(page: Page): Promise<string> {
  const tab = await page.context().newPage()
  await tab.setContent('<textarea aria-label="paste here"></textarea>')
  await tab.getByLabel('paste here').focus()
  await tab.keyboard.press('Control+V')
  const pasted = await tab.getByLabel('paste here').inputValue()
  await tab.close()
  return pasted
}

/** What this tab keeps, wherever a page can keep something. */
export function readKept(page: Page): Promise<{
  readonly session: Record<string, string>
  readonly local: Record<string, string>
  readonly mark: unknown
  readonly hash: string
  readonly path: string
  readonly elsewhere: readonly string[]
}> {
  return page.evaluate(async () => ({
    session: Object.fromEntries(Object.entries(sessionStorage)) as Record<string, string>,
    local: Object.fromEntries(Object.entries(localStorage)) as Record<string, string>,
    mark: history.state as unknown,
    hash: location.hash,
    path: location.pathname,
    elsewhere: [
      ...(document.cookie === '' ? [] : [document.cookie]),
      ...(await indexedDB.databases()).map(({ name }) => name ?? ''),
      ...(await caches.keys()),
      ...(window.name === '' ? [] : [window.name]),
    ],
  }))
}

/** Answer a kind of call in the server's place: with a refusal or a body, by breaking off, or never. */
export async function answer(
  page: Page,
  method: string,
  path: RegExp,
  reply: 'lost' | 'never' | { readonly status: number; readonly body: Readonly<Record<string, unknown>> },
): Promise<void> {
  await page.route(path, async (route) => {
    if (route.request().method() !== method) return route.fallback()
    if (reply === 'lost') return route.abort()
    if (reply === 'never') return undefined
    return route.fulfill({ status: reply.status, contentType: 'application/json', body: JSON.stringify(reply.body) })
  })
}

/** A refusal of SPEC §7.3. */
export function refusal(status: number, code: string, more: object = {}) {
  return { status, body: { type: 'about:blank', title: code, status, code, ...more } }
}

/** The calls of the API, by their address. */
export const CALLS = {
  create: /\/api\/v1\/secrets$/,
  one: /\/api\/v1\/secrets\/[0-9a-f]{32}$/,
  claim: /\/claim$/,
  ack: /\/ack$/,
  receipt: /\/api\/v1\/secrets\/[0-9a-f]{32}\/receipt$/,
  instance: /\/api\/v1\/instance$/,
  events: /\/receipt\/events$/,
} as const

/** Nothing is really printed: every time that something would be is counted. */
export async function countPrints(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.assign(globalThis, { prints: 0, print: () => (globalThis as unknown as { prints: number }).prints++ })
  })
}

/** Wait until something would be printed. */
export const seePrinted = (page: Page) => page.waitForFunction(() => (globalThis as unknown as { prints: number }).prints > 0)
