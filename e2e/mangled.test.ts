import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { Page, Request } from 'playwright-core'
import type { Way } from '../packages/protocol/test/vectors.ts'
import { calls, makeSecret, readToken, send } from '../packages/server/test/support/raw-client.ts'
import { createWords, endedWords, openWords, receiptWords } from '../packages/web/src/languages/en.ts'
import { type Visitor, openStage } from './support/stage.ts'
import { CALLS, SECRET, readKept, seeHeading, show, watchPosts } from './support/steps.ts'

const stage = openStage()

/** Pages that are not there answer with a page, and the browser complains of it. */
const NOT_FOUND = { allows: /404 \(Not Found\)/ }

/** Ways that are walked at once. */
const WALKERS = 4

const ways = (JSON.parse(readFileSync(new URL('../vectors/mangled-links.json', import.meta.url), 'utf8')) as { ways: Way[] }).ways.filter(
  ({ where }) => where === 'address',
)
const pick = (isWanted: (way: Way) => boolean) => ways.filter(isWanted)

/** Let each way be walked in a tab of its own, a few at once. */
async function walk(visitor: Visitor, some: readonly Way[], follow: (page: Page, way: Way) => Promise<void>): Promise<void> {
  const queue = some.values()
  const walkers = Array.from({ length: WALKERS }, async () => {
    for (const way of queue) {
      const page = await visitor.newPage()
      await follow(page, way).catch((cause: unknown) => {
        throw new Error(`${way.name}: ${way.text}`, { cause })
      })
      await page.close()
    }
  })
  await Promise.all(walkers)
}

/** Keep a secret under the very link that has been mangled. */
async function keep({ token }: Way): Promise<void> {
  const made = makeSecret(SECRET, { linkKey: readToken(token) })
  assert.equal((await send(stage.url, calls.create(made))).status, 201)
}

const goTo = (page: Page, { text }: Way) => page.goto(stage.url + text.slice(1))

/** Write down where a page asks; gives what of it holds a token, or a good part of one. */
function watchTokens(page: Page, { token }: Way): () => string[] {
  const requests: Request[] = []
  page.on('request', (request) => void requests.push(request))
  const parts = [token.slice(0, 16), token.slice(24, 40)].flatMap((part) => [part, part.toLowerCase(), part.toUpperCase()])
  return () => {
    assert.ok(requests.length > 0, 'the requests of the page are seen')
    return requests
      .map((request) => `${request.url().split('#', 1)[0]} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`)
      .filter((sent) => parts.some((part) => decodeURIComponent(sent.replaceAll('%25', '%')).includes(part)))
  }
}

/** The token has reached the server in the address of the page, where the mangling has put it, or not at all. */
function seeUnsent(sent: readonly string[], { text, reachesServer, name }: Way): void {
  const asked = new URL(stage.url + text.slice(1))
  if (reachesServer !== true) return assert.deepEqual(sent, [], name)
  assert.ok(sent.length > 0, `${name}: the request of the page itself is seen`)
  for (const line of sent) assert.ok(line.startsWith(`${asked.origin}${asked.pathname}${asked.search} `), `${name}: ${line}`)
}

test('opens a link whatever has become of its address, and says so where the server has seen it', async (t: TestContext) => {
  const some = pick(({ outcome }) => outcome === 'link')
  assert.ok(some.length >= 25)
  await walk(await stage.visit(t, NOT_FOUND), some, async (page, way) => {
    await keep(way)
    const posts = watchPosts(page)
    const listSent = watchTokens(page, way)
    await goTo(page, way)
    await page.getByText(openWords.waits.slice(0, 9)).waitFor()
    assert.deepEqual(posts, [], 'nothing is claimed before the button is pressed')
    assert.equal((await readKept(page)).session['letterlock.token'], way.token)
    assert.equal(await page.getByText(openWords.changed).isVisible(), way.reachesServer === true)
    assert.equal(page.url(), `${stage.url}s#${way.token}`, 'what a reload asks for is the link as it was sent')
    assert.equal(await show(page), SECRET)
    assert.equal(page.url(), `${stage.url}s`)
    seeUnsent(listSent(), way)
  })
})

test('explains every link that cannot be mended, and asks the server nothing about it', async (t: TestContext) => {
  const some = pick(({ outcome }) => outcome !== 'link' && outcome !== 'receipt')
  assert.ok(some.length >= 15)
  const visitor = await stage.visit(t)
  const asked: string[] = []
  visitor.context.on('request', (request) => void (request.url().includes('/api/v1/secrets') && asked.push(request.url())))
  await walk(visitor, some, async (page, way) => {
    await keep(way)
    const listSent = watchTokens(page, way)
    await goTo(page, way)
    await seeHeading(page, endedWords.damaged)
    await page.getByLabel(endedWords.paste).waitFor()
    assert.deepEqual((await readKept(page)).session, {})
    seeUnsent(listSent(), way)
  })
  assert.deepEqual(asked, [])
})

test('takes a receipt to its page whatever has become of its address', async (t: TestContext) => {
  const some = pick(({ outcome }) => outcome === 'receipt')
  assert.ok(some.length >= 5)
  await walk(await stage.visit(t, NOT_FOUND), some, async (page, way) => {
    const listSent = watchTokens(page, way)
    const asking = page.waitForRequest(CALLS.receipt)
    await goTo(page, way)
    assert.equal((await asking).method(), 'GET')
    await seeHeading(page, receiptWords.unknown)
    assert.equal(page.url(), `${stage.url}receipt`)
    assert.equal((await readKept(page)).session['letterlock.receipt'], way.token)
    seeUnsent(listSent(), way)
  })
})

test('stays where it is with a fragment that is no token', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  for (const fragment of ['#page', `#${ways[0]!.token.slice(1)}`]) {
    const asking = page.waitForResponse(/\/api\/v1\/instance$/)
    await page.goto(stage.url + fragment)
    await asking
    await seeHeading(page, createWords.title)
    await page.getByLabel(createWords.text, { exact: true }).fill('still here')
    assert.equal(page.url(), stage.url + fragment)
    await page.goto('about:blank')
  }
})
