import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Way } from '../packages/protocol/test/vectors.ts'
import { anInstance } from '../packages/server/test/support/server-process.ts'
import { createWords, endedWords, madeWords, openWords, receiptWords, shownWords } from '../packages/web/src/languages/en.ts'
import { describeDamage } from '../packages/web/src/pages/open/describe-ended.ts'
import { say, sayCount } from '../packages/web/src/ui/say.ts'
import { NEWER_TOKEN, endSecrets, keepSpoiled, makeUnknown } from './support/ends.ts'
import { findPiece } from './support/language.ts'
import { chosenWays, keepMangled, listExplained, listOpened, listReceipts, listTokenParts, seeSealed } from './support/mangled-ways.ts'
import { mistypeElsewhere } from './support/receipt-steps.ts'
import { openRelay } from './support/relay.ts'
import { person } from './support/several-flow.ts'
import { SECRET, keepLocked, keepSecret, readState, refusal } from './support/steps.ts'
import type { WebkitPage } from './support/webkit-page.ts'
import { type Scene, openWebkitStage } from './support/webkit-stage.ts'
import {
  ACK,
  CREATE,
  changes,
  comeTo,
  holds,
  makeLink,
  paste,
  press,
  readShown,
  seeErased,
  seeHeading,
  seeSaid,
  seeWaiting,
  show,
} from './support/webkit-steps.ts'

const open = openWebkitStage()

/** Calls of the API, as the relay writes them down. */
const PEEK = /^GET \/api\/v1\/secrets\/[0-9a-f]{32}$/
const RECEIPT = /^GET \/api\/.*\/receipt$/
const EVENTS = /\/receipt\/events$/

/** Whether the page shows a button of this name. */
const offers = (page: WebkitPage, name: string) =>
  page.evaluate((name) => [...document.querySelectorAll('button')].some((button) => button.textContent === name), name)

/** The step that a secret is at, by its words. */
const readStep = (page: WebkitPage) => page.evaluate(() => document.querySelector<HTMLElement>('[aria-current="step"]')?.innerText)

test('shows a secret being opened and opened while it happens, without a press', async (t: TestContext) => {
  const { relay, url, visit } = await open(t)
  const sender = await visit()
  const reader = await visit()
  const { link, receiptLink } = await keepSecret(url)
  const mend = relay.meet(ACK, 'lost')
  await sender.goto(receiptLink)
  await seeHeading(sender, receiptWords.title.sealed)
  await seeSaid(sender, receiptWords.live)
  assert.equal(await readStep(sender), receiptWords.stepMade)
  await comeTo(reader, link)
  await show(reader)
  await seeHeading(sender, receiptWords.title.claimed)
  assert.equal(await readStep(sender), receiptWords.stepClaimed)
  await seeSaid(sender, receiptWords.notThem)
  mend()
  await seeErased(reader)
  await seeHeading(sender, receiptWords.title.confirmed)
  assert.equal(await readStep(sender), receiptWords.stepOpened)
  assert.deepEqual(
    [RECEIPT, EVENTS].map((call) => relay.asked.filter((asked) => call.test(asked)).length),
    [1, 1],
    'it was neither loaded again nor asked for again',
  )
  assert.equal(await holds(sender, SECRET), false)
})

test('counts wrong PINs while they are tried, up to the last', async (t: TestContext) => {
  const { url, visit } = await open(t)
  const page = await visit()
  const { link, receiptLink } = await keepLocked(url, { attempts: 3 })
  await page.goto(receiptLink)
  await seeSaid(page, receiptWords.noneTried)
  for (const [index, pin] of ['000000', '111111', '222222'].entries()) {
    await seeSaid(page, receiptWords.live)
    await mistypeElsewhere(url, link, pin)
    if (index < 2) await seeSaid(page, sayCount(receiptWords.tried, index + 1, 'en'))
  }
  await seeHeading(page, receiptWords.title.locked)
  await seeSaid(page, receiptWords.detail.locked)
})

