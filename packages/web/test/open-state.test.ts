import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openWords } from '../src/languages/en.ts'
import { asksBeforeLeavingOpen, announceOpen, placeOpen } from '../src/pages/open/describe.ts'
import type { Ended } from '../src/pages/open/ended-state.ts'
import { WITH_PIN, WRONG_PIN, hadPin, mayHold } from '../src/pages/open/kept-claim.ts'
import { askForPin } from '../src/pages/open/pin-state.ts'
import { beginShown } from '../src/pages/open/shown-state.ts'
import { type Before, type OpenEvent, type OpenPage, reduceOpen } from '../src/pages/open/state.ts'

const before: Before = { at: 'before', expiresAtMs: 2, nowMs: 1, wasChanged: false, origin: 'sent', asksAgain: false }
const shown = beginShown({ text: 'kT7', wasChanged: false, isOverdue: false, isPreview: false })
const asking = askForPin({ attemptsLeft: 5, expiresAtMs: 2 }, 1, { wasChanged: false, origin: 'sent' })
const unknown: Ended = { at: 'unknown', asked: 'not' }
const failure = { kind: 'unreachable' } as const
const after = (page: OpenPage, ...events: OpenEvent[]) => events.reduce(reduceOpen, page)

const everyPage: readonly OpenPage[] = [
  { at: 'checking' },
  before,
  { at: 'opening' },
  shown,
  { at: 'gone', end: 'opened', atMs: 1, asked: 'not' },
  unknown,
  { at: 'damaged', why: 'cut', wasPasted: false, asked: 'not' },
  { at: 'newer', asked: 'not' },
  asking,
  { at: 'unreadable', why: 'damaged', asked: 'not' },
  { at: 'failed', failure, wasClaimed: true },
  { at: 'opened-here', asked: 'not' },
  { at: 'cleared', clipboard: 'untouched', isErased: false, isPreview: false },
  { at: 'left', isPreview: false },
]

describe('the page that opens a secret', () => {
  test('opens only on a trusted press, and asks again after any other', () => {
    assert.deepEqual(after(before, { type: 'pressed', isTrusted: false }), { ...before, asksAgain: true })
    assert.deepEqual(after(before, { type: 'pressed', isTrusted: false }, { type: 'pressed', isTrusted: true }), { at: 'opening' })
  })

  test('a press means something only before the secret is opened', () => {
    for (const page of everyPage.filter(({ at }) => at !== 'before'))
      assert.equal(reduceOpen(page, { type: 'pressed', isTrusted: true }), page)
  })

  test('shows a secret only while it is being opened, and then lets only what shows it change the page', () => {
    const may: readonly string[] = ['opening', 'pin', 'after', 'cleared', 'left']
    for (const page of everyPage) assert.equal(reduceOpen(page, { type: 'shown', page: shown }), may.includes(page.at) ? shown : page)
    for (const page of everyPage.filter(({ at }) => ['after', 'cleared', 'left'].includes(at))) {
      for (const event of [
        { type: 'failed', failure, wasClaimed: true },
        { type: 'ended', page: unknown },
        { type: 'pin', page: asking },
        { type: 'retried' },
        { type: 'checking' },
        { type: 'reopening' },
      ] as const)
        assert.equal(reduceOpen(page, event), page, `${page.at}, ${event.type}`)
    }
  })

  test('says that there is nothing to show while it looks, and changes that only by itself', () => {
    const may: readonly string[] = ['checking', 'opening', 'pin', 'gone', 'unknown', 'damaged', 'newer', 'unreadable', 'opened-here']
    for (const page of everyPage) assert.equal(reduceOpen(page, { type: 'ended', page: unknown }), may.includes(page.at) ? unknown : page)
  })

  test('asks for a PIN while it looks or opens, and at no other time', () => {
    const may: readonly string[] = ['checking', 'opening', 'pin']
    for (const page of everyPage) assert.equal(reduceOpen(page, { type: 'pin', page: asking }) === asking, may.includes(page.at), page.at)
  })

  test('waits for another press where it turns out at the first that the link was made here', () => {
    const own = { ...before, origin: 'own' } as const
    assert.deepEqual(after({ at: 'opening' }, { type: 'waiting', before: own }), own)
  })

  test('tries a kept claim without a press, because one was made', () => {
    assert.deepEqual(after({ at: 'checking' }, { type: 'reopening' }), { at: 'opening' })
    assert.equal(after(before, { type: 'reopening' }), before)
  })

  test('remembers whether the claim had left when the connection was lost', () => {
    for (const wasClaimed of [false, true]) {
      const failed = { type: 'failed', failure, wasClaimed } as const
      for (const at of ['checking', 'opening'] as const) {
        assert.deepEqual(after({ at }, failed), { at: 'failed', failure, wasClaimed })
        assert.deepEqual(after({ at }, failed, { type: 'retried' }), { at: wasClaimed ? 'opening' : 'checking' })
      }
    }
  })

  test('lets the reader try again what could not be read', () => {
    assert.deepEqual(after({ at: 'unreadable', why: 'damaged', asked: 'copied' }, { type: 'retried' }), { at: 'opening' })
  })

  test('looks again once a damaged link was pasted whole', () => {
    assert.deepEqual(after({ at: 'damaged', why: 'cut', wasPasted: true, asked: 'not' }, { type: 'checking' }), { at: 'checking' })
    assert.equal(after(before, { type: 'checking' }), before)
  })

  test('asks before leaving a secret that was not kept, and at no other time', () => {
    for (const page of everyPage) assert.equal(asksBeforeLeavingOpen(page), page.at === 'after', page.at)
    assert.equal(asksBeforeLeavingOpen({ ...shown, isKept: true }), false)
  })

  test('says something in every state, and moves the focus only when the place changes', () => {
    for (const page of everyPage)
      if (page.at === 'before' || page.at === 'checking' || page.at === 'failed' || page.at === 'opening')
        assert.notEqual(announceOpen(page), '')
    assert.equal(placeOpen({ at: 'checking' }), placeOpen({ at: 'opening' }))
    assert.equal(placeOpen({ at: 'checking' }), placeOpen(asking))
    assert.notEqual(placeOpen(before), placeOpen(shown))
  })

  test('tells a screen reader whose link it is before anything is pressed', () => {
    assert.equal(announceOpen({ ...before, origin: 'own' }), `${openWords.own} ${openWords.ownDetail}`)
    assert.equal(announceOpen({ ...before, origin: 'preview' }), openWords.isPreview)
    assert.equal(announceOpen({ ...before, origin: 'own', asksAgain: true }), openWords.pressAgain)
  })
})

describe('a claim that the tab keeps', () => {
  test('says whether a PIN went with it, and whether it may hold the secret', () => {
    const claim = 'A'.repeat(43)
    assert.deepEqual([claim, claim + WITH_PIN, claim + WRONG_PIN].map(hadPin), [false, true, true])
    assert.deepEqual([null, claim, claim + WITH_PIN, claim + WRONG_PIN].map(mayHold), [false, true, true, false])
  })
})
