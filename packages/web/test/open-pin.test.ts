import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type PinEvent, type PinKnown, type PinPage, askForPin, reducePin } from '../src/pages/open/pin-state.ts'
import { announcePin, describePinButton, describePinTrouble } from '../src/pages/open/describe-pin.ts'
import { openWords, pinWords } from '../src/languages/en.ts'
import { reduceOpen } from '../src/pages/open/state.ts'

const ask = (known: PinKnown) => askForPin(known, 1, { wasChanged: false, origin: 'sent' })
const asking = ask({ attemptsLeft: 5, expiresAtMs: 2 })
const after = (page: PinPage, ...events: PinEvent[]) => events.reduce(reducePin, page)
const typed = after(asking, { type: 'typed', typed: '482913' })
const pressed: PinEvent = { type: 'pressed', isTrusted: true }
const opening = after(typed, pressed, { type: 'stretched' })

describe('the PIN on the page that opens a secret', () => {
  test('is sent only on a trusted press', () => {
    const again = after(typed, { type: 'pressed', isTrusted: false })
    assert.deepEqual([again.step, again.trouble], ['asking', 'press-again'])
    assert.equal(after(again, pressed).step, 'stretching')
  })

  test('is not sent while there is none, or more than one may have', () => {
    for (const [text, trouble] of [
      ['', 'empty'],
      [' \u00a0\u0085', 'empty'],
      ['x'.repeat(257), 'too-long'],
    ] as const) {
      const page = after(asking, { type: 'typed', typed: text }, pressed)
      assert.deepEqual([page.step, page.trouble], ['asking', trouble])
    }
    assert.equal(after(asking, { type: 'typed', typed: 'x'.repeat(256) }, pressed).step, 'stretching')
  })

  test('that was tried before brings no attempt back, and takes no warning away', () => {
    const refuse = (page: PinPage, attemptsLeft: number) => after(page, pressed, { type: 'stretched' }, { type: 'refused', attemptsLeft })
    assert.deepEqual(
      [4, 1, 4].map((_left, i, told) => told.slice(0, i + 1).reduce(refuse, typed).attemptsLeft),
      [4, 1, 1],
    )
  })

  test('is not changed while it is on its way, and not sent twice', () => {
    for (const page of [after(typed, pressed), opening]) assert.equal(after(page, { type: 'typed', typed: 'other' }, pressed), page)
  })

  test('stays in its field through a mistake, a lost network and a device that cannot stretch it', () => {
    const failed = reduceOpen(opening, { type: 'failed', failure: { kind: 'unreachable' }, wasClaimed: true })
    const pages = [after(opening, { type: 'refused', attemptsLeft: 4 }), failed, after(opening, { type: 'unable' })] as PinPage[]
    for (const page of pages) assert.deepEqual([page.at, page.typed, page.step], ['pin', '482913', 'asking'])
    assert.ok(describePinTrouble(failed as PinPage, openWords, 'en').includes(pinWords.stillHere))
  })

  test('stays in its field where it turns out that the link was made here, and waits for another press', () => {
    for (const page of [after(typed, pressed), opening])
      assert.deepEqual(after(page, { type: 'warned' }), { ...page, origin: 'own', step: 'asking' })
  })

  test('is forgotten when the page is left', () => {
    assert.equal(JSON.stringify(after(typed, { type: 'left' })).includes('482913'), false)
  })

  test('tells how many tries are left after a mistake, and warns before the last', () => {
    const wrong = (attemptsLeft: number) => announcePin(after(opening, { type: 'refused', attemptsLeft }), openWords, 'en')
    assert.equal(wrong(2), 'That PIN is not right. 2 tries left.')
    assert.ok(wrong(1).includes(pinWords.lastTryDetail))
    assert.ok(announcePin(ask({ attemptsLeft: 1 }), openWords, 'en').includes(pinWords.lastTryDetail))
    assert.equal(announcePin(asking, openWords, 'en').includes(pinWords.lastTry), false)
  })

  test('says that a mistake used up nothing once the tab has claimed the secret', () => {
    const page = after(opening, { type: 'refused', attemptsLeft: null })
    assert.equal(page.trouble, 'mistyped')
    assert.equal(describePinTrouble(page, openWords, 'en'), pinWords.mistyped)
    assert.equal(ask({ attemptsLeft: null }).trouble, null)
  })

  test('lets a mistake be forgotten as soon as something else is typed', () => {
    const page = after(after(opening, { type: 'refused', attemptsLeft: 4 }), { type: 'typed', typed: '4' })
    assert.deepEqual([page.trouble, page.attemptsLeft], [null, 4])
  })

  test('keeps what the server said of the secret when it says less', () => {
    const page = after({ ...opening, wasChanged: true }, { type: 'refused', attemptsLeft: 4 })
    assert.deepEqual([page.expiresAtMs, page.wasChanged], [2, true])
  })

  test('can be hidden and shown, and typed with the keys for numbers, without being lost', () => {
    const page = after(typed, { type: 'masked' }, { type: 'keys' })
    assert.deepEqual([page.isMasked, page.keys, page.typed], [true, 'digits', '482913'])
    assert.deepEqual(after(page, { type: 'masked' }, { type: 'keys' }), typed)
  })

  test('shows progress only while it is stretched', () => {
    assert.equal(after(typed, { type: 'progress', share: 0.5 }).share, 0)
    assert.equal(after(typed, pressed, { type: 'progress', share: 0.5 }).share, 0.5)
    assert.equal(after(opening, { type: 'progress', share: 0.5 }).share, 1)
  })

  test('says whose link it is where the sender is about to use up their own', () => {
    const own: PinPage = { ...asking, origin: 'own' }
    assert.ok(announcePin(own, openWords, 'en').startsWith(`${openWords.own} ${openWords.ownDetail}`))
    assert.equal(describePinButton(own, openWords), openWords.ownShow)
    assert.equal(describePinButton(asking, openWords), openWords.show)
  })
})
