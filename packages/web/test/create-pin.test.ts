import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ATTEMPTS } from '@letterlock/protocol'
import { asksBeforeLeavingCreate, describeTrouble } from '../src/pages/create/describe.ts'
import { describeInstructions, formatMail } from '../src/pages/create/describe-made.ts'
import { DEFAULT_OFFER, NOTHING } from '../src/pages/create/draft.ts'
import { beginMade, noteLast } from '../src/pages/create/made-state.ts'
import { findPinTrouble, gaugePin, makeUpPin, pickAttempts } from '../src/pages/create/pin.ts'
import { type CreateEvent, type CreatePage, beginCreate, reduceCreate } from '../src/pages/create/state.ts'

const after = (page: CreatePage, ...events: CreateEvent[]) => events.reduce(reduceCreate, page)
const unfolded = after(beginCreate('kT7'), { type: 'pin-unfolded', isOpen: true })
const withPin = after(unfolded, { type: 'pin-wrote', text: '482913' })
const links = [{ link: 'https://example.org/s#a', receiptLink: 'https://example.org/receipt#b', receiptToken: 'b' }]
const typed = beginMade(links, { text: '482913', isMadeUp: false }, 2, 1)
const madeUp = beginMade(links, { text: '482913', isMadeUp: true }, 2, 1)
const ready = after(withPin, { type: 'submitted' }, { type: 'made', made: typed })
const pinOf = (page: CreatePage) => (page.at === 'ready' ? null : page.draft.pin)

