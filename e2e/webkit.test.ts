import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { until } from '../packages/server/test/support/server-process.ts'
import * as english from '../packages/web/src/languages/en.ts'
import { LANGUAGES } from '../packages/web/src/languages/languages.ts'
import type { Translation } from '../packages/web/src/languages/translation.ts'
import { sayCount } from '../packages/web/src/ui/say.ts'
import { PIN, SECRET, keepLocked, keepSecret, readState } from './support/steps.ts'
import { openWebkitStage } from './support/webkit-stage.ts'
import {
  ACK,
  CREATE,
  changes,
  comeTo,
  holds,
  makeLink,
  makeLocked,
  press,
  readMade,
  readShown,
  seeErased,
  seeHeading,
  seeSaid,
  seeStarted,
  seeWaiting,
  show,
  tryPin,
} from './support/webkit-steps.ts'

const { createWords, endedWords, madeWords, openWords, pinWords, receiptWords, shellWords, shownWords } = english

const open = openWebkitStage()

test('shows a secret once, to the first who opens its link, and to nobody after', async (t: TestContext) => {
  const { url, visit } = await open(t)
  const sender = await visit()
  const reader = await visit()
  const { link, receiptLink } = await makeLink(sender, url)
  assert.equal(await readState(url, receiptLink), 'sealed')
  await comeTo(reader, link)
  assert.equal(await holds(reader, SECRET), false)
  assert.equal(await show(reader), SECRET)
  assert.equal(await holds(reader, SECRET), true)
  await seeErased(reader)
  assert.equal(await readState(url, receiptLink), 'confirmed')
  const third = await visit()
  await third.goto(link)
  await seeHeading(third, endedWords.opened)
  assert.equal(await holds(third, SECRET), false)
})

test('keeps a link working over reloads and presses of a script, which change nothing', async (t: TestContext) => {
  const { relay, url, visit } = await open(t)
  const { link, receiptLink } = await keepSecret(url)
  const made = relay.asked.length
  const page = await visit()
  await comeTo(page, link)
  await page.reload()
  await seeWaiting(page)
  await page.evaluate((name) => {
    const element = [...document.querySelectorAll('button')].find((button) => button.textContent === name)
    element?.click()
    element?.dispatchEvent(new PointerEvent('click', { bubbles: true }))
  }, openWords.show)
  await seeSaid(page, openWords.pressAgain)
  assert.deepEqual(changes(relay.asked.slice(made)), [])
  assert.equal(await readState(url, receiptLink), 'sealed')
  assert.equal(await show(page), SECRET)
  assert.equal(changes(relay.asked.slice(made)).length > 0, true, 'what changes something is seen')
})

test('shows the secret again after a reload, until the server has heard that it arrived', async (t: TestContext) => {
  const { relay, url, visit } = await open(t)
  const { link, receiptLink } = await keepSecret(url)
  const page = await visit()
  const mend = relay.meet(ACK, 'lost')
  await comeTo(page, link)
  assert.equal(await show(page), SECRET)
  assert.equal(await readState(url, receiptLink), 'claimed')
  await page.reload()
  await seeHeading(page, shownWords.title)
  assert.equal(await readShown(page), SECRET)
  mend()
  await seeErased(page)
  await page.reload()
  await seeHeading(page, endedWords.openedHere)
  assert.equal(await readState(url, receiptLink), 'confirmed')
})

test('says on the way back that it was opened here, and has nothing of it left', async (t: TestContext) => {
  const { url, visit } = await open(t)
  const page = await visit()
  await comeTo(page, (await keepSecret(url)).link)
  await show(page)
  await seeErased(page)
  await page.press('link', shellWords.startLabel)
  await seeHeading(page, createWords.title)
  await page.back()
  await seeHeading(page, endedWords.openedHere)
  assert.equal(await holds(page, SECRET), false)
})

test('does not bring a sent text back, nor sends it twice when its answer is lost', async (t: TestContext) => {
  const { relay, url, visit } = await open(t)
  const page = await visit()
  const mend = relay.meet(CREATE, 'lost')
  await page.goto(url)
  await page.fill(createWords.text, SECRET)
  await press(page, createWords.submit)
  await seeSaid(page, createWords.lost)
  assert.equal(await page.read(createWords.text), SECRET)
  mend()
  await press(page, createWords.retry)
  await readMade(page)
  assert.equal(await holds(page, SECRET), false)
  await press(page, madeWords.copy)
  await page.see('button', madeWords.copied)
  await page.press('link', shellWords.about)
  await seeHeading(page, english.aboutWords.title)
  await page.back()
  await seeHeading(page, createWords.title)
  assert.equal(await page.read(createWords.text), '')
})

test('shows a secret with a PIN to whoever has both, after a mistake too', async (t: TestContext) => {
  const { relay, url, visit } = await open(t)
  const { link, receiptLink } = await makeLocked(await visit(), url)
  const reader = await visit()
  await reader.goto(link)
  await tryPin(reader, '000000')
  await seeSaid(reader, sayCount(pinWords.triesLeft, 4, 'en'))
  assert.equal(await readState(url, receiptLink), 'sealed')
  await tryPin(reader, PIN)
  await seeHeading(reader, shownWords.title)
  assert.equal(await readShown(reader), SECRET)
  await seeErased(reader)
  assert.equal(await readState(url, receiptLink), 'confirmed')
  for (const asset of [/\/assets\/open-pin-/, /\/assets\/stretch-/])
    assert.ok(
      relay.asked.some((call) => asset.test(call)),
      `${asset}`,
    )
})

