import type { WebkitPage } from './webkit-page.ts'
import { createWords, madeWords, openWords, pinWords, shownWords } from '../../packages/web/src/languages/en.ts'
import { type Made, PIN, SECRET } from './steps.ts'

// The steps of `steps.ts`, as far as they are taken in WebKit.

/** Calls of the API, as the relay writes them down. */
export const CREATE = /^POST \/api\/v1\/secrets$/
export const ACK = /\/ack$/
/** Of calls, those that may change something. */
export const changes = (asked: readonly string[]) => asked.filter((call) => !call.startsWith('GET '))

export const seeHeading = (page: WebkitPage, name: string) => page.see('heading', name)
export const press = (page: WebkitPage, name: string) => page.press('button', name)
export const readShown = (page: WebkitPage) => page.textOf('region', shownWords.secret)

/** Wait until the page says this, where it can be read. */
export async function seeSaid(page: WebkitPage, words: string): Promise<void> {
  await page.until(`"${words}"`, (words) => document.getElementById('page')?.innerText.replaceAll(/\s+/g, ' ').includes(words), words)
}

/** Write a secret and have a link made of it. */
export async function makeLink(page: WebkitPage, url: string): Promise<Made> {
  await page.goto(url)
  await page.fill(createWords.text, SECRET)
  await press(page, createWords.submit)
  return readMade(page)
}

/** Write a secret and have a link made of it that asks for a PIN. */
export async function makeLocked(page: WebkitPage, url: string): Promise<Made> {
  await page.goto(url)
  await seeStarted(page)
  await page.fill(createWords.text, SECRET)
  await press(page, createWords.pin)
  await page.fill(createWords.pinLabel, PIN)
  await press(page, createWords.submit)
  return readMade(page)
}

/** The links that the page shows. */
export async function readMade(page: WebkitPage): Promise<Made> {
  await seeHeading(page, madeWords.title)
  const link = await page.read(madeWords.link)
  const receiptLink = await page.evaluate(
    (name) => [...document.querySelectorAll('a')].find((element) => element.textContent.includes(name))?.href ?? '',
    madeWords.receipt,
  )
  return { link, receiptLink }
}

/** Wait until the page's script is at work. */
export async function seeStarted(page: WebkitPage): Promise<void> {
  await page.until('the page to start', () => document.documentElement.dataset['started'] !== undefined)
}

/** Come to a link, and wait until the page has looked at it. */
export async function comeTo(page: WebkitPage, link: string): Promise<void> {
  await page.goto(link)
  await seeWaiting(page)
}

export async function seeWaiting(page: WebkitPage): Promise<void> {
  await seeHeading(page, openWords.before)
  await seeSaid(page, openWords.waits.slice(0, 9))
}

/** Open what waits here; gives the text as it is shown. */
export async function show(page: WebkitPage): Promise<string> {
  await press(page, openWords.show)
  await seeHeading(page, shownWords.title)
  return readShown(page)
}

/** Try a PIN here. */
export async function tryPin(page: WebkitPage, pin: string): Promise<void> {
  await page.fill(pinWords.label, pin)
  await press(page, openWords.show)
}

/** Wait until the reader's device and the server are done with each other. */
export async function seeErased(page: WebkitPage): Promise<void> {
  await seeSaid(page, shownWords.erased)
}

/** Whether a text stands anywhere in the document, seen or unseen. */
export function holds(page: WebkitPage, text: string): Promise<boolean> {
  return page.evaluate((text) => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map((field) => field.value)
    const { textContent, innerHTML } = document.documentElement
    return [...fields, textContent, innerHTML].some((part) => part?.includes(text))
  }, text)
}

/** What is on the clipboard, by pasting it where no field of the page is. */
export async function paste(page: WebkitPage): Promise<string> {
  await page.evaluate((name) => document.body.append(Object.assign(document.createElement('textarea'), { ariaLabel: name })), PASTED)
  await page.type(PASTED, CONTROL_V)
  await page.until('what is pasted', (name) => document.querySelector<HTMLTextAreaElement>(`[aria-label="${name}"]`)?.value !== '', PASTED)
  const pasted = await page.read(PASTED)
  await page.evaluate((name) => document.querySelector(`[aria-label="${name}"]`)?.remove(), PASTED)
  return pasted
}

/** The name of the field that is pasted into. */
const PASTED = 'paste here'

/** As WebDriver writes it: Control is held until the text is over. */
const CONTROL_V = '\uE009v'
