import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page, Request } from 'playwright-core'
import type { Way } from '../../packages/protocol/test/vectors.ts'
import { endedWords, openWords, receiptWords } from '../../packages/web/src/languages/en.ts'
import { describeDamage } from '../../packages/web/src/pages/open/describe-ended.ts'
import { keepMangled, listExplained, listOpened, listReceipts, listTokenParts, seeSealed } from './mangled-ways.ts'
import type { Stage, Visitor } from './stage.ts'
import { CALLS, SECRET, readKept, seeHeading, seeSaid, show, watchPosts } from './steps.ts'

/** Pages that are not there answer with a page, and the browser complains of it. */
const NOT_FOUND = { allows: /404 \(Not Found\)/ }

/** Ways that are walked at once. */
const WALKERS = 4

/** Let each way be walked in a tab of its own, a few at once. */
async function walk<Some extends Way>(
  visitor: Visitor,
  some: readonly Some[],
  follow: (page: Page, way: Some) => Promise<void>,
): Promise<void> {
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

const goTo = (page: Page, url: string, { text }: Way) => page.goto(url + text.slice(1))

/** Write down where a page asks; gives what of it holds a token, or a good part of one. */
function watchTokens(page: Page, way: Way): () => string[] {
  const requests: Request[] = []
  page.on('request', (request) => void requests.push(request))
  const parts = listTokenParts(way)
  return () => {
    assert.ok(requests.length > 0, 'the requests of the page are seen')
    return requests
      .map((request) => `${request.url().split('#', 1)[0]} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`)
      .filter((sent) => parts.some((part) => decodeURIComponent(sent.replaceAll('%25', '%')).includes(part)))
  }
}

/** The token has reached the server in the address of the page, where the mangling has put it, or not at all. */
function seeUnsent(sent: readonly string[], url: string, { text, reachesServer, name }: Way): void {
  const asked = new URL(url + text.slice(1))
  if (reachesServer !== true) return assert.deepEqual(sent, [], name)
  assert.ok(sent.length > 0, `${name}: the request of the page itself is seen`)
  for (const line of sent) assert.ok(line.startsWith(`${asked.origin}${asked.pathname}${asked.search} `), `${name}: ${line}`)
}

/**
 * What holds of mangled links in every browser.
 *
 * @param some - the ways that are walked.
 */
export function testMangledFlow(stage: Stage, some: readonly Way[]): void {
  test('opens a link whatever has become of its address, and says so where the server has seen it', async (t: TestContext) => {
    const opened = listOpened(some)
    assert.ok(opened.length >= 25)
    await walk(await stage.visit(t, NOT_FOUND), opened, async (page, way) => {
      await keepMangled(stage.url, way)
      const posts = watchPosts(page)
      const listSent = watchTokens(page, way)
      await goTo(page, stage.url, way)
      await page.getByText(openWords.waits.slice(0, 9)).waitFor()
      assert.deepEqual(posts, [], 'nothing is claimed before the button is pressed')
      assert.equal((await readKept(page)).session['letterlock.token'], way.token)
      assert.equal(await page.getByText(openWords.changed).isVisible(), way.reachesServer === true)
      assert.equal(page.url(), `${stage.url}s#${way.token}`, 'what a reload asks for is the link as it was sent')
      assert.equal(await show(page), SECRET)
      assert.equal(page.url(), `${stage.url}s`)
      seeUnsent(listSent(), stage.url, way)
    })
  })

  test('explains every link that cannot be mended, and asks the server nothing about it', async (t: TestContext) => {
    const explained = listExplained(some)
    assert.deepEqual(new Set(explained.map(({ outcome }) => outcome)), new Set(['empty', 'cut', 'lower-cased', 'upper-cased', 'changed']))
    const visitor = await stage.visit(t)
    const asked: string[] = []
    visitor.context.on('request', (request) => void (request.url().includes('/api/v1/secrets') && asked.push(request.url())))
    await walk(visitor, explained, async (page, way) => {
      const made = await keepMangled(stage.url, way)
      const listSent = watchTokens(page, way)
      await goTo(page, stage.url, way)
      await seeHeading(page, endedWords.damaged)
      await seeSaid(page, describeDamage(way.outcome))
      await page.getByLabel(endedWords.paste).waitFor()
      assert.deepEqual((await readKept(page)).session, {})
      await seeSealed(stage.url, made, way)
      seeUnsent(listSent(), stage.url, way)
    })
    assert.deepEqual(asked, [])
  })

  test('takes a receipt to its page whatever has become of its address', async (t: TestContext) => {
    const receipts = listReceipts(some)
    assert.ok(receipts.length >= 2)
    await walk(await stage.visit(t, NOT_FOUND), receipts, async (page, way) => {
      const listSent = watchTokens(page, way)
      const asking = page.waitForRequest(CALLS.receipt)
      await goTo(page, stage.url, way)
      assert.equal((await asking).method(), 'GET')
      await seeHeading(page, receiptWords.unknown)
      assert.equal(page.url(), `${stage.url}receipt`)
      assert.equal((await readKept(page)).session['letterlock.receipt'], way.token)
      seeUnsent(listSent(), stage.url, way)
    })
  })
}