test('runs no part of a page whose bytes were changed, and uses nothing up', async (t: TestContext) => {
  const { relay, url, visit } = await open(t)
  const { link, receiptLink } = await keepLocked(url)
  // The page itself has no hash, and bears the same change.
  const mend = relay.meet(/^GET \/(?:s$|assets\/open-pin-)/, 'spoiled')
  const page = await visit()
  await page.goto(link)
  await seeHeading(page, openWords.failed)
  await seeSaid(page, openWords.failedBefore)
  mend()
  assert.equal(await readState(url, receiptLink), 'sealed')
  const other = await visit()
  await other.goto(link)
  await tryPin(other, PIN)
  assert.equal(await readShown(other), SECRET)
})

test('shows the sender what became of a secret, and deletes it after asking', async (t: TestContext) => {
  const { url, visit } = await open(t)
  const page = await visit()
  const { link, receiptLink } = await keepSecret(url)
  await page.goto(receiptLink)
  await seeHeading(page, receiptWords.title.sealed)
  await press(page, receiptWords.delete)
  await press(page, receiptWords.askNo)
  await page.until('nothing to be asked', () => document.querySelector('dialog') === null)
  assert.equal(await readState(url, receiptLink), 'sealed')
  await press(page, receiptWords.delete)
  await press(page, receiptWords.askYes)
  await seeHeading(page, receiptWords.title.deleted)
  await page.reload()
  await seeHeading(page, receiptWords.title.deleted)
  await page.goto(link)
  await seeHeading(page, endedWords.burned)
})

/** The last language that there is, and its words. */
const { tag } = LANGUAGES.at(-1)!
const translation =
  tag === 'en' ? null : ((await import(`../packages/web/src/languages/${tag}.ts`)) as { readonly translation: Translation }).translation

test('speaks the language that was chosen, in a page, its parts and what surrounds them', async (t: TestContext) => {
  const { url, visit } = await open(t)
  const page = await visit()
  const { link } = await keepSecret(url)
  const choose = (tag: string) => page.evaluate((tag) => localStorage.setItem('letterlock.language', tag), tag)
  const readLanguage = () =>
    page.evaluate(() => [
      document.documentElement.lang,
      document.documentElement.dir,
      document.querySelector<HTMLSelectElement>('.language select')?.value,
    ])
  await page.goto(url)
  await choose('xx-none-of-ours')
  await page.reload()
  await seeStarted(page)
  await seeHeading(page, createWords.title)
  assert.deepEqual(await readLanguage(), ['en', 'ltr', 'en'])
  await choose(tag)
  await page.goto(link)
  const { before, show, waits } = translation?.open ?? openWords
  await seeHeading(page, before)
  await seeSaid(page, waits.slice(0, waits.indexOf('{')).trim())
  assert.deepEqual(await readLanguage(), [tag, /^(?:ar|fa|he)$/.test(tag) ? 'rtl' : 'ltr', tag])
  await page.see('link', translation?.shell.about ?? shellWords.about)
  await press(page, show)
  const { title, secret, erased } = translation?.shown ?? shownWords
  await seeHeading(page, title)
  assert.equal(await page.textOf('region', secret), SECRET)
  await seeSaid(page, erased)
})

test('holds what it fetches to its hash, and gives up what is never answered', async (t: TestContext) => {
  const { relay, url, visit } = await open(t)
  const page = await visit()
  await page.goto(url)
  const fetchHeld = (integrity: string) =>
    page.evaluate(
      (integrity) =>
        fetch('favicon.svg', { integrity }).then(
          ({ status }) => status,
          (error: Error) => error.name,
        ),
      integrity,
    )
  const bytes = await (await fetch(`${url}favicon.svg`)).bytes()
  assert.equal(await fetchHeld(`sha256-${createHash('sha256').update(bytes).digest('base64')}`), 200)
  assert.equal(await fetchHeld(`sha256-${createHash('sha256').update('else').digest('base64')}`), 'TypeError')
  relay.meet(/\/never$/, 'held')
  const gaveUp = await page.evaluate(() => fetch('never', { signal: AbortSignal.timeout(50) }).then(String, (error: Error) => error.name))
  // WebKit gives the one name where others give the other.
  assert.match(gaveUp, /^(?:Timeout|Abort)Error$/)
})

test('complains of nothing on any page, and would be heard', async (t: TestContext) => {
  const { relay, url, visit } = await open(t)
  const page = await visit()
  for (const path of ['', 's', 'receipt', 'about', 'no-such-page']) {
    await page.goto(url + path)
    await seeStarted(page)
  }
  assert.deepEqual(relay.faults, [])
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('from a timer')
    })
    void Promise.reject(new Error('from a promise'))
    document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/a.png' }))
  })
  await until('the faults', () => relay.faults.length === 3)
  assert.deepEqual(relay.faults.splice(0).toSorted(), [
    'Error: from a promise',
    'Error: from a timer',
    'the policy refuses by img-src: http://127.0.0.1:9/a.png',
  ])
})
