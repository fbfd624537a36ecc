import assert from 'node:assert/strict'
import { type TestContext, after, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createWords, endedWords, madeWords, openWords, pinWords, receiptWords } from '../packages/web/src/languages/en.ts'
import { sayCount } from '../packages/web/src/ui/say.ts'
import { launchFirefox } from './support/browsers.ts'
import { testPinFlow } from './support/pin-flow.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  PIN,
  SECRET,
  answer,
  askReceipt,
  button,
  comeTo,
  comeToLocked,
  focused,
  holds,
  keepLocked,
  keepSecret,
  makeLocked,
  paste,
  pinField,
  press,
  readKept,
  readMade,
  readShown,
  readState,
  seeErased,
  seeFetched,
  seeHeading,
  seeSaid,
  show,
  tryPin,
  watchPosts,
} from './support/steps.ts'
import { findSpellings, tapWire } from './support/wire.ts'

const stage = openStage()
const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }
const WRONG = ['111111', '222222', '333333', '444444', '555555'] as const

/** Every address that this page asks for from now on. */
function watchRequests(page: Page): string[] {
  const asked: string[] = []
  page.context().on('request', (request) => void asked.push(request.url()))
  return asked
}

describe('making', () => {
  test('copies link, PIN and instructions apart, and the PIN is in none but its own', async (t: TestContext) => {
    const { page } = await stage.visit(t, clipboard)
    const { link } = await makeLocked(page, stage.url)
    assert.equal(await page.locator('.made-pin output').innerText(), PIN)
    for (const [name, holdsPin, holdsLink] of [
      [madeWords.copy, false, true],
      [madeWords.copyInstructions, false, true],
      [madeWords.copyReceipt, false, false],
      [madeWords.copyPin, true, false],
    ] as const) {
      await press(page, name)
      await button(page, madeWords.copied).waitFor()
      const pasted = await paste(page)
      assert.deepEqual([pasted.includes(PIN), pasted.includes(link)], [holdsPin, holdsLink], name)
    }
    await press(page, madeWords.copyInstructions)
    await button(page, madeWords.copied).waitFor()
    assert.match(await paste(page), /only once[^]*PIN[^]*another way[^]*runs out/)
  })

  test('makes a PIN up, and forgets it when the next secret is begun, and when the page is left', async (t: TestContext) => {
    const { page } = await stage.visit(t, clipboard)
    await page.goto(stage.url)
    await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
    await press(page, createWords.pin)
    assert.equal(await focused(page), createWords.pinLabel)
    await press(page, createWords.pinMakeUp)
    const field = page.getByLabel(createWords.pinLabel, { exact: true })
    const pin = await field.inputValue()
    assert.match(pin, /^\d{6}$/)
    await seeSaid(page, sayCount(createWords.pinShort, 5, 'en'))
    await press(page, createWords.submit)
    await readMade(page)
    assert.equal(await holds(page, pin), true)
    await press(page, madeWords.copy)
    await button(page, madeWords.copied).waitFor()
    await press(page, madeWords.another)
    await page.getByRole('dialog').getByText(madeWords.askPinDetail).waitFor()
    await press(page, madeWords.askYes)
    await seeHeading(page, createWords.title)
    assert.equal(await holds(page, pin), false)
    assert.equal(await field.count(), 0)
    const { session, local, mark, elsewhere } = await readKept(page)
    assert.equal(JSON.stringify([session, local, mark, elsewhere]).includes(pin), false)
  })

  test('sends the attempts that were chosen, and asks for a PIN while there is none', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    await page.goto(stage.url)
    await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
    const unfold = button(page, createWords.pin)
    assert.equal(await unfold.getAttribute('aria-expanded'), 'false')
    await unfold.click()
    assert.equal(await unfold.getAttribute('aria-expanded'), 'true')
    await press(page, createWords.submit)
    await seeSaid(page, createWords.pinEmpty)
    assert.equal(await focused(page), createWords.pinLabel)
    await page.keyboard.type('a PIN of words')
    await page.getByText(createWords.pinMore, { exact: true }).click()
    await page.getByLabel(createWords.attempts).selectOption('3')
    await press(page, createWords.submit)
    const { receiptLink } = await readMade(page)
    assert.equal((await askReceipt(stage.url, receiptLink)).attemptsLeft, 3)
  })

  test('sends without a PIN once its section is folded away again', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    await page.goto(stage.url)
    await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
    await press(page, createWords.pin)
    await page.getByLabel(createWords.pinLabel, { exact: true }).fill(PIN)
    await press(page, createWords.pinRemove)
    assert.equal(await focused(page), createWords.pin)
    await press(page, createWords.submit)
    const { link } = await readMade(page)
    assert.equal(await page.locator('.made-pin').count(), 0)
    await comeTo(page, link)
  })

  test('makes one secret when the answer is lost and the same is sent again', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    await page.goto(stage.url)
    const posts = watchPosts(page)
    await answer(page, 'POST', CALLS.create, 'lost')
    await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
    await press(page, createWords.pin)
    await page.getByLabel(createWords.pinLabel, { exact: true }).fill(PIN)
    await press(page, createWords.submit)
    await seeSaid(page, createWords.lost)
    assert.equal(await page.getByLabel(createWords.pinLabel, { exact: true }).inputValue(), PIN)
    await page.unroute(CALLS.create)
    await press(page, createWords.retry)
    await readMade(page)
    const sent = posts.map((request) => request.postData())
    assert.equal(sent.length, 2)
    assert.equal(sent[0], sent[1])
  })
})

