import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { decodeBase64url, findToken } from '../packages/protocol/src/index.ts'
import { endedWords, headWords, openWords, shownWords } from '../packages/web/src/languages/en.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  answer,
  button,
  comeTo,
  keepSecret,
  press,
  readKept,
  readShown,
  seeErased,
  seeHeading,
  seeSaid,
  show,
} from './support/steps.ts'
import { findSpellings } from './support/wire.ts'

const stage = openStage()
const PASSWORD = 'canary-Vd83-quiet-Lm40-lantern'
const TEXT = `user: canary-user-Tq71-harbour\npassword: ${PASSWORD}`

/** Every place of a page that outlives it or that others may see, as bytes, by its name. */
async function readPlaces(page: Page): Promise<ReadonlyMap<string, Buffer>> {
  const { session, local, mark, elsewhere } = await readKept(page)
  const seen = await page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value)
    const entries = (globalThis as unknown as { navigation: { entries(): { url: string | null }[] } }).navigation.entries()
    return {
      document: [document.documentElement.outerHTML, document.documentElement.textContent, ...fields].join(' '),
      title: document.title,
      icon: document.querySelector('link[rel="icon"]')?.getAttribute('href') ?? '',
      addresses: [location.href, ...entries.map(({ url }) => url)].join(' '),
      resources: performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .join(' '),
    }
  })
  return new Map(
    Object.entries({ session: JSON.stringify(session), local: JSON.stringify(local), state: JSON.stringify(mark), elsewhere, ...seen }).map(
      ([name, text]) => [name, Buffer.from(String(text))] as const,
    ),
  )
}

type Canaries = Readonly<Record<string, Buffer>>

/** Where which canary is found, however it is written. */
async function findTraces(page: Page, canaries: Canaries): Promise<readonly string[]> {
  const places = await readPlaces(page)
  return [...places].flatMap(([place, bytes]) =>
    Object.entries(canaries)
      .filter(([, canary]) => findSpellings(canary, bytes).length > 0)
      .map(([name]) => `${name} in ${place}`),
  )
}

async function listCanaries(link: string): Promise<Canaries> {
  const token = await findToken(link)
  if (token?.kind !== 'link') return assert.fail('not a link')
  return {
    password: Buffer.from(PASSWORD),
    user: Buffer.from('canary-user-Tq71-harbour'),
    link: Buffer.from(link.split('#')[1] as string),
    key: Buffer.from(token.linkKey),
  }
}

test('leaves nothing of secret, link or claim anywhere once the page is clear, and speaks to nobody else', async (t: TestContext) => {
  const { page, context } = await stage.visit(t, { permissions: ['clipboard-write'] })
  const { link } = await keepSecret(stage.url, TEXT)
  const canaries = await listCanaries(link)
  const asked: string[] = []
  context.on('request', (request) => void asked.push(request.url()))
  await comeTo(page, link)
  const title = await page.title()
  assert.deepEqual(await findTraces(page, canaries), ['link in session', 'link in addresses'])
  await answer(page, 'POST', CALLS.ack, 'lost')
  assert.equal(await show(page), TEXT)
  const claim = decodeBase64url((await readKept(page)).session['letterlock.claim'] ?? '') ?? assert.fail('no claim is kept')
  Object.assign(canaries, { claim: Buffer.from(claim) })
  const whileShown = ['password in document', 'user in document']
  assert.deepEqual(await findTraces(page, canaries), ['link in session', 'claim in session', ...whileShown])
  await page.unroute(CALLS.ack)
  await seeErased(page)
  assert.deepEqual(await findTraces(page, canaries), whileShown)
  await press(page, shownWords.copy)
  await button(page, shownWords.copied).waitFor()
  await press(page, shownWords.hide)
  assert.deepEqual(await findTraces(page, canaries), [])
  await press(page, shownWords.clear)
  await seeHeading(page, shownWords.cleared)
  assert.deepEqual(await findTraces(page, canaries), [])
  assert.deepEqual([await page.title(), title], [headWords.open, headWords.open])
  await page.goto(`${stage.url}about`)
  await page.goBack()
  await seeHeading(page, endedWords.openedHere)
  assert.deepEqual(await findTraces(page, canaries), [])
  assert.deepEqual([...new Set(asked.map((url) => new URL(url).origin))], [new URL(stage.url).origin])
  assert.ok(asked.length > 8, 'the requests were seen')
  assert.deepEqual(findSpellings(canaries['password'] as Buffer, Buffer.from(asked.join(' '))), [])
})

test('keeps nothing of a link that has ended, and nothing of one that was shown when the page is left', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { link } = await keepSecret(stage.url, TEXT)
  const canaries = await listCanaries(link)
  await answer(page, 'POST', CALLS.ack, 'lost')
  await comeTo(page, link)
  assert.equal(await show(page), TEXT)
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  assert.deepEqual(await findTraces(page, canaries), ['link in session'], 'for a reload within the lease')
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  assert.equal(await readShown(page), TEXT)
  const { page: late } = await stage.visit(t)
  await late.goto(link)
  await seeHeading(late, endedWords.opened)
  await seeSaid(late, endedWords.notYou)
  // A dead link may stand in the address again: it opens nothing any more.
  assert.deepEqual(await findTraces(late, canaries), ['link in addresses'])
})

test('would find what a page left behind, wherever it were', async (t: TestContext) => {
  const { page } = await stage.visit(t, { allows: /Failed to load resource/ })
  const { link } = await keepSecret(stage.url, TEXT)
  const canaries = await listCanaries(link)
  await page.goto(`${stage.url}s#preview`)
  await seeSaid(page, openWords.isPreview)
  assert.deepEqual(await findTraces(page, canaries), [])
  for (const [name, canary] of Object.entries(canaries)) {
    for (const spelling of [canary.toString('latin1'), canary.toString('hex'), canary.toString('base64url')]) {
      // Bytes that are no text can only be written down in other ways.
      if (name === 'key' && spelling === canary.toString('latin1')) continue
      await page.evaluate(async (leak) => {
        const address = `#${encodeURIComponent(leak)}`
        sessionStorage.setItem('leak', leak)
        localStorage.setItem('leak', leak)
        history.replaceState({ leak }, '', address)
        document.title = leak
        document.querySelector('link[rel="icon"]')?.setAttribute('href', `data:,${leak}`)
        window.name = leak
        document.querySelector('main')?.append(leak)
        await (await fetch(`about?${leak}`)).text()
      }, spelling)
      const found = await findTraces(page, { [name]: canary })
      const places = ['session', 'local', 'state', 'elsewhere', 'document', 'title', 'icon', 'addresses', 'resources']
      assert.deepEqual(found.toSorted(), places.map((place) => `${name} in ${place}`).toSorted(), spelling)
    }
  }
})
