import assert from 'node:assert/strict'
import { type TestContext, after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, ConsoleMessage, Page } from 'playwright-core'
import { type Instance, PATIENCE_MS, type ServerProcess, anInstance } from '../../packages/server/test/support/server-process.ts'
import { launchChromium } from './browsers.ts'

/** What the tests of one file share: a real server with a data directory of its own, and one browser. */
export interface Stage {
  /** Where the server listens, ending in a slash. */
  readonly url: string
  /** Somebody with a browser of their own: nothing is shared with other visitors but the server. */
  visit(t: TestContext, options?: VisitOptions): Promise<Visitor>
  /** Another server for one test, with a data directory of its own. */
  another(t: TestContext): Instance
}

export interface Visitor {
  readonly context: BrowserContext
  readonly page: Page
  /** What went wrong in any page of this visitor. Unless the test empties it, it fails the test. */
  readonly faults: string[]
  /** Another tab. */
  newPage(): Promise<Page>
}

export interface VisitOptions extends BrowserContextOptions {
  /** Faults that belong to the test. */
  readonly allows?: RegExp
}

/** A browser's own word for a reply that is not a success. On calls of the API, those are expected. */
const FAILED_CALL = /^Failed to load resource:/

/** A server of other pages than those that were built. */
const SERVE_PAGES = fileURLToPath(new URL('serve-pages.ts', import.meta.url))

/**
 * Set the stage for a file of tests; everything is ended and removed behind them.
 *
 * @param pages - makes the pages that the server is to have, if not those of the build, and gives their folder.
 */
export function openStage(launch: () => Promise<Browser> = launchChromium, pages?: () => Promise<string>): Stage {
  const instance = anInstance({ after })
  let server: ServerProcess | undefined
  let launching: Promise<Browser> | undefined
  before(async () => {
    launching = launch()
    const env = { LETTERLOCK_LIMITS: 'off' }
    server = await (pages === undefined
      ? instance.start(env)
      : instance.start({ ...env, TEST_PAGES: await pages() }, { script: SERVE_PAGES }))
  })
  after(async () => (await launching)?.close())
  return {
    get url() {
      assert.ok(server !== undefined, 'the server is there once the tests have begun')
      return server.url
    },
    visit: async (t, options = {}) => visit(t, (await launching) as Browser, options),
    another: anInstance,
  }
}

async function visit(t: TestContext, browser: Browser, { allows, ...options }: VisitOptions): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(PATIENCE_MS)
  const faults: string[] = []
  const note = (fault: string) => void (allows?.test(fault) === true || faults.push(fault))
  context.on('console', (message) => {
    if (isFault(message)) note(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => note(`uncaught: ${error.error().message}`))
  t.after(async () => {
    // What is still being fetched for a page that goes is nobody's fault.
    await Promise.all([context, ...context.pages()].map((routed) => routed.unrouteAll({ behavior: 'ignoreErrors' })))
    await context.close()
    assert.deepEqual(faults, [], 'a page complained')
  })
  return { context, page: await context.newPage(), faults, newPage: () => context.newPage() }
}

/** Violations of the page's policy come as errors too. */
function isFault(message: ConsoleMessage): boolean {
  if (message.type() !== 'error' && !/Content.Security.Policy/i.test(message.text())) return false
  return !(FAILED_CALL.test(message.text()) && /\/api\/v1\//.test(message.location().url))
}