describe('opening', () => {
  test('opens with the right PIN after all wrong ones but the last, in another tab', async (t: TestContext) => {
    const visitor = await stage.visit(t)
    const { page } = visitor
    const { link, receiptLink } = await keepLocked(stage.url)
    await comeToLocked(page, link)
    await seeSaid(page, sayCount(pinWords.triesBefore, 5, 'en'))
    for (const [i, wrong] of WRONG.slice(0, 4).entries()) {
      await tryPin(page, wrong)
      await seeSaid(page, sayCount(pinWords.triesLeft, 4 - i, 'en'))
      assert.equal(await focused(page), pinWords.label)
    }
    await seeSaid(page, pinWords.lastTryDetail)
    const { attemptsFailed, attemptsLeft } = await askReceipt(stage.url, receiptLink)
    assert.deepEqual([attemptsFailed, attemptsLeft], [4, 1])
    await page.close()
    const tab = await visitor.newPage()
    await comeToLocked(tab, link)
    await seeSaid(tab, pinWords.lastTryDetail)
    await tryPin(tab, PIN)
    assert.equal(await readShown(tab), SECRET)
    await seeErased(tab)
    assert.equal(await readState(stage.url, receiptLink), 'confirmed')
  })

  test('deletes the secret at the last wrong PIN, and the receipt says so', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const { link, receiptLink } = await keepLocked(stage.url, { attempts: 3 })
    await comeToLocked(page, link)
    for (const [i, wrong] of WRONG.slice(0, 3).entries()) {
      await tryPin(page, wrong)
      if (i < 2) await seeSaid(page, sayCount(pinWords.triesLeft, 2 - i, 'en'))
    }
    await seeHeading(page, endedWords.locked)
    await seeSaid(page, 'too many wrong PINs')
    await page.reload()
    await seeHeading(page, endedWords.locked)
    await page.goto(receiptLink)
    await seeHeading(page, receiptWords.title.locked)
    await seeSaid(page, receiptWords.detail.locked)
    await seeSaid(page, sayCount(receiptWords.tried, 3, 'en'))
    await seeSaid(page, receiptWords.ended)
  })

  test('takes digits of any script, wide ones, and a space behind, for what they mean', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    for (const spelling of ['٤٨٢٩١٣', '۴۸۲۹۱۳', '482913', `${PIN} `]) {
      const { link } = await keepLocked(stage.url)
      await page.goto('about:blank')
      await comeToLocked(page, link)
      await tryPin(page, spelling)
      assert.equal(await readShown(page), SECRET, spelling)
      await seeErased(page)
    }
    const { link } = await makeLocked(page, stage.url, { pin: ' ۴۸۲۹۱۳' })
    assert.equal(await page.locator('.made-pin output').innerText(), PIN)
    const { page: reader } = await stage.visit(t)
    await comeToLocked(reader, link)
    await tryPin(reader, PIN)
    assert.equal(await readShown(reader), SECRET)
  })

  test('asks for the PIN again after a reload within the lease, where a mistake uses up nothing', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const { link, receiptLink } = await keepLocked(stage.url)
    await answer(page, 'POST', CALLS.ack, 'lost')
    await comeToLocked(page, link)
    await tryPin(page, PIN)
    assert.equal(await readShown(page), SECRET)
    assert.equal(await readState(stage.url, receiptLink), 'claimed')
    await page.reload()
    await pinField(page).waitFor()
    assert.equal(await pinField(page).inputValue(), '')
    await seeSaid(page, pinWords.free)
    await tryPin(page, WRONG[0])
    await seeSaid(page, pinWords.mistyped)
    await page.unroute(CALLS.ack)
    await tryPin(page, PIN)
    assert.equal(await readShown(page), SECRET)
    await seeErased(page)
    assert.equal((await askReceipt(stage.url, receiptLink)).attemptsFailed, 0)
  })

  test('uses up no try by a reload after a mistake', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const { link, receiptLink } = await keepLocked(stage.url)
    await comeToLocked(page, link)
    await tryPin(page, WRONG[0])
    await seeSaid(page, sayCount(pinWords.triesLeft, 4, 'en'))
    for (let i = 0; i < 3; i++) {
      await page.reload()
      await seeSaid(page, sayCount(pinWords.triesBefore, 4, 'en'))
      assert.equal(await pinField(page).inputValue(), '')
    }
    assert.equal((await askReceipt(stage.url, receiptLink)).attemptsFailed, 1)
    await tryPin(page, PIN)
    assert.equal(await readShown(page), SECRET)
  })

  test('keeps the PIN through a lost reply, and counts the same one once', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const { link, receiptLink } = await keepLocked(stage.url)
    await comeToLocked(page, link)
    await page.route(CALLS.claim, async (route) => {
      await route.fetch()
      await route.abort()
    })
    const posts = watchPosts(page)
    await tryPin(page, WRONG[0])
    await seeSaid(page, pinWords.stillHere)
    assert.equal(await pinField(page).inputValue(), WRONG[0])
    assert.equal((await askReceipt(stage.url, receiptLink)).attemptsFailed, 1)
    await page.unroute(CALLS.claim)
    await press(page, openWords.show)
    await seeSaid(page, sayCount(pinWords.triesLeft, 4, 'en'))
    assert.equal(posts.length, 2)
    assert.equal(posts[0]?.postData(), posts[1]?.postData())
    assert.equal((await askReceipt(stage.url, receiptLink)).attemptsFailed, 1)
    await tryPin(page, PIN)
    assert.equal(await readShown(page), SECRET)
    const claims = posts.slice(0, 3).map((request) => (request.postDataJSON() as { claim: string }).claim)
    assert.equal(new Set(claims).size, 1, 'one claim is kept for one tab')
  })

  test('opens by keyboard alone, and claims on nothing that a script does', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const { link, receiptLink } = await keepLocked(stage.url)
    await comeToLocked(page, link)
    const posts = watchPosts(page)
    await pinField(page).fill(PIN)
    await page.evaluate(() => {
      const form = document.querySelector('form')
      form?.querySelector<HTMLElement>('[data-look="main"]')?.click()
      form?.requestSubmit()
      form?.dispatchEvent(new SubmitEvent('submit', { cancelable: true }))
    })
    await seeSaid(page, openWords.pressAgain)
    assert.equal(posts.length, 0)
    await pinField(page).focus()
    await page.keyboard.press('Enter')
    assert.equal(await readShown(page), SECRET)
    await seeErased(page)
    assert.equal((await askReceipt(stage.url, receiptLink)).attemptsFailed, 0)
  })

  test('takes a pasted PIN, hides and shows it, and keeps password managers away', async (t: TestContext) => {
    const { page } = await stage.visit(t, clipboard)
    await comeToLocked(page, (await keepLocked(stage.url)).link)
    const field = pinField(page)
    assert.equal(await field.getAttribute('autocomplete'), 'one-time-code')
    assert.equal(await field.getAttribute('type'), 'text')
    await page.evaluate((pin) => navigator.clipboard.writeText(pin), PIN)
    await field.focus()
    await page.keyboard.press('Control+V')
    assert.equal(await field.inputValue(), PIN)
    const disguise = () => field.evaluate((element) => getComputedStyle(element).getPropertyValue('-webkit-text-security'))
    assert.equal(await disguise(), 'none')
    await press(page, pinWords.mask)
    assert.equal(await disguise(), 'disc')
    await press(page, pinWords.unmask)
    assert.equal(await disguise(), 'none')
    assert.equal(await show(page), SECRET)
  })

  test('says what is the matter when the part for PINs or its worker does not come, and goes on when it does', async (t: TestContext) => {
    const { page } = await stage.visit(t, { allows: /Failed to load resource|net::ERR_FAILED/ })
    const { link, receiptLink } = await keepLocked(stage.url)
    const part = /\/assets\/open-pin-/
    await page.route(part, (route) => route.abort())
    await page.goto(link)
    await seeHeading(page, openWords.failed)
    await page.getByText(openWords.failedBefore).waitFor()
    await page.unroute(part)
    const worker = /\/assets\/stretch-/
    await page.route(worker, (route) => route.abort())
    await press(page, openWords.retry)
    await tryPin(page, PIN)
    await seeSaid(page, pinWords.unable)
    assert.equal(await pinField(page).inputValue(), PIN)
    assert.equal((await askReceipt(stage.url, receiptLink)).attemptsFailed, 0)
    await page.unroute(worker)
    await press(page, openWords.show)
    assert.equal(await readShown(page), SECRET)
  })
})

