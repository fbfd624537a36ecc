import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../../e2e/support/browsers.ts'
import { button, keepLocked, keepSecret, pinField, press, readState, seeHeading, seeSaid } from '../../e2e/support/steps.ts'
import { findPiece } from '../../e2e/support/language.ts'
import { type Behind, PATIENCE_MS, anInstance, until } from '../../packages/server/test/support/server-process.ts'
import { openWords, shownWords } from '../../packages/web/src/languages/en.ts'
import { AGENTS } from './agents.ts'
import type { Patch } from '../mutate.ts'
import { buildPatchedPages } from './patched-pages.ts'

export interface Visited {
  /** Visits by a browser in which nobody pressed the button. */
  readonly visits: number
  /** Visits after which the secret no longer waited. */
  readonly opened: readonly string[]
  /** What the browser said of why it asked, where it asked ahead. */
  readonly ahead: readonly string[]
}

/** Somebody at a browser, or something in one, who presses nothing. */
interface Visit {
  readonly what: string
  readonly act: (visit: {
    readonly context: BrowserContext
    readonly page: Page
    readonly link: string
    readonly base: string
  }) => Promise<void>
  readonly hasPin?: true
  readonly context?: Parameters<Browser['newContext']>[0]
}

const SERVE_PAGES = fileURLToPath(new URL('../../e2e/support/serve-pages.ts', import.meta.url))
/** Keys that press nothing: what scrolls, moves, leaves, or is a letter. */
const KEYS = [
  'ArrowDown',
  'ArrowUp',
  'PageDown',
  'PageUp',
  'Home',
  'End',
  'Escape',
  'Tab',
  'Shift+Tab',
  'a',
  's',
  'F2',
  'Control+a',
  'Shift',
]
/** A page that has waited for as long as a person would has run every timer that it has. */
const LONG_MS = 3_600_000

const arrive = async (page: Page, link: string) => {
  await page.goto(link)
  await seeHeading(page, openWords.before)
  await page.getByText(findPiece(openWords.waits)).waitFor()
  await page.waitForLoadState('networkidle')
}

/** Everything that scripts can do to the button, or in its name. */
const pressByScript = (page: Page, selector: string) =>
  page.evaluate((selector) => {
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      element.focus()
      element.click()
      for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'dblclick', 'touchstart', 'touchend'])
        element.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, composed: true, detail: 1, view: window }))
      for (const key of ['Enter', ' ']) {
        for (const type of ['keydown', 'keypress', 'keyup'])
          element.dispatchEvent(new KeyboardEvent(type, { key, code: key === ' ' ? 'Space' : key, bubbles: true, cancelable: true }))
      }
      for (const type of ['submit', 'change', 'input']) element.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }))
      if (element instanceof HTMLFormElement) element.requestSubmit()
    }
  }, selector)

const embed = (page: Page, base: string, html: string) => page.goto(`${base}preview.html?${new URLSearchParams({ html })}`)

