import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import { shownWords } from '../src/languages/en.ts'
import { announceShown, describeHidden, nameRow } from '../src/pages/open/describe-shown.ts'
import { findFields } from '../src/pages/open/find-fields.ts'
import { isAllOf, listRows } from '../src/pages/open/list-rows.ts'
import { type Shown, type ShownEvent, type ShownPage, beginShown, reduceShown } from '../src/pages/open/shown-state.ts'
import { IDLE_MINUTES_MAX, watchUse } from '../src/pages/open/watch-use.ts'

const TEXT = 'user: anna\npassword: kT7-vQm2!xRw9LpZc4'
const OTP = 'otpauth://totp/Example:anna%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Example'
const PEM = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----'
const begin = (text = TEXT) => beginShown({ text, wasChanged: false, isOverdue: false, isPreview: false })
const rowsOf = (text: string) => listRows(text, findFields(text))
const after = (page: ShownPage, ...events: ShownEvent[]) => events.reduce(reduceShown, page)
const copied = (row: number | null): ShownEvent => ({ type: 'copied', copy: { row, isDone: true } })
const found: ShownEvent = { type: 'found', fields: findFields(TEXT) }

/** The same, where it must still be shown. */
function stay(page: ShownPage, ...events: ShownEvent[]): Shown {
  const next = after(page, ...events)
  return next.at === 'after' ? next : assert.fail(`the page is ${next.at}`)
}

describe('a secret that is shown', () => {
  test('counts as kept once it was copied, saved or printed, and not when that was refused', () => {
    for (const event of [copied(null), { type: 'saved' }, { type: 'printing' }] as const) assert.equal(stay(begin(), event).isKept, true)
    const refused = stay(begin(), { type: 'copied', copy: { row: null, isDone: false } })
    assert.deepEqual([refused.isKept, refused.wasCopied], [false, false])
  })

  test('counts as kept once every part was copied, if there is nothing else in it', () => {
    assert.equal(stay(begin(), found, copied(0)).isKept, false)
    assert.equal(stay(begin(), found, copied(1), copied(1)).isKept, false)
    assert.equal(stay(begin(), found, copied(0), copied(1)).isKept, true)
    const letter = `Hello Anna\n${TEXT}`
    assert.equal(stay(begin(letter), { type: 'found', fields: findFields(letter) }, copied(0), copied(1)).isKept, false)
  })

  test('clears at once what was kept, and asks first about what was not', () => {
    assert.deepEqual(after(begin(), { type: 'saved' }, { type: 'clearing' }), {
      at: 'cleared',
      clipboard: 'untouched',
      isErased: false,
      isPreview: false,
    })
    assert.equal(stay(begin(), { type: 'clearing' }).isAsking, true)
    assert.deepEqual(after(begin(), { type: 'clearing' }, { type: 'answered', isYes: false }), begin())
    assert.equal(after(begin(), { type: 'clearing' }, { type: 'answered', isYes: true }).at, 'cleared')
    assert.equal(after(begin(), { type: 'answered', isYes: true }).at, 'after')
  })

  test('says that the clipboard may hold it only if something was copied, and what became of that', () => {
    const full = after(begin(), found, copied(1), { type: 'clearing' }, { type: 'answered', isYes: true })
    assert.deepEqual(full, { at: 'cleared', clipboard: 'full', isErased: false, isPreview: false })
    for (const isDone of [true, false])
      assert.deepEqual(after(full, { type: 'emptied', isDone }), { ...full, clipboard: isDone ? 'empty' : 'refused' })
    assert.equal(after(begin(), { type: 'emptied', isDone: true }).at, 'after')
  })

  test('hides by hand and by itself, is never lost by it, and is shown by one press', () => {
    for (const [event, hidden] of [
      [{ type: 'hid' }, 'by-hand'],
      [{ type: 'idle' }, 'by-itself'],
    ] as const) {
      const page = stay(begin(), event)
      assert.deepEqual([page.hidden, page.text], [hidden, TEXT])
      assert.deepEqual(stay(page, { type: 'hid' }), begin())
      assert.equal(stay(page, { type: 'idle' }), page)
    }
    assert.equal(stay(begin(), { type: 'kept-open' }, { type: 'idle' }).hidden, 'no')
  })

  test('prints what is shown, not what is hidden', () => {
    assert.equal(stay(begin(), { type: 'hid' }, { type: 'printing' }).hidden, 'no')
  })

  test('keeps nothing of it when it is cleared, or the page is left', () => {
    for (const event of [{ type: 'left' }, { type: 'clearing' }] as const)
      assert.equal(JSON.stringify(after(begin(), found, copied(null), event)).includes('kT7'), false)
    const cleared = after(begin(), { type: 'saved' }, { type: 'clearing' })
    for (const event of [found, copied(0), { type: 'hid' }, { type: 'idle' }, { type: 'kept-open' }] as const)
      assert.equal(after(cleared, event), cleared)
  })

  test('says that the server has deleted it only once the server has said so, on the cleared page too', () => {
    const soon = after(begin(), { type: 'saved' }, { type: 'clearing' })
    const erased = { ...soon, isErased: true }
    assert.deepEqual(after(soon, { type: 'erased' }), erased)
    assert.equal(after(erased as ShownPage, { type: 'erased' }), erased)
    assert.deepEqual(after(begin(), { type: 'saved' }, { type: 'erased' }, { type: 'clearing' }), erased)
  })

  test('loses nothing by leaving, if it is a preview', () => {
    const preview = beginShown({ text: shownWords.sample, wasChanged: false, isOverdue: false, isPreview: true })
    assert.equal(preview.isKept, true)
    assert.deepEqual(after(preview, { type: 'clearing' }), { at: 'cleared', clipboard: 'untouched', isErased: true, isPreview: true })
  })

  test('tells a screen reader every change, and never the secret', () => {
    const hidden = stay(begin(), { type: 'idle' })
    const cleared = after(begin(), copied(null), { type: 'clearing' })
    const said = [
      [begin(), shownWords.title],
      [stay(begin(), { type: 'erased' }), shownWords.erased],
      [stay(begin(), copied(0)), shownWords.copied],
      [stay(begin(), { type: 'copied', copy: { row: 0, isDone: false } }), shownWords.copyRefused],
      [stay(begin(), { type: 'hid' }), shownWords.hidden],
      [hidden, shownWords.hidByItself],
      [stay(begin(), { type: 'kept-open' }), shownWords.keptOpen],
      [cleared, `${shownWords.cleared}. ${shownWords.erasing} ${shownWords.clipboard}`],
      [after(begin(), { type: 'saved' }, { type: 'clearing' }), `${shownWords.cleared}. ${shownWords.erasing}`],
      [after(begin(), { type: 'saved' }, { type: 'clearing' }, { type: 'erased' }), `${shownWords.cleared}. ${shownWords.clearedDetail}`],
      [after(cleared, { type: 'emptied', isDone: true }), shownWords.clipboardEmpty],
      [after(cleared, { type: 'emptied', isDone: false }), shownWords.clipboardRefused],
      [after(begin(), { type: 'left' }), ''],
    ] as const
    for (const [page, words] of said) assert.equal(announceShown(page), words)
    assert.equal(describeHidden(hidden), shownWords.hidByItself)
    assert.equal(describeHidden(begin()), null)
  })
})