describe('what is sent and kept', () => {
  test('nothing of the PIN is in any request, any storage or the address', async (t: TestContext) => {
    const pin = 'canary-PIN-83-lantern'
    const wire = await tapWire(t, stage.url)
    const { page: sender } = await stage.visit(t)
    const { page: reader } = await stage.visit(t)
    const { link } = await makeLocked(sender, wire.url, { pin })
    await comeToLocked(reader, link)
    await tryPin(reader, `${pin}x`)
    await seeSaid(reader, sayCount(pinWords.triesLeft, 4, 'en'))
    for (const page of [sender, reader]) assert.equal(JSON.stringify(await readKept(page)).includes(pin), false)
    await tryPin(reader, pin)
    assert.equal(await readShown(reader), SECRET)
    await seeErased(reader)
    assert.equal(JSON.stringify(await readKept(reader)).includes(pin), false)
    assert.equal(await holds(reader, pin), false)
    assert.deepEqual(findSpellings(Buffer.from(pin), wire.sent()), [])
    assert.ok(wire.sent().includes('/claim HTTP/1.1'), 'the wire was listened to')
    await reader.evaluate((pin) => fetch('api/v1/leak', { method: 'POST', body: pin }), pin)
    assert.deepEqual(findSpellings(Buffer.from(pin), wire.sent()), ['literally'], 'a leak would be found')
  })

  test('a link without a PIN asks for its page, its script, the peek and what opens and shows it, and nothing else', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const { link } = await keepSecret(stage.url)
    const asked = watchRequests(page)
    await comeTo(page, link)
    await seeFetched(page, 'open-claim', 'open-fields', 'open-shown')
    await page.waitForLoadState('networkidle')
    const paths = asked.map((url) => new URL(url).pathname.replace(/[0-9a-f]{12,32}/, '…'))
    assert.deepEqual(paths.slice(0, 3), ['/s', '/assets/open-….js', '/api/v1/secrets/…'])
    const parts = ['/assets/open-claim-….js', '/assets/open-fields-….js', '/assets/open-shown-….js']
    assert.deepEqual(paths.slice(3).toSorted(), parts)
  })

  test('the pages refuse wasm, while PINs are stretched all the same', async (t: TestContext) => {
    const { page, faults } = await stage.visit(t)
    await makeLocked(page, stage.url)
    const compile = () =>
      page.evaluate(() => WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)).then(String, (error: Error) => error.name))
    assert.equal(await compile(), 'CompileError')
    await comeToLocked(page, (await keepLocked(stage.url)).link)
    assert.equal(await compile(), 'CompileError')
    faults.length = 0
    await tryPin(page, PIN)
    assert.equal(await readShown(page), SECRET)
  })
})

/** How long a PIN may take where nothing is compiled, in ms, on a machine that is busy with other things. */
const STRETCH_IN_SCRIPT_MS_MAX = 180_000

describe('without wasm, in Chromium', () => {
  // Chromium has no switch that takes wasm away and leaves scripts compiled, so it is taken away within the worker.
  let taken = 0
  testPinFlow(stage, async ({ page }) => {
    page.setDefaultTimeout(STRETCH_IN_SCRIPT_MS_MAX)
    await page.route(/\/assets\/stretch-/, async (route) => {
      const response = await route.fetch()
      taken++
      await route.fulfill({ response, body: `delete globalThis.WebAssembly;${await response.text()}` })
    })
  })
  after(() => assert.ok(taken >= 2, 'workers had no wasm'))
})

describe('without wasm, in Firefox', () => {
  const plain = openStage(() => launchFirefox({ 'javascript.options.wasm': false }))
  testPinFlow(plain, async ({ page }) => {
    page.setDefaultTimeout(STRETCH_IN_SCRIPT_MS_MAX)
    await page.goto(plain.url)
    assert.equal(await page.evaluate(() => typeof WebAssembly), 'undefined')
  })
})
