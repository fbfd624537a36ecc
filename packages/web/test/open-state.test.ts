import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { asksBeforeLeavingOpen, announceOpen, placeOpen } from '../src/pages/open/describe.ts'
import { announceEnded } from '../src/pages/open/describe-ended.ts'
import { announceShown } from '../src/pages/open/describe-shown.ts'
import { askForPin } from '../src/pages/open/pin-state.ts'
import { type OpenEvent, type OpenPage, type Shown, reduceOpen } from '../src/pages/open/state.ts'

const before: OpenPage = { at: 'before', expiresAtMs: 2, nowMs: 1, wasChanged: false, asksAgain: false }
const shown: Shown = {
  at: 'after',
  text: 'kT7',
  isHidden: false,
  isKept: false,
  copy: 'none',
  isErased: false,
  isAsking: false,
  wasChanged: false,
  isOverdue: false,
}
const asking = askForPin({ attemptsLeft: 5, expiresAtMs: 2 }, 1, false)
const failure = { kind: 'unreachable' } as const
const after = (page: OpenPage, ...events: OpenEvent[]) => events.reduce(reduceOpen, page)

const everyPage: readonly OpenPage[] = [
  { at: 'checking' },
  before,
  { at: 'opening' },
  shown,
  { at: 'gone', end: 'opened', atMs: 1 },
  { at: 'unknown' },
  { at: 'damaged', wasPasted: false },
  { at: 'newer' },
  asking,
  { at: 'unreadable', why: 'damaged' },
  { at: 'failed', failure, wasClaimed: true },
  { at: 'opened-here' },
  { at: 'cleared' },
]

const showEvent: OpenEvent = { type: 'shown', text: 'kT7', wasChanged: false, isOverdue: false }

/** What a page says, by itself or by the part that draws it. */
function announce(page: Exclude<OpenPage, { at: 'pin' }>): string {
  switch (page.at) {
    case 'after':
    case 'cleared':
      return announceShown(page)
    case 'before':
    case 'checking':
    case 'failed':
    case 'opening':
      return announceOpen(page)
    case 'damaged':
    case 'gone':
    case 'newer':
    case 'opened-here':
    case 'unknown':
    case 'unreadable':
      return announceEnded(page)
  }
}

describe('the page that opens a secret', () => {
  test('opens only on a trusted press, and asks again after any other', () => {
    assert.deepEqual(after(before, { type: 'pressed', isTrusted: false }), { ...before, asksAgain: true })
    assert.deepEqual(after(before, { type: 'pressed', isTrusted: false }, { type: 'pressed', isTrusted: true }), { at: 'opening' })
  })

  test('a press means something only before the secret is opened', () => {
    for (const page of everyPage.filter(({ at }) => at !== 'before'))
      assert.equal(reduceOpen(page, { type: 'pressed', isTrusted: true }), page)
  })

  test('shows a secret only while it is being opened', () => {
    for (const page of everyPage.filter(({ at }) => at !== 'opening' && at !== 'pin')) assert.equal(reduceOpen(page, showEvent).at, page.at)
    assert.deepEqual(after({ at: 'opening' }, showEvent), shown)
    assert.deepEqual(after(asking, showEvent), shown)
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
    assert.deepEqual(after({ at: 'unreadable', why: 'damaged' }, { type: 'retried' }), { at: 'opening' })
  })

  test('a failure or an end that comes late changes nothing once the secret is shown', () => {
    assert.deepEqual(after(shown, { type: 'failed', failure, wasClaimed: true }, { type: 'ended', page: { at: 'unknown' } }), shown)
  })

  test('asks before leaving until the secret was copied, saved or printed', () => {
    assert.equal(asksBeforeLeavingOpen(shown), true)
    assert.equal(asksBeforeLeavingOpen(after(shown, { type: 'copied', wasCopied: false })), true)
    for (const event of [{ type: 'copied', wasCopied: true }, { type: 'saved' }, { type: 'printing' }] as const) {
      assert.equal(asksBeforeLeavingOpen(after(shown, event)), false)
    }
  })

  test('clears at once what was kept, and asks first about what was not', () => {
    assert.deepEqual(after(shown, { type: 'saved' }, { type: 'clearing' }), { at: 'cleared' })
    assert.deepEqual(after(shown, { type: 'clearing' }), { ...shown, isAsking: true })
    assert.deepEqual(after(shown, { type: 'clearing' }, { type: 'answered', isYes: false }), shown)
    assert.deepEqual(after(shown, { type: 'clearing' }, { type: 'answered', isYes: true }), { at: 'cleared' })
  })

  test('an answer to a question that was not asked clears nothing', () => {
    assert.deepEqual(after(shown, { type: 'answered', isYes: true }), shown)
  })

  test('prints what is shown, not what is hidden', () => {
    const page = after(shown, { type: 'hid' }, { type: 'printing' })
    assert.equal(page.at === 'after' && page.isHidden, false)
  })

  test('keeps no text when the page is left', () => {
    assert.equal(JSON.stringify(after(shown, { type: 'left' })).includes('kT7'), false)
    for (const page of everyPage.filter(({ at }) => at !== 'after')) assert.equal(reduceOpen(page, { type: 'left' }), page)
  })

  test('takes a pasted link after a damaged one', () => {
    assert.deepEqual(after({ at: 'damaged', wasPasted: false }, { type: 'ended', page: { at: 'damaged', wasPasted: true } }), {
      at: 'damaged',
      wasPasted: true,
    })
    assert.deepEqual(after({ at: 'damaged', wasPasted: true }, { type: 'checking' }), { at: 'checking' })
  })

  test('says something in every state, and moves the focus only when the place changes', () => {
    for (const page of everyPage) if (page.at !== 'pin') assert.notEqual(announce(page), '')
    assert.equal(placeOpen({ at: 'checking' }), placeOpen({ at: 'opening' }))
    assert.equal(placeOpen({ at: 'checking' }), placeOpen(asking))
    assert.notEqual(placeOpen(before), placeOpen(shown))
  })
})
