import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { INLINE_SEALED_BYTES_MAX, LIFETIME_MS_DEFAULT, countTextBytesMax, encodeUtf8 } from '@letterlock/protocol'
import { asksBeforeLeavingCreate, announceCreate, describeRoom } from '../src/pages/create/describe.ts'
import {
  type CreateEvent,
  type CreatePage,
  DEFAULT_OFFER,
  type Made,
  beginCreate,
  countTextBytes,
  findTrouble,
  pickLifetime,
  reduceCreate,
} from '../src/pages/create/state.ts'

const made: Made = { link: 'https://example.org/s#a', receiptLink: 'https://example.org/receipt#b', pin: null, expiresAtMs: 2, nowMs: 1 }
const after = (page: CreatePage, ...events: CreateEvent[]) => events.reduce(reduceCreate, page)
const ready = after(beginCreate('kT7'), { type: 'submitted' }, { type: 'locked' }, { type: 'made', made })

describe('the page that makes a link', () => {
  test('keeps the text when the network is lost', () => {
    const page = after(beginCreate('kT7'), { type: 'submitted' }, { type: 'failed', failure: { kind: 'unreachable' } })
    assert.equal(page.at === 'writing' && page.draft.text, 'kT7')
    assert.equal(announceCreate(page, 'en').includes('still here'), true)
  })

  test('keeps what was typed before the script came', () => {
    const page = beginCreate('typed early')
    assert.equal(page.at === 'writing' && page.draft.text, 'typed early')
  })

  test('keeps the time that was chosen before the script came, and leaves the choice to the instance where none was', () => {
    const [chosen, untouched] = [beginCreate('', 3_600_000), beginCreate('', LIFETIME_MS_DEFAULT)]
    assert.deepEqual(
      [chosen, untouched].map((page) => page.at === 'writing' && page.draft.lifetimeMs),
      [3_600_000, null],
    )
  })

  test('sends nothing that is empty', () => {
    for (const text of ['', ' ', '\n\t']) {
      const page = after(beginCreate(text), { type: 'submitted' })
      assert.deepEqual(page.at === 'writing' && page.trouble, { kind: 'empty' })
    }
  })

  test('sends the longest text that fits, and keeps the one that is a byte longer', () => {
    const most = countTextBytesMax(INLINE_SEALED_BYTES_MAX)
    assert.equal(after(beginCreate('x'.repeat(most)), { type: 'submitted' }).at, 'sending')
    const page = after(beginCreate('x'.repeat(most + 1)), { type: 'submitted' })
    assert.deepEqual(page.at === 'writing' && page.trouble, { kind: 'too-long' })
    assert.equal(page.at === 'writing' && page.draft.text.length, most + 1)
  })

  test('refuses half a character rather than change it without a word', () => {
    assert.deepEqual(findTrouble({ text: 'a\ud83d', lifetimeMs: null, pin: null }, DEFAULT_OFFER), { kind: 'broken' })
    assert.equal(findTrouble({ text: '😀', lifetimeMs: null, pin: null }, DEFAULT_OFFER), null)
  })

  test('counts bytes as UTF-8 does', () => {
    for (const text of ['', 'a', 'é', '€', '😀', 'aé€😀\n', '\u07ff\u0800\uffff'])
      assert.equal(countTextBytes(text), encodeUtf8(text).length, text)
  })

  test('shows the room that is left only near the limit', () => {
    const offer = { ...DEFAULT_OFFER, textBytesMax: 100 }
    const room = (length: number) => describeRoom({ text: 'x'.repeat(length), lifetimeMs: null, pin: null }, offer, 'en')
    assert.equal(room(0), '')
    assert.equal(room(89), '')
    assert.match(room(90), /10 bytes/)
    assert.match(room(99), /1 byte /)
    assert.match(room(101), /101 bytes.*100 bytes/)
  })

  test('shows no link before the server has taken the secret', () => {
    assert.equal(after(beginCreate('kT7'), { type: 'made', made }).at, 'writing')
    assert.equal(after(beginCreate('kT7'), { type: 'submitted' }).at, 'sending')
    assert.equal(ready.at, 'ready')
  })

  test('does not change what is being sent', () => {
    const sending = after(beginCreate('kT7'), { type: 'submitted' })
    assert.equal(after(sending, { type: 'wrote', text: 'other' }, { type: 'submitted' }), sending)
  })

  test('asks before leaving while a text is not sent or a link not copied', () => {
    assert.equal(asksBeforeLeavingCreate(beginCreate('')), false)
    assert.equal(asksBeforeLeavingCreate(beginCreate('kT7')), true)
    assert.equal(asksBeforeLeavingCreate(ready), true)
    assert.equal(asksBeforeLeavingCreate(after(ready, { type: 'copied', copied: 'receipt' })), true)
    assert.equal(asksBeforeLeavingCreate(after(ready, { type: 'copied', copied: 'refused' })), true)
    assert.equal(asksBeforeLeavingCreate(after(ready, { type: 'copied', copied: 'link' })), false)
  })

  test('asks before a link that was not copied is left behind', () => {
    const asking = after(ready, { type: 'starting-over' })
    assert.equal(asking.at === 'ready' && asking.isAsking, true)
    assert.deepEqual(after(asking, { type: 'answered', isYes: false }), ready)
    assert.equal(after(asking, { type: 'answered', isYes: true }).at, 'writing')
    assert.equal(after(ready, { type: 'copied', copied: 'link' }, { type: 'starting-over' }).at, 'writing')
  })

  test('keeps neither text nor link when the page is left', () => {
    for (const page of [ready, beginCreate('kT7'), after(beginCreate('kT7'), { type: 'submitted' })]) {
      const left = JSON.stringify(after(page, { type: 'left' }))
      assert.equal(left.includes('kT7') || left.includes('example.org'), false)
    }
  })

  test('takes the instance’s default until the sender chooses, and a choice only while it is offered', () => {
    const offer = { ...DEFAULT_OFFER, lifetimesMs: [60_000, 120_000], defaultLifetimeMs: 60_000 }
    const choosing = (lifetimeMs: number | null) => pickLifetime({ text: '', lifetimeMs, pin: null }, offer)
    assert.equal(choosing(null), 60_000)
    assert.equal(choosing(120_000), 120_000)
    assert.equal(choosing(604_800_000), 60_000)
  })
})
