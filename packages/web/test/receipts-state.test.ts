import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { receiptsWords as words } from '../src/languages/en.ts'
import { announceReceipts, nameReceipt, writeMade } from '../src/pages/receipts/describe.ts'
import {
  type EntryState,
  type Listed,
  type ReceiptsEvent,
  type ReceiptsPage,
  type Stored,
  listOpen,
  reduceReceipts,
} from '../src/pages/receipts/state.ts'
import type { KeptReceipt } from '../src/ui/receipt-list.ts'

const TIMES = { locale: 'en-GB', timeZone: 'UTC' }
const aReceipt = (token: string, name = token): KeptReceipt => ({ token, name, createdAtMs: Date.UTC(2026, 1, 3, 4, 5), expiresAtMs: 0 })
const stored = (tokens: readonly string[], more: Partial<Stored> = {}): Stored => ({
  receipts: tokens.map((token) => aReceipt(token)),
  isKeeping: false,
  isRefused: false,
  ...more,
})
const after = (page: ReceiptsPage, ...events: ReceiptsEvent[]): Listed => {
  const last = events.reduce(reduceReceipts, page)
  assert.ok(last.at === 'listed')
  return last
}
const listed = (...tokens: string[]) => after({ at: 'starting' }, { type: 'listed', stored: stored(tokens) })
const tell = (token: string, state: EntryState): ReceiptsEvent => ({ type: 'told', token, state })
const states = ({ entries }: Listed) => entries.map(({ receipt, state }) => `${receipt.token} ${state}`)
const said = (page: ReceiptsPage) => announceReceipts(page, TIMES)

describe('the receipts on this device', () => {
  test('are listed as they are stored, and asked for', () => {
    assert.deepEqual(states(listed('a', 'b')), ['a checking', 'b checking'])
    assert.deepEqual(listOpen(listed('a', 'b')), ['a', 'b'])
    assert.deepEqual(listOpen({ at: 'starting' }), [])
  })

  test('are nothing until it is known what is stored', () => {
    const starting: ReceiptsPage = { at: 'starting' }
    for (const event of [tell('a', 'sealed'), { type: 'asking' }, { type: 'round' }] as const)
      assert.equal(reduceReceipts(starting, event), starting)
  })

  test('keep what is known of those that are still there', () => {
    const page = after(listed('a', 'b'), tell('a', 'sealed'), tell('b', 'locked'), { type: 'listed', stored: stored(['c', 'b']) })
    assert.deepEqual(states(page), ['c checking', 'b locked'])
  })

  test('are asked for again only while they can change', () => {
    const known = Object.keys(words.state) as EntryState[]
    const page = after(listed(...known), ...known.map((state) => tell(state, state)))
    assert.deepEqual(listOpen(page), ['checking', 'draft', 'sealed', 'claimed', 'failed'])
  })

  test('are not drawn anew when nothing has changed', () => {
    const page = after(listed('a'), tell('a', 'sealed'))
    assert.equal(reduceReceipts(page, tell('a', 'sealed')), page)
    assert.equal(reduceReceipts(page, tell('b', 'sealed')), page)
    assert.equal(reduceReceipts(page, { type: 'round' }), page)
    assert.equal(reduceReceipts(page, { type: 'answered' }), page)
  })

  test('are all forgotten only after a question, and there is none where there is nothing to forget', () => {
    const asking = after(listed('a'), { type: 'asking' })
    assert.equal(asking.isAsking, true)
    assert.equal(after(asking, { type: 'answered' }).isAsking, false)
    assert.equal(after(asking, { type: 'forgot', stored: stored([]) }).isAsking, false)
    assert.equal(after(asking, { type: 'listed', stored: stored(['b']) }).isAsking, true)
    assert.equal(after(asking, { type: 'listed', stored: stored([]) }).isAsking, false)
    assert.equal(after(listed(), { type: 'asking' }).isAsking, false)
  })

  test('say whether new ones are kept, and when that is refused', () => {
    const page = after(listed('a'), { type: 'chose-keeping', stored: stored(['a'], { isKeeping: true }) })
    assert.deepEqual([page.isKeeping, said(page)], [true, ''])
    const refused = after(page, { type: 'chose-keeping', stored: stored(['a'], { isRefused: true }) })
    assert.deepEqual([refused.isKeeping, refused.isRefused, said(refused)], [false, true, words.refused])
    assert.deepEqual(states(refused), ['a checking'])
    // The box that was ticked has to be drawn anew, though nothing else changes.
    assert.notEqual(reduceReceipts(refused, { type: 'chose-keeping', stored: stored(['a'], { isRefused: true }) }), refused)
  })
})

describe('a screen reader', () => {
  test('is told what has changed since it was known, all of a round together', () => {
    const page = after(listed('a', 'b', 'c'), tell('a', 'sealed'), tell('b', 'sealed'), tell('c', 'sealed'))
    assert.equal(said({ at: 'starting' }), '')
    assert.equal(said(page), '')
    const one = after(page, { type: 'round' }, tell('b', 'claimed'))
    assert.equal(said(one), `b: ${words.state.claimed}`)
    assert.equal(said(after(one, tell('a', 'expired'))), `a: ${words.state.expired}. b: ${words.state.claimed}`)
    assert.equal(said(after(one, tell('b', 'confirmed'))), `b: ${words.state.confirmed}`)
    assert.equal(said(after(one, { type: 'round' })), '')
    assert.equal(said(after(one, { type: 'round' }, tell('c', 'locked'))), `c: ${words.state.locked}`)
  })

  test('is not interrupted by what merely could not be asked for', () => {
    const page = after(listed('a'), tell('a', 'sealed'), tell('a', 'failed'))
    assert.equal(said(page), '')
    assert.equal(said(after(page, tell('a', 'sealed'))), '')
  })

  test('is told that something was forgotten, every time', () => {
    const one = after(listed('a', 'b', 'c'), { type: 'forgot', stored: stored(['b', 'c']) })
    const two = after(one, { type: 'forgot', stored: stored(['c']) })
    for (const page of [one, two]) assert.equal(said(page).trim(), words.forgotten)
    assert.notEqual(said(one), said(two))
  })
})

describe('the name of a receipt', () => {
  test('is what the sender calls it, or when it was made', () => {
    assert.equal(writeMade(aReceipt('a'), TIMES), '3 February 2026 at 04:05 UTC')
    assert.equal(nameReceipt(aReceipt('a', 'for Ada'), TIMES), 'for Ada')
    for (const name of ['', '  ']) assert.equal(nameReceipt(aReceipt('a', name), TIMES), 'Secret of 3 February 2026 at 04:05 UTC')
  })

  test('is written in the language of the moment, however many there are', () => {
    const german = { ...TIMES, locale: 'de' }
    for (let count = 0; count < 2; count++) {
      for (const day of Array.from({ length: 120 }, (_, i) => i)) {
        const receipt = { ...aReceipt('a'), createdAtMs: Date.UTC(2026, 0, 1 + day) }
        assert.equal(writeMade(receipt, TIMES), writeMade({ ...receipt }, TIMES))
        assert.notEqual(writeMade(receipt, TIMES), writeMade(receipt, german))
      }
    }
  })
})