test('makes a link for each of three people when the connection drops midway, each with a receipt of its own, and copies them', async (t: TestContext) => {
  const { relay, url, visit } = await open(t)
  const page = await visit()
  const submit = sayCount(createWords.submitMany, 3, 'en')
  await page.goto(url)
  await page.fill(createWords.text, SECRET)
  await page.choose(createWords.people, '3')
  const mend = relay.meet(CREATE, 'lost', 1)
  await press(page, submit)
  await seeSaid(page, sayCount(createWords.someMade, 1, 'en'))
  mend()
  await press(page, createWords.retry)
  await seeHeading(page, sayCount(madeWords.titleMany, 3, 'en'))
  const all = await page.evaluate(() =>
    [...document.querySelectorAll('.people li')].map((item) => ({
      link: item.querySelector<HTMLInputElement>('.parcel input')?.value ?? '',
      receiptLink: item.querySelector<HTMLAnchorElement>('.receipt')?.href ?? '',
    })),
  )
  assert.equal(new Set(all.flatMap(({ link, receiptLink }) => [link, receiptLink])).size, 6)
  await page.fill(person(2), 'Ada')
  for (const [index, name] of [person(1), 'Ada', person(3)].entries()) {
    await press(page, say(madeWords.copyFor, { name }))
    await page.see('button', `${madeWords.copied}: ${name}`)
    assert.equal(await paste(page), all[index]?.link)
  }
  await press(page, madeWords.copyList)
  await page.see('button', madeWords.copied)
  assert.equal(await paste(page), `${all[0]?.link}\nAda: ${all[1]?.link}\n${all[2]?.link}`)
  const reader = await visit()
  for (const { link, receiptLink } of all) {
    assert.equal(await readState(url, receiptLink), 'sealed')
    await reader.goto('about:blank')
    await comeTo(reader, link)
    assert.equal(await show(reader), SECRET)
    await seeErased(reader)
    assert.equal(await readState(url, receiptLink), 'confirmed')
  }
})

test('warns whoever comes to a link that this browser has made, and opens it all the same', async (t: TestContext) => {
  const { relay, url, visit } = await open(t)
  const page = await visit()
  const other = await visit()
  const { link, receiptLink } = await makeLink(page, url)
  const before = relay.asked.length
  await press(page, madeWords.copy)
  await page.see('button', madeWords.copied)
  await comeTo(page, link)
  await seeSaid(page, openWords.own)
  await seeSaid(page, openWords.ownDetail)
  assert.equal(await offers(page, openWords.show), false)
  await comeTo(other, link)
  await other.see('button', openWords.show)
  assert.equal(await holds(other, openWords.own), false, 'nobody else is warned')
  assert.deepEqual(changes(relay.asked.slice(before)), [])
  assert.equal(await readState(url, receiptLink), 'sealed')
  await press(page, openWords.ownShow)
  await seeHeading(page, shownWords.title)
  assert.equal(await readShown(page), SECRET)
})

test('tells reader and sender of each end that a secret has come to on the server', async (t: TestContext) => {
  const { visit } = await open(t)
  const { url, gone } = await endSecrets(anInstance(t))
  const relay = await openRelay(url)
  t.after(() => relay.close())
  const page = await visit()
  const through = (link: string) => relay.url + link.slice(url.length)
  for (const { link, receiptLink, heading, detail, outcome } of gone) {
    await page.goto(through(link))
    await seeHeading(page, heading)
    await seeSaid(page, detail)
    assert.equal(await offers(page, openWords.show), false)
    await page.goto(through(receiptLink))
    await seeHeading(page, outcome)
  }
  assert.deepEqual(relay.faults, [])
})