describe('a PIN on the page that makes a link', () => {
  test('is not there until its section is unfolded, and is forgotten when it is folded away', () => {
    assert.equal(pinOf(beginCreate('kT7')), null)
    assert.deepEqual(pinOf(withPin), { text: '482913', isMadeUp: false, attempts: null })
    assert.equal(pinOf(after(withPin, { type: 'pin-unfolded', isOpen: false })), null)
    assert.deepEqual(pinOf(after(beginCreate('kT7'), { type: 'pin-wrote', text: '482913' })), null)
  })

  test('keeps a secret from being sent while its section is open and holds none', () => {
    for (const [text, kind] of [
      ['', 'pin-empty'],
      [' \u0085', 'pin-empty'],
      ['x'.repeat(257), 'pin-too-long'],
      ['ﷺ'.repeat(15), 'pin-too-long'],
      ['4\u00008', 'pin-odd'],
      ['\ud83d', 'pin-odd'],
      ['\u0378', 'pin-odd'],
    ] as const) {
      const page = after(unfolded, { type: 'pin-wrote', text }, { type: 'submitted' })
      assert.deepEqual(page.at === 'writing' && page.trouble, { kind }, JSON.stringify(text))
      assert.notEqual(describeTrouble({ kind }, NOTHING, DEFAULT_OFFER, 'en'), '')
    }
  })

  test('may be one character or 256, of any script', () => {
    for (const text of ['1', 'x'.repeat(256), '😀'.repeat(256), '۴۸۲۹', 'four random words here', ' 7 '])
      assert.equal(after(unfolded, { type: 'pin-wrote', text }, { type: 'submitted' }).at, 'sending', text)
    assert.equal(findPinTrouble('😀'.repeat(257)), 'pin-too-long')
  })

  test('is not changed while it is on its way, and stays when the network is lost', () => {
    const sending = after(withPin, { type: 'submitted' })
    assert.equal(
      after(sending, { type: 'pin-wrote', text: '1' }, { type: 'pin-unfolded', isOpen: false }, { type: 'pin-chose', attempts: 3 }),
      sending,
    )
    assert.deepEqual(pinOf(after(sending, { type: 'failed', failure: { kind: 'unreachable' }, done: 0 })), pinOf(withPin))
    assert.deepEqual(pinOf(after(sending, { type: 'failed', failure: { kind: 'unable' }, done: 0 })), pinOf(withPin))
  })

  test('tells how far its stretching is only while it is being sent', () => {
    const sending = after(withPin, { type: 'submitted' }, { type: 'stretching', share: 0.5 })
    assert.equal(sending.at === 'sending' && sending.share, 0.5)
    assert.equal(after(withPin, { type: 'stretching', share: 0.5 }), withPin)
  })

  test('is shown once more with its link, and is forgotten when the page is left or starts over', () => {
    assert.equal(ready.at === 'ready' && ready.made.pin?.text, '482913')
    for (const page of [after(ready, { type: 'left' }), after(withPin, { type: 'left' })])
      assert.equal(JSON.stringify(page).includes('482913'), false)
  })

  test('keeps the page from being left only while nobody but the page knows it', () => {
    const asks = (made: typeof typed) => asksBeforeLeavingCreate(after(ready, { type: 'made', made }))
    assert.equal(asks(noteLast(typed, 'pin')), true, 'the link is not copied')
    assert.equal(asks(noteLast(typed, 'instructions')), false)
    assert.equal(asks(noteLast(madeUp, 'instructions')), true, 'the PIN is not copied')
    assert.equal(asks(noteLast(noteLast(madeUp, 'instructions'), 'pin')), false)
  })

  test('is made up until somebody changes it', () => {
    const drawn = after(unfolded, { type: 'pin-made-up', text: '000007' })
    assert.deepEqual(pinOf(drawn), { text: '000007', isMadeUp: true, attempts: null })
    assert.equal(pinOf(after(drawn, { type: 'pin-wrote', text: '0000071' }))?.isMadeUp, false)
    assert.equal(pinOf(after(drawn, { type: 'pin-chose', attempts: 3 }))?.isMadeUp, true)
    assert.equal(pinOf(after(beginCreate('kT7'), { type: 'pin-made-up', text: '000007' })), null)
  })

  test('is in no text that leaves the page with its link', () => {
    const times = { locale: 'en', timeZone: 'UTC' }
    const [link] = typed.links
    assert.ok(link !== undefined)
    const told = describeInstructions(typed, link, times)
    assert.ok(told.includes(link.link))
    assert.match(told, /PIN/)
    assert.match(told, /1 January 1970|January 1, 1970/)
    for (const text of [told, decodeURIComponent(formatMail(typed, link, times))]) {
      assert.equal(text.includes('482913'), false)
      assert.equal(text.includes(link.receiptLink), false)
    }
  })

  test('is tried as often as the sender chose, while the instance offers that', () => {
    assert.equal(pickAttempts({ attempts: null }, ATTEMPTS), 5)
    assert.equal(pickAttempts({ attempts: 3 }, ATTEMPTS), 3)
    assert.equal(pickAttempts({ attempts: 10 }, ATTEMPTS), 10)
    assert.equal(pickAttempts({ attempts: 10 }, { ...ATTEMPTS, max: 7 }), 5)
    assert.deepEqual(pinOf(after(withPin, { type: 'pin-chose', attempts: 3 })), { text: '482913', isMadeUp: false, attempts: 3 })
  })

  test('is called short when it is, and never refused for it', () => {
    assert.equal(gaugePin(''), 'none')
    assert.equal(gaugePin('123'), 'lucky')
    assert.equal(gaugePin('1234'), 'short')
    assert.equal(gaugePin('٤٨٢٩١٣'), 'short')
    assert.equal(gaugePin('12345678901'), 'short')
    assert.equal(gaugePin('123456789012'), 'long')
    assert.equal(gaugePin('abcdefg'), 'short')
    assert.equal(gaugePin('correct horse'), 'long')
    assert.equal(findPinTrouble('1'), null)
  })

  test('made up, has six digits, and draws again beyond the last whole million', () => {
    const draws = [4_294_967_295, 4_294_000_000, 4_293_999_999]
    assert.equal(
      makeUpPin(() => draws.shift() as number),
      '999999',
    )
    assert.equal(draws.length, 0)
    assert.equal(
      makeUpPin(() => 7),
      '000007',
    )
    assert.equal(
      makeUpPin(() => 1_000_000),
      '000000',
    )
    for (let i = 0; i < 200; i++) assert.match(makeUpPin(), /^\d{6}$/)
  })
})
