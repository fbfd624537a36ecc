import assert from 'node:assert/strict'
import { PATIENCE_MS } from '../../packages/server/test/support/server-process.ts'

/** Roles that are looked for, and what may have them. */
const CANDIDATES = {
  // What WebKitGTK says of a list to choose from, too.
  button: 'button, select',
  heading: 'h1, h2',
  link: 'a[href]',
  region: 'section, output, [role="region"]',
  textbox: 'input, textarea',
} as const

type Role = keyof typeof CANDIDATES

/** What is done in the page, by the page's own script: it sees nothing of what is around it here. */
type Act<Args extends readonly unknown[], Done> = (...args: Args) => Done

/** A tab of WebKit. */
export interface WebkitPage {
  goto(url: string): Promise<void>
  reload(): Promise<void>
  back(): Promise<void>
  evaluate<Args extends readonly unknown[], Done>(act: Act<Args, Done>, ...args: Args): Promise<Awaited<Done>>
  /** Wait until this gives something; what that is must survive JSON. */
  until<Args extends readonly unknown[], Done>(what: string, look: Act<Args, Done>, ...args: Args): Promise<Awaited<Done>>
  /** Wait until something can be seen that has this role and this name, by WebKit's own account. */
  see(role: Role, name: string): Promise<void>
  /** Press it as a person does, once it can be pressed. */
  press(role: Role, name: string): Promise<void>
  /** Write into a field, in place of what it holds. */
  fill(name: string, text: string): Promise<void>
  /** Press keys in a field, as WebDriver writes them. */
  type(name: string, keys: string): Promise<void>
  /** Choose what a list offers under this value. */
  choose(name: string, value: string): Promise<void>
  /** What a field holds. */
  read(name: string): Promise<string>
  /** What can be read in something. */
  textOf(role: Role, name: string): Promise<string>
}

/** How long the page itself waits before it answers that nothing has come yet, in ms. */
const TURN_MS = 1_000

/** Between two looks at anything, in ms. */
const PAUSE_MS = 20

/** By what WebDriver marks an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
type Element = Readonly<Record<typeof ELEMENT, string>>

/** What comes of a page that is on its way to another: the next try meets that one. */
const PASSING = new Set([
  'element click intercepted',
  'element not interactable',
  'javascript error',
  'no such element',
  'no such frame',
  'no such window',
  'stale element reference',
])

class DriverError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
    this.code = code
  }
}

type Call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>

/** Begin a session, and give its one tab. */
export async function createPage(driverUrl: string): Promise<{ readonly page: WebkitPage; readonly end: () => Promise<void> }> {
  const capabilities = { alwaysMatch: { timeouts: { script: PATIENCE_MS, pageLoad: PATIENCE_MS } } }
  const { sessionId } = (await callDriver(driverUrl, 'POST', '/session', { capabilities })) as { sessionId: string }
  const call: Call = (method, path, body) => callDriver(`${driverUrl}/session/${sessionId}`, method, path, body)
  return { page: createTab(call), end: () => call('DELETE', '').then(() => {}) }
}

async function callDriver(base: string, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(base + path, {
    method,
    signal: AbortSignal.timeout(2 * PATIENCE_MS),
    ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
  })
  const { value } = (await response.json()) as { value: unknown }
  if (response.ok) return value
  const { error, message } = value as { error: string; message: string }
  throw new DriverError(error, message)
}