test('tells a reader of a secret that is lost, unknown, too new or unreadable', async (t: TestContext) => {
  const { relay, url, visit } = await open(t)
  const page = await visit()
  const mend = relay.meet(PEEK, refusal(410, 'gone', { state: 'lost', at: Date.now() }))
  await page.goto((await keepSecret(url)).link)
  await seeHeading(page, endedWords.lost)
  await seeSaid(page, findPiece(endedWords.lostDetail))
  mend()
  for (const [link, name] of [
    [await makeUnknown(url), 'unknown'],
    [`${url}s#${NEWER_TOKEN}`, 'newer'],
  ] as const) {
    await page.goto('about:blank')
    await page.goto(link)
    await seeHeading(page, endedWords[name])
    await seeSaid(page, endedWords[`${name}Detail`])
    assert.equal(await offers(page, openWords.show), false)
  }
  await page.goto('about:blank')
  await comeTo(page, await keepSpoiled(url))
  await press(page, openWords.show)
  await seeHeading(page, endedWords.unreadable)
  await seeSaid(page, endedWords.unreadableWhy.damaged)
})

/** Come to a mangled link from elsewhere; gives what is asked of the server from then on. */
async function follow(page: WebkitPage, { relay, url }: Scene, { text }: Way): Promise<() => readonly string[]> {
  await page.goto('about:blank')
  const before = relay.asked.length
  await page.goto(url + text.slice(1))
  return () => relay.asked.slice(before)
}

/** The token has reached the server exactly if it stood before the fragment. */
function seeUnsent(asked: readonly string[], way: Way): void {
  assert.ok(asked.length > 0, 'what is asked is seen')
  const wasSent = asked.some((call) => listTokenParts(way).some((part) => call.includes(part)))
  assert.equal(wasSent, way.reachesServer === true, way.name)
}

for (const wasSeen of [true, false]) {
  test(`opens a mangled link that the server has ${wasSeen ? '' : 'not '}seen, and ${wasSeen ? 'says so' : 'says nothing of that'}`, async (t: TestContext) => {
    const scene = await open(t)
    const page = await scene.visit()
    const opened = listOpened(chosenWays).filter(({ reachesServer }) => reachesServer === wasSeen)
    assert.ok(opened.length >= 8)
    for (const way of opened) {
      await keepMangled(scene.url, way)
      const asked = await follow(page, scene, way)
      await seeWaiting(page)
      assert.deepEqual(changes(asked()), [], way.name)
      assert.equal(await page.evaluate(() => location.href), `${scene.url}s#${way.token}`, way.name)
      assert.equal(await holds(page, openWords.changed), wasSeen, way.name)
      assert.equal(await show(page), SECRET, way.name)
      await seeErased(page)
      seeUnsent(asked(), way)
    }
  })
}

test('explains a link that cannot be mended, asks the server nothing, uses nothing up, and takes the whole one', async (t: TestContext) => {
  const scene = await open(t)
  const page = await scene.visit()
  const explained = listExplained(chosenWays)
  assert.deepEqual(new Set(explained.map(({ outcome }) => outcome)), new Set(['empty', 'cut', 'lower-cased', 'upper-cased', 'changed']))
  for (const way of explained) {
    const made = await keepMangled(scene.url, way)
    const asked = await follow(page, scene, way)
    await seeHeading(page, endedWords.damaged)
    await seeSaid(page, describeDamage(way.outcome))
    await seeSaid(page, endedWords.damagedDetail)
    await page.see('textbox', endedWords.paste)
    assert.deepEqual(
      asked().filter((call) => call.includes('/api/')),
      [],
      way.name,
    )
    seeUnsent(asked(), way)
    await seeSealed(scene.url, made, way)
  }
  const { link } = await keepSecret(scene.url)
  await page.fill(endedWords.paste, `Here it is: <${link}>.`)
  await press(page, endedWords.useLink)
  await seeWaiting(page)
  assert.equal(await show(page), SECRET)
})

test('takes a receipt to its page whatever has become of its address', async (t: TestContext) => {
  const scene = await open(t)
  const page = await scene.visit()
  for (const way of listReceipts(chosenWays)) {
    const asked = await follow(page, scene, way)
    await seeHeading(page, receiptWords.unknown)
    assert.equal(await page.evaluate(() => location.href), `${scene.url}receipt`, way.name)
    seeUnsent(asked(), way)
  }
})
