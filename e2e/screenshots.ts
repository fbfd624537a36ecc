// Draws every page in every state, on a phone and a desktop, in light and dark, into
// screenshots/, and holds each state to the rules of axe-core. States that a server takes days
// to reach are answered in its place. With names as arguments, only scenes that begin so.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from './support/browsers.ts'
import { startServer } from './support/start-server.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'screenshots')
const PIN = '482913'
const SECRET = 'kT7-vQm2!xRw9LpZc4'
const LETTER =
  'Hello Ada,\n\nthe new router is in the cupboard.\n\n  network   Lighthouse 5G\n  password  kT7-vQm2!xRw9LpZc4\n\nPlease change it when you have moved in.\nشكرا — see you on Monday.'
const DAMAGED = '4kQ9vT2m7fJx3Wc9bLq2Zz8TnYpK5sVd'

interface Made {
  readonly link: string
  readonly receipt: string
}

type Scene = (page: Page, base: string) => Promise<void>

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
const json = (status: number, body: object) => ({ status, contentType: 'application/json', body: JSON.stringify(body) })
const refuse = (status: number, code: string, more: object = {}) =>
  json(status, { type: 'about:blank', title: code, status, code, ...more })

/** Answer one kind of call in the server's place: with a reply, by breaking off, or never. */
async function answer(page: Page, method: string, path: RegExp, reply: ReturnType<typeof json> | 'lost' | 'never'): Promise<void> {
  await page.route(path, async (route) => {
    if (route.request().method() !== method) return route.fallback()
    if (reply === 'lost') return route.abort()
    if (reply !== 'never') return route.fulfill(reply)
  })
}

async function write(page: Page, base: string, text: string): Promise<void> {
  await page.goto(base)
  await page.getByLabel('Your secret').fill(text)
}

async function make(page: Page, base: string, text = SECRET): Promise<Made> {
  await write(page, base, text)
  await press(page, 'Create link')
  await heading(page, 'Your link is ready')
  const link = await page.getByLabel('Send this link to one person').inputValue()
  const receipt = await page.getByRole('link', { name: 'See if it was opened' }).getAttribute('href')
  await press(page, 'Copy link')
  return { link, receipt: receipt ?? '' }
}

/** Make a secret in another tab, so that this one begins with its link. */
async function makeElsewhere(page: Page, base: string, text = SECRET): Promise<Made> {
  const other = await page.context().newPage()
  const made = await make(other, base, text)
  await other.close()
  return made
}

async function openSecret(page: Page, base: string, text = SECRET): Promise<void> {
  await page.goto((await makeElsewhere(page, base, text)).link)
  await heading(page, 'Someone sent you a secret')
  await page.getByText('It waits until').waitFor()
  await press(page, 'Show the secret')
  await heading(page, 'Save it now')
  await page.getByText('The server has deleted it.').waitFor()
}

async function makeWithPin(page: Page, base: string): Promise<string> {
  await write(page, base, SECRET)
  await press(page, 'Add a PIN')
  await page.getByLabel('PIN, 1 to 256 characters').fill(PIN)
  await press(page, 'Create link')
  await heading(page, 'Your link is ready')
  return page.getByLabel('Send this link to one person').inputValue()
}

async function comeToPin(page: Page, base: string): Promise<void> {
  const other = await page.context().newPage()
  const link = await makeWithPin(other, base)
  await other.close({ runBeforeUnload: false })
  await page.goto(link)
  await page.getByLabel('PIN', { exact: true }).waitFor()
}

async function tryPins(page: Page, pins: readonly string[]): Promise<void> {
  for (const pin of pins) {
    const claimed = page.waitForResponse(CLAIM)
    await page.getByLabel('PIN', { exact: true }).fill(pin)
    await press(page, 'Show the secret')
    await claimed
    await page.locator('#pin-problem, .slip[data-torn]').waitFor()
  }
}

const SECRETS = /\/api\/v1\/secrets$/
const ONE = /\/api\/v1\/secrets\/[0-9a-f]{32}$/
const CLAIM = /\/claim$/
const RECEIPT = /\/receipt$/
const HOUR_MS = 3_600_000

function gone(state: string): Scene {
  return async (page, base) => {
    const { link } = await makeElsewhere(page, base)
    await answer(page, 'GET', ONE, refuse(410, 'gone', { state, at: Date.now() - 26 * HOUR_MS }))
    await page.goto(link)
    await page.getByRole('link', { name: 'Send a secret' }).waitFor()
  }
}