const VISITS: readonly Visit[] = [
  { what: 'a plain visit', act: ({ page, link }) => arrive(page, link) },
  {
    what: 'a visit that scrolls, moves the pointer and presses other keys',
    async act({ page, link }) {
      await arrive(page, link)
      await page.mouse.move(10, 10)
      await page.mouse.wheel(0, 2000)
      await page.mouse.click(2, 2)
      await page.getByRole('heading', { level: 1 }).click()
      for (const key of KEYS) await page.keyboard.press(key)
      await page.mouse.wheel(0, -2000)
      await button(page, openWords.show).hover()
    },
  },
  {
    what: 'a visit whose script presses',
    async act({ page, link }) {
      await arrive(page, link)
      await pressByScript(page, 'button, form, body, main')
      await seeSaid(page, openWords.pressAgain)
      await pressByScript(page, 'button')
      await page.waitForLoadState('networkidle')
    },
  },
  {
    what: 'a visit to a secret with a PIN, whose script types and submits',
    hasPin: true,
    async act({ page, link }) {
      await page.goto(link)
      await pinField(page).waitFor()
      await pinField(page).fill('482913')
      await pressByScript(page, 'button, form, input')
      await page.waitForLoadState('networkidle')
    },
  },
  {
    what: 'a visit that is reloaded, left, and come back to',
    async act({ page, link, base }) {
      await arrive(page, link)
      await page.reload()
      await seeHeading(page, openWords.before)
      await page.goto(`${base}about`)
      await page.goBack()
      await seeHeading(page, openWords.before)
      await page.goForward()
      await page.goBack()
      await seeHeading(page, openWords.before)
      await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
      await seeHeading(page, openWords.before)
    },
  },
  {
    what: 'a visit that waits for an hour, out of sight and in sight again',
    async act({ page, link }) {
      await page.clock.install()
      await arrive(page, link)
      await page.clock.fastForward(LONG_MS)
      for (const isHidden of [true, false]) {
        await page.evaluate((isHidden) => {
          Object.defineProperty(document, 'visibilityState', { configurable: true, value: isHidden ? 'hidden' : 'visible' })
          document.dispatchEvent(new Event('visibilitychange'))
          window.dispatchEvent(new Event(isHidden ? 'blur' : 'focus'))
        }, isHidden)
      }
      await page.clock.fastForward(LONG_MS)
      await page.waitForLoadState('networkidle')
    },
  },
  ...(['prefetch', 'prerender'] as const).map((how): Visit => ({
    what: `a browser that is told to ${how} the link`,
    async act({ page, link, base }) {
      const rules = JSON.stringify({ [how]: [{ urls: [link], eagerness: 'immediate' }] })
      const hint = `<link rel="${how}" href="${link}" as="document">`
      await embed(page, base, `${hint}<script type="speculationrules">${rules}</script><a href="${link}">link</a>`)
      await page.waitForLoadState('networkidle')
      await page.getByText('link').hover()
      await page.waitForLoadState('networkidle')
    },
  })),
  {
    what: 'a page that frames, fetches, embeds and pops up the link',
    async act({ page, link, base, context }) {
      const parts = [`<iframe src="${link}"></iframe>`, `<img src="${link}">`, `<object data="${link}"></object>`, `<embed src="${link}">`]
      await embed(page, base, `${parts.join('')}<link rel="stylesheet" href="${link}"><video src="${link}"></video>`)
      const [popup] = await Promise.all([
        context.waitForEvent('page'),
        page.evaluate(async (link) => {
          for (const method of ['GET', 'HEAD', 'POST']) await fetch(link, { method }).catch(() => null)
          navigator.sendBeacon(link)
          window.open(link)
        }, link),
      ])
      await seeHeading(popup, openWords.before)
      await popup.waitForLoadState('networkidle')
      await pressByScript(popup, 'button')
    },
  },
  {
    what: 'a program that prints, pictures and reads the page',
    async act({ page, link }) {
      await arrive(page, link)
      await page.screenshot({ fullPage: true })
      await page.pdf()
      await page.emulateMedia({ media: 'print', reducedMotion: 'reduce' })
      await page.content()
      await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
    },
  },
  {
    what: 'a browser without scripts',
    context: { javaScriptEnabled: false },
    async act({ page, link }) {
      await page.goto(link)
      await page.keyboard.press('Enter')
      for (const found of await page.locator('button:visible').all()) await found.click()
    },
  },
  ...[15, 16, 19, 28, 29].map((n): Visit => ({
    what: `a browser of ${AGENTS[n]?.slice(0, 60)}`,
    context: { userAgent: AGENTS[n] as string },
    async act({ page, link }) {
      await arrive(page, link)
      await page.mouse.wheel(0, 500)
    },
  })),
]

/**
 * Have a browser visit real links in every way but one: nobody presses the button.
 *
 * @param patches - of the pages, which are then built anew.
 */