describe('the parts of a secret', () => {
  test('bear the label of the sender, or a word of ours', () => {
    const rows = rowsOf(`${TEXT}\n${OTP}\nhttps://example.org/\n${PEM}`)
    assert.deepEqual(rows.map(nameRow), [
      'user',
      'password',
      shownWords.partCode,
      shownWords.partAddress,
      shownWords.partAddress,
      shownWords.partKey,
    ])
    assert.deepEqual(
      rows.map(({ isTinted }) => isTinted),
      [false, true, true, true, false, true],
    )
  })

  test('give the setup key and the whole address of an authenticator app', () => {
    const [code, address] = rowsOf(OTP)
    assert.deepEqual([code?.value, code?.about, address?.value], ['JBSWY3DPEHPK3PXP', 'Example · anna@example.org', OTP])
  })

  test('are not listed where they are nothing but the text', () => {
    for (const text of ['https://example.org/', ` ${PEM}\n`, 'kT7-vQm2!xRw9LpZc4', '']) assert.deepEqual(rowsOf(text), [])
  })

  test('are all of a text that has nothing else but labels and signs', () => {
    const all = (text: string) => isAllOf(text, rowsOf(text), [...rowsOf(text).keys()])
    for (const text of [TEXT, `${TEXT}\n\n${OTP}`, `  ${TEXT}\n---\n${PEM}`]) assert.equal(all(text), true, text)
    for (const text of [`${TEXT}\nPUK 4711`, `Hello Anna\n${TEXT}`, 'a note']) assert.equal(all(text), false, text)
    assert.equal(isAllOf(TEXT, rowsOf(TEXT), [0]), false)
    const otp = `${TEXT}\n${OTP}`
    assert.equal(isAllOf(otp, rowsOf(otp), [0, 1, 3]), true, 'the address has the key in it')
  })
})

describe('a page that nobody uses', () => {
  const idleMs = IDLE_MINUTES_MAX * 60_000
  let idle = 0
  let leaving = new AbortController()
  const target = new EventTarget()
  const use = (type: string) => target.dispatchEvent(new Event(type))

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 })
    Object.assign(globalThis, { addEventListener: target.addEventListener.bind(target) })
    idle = 0
    leaving = new AbortController()
    watchUse(() => idle++, leaving.signal)
  })
  afterEach(() => {
    leaving.abort()
    mock.timers.reset()
    Reflect.deleteProperty(globalThis, 'addEventListener')
  })

  test('is noticed after exactly that long, and again after as long', () => {
    mock.timers.tick(idleMs - 1)
    assert.equal(idle, 0)
    mock.timers.tick(1)
    assert.equal(idle, 1)
    mock.timers.tick(idleMs)
    assert.equal(idle, 2)
  })

  test('is used by pointer, key, touch and scrolling', () => {
    for (const sign of ['pointerdown', 'pointermove', 'click', 'keydown', 'touchstart', 'touchmove', 'wheel', 'scroll']) {
      mock.timers.tick(idleMs - 1)
      use(sign)
    }
    assert.equal(idle, 0)
    mock.timers.tick(idleMs - 1)
    assert.equal(idle, 0)
    mock.timers.tick(1)
    assert.equal(idle, 1)
  })

  test('is noticed before whoever comes back to a device that slept counts as using it', () => {
    const awake = mock.method(Date, 'now', () => 1_000_000 + 10 * idleMs)
    assert.equal(idle, 0)
    use('pointermove')
    assert.equal(idle, 1)
    use('pointermove')
    assert.equal(idle, 1)
    awake.mock.restore()
  })

  test('is not watched any longer once it is left', () => {
    leaving.abort()
    mock.timers.tick(10 * idleMs)
    use('click')
    assert.equal(idle, 0)
  })
})