function told(state: string, more: object = {}): Scene {
  return async (page, base) => {
    const { receipt } = await makeElsewhere(page, base)
    const now = Math.floor(Date.now() / 1000) * 1000
    const times = { createdAt: now - 50 * HOUR_MS, expiresAt: now + 118 * HOUR_MS }
    const ended = ['sealed', 'draft', 'claimed'].includes(state) ? {} : { endedAt: now - 26 * HOUR_MS }
    const claimed = ['claimed', 'opened'].includes(state) ? { claimedAt: now - 26 * HOUR_MS } : {}
    const body = { state, confirmed: false, attemptsFailed: 0, ...times, ...ended, ...claimed, ...more }
    await answer(page, 'GET', /\/api\/.*\/receipt$/, json(200, body))
    await page.goto(receipt)
    await page.locator('.facts').waitFor()
  }
}

/** Load the page with a link while something is the matter. */
function openWhile(prepare: (page: Page) => Promise<void>, isPressed: boolean): Scene {
  return async (page, base) => {
    const { link } = await makeElsewhere(page, base)
    await prepare(page)
    await page.goto(link)
    if (isPressed) await press(page, 'Show the secret')
  }
}

const scenes: Readonly<Record<string, Scene>> = {
  'create-empty': async (page, base) => void (await page.goto(base)),
  'create-written': (page, base) => write(page, base, LETTER),
  'create-nothing': async (page, base) => {
    await page.goto(base)
    await press(page, 'Create link')
    await page.getByText('nothing to send').first().waitFor()
  },
  'create-near-limit': (page, base) => write(page, base, 'x'.repeat(63_000)),
  'create-too-long': async (page, base) => {
    await write(page, base, 'x'.repeat(70_000))
    await press(page, 'Create link')
  },
  'create-sending': async (page, base) => {
    await answer(page, 'POST', SECRETS, 'never')
    await write(page, base, SECRET)
    await press(page, 'Create link')
  },
  'create-lost': async (page, base) => {
    await answer(page, 'POST', SECRETS, 'lost')
    await write(page, base, SECRET)
    await press(page, 'Create link')
    await page.getByRole('button', { name: 'Try again' }).waitFor()
  },
  'create-refused': async (page, base) => {
    await answer(page, 'POST', SECRETS, refuse(507, 'storage_full'))
    await write(page, base, SECRET)
    await press(page, 'Create link')
    await page.getByRole('button', { name: 'Try again' }).waitFor()
  },
  'create-ready': async (page, base) => {
    await write(page, base, SECRET)
    await press(page, 'Create link')
    await heading(page, 'Your link is ready')
  },
  'create-copied': async (page, base) => void (await make(page, base)),
  'create-pin': async (page, base) => {
    await write(page, base, SECRET)
    await press(page, 'Add a PIN')
  },
  'create-pin-made-up': async (page, base) => {
    await write(page, base, SECRET)
    await press(page, 'Add a PIN')
    await press(page, 'Make one up')
    await page.getByText('More', { exact: true }).click()
  },
  'create-pin-ready': async (page, base) => void (await makeWithPin(page, base)),
  'create-leaving': async (page, base) => {
    await write(page, base, SECRET)
    await press(page, 'Create link')
    await press(page, 'Send another')
  },
  'open-checking': openWhile((page) => answer(page, 'GET', ONE, 'never'), false),
  'open-before': async (page, base) => {
    await page.goto((await makeElsewhere(page, base)).link)
    await page.getByText('It waits until').waitFor()
  },
  'open-changed': async (page, base) => {
    await page.goto((await makeElsewhere(page, base)).link.replace('#', '%23'))
    await page.getByText('A program on the way').waitFor()
  },
  'open-opening': openWhile((page) => answer(page, 'POST', CLAIM, 'never'), true),
  'open-after': (page, base) => openSecret(page, base),
  'open-letter': (page, base) => openSecret(page, base, LETTER),
  'open-copied': async (page, base) => {
    await openSecret(page, base)
    await press(page, 'Copy')
  },
  'open-hidden': async (page, base) => {
    await openSecret(page, base)
    await press(page, 'Hide')
  },
  'open-clearing': async (page, base) => {
    await openSecret(page, base)
    await press(page, 'Clear the page')
  },
  'open-cleared': async (page, base) => {
    await openSecret(page, base)
    await press(page, 'Copy')
    await press(page, 'Clear the page')
  },
  'open-here': async (page, base) => {
    await openSecret(page, base)
    await press(page, 'Copy')
    await page.reload()
    await heading(page, 'You opened this here')
  },
  'open-gone-opened': gone('opened'),
  'open-gone-expired': gone('expired'),
  'open-gone-burned': gone('burned'),
  'open-gone-locked': gone('locked'),
  'open-gone-lost': gone('lost'),
  'open-unknown': async (page, base) => {
    const { link } = await makeElsewhere(page, base)
    await answer(page, 'GET', ONE, refuse(404, 'not_found'))
    await page.goto(link)
    await heading(page, 'This link does not work')
  },
  'open-damaged': async (page, base) => void (await page.goto(`${base}s#${DAMAGED}`)),
  'open-pasted': async (page, base) => {
    await page.goto(`${base}s#${DAMAGED}`)
    await page.getByLabel('The whole link').fill(DAMAGED)
    await press(page, 'Use this link')
  },
  'open-pin': (page, base) => comeToPin(page, base),
  'open-pin-wrong': async (page, base) => {
    await comeToPin(page, base)
    await tryPins(page, ['111111'])
  },
  'open-pin-last': async (page, base) => {
    await comeToPin(page, base)
    await tryPins(page, ['111111', '222222', '333333', '444444'])
  },
  'open-pin-stretching': async (page, base) => {
    await page.route(/\/assets\/stretch-/, async (route) =>
      route.fulfill({ response: await route.fetch(), body: 'onmessage = () => postMessage({ progress: 0.4 })' }),
    )
    await comeToPin(page, base)
    await page.getByLabel('PIN', { exact: true }).fill(PIN)
    await press(page, 'Show the secret')
    await page.getByRole('progressbar').waitFor()
  },
  'open-pin-lost': async (page, base) => {
    await comeToPin(page, base)
    await answer(page, 'POST', CLAIM, 'lost')
    await page.getByLabel('PIN', { exact: true }).fill(PIN)
    await press(page, 'Show the secret')
    await page.getByText('Your PIN is still here').first().waitFor()
  },
  'open-pin-locked': async (page, base) => {
    await comeToPin(page, base)
    await tryPins(page, ['111111', '222222', '333333', '444444', '555555'])
    await heading(page, 'This secret was deleted')
  },
  'open-unreadable': openWhile(
    (page) =>
      answer(
        page,
        'POST',
        CLAIM,
        json(200, { share: 'A'.repeat(43), leaseUntil: Date.now() + HOUR_MS, sealedBytes: 72, sealed: 'A'.repeat(96) }),
      ),
    true,
  ),
  'open-unreachable': openWhile((page) => answer(page, 'GET', ONE, 'lost'), false),
  'open-lost-reply': openWhile((page) => answer(page, 'POST', CLAIM, 'lost'), true),
  'open-plain-http': async (page, base) => {
    await page.addInitScript(() => Object.defineProperty(window, 'isSecureContext', { value: false }))
    await page.goto(`${base}s#${DAMAGED}`)
  },
  'open-old-browser': async (page, base) => {
    await page.addInitScript(() => Reflect.deleteProperty(window, 'BigInt'))
    await page.goto(`${base}s#${DAMAGED}`)
  },
  'receipt-checking': async (page, base) => {
    const { receipt } = await makeElsewhere(page, base)
    await answer(page, 'GET', /\/api\/.*\/receipt$/, 'never')
    await page.goto(receipt)
  },
  'receipt-sealed': told('sealed'),
  'receipt-pin': told('sealed', { attemptsFailed: 2, attemptsLeft: 3 }),
  'receipt-draft': told('draft'),
  'receipt-claimed': told('claimed'),
  'receipt-confirmed': told('opened', { confirmed: true }),
  'receipt-unconfirmed': told('opened'),
  'receipt-expired': told('expired'),
  'receipt-deleted': told('burned', { by: 'sender' }),
  'receipt-operator': told('burned', { by: 'operator' }),
  'receipt-locked': told('locked', { attemptsFailed: 5 }),
  'receipt-lost': told('lost'),
  'receipt-asking': async (page, base) => {
    await told('sealed')(page, base)
    await press(page, 'Delete now')
  },
  'receipt-too-late': async (page, base) => {
    await told('opened', { state: 'claimed' })(page, base)
    await answer(page, 'DELETE', ONE, refuse(410, 'gone', { state: 'opened', at: Date.now() }))
    await press(page, 'Delete now')
    await press(page, 'Delete it')
    await page.getByText('Deleting came too late').first().waitFor()
  },
  'receipt-damaged': async (page, base) => void (await page.goto(`${base}receipt#${DAMAGED}`)),
  'receipt-unknown': async (page, base) => {
    const { receipt } = await makeElsewhere(page, base)
    await answer(page, 'GET', RECEIPT, refuse(404, 'not_found'))
    await page.route(/\/receipt(?:#.*)?$/, (route) => (route.request().resourceType() === 'document' ? route.continue() : route.fallback()))
    await page.goto(receipt)
    await heading(page, 'This receipt is not known')
  },
  'receipt-unreachable': async (page, base) => {
    const { receipt } = await makeElsewhere(page, base)
    await answer(page, 'GET', /\/api\/.*\/receipt$/, 'lost')
    await page.goto(receipt)
    await heading(page, 'We cannot tell right now')
  },
  about: async (page, base) => void (await page.goto(`${base}about`)),
  'not-found': async (page, base) => void (await page.goto(`${base}nothing/here`)),
}

const phone = { width: 390, height: 844 }
const desktop = { width: 1100, height: 800 }
const mixed = [
  'create-empty',
  'create-ready',
  'create-pin-made-up',
  'create-pin-ready',
  'open-before',
  'open-pin-wrong',
  'open-after',
  'receipt-sealed',
  'about',
]

/** How the scenes are looked at; `null` stands for all of them. */
const looks: Readonly<
  Record<string, { readonly options: BrowserContextOptions; readonly only: readonly string[] | null; readonly isMirrored?: boolean }>
> = {
  'phone-light': { options: { viewport: phone, colorScheme: 'light' }, only: null },
  'phone-dark': { options: { viewport: phone, colorScheme: 'dark' }, only: null },
  'desktop-light': { options: { viewport: desktop, colorScheme: 'light' }, only: null },
  'desktop-dark': { options: { viewport: desktop, colorScheme: 'dark' }, only: null },
  'forced-colors': { options: { viewport: phone, forcedColors: 'active' }, only: mixed },
  contrast: { options: { viewport: phone, contrast: 'more' }, only: mixed },
  landscape: { options: { viewport: { width: 740, height: 360 } }, only: mixed },
  'narrow-320': { options: { viewport: { width: 320, height: 640 } }, only: mixed },
  rtl: { options: { viewport: phone }, only: mixed, isMirrored: true },
  'no-script': { options: { viewport: phone, javaScriptEnabled: false }, only: ['create-empty', 'open-damaged', 'about', 'not-found'] },
}

/** What axe-core finds wrong, one line each. Its script is run past the page's policy, which would refuse it. */
async function check(page: Page, axe: string): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: axe })
  const expression = `axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations.map((rule) => rule.id + ': ' + rule.nodes.map((node) => node.html).join(' | ')))`
  const { result } = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  return [
    ...((result.value as string[] | undefined) ?? ['axe-core did not run']),
    ...(sideways > 0 ? [`scrolls sideways by ${sideways} pixels`] : []),
  ]
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2)
  const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
  await mkdir(out, { recursive: true })
  const { base, stop } = await startServer()
  const browser = await launchChromium()
  const wrong: string[] = []
  for (const [look, { options, only, isMirrored }] of Object.entries(looks)) {
    const names = Object.keys(scenes).filter(
      (name) => (only === null || only.includes(name)) && (wanted.length === 0 || wanted.some((start) => name.startsWith(start))),
    )
    for (const name of names) {
      const context = await browser.newContext({
        ...options,
        reducedMotion: 'reduce',
        permissions: ['clipboard-write'],
        timezoneId: 'Europe/Vienna',
        locale: 'en-GB',
      })
      const page = await context.newPage()
      page.setDefaultTimeout(8_000)
      page.on(
        'console',
        (message) => void (message.text().includes('Content Security') && wrong.push(`${name} ${look}: ${message.text()}`)),
      )
      page.on('pageerror', (error) => wrong.push(`${name} ${look}: ${error.message}`))
      try {
        await (scenes[name] as Scene)(page, base)
        if (isMirrored === true) await page.evaluate(() => (document.documentElement.dir = 'rtl'))
        await page.waitForTimeout(150)
        await page.screenshot({ path: join(out, `${name}.${look}.png`), fullPage: true })
        if (options.javaScriptEnabled !== false) wrong.push(...(await check(page, axe)).map((line) => `${name} ${look}: ${line}`))
      } catch (error) {
        wrong.push(`${name} ${look}: ${(error as Error).message}`)
      }
      await context.close()
    }
  }
  await browser.close()
  await stop()
  console.log(wrong.length === 0 ? `All states are drawn into ${out}, and axe-core finds nothing.` : wrong.join('\n'))
  if (wrong.length > 0) process.exitCode = 1
}

await main()