export async function visitUnpressed(t: Behind, { visits }: { readonly visits: number }, patches: readonly Patch[] = []): Promise<Visited> {
  const instance = anInstance(t)
  const server = await (patches.length === 0
    ? instance.start({ LETTERLOCK_LIMITS: 'off' })
    : instance.start({ LETTERLOCK_LIMITS: 'off', TEST_PAGES: await buildPatchedPages(t, patches) }, { script: SERVE_PAGES }))
  const front = await openFront(t, server.url)
  const browser = await launchChromium()
  t.after(() => browser.close())
  const opened: string[] = []
  const some = VISITS.slice(0, visits)
  for (const { what, act, hasPin, context: options } of some) {
    const { link, receiptLink } = await (hasPin === true ? keepLocked(front.url) : keepSecret(front.url))
    const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options })
    // A page that was changed may never do what is waited for.
    if (patches.length === 0) context.setDefaultTimeout(PATIENCE_MS)
    const page = await context.newPage()
    // A page that opens by itself never comes to rest as others do: what counts is what the server says.
    const failure = await act({ context, page, link, base: front.url }).then(
      () => null,
      (error: Error) => error,
    )
    const state = await readState(front.url, receiptLink)
    await context.close()
    if (state !== 'sealed') opened.push(`${what}: ${state}`)
    else if (failure !== null) throw new Error(`${what} did not come about`, { cause: failure })
  }
  return { visits: some.length, opened, ahead: front.ahead }
}

/** See that what is looked for is seen: a press does open. */
export async function visitPressed(t: Behind): Promise<string> {
  const server = await anInstance(t).start({ LETTERLOCK_LIMITS: 'off' })
  const browser = await launchChromium()
  t.after(() => browser.close())
  const { link, receiptLink } = await keepSecret(server.url)
  const page = await browser.newPage()
  await arrive(page, link)
  await press(page, openWords.show)
  await seeHeading(page, shownWords.title)
  return until('the secret to be opened', async () => {
    const state = await readState(server.url, receiptLink)
    return state === 'sealed' ? null : state
  })
}

interface Front {
  readonly url: string
  readonly ahead: readonly string[]
}

/** The same origin, with one more page: one that somebody else has written. */
async function openFront(t: Behind, serverUrl: string): Promise<Front> {
  const ahead: string[] = []
  const front = createServer((asking, answering) => {
    const url = new URL(asking.url ?? '/', 'http://front/')
    const purpose = asking.headers['sec-purpose'] ?? asking.headers['purpose']
    if (purpose !== undefined) ahead.push(`${String(purpose)} of ${url.pathname}`)
    if (url.pathname !== '/preview.html') return pass(serverUrl, asking, answering)
    answering.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    answering.end(`<!doctype html><title>elsewhere</title>${url.searchParams.get('html') ?? ''}`)
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    front.closeAllConnections()
    front.close()
  })
  return { url: `http://127.0.0.1:${(front.address() as AddressInfo).port}/`, ahead }
}

function pass(serverUrl: string, asking: IncomingMessage, answering: ServerResponse): void {
  const { hostname, port } = new URL(serverUrl)
  const { method, url: path, headers } = asking
  const passed = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
    answering.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.pipe(answering)
  })
  passed.on('error', () => answering.destroy())
  answering.on('close', () => passed.destroy())
  asking.pipe(passed)
}

/** Pages that open a secret although nobody has pressed. */
export const PAGE_MUTANTS: readonly { readonly what: string; readonly patches: readonly Patch[]; readonly visits: number }[] = [
  {
    what: 'a page that opens by itself',
    visits: 1,
    patches: [
      {
        file: 'packages/web/src/pages/open/main.tsx',
        from: '  for (const part of [bringShown(), host.loadClaim(), host.loadFields()]) part.catch(() => {})\n',
        to: "  for (const part of [bringShown(), host.loadClaim(), host.loadFields()]) part.catch(() => {})\n  if (screen.send({ type: 'pressed', isTrusted: true }).at === 'opening') void open()\n",
      },
    ],
  },
  {
    what: 'a page that takes the press of a script',
    visits: 3,
    patches: [
      {
        file: 'packages/web/src/pages/open/state.ts',
        from: "return event.isTrusted ? { at: 'opening' } : { ...page, asksAgain: true }",
        to: "return event.isTrusted || page.at === 'before' ? { at: 'opening' } : { ...page, asksAgain: true }",
      },
    ],
  },
]