function createTab(call: Call): WebkitPage {
  const until: WebkitPage['until'] = (what, look, ...args) => wait(what, (ms) => run(call, look, args, ms))
  const find = async (role: Role, name: string, ms: number): Promise<string | undefined> => {
    for (const { [ELEMENT]: element } of (await run(call, listCandidates, [CANDIDATES[role], name] as const, ms)) ?? []) {
      const isIt = (await call('GET', `/element/${element}/computedlabel`)) === name
      if (isIt && (await call('GET', `/element/${element}/computedrole`)) === role) return element
    }
  }
  /** Find it and do something with it; if it is gone by then, find it again. */
  const withOne = <Done>(role: Role, name: string, act: (element: string) => Promise<Done>) =>
    wait(`${role} "${name}"`, async (ms) => {
      const element = await find(role, name, ms)
      return element === undefined ? undefined : { done: await act(element) }
    }).then(({ done }) => done)
  const read = (name: string) =>
    withOne('textbox', name, async (element) => String(await call('GET', `/element/${element}/property/value`)))
  const hear = () => wait('the page to listen', (ms) => run(call, () => true, [], ms)).then(() => {})
  return {
    goto: (url) => call('POST', '/url', { url }).then(hear),
    reload: () => call('POST', '/refresh').then(hear),
    back: () => call('POST', '/back').then(hear),
    evaluate: (act, ...args) => run(call, act, args, 0),
    until,
    see: (role, name) => withOne(role, name, async () => {}),
    press: (role, name) => withOne(role, name, async (element) => void (await call('POST', `/element/${element}/click`))),
    async fill(name, text) {
      await withOne('textbox', name, async (element) => {
        await call('POST', `/element/${element}/clear`)
        await call('POST', `/element/${element}/value`, { text })
      })
      assert.equal(await read(name), text)
    },
    type: (name, keys) =>
      withOne('textbox', name, async (element) => void (await call('POST', `/element/${element}/value`, { text: keys }))),
    choose: (name, value) =>
      withOne('button', name, async (element) => {
        const found = await call('POST', `/element/${element}/element`, { using: 'css selector', value: `option[value="${value}"]` })
        await call('POST', `/element/${(found as Element)[ELEMENT]}/click`)
      }),
    read,
    textOf: (role, name) => withOne(role, name, async (element) => String(await call('GET', `/element/${element}/text`))),
  }
}

/** What a page complains of is told to the relay before it (`relay.ts`): the driver has no way to its console. */
const HEAR = `
  if (location.protocol === 'http:' && !globalThis.isHeard) {
    globalThis.isHeard = true
    const tell = (fault) => void fetch('/fault', { method: 'POST', keepalive: true, body: String(fault) })
    addEventListener('error', (event) => tell(event.message))
    addEventListener('unhandledrejection', (event) => tell(event.reason))
  }`

/** Do something in the page, until it gives something or the time is over. */
async function run<Args extends readonly unknown[], Done>(
  call: Call,
  act: Act<Args, Done>,
  args: Args,
  ms: number,
): Promise<Awaited<Done>> {
  const script = `
    const [args, ms, done] = arguments
    const endMs = performance.now() + ms
    ${HEAR}
    const turn = async () => {
      try {
        const found = await (${act.toString()})(...args)
        if ((found ?? false) === false && performance.now() < endMs) setTimeout(turn, ${PAUSE_MS})
        else done({ found })
      } catch (error) {
        done({ thrown: String(error) })
      }
    }
    void turn()`
  const { found, thrown } = (await call('POST', '/execute/async', { script, args: [args, ms] })) as {
    found: Awaited<Done>
    thrown?: string
  }
  if (thrown !== undefined) throw new Error(`in the page: ${thrown}`)
  return found
}

/** What may be seen under a name; whether it really has that name is for the browser to say. */
function listCandidates(candidates: string, name: string): Element[] | null {
  const found = [...document.querySelectorAll<HTMLElement>(candidates)].filter((element) => {
    if (!element.checkVisibility() || element.matches(':disabled, [aria-disabled="true"]')) return false
    const labels = [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent)
    return [element.ariaLabel, element.textContent, ...labels].some((text) => text?.includes(name))
  })
  // WebDriver turns elements into what it marks them by.
  return found.length === 0 ? null : (found as unknown as Element[])
}

/** Look until there is something, over pages that come and go. */
async function wait<Found>(what: string, look: (ms: number) => Promise<Found>): Promise<NonNullable<Found>> {
  const deadlineMs = performance.now() + PATIENCE_MS
  let passing: unknown = null
  do {
    try {
      const found = await look(TURN_MS)
      if (found !== null && found !== undefined && found !== false) return found
    } catch (error) {
      if (!(error instanceof DriverError && PASSING.has(error.code))) throw error
      passing = error
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  } while (performance.now() < deadlineMs)
  throw new Error(`waited ${PATIENCE_MS} ms in vain for ${what}`, { cause: passing })
}
