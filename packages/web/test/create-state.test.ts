import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { INLINE_SEALED_BYTES_MAX, LIFETIME_MS_DEFAULT, countTextBytesMax, encodeUtf8 } from '@letterlock/protocol'
import { announceDraft, asksBeforeLeavingCreate, describeFailed, describeRoom, describeSubmit } from '../src/pages/create/describe.ts'
import { DEFAULT_OFFER, NOTHING, PEOPLE_MAX, countTextBytes, findTrouble, pickLifetime } from '../src/pages/create/draft.ts'
import { beginMade, noteLast } from '../src/pages/create/made-state.ts'
import { type CreateEvent, type CreatePage, type DraftPage, beginCreate, reduceCreate } from '../src/pages/create/state.ts'

const made = beginMade([{ link: 'https://example.org/s#a', receiptLink: 'https://example.org/receipt#b', receiptToken: 'b' }], null, 2, 1)
const after = (page: CreatePage, ...events: CreateEvent[]) => events.reduce(reduceCreate, page)
const drafted = (page: CreatePage, ...events: CreateEvent[]) => after(page, ...events) as DraftPage
const submitted = after(beginCreate('kT7'), { type: 'submitted' })
const ready = after(submitted, { type: 'working', step: 'sending', done: 0 }, { type: 'made', made })

describe('the page that makes a link', () => {
  test('keeps the text when the network is lost', () => {
    const page = drafted(submitted, { type: 'failed', failure: { kind: 'unreachable' }, done: 0 })
    assert.equal(page.at === 'writing' && page.draft.text, 'kT7')
    assert.match(announceDraft(page, 'en'), /still here/)
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
    assert.deepEqual(findTrouble({ ...NOTHING, text: 'a\ud83d' }, DEFAULT_OFFER), { kind: 'broken' })
    assert.equal(findTrouble({ ...NOTHING, text: '😀' }, DEFAULT_OFFER), null)
  })

  test('counts bytes as UTF-8 does', () => {
    for (const text of ['', 'a', 'é', '€', '😀', 'aé€😀\n', '\u07ff\u0800\uffff'])
      assert.equal(countTextBytes(text), encodeUtf8(text).length, text)
  })

  test('shows the room that is left only near the limit', () => {
    const offer = { ...DEFAULT_OFFER, textBytesMax: 100 }
    const room = (length: number) => describeRoom({ text: 'x'.repeat(length) }, offer, 'en')
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
    assert.equal(asksBeforeLeavingCreate(submitted), true)
    assert.equal(asksBeforeLeavingCreate(ready), true)
    const copied = (last: 'receipt' | 'refused' | { link: number }) => after(ready, { type: 'made', made: noteLast(made, last) })
    assert.equal(asksBeforeLeavingCreate(copied('receipt')), true)
    assert.equal(asksBeforeLeavingCreate(copied('refused')), true)
    assert.equal(asksBeforeLeavingCreate(copied({ link: 0 })), false)
  })

  test('keeps neither text nor link when the page is left', () => {
    for (const page of [ready, beginCreate('kT7'), submitted]) {
      const left = JSON.stringify(after(page, { type: 'left' }))
      assert.equal(left.includes('kT7') || left.includes('example.org'), false)
    }
  })

  test('takes the instance’s default until the sender chooses, and a choice only while it is offered', () => {
    const offer = { ...DEFAULT_OFFER, lifetimesMs: [60_000, 120_000], defaultLifetimeMs: 60_000 }
    const choosing = (lifetimeMs: number | null) => pickLifetime({ ...NOTHING, lifetimeMs }, offer)
    assert.equal(choosing(null), 60_000)
    assert.equal(choosing(120_000), 120_000)
    assert.equal(choosing(604_800_000), 60_000)
  })

  test('keeps how many people were chosen before the script came, and never takes more than it may', () => {
    const people = (...events: CreateEvent[]) => drafted(beginCreate('kT7', LIFETIME_MS_DEFAULT, 3), ...events).draft.people
    assert.equal(people(), 3)
    assert.equal(people({ type: 'counted', people: PEOPLE_MAX }), 20)
    for (const [wished, counted] of [
      [PEOPLE_MAX + 1, PEOPLE_MAX],
      [0, 1],
      [-1, 1],
      [1.5, 1],
      [Number.NaN, 1],
    ] as const)
      assert.equal(people({ type: 'counted', people: wished }), counted)
  })

  test('says how many links it makes, and which of them it is at', () => {
    const many = drafted(beginCreate('kT7'), { type: 'counted', people: 3 })
    assert.equal(describeSubmit(many, 'en'), 'Create 3 links')
    const told = (...events: CreateEvent[]) => announceDraft(drafted(many, { type: 'submitted' }, ...events), 'en')
    assert.equal(told(), 'Sending 1 of 3…')
    assert.equal(told({ type: 'working', step: 'sending', done: 1 }), 'Sending 2 of 3…')
    assert.equal(told({ type: 'working', step: 'sending', done: 3 }), 'Sending 3 of 3…')
    assert.equal(describeSubmit(beginCreate('kT7'), 'en'), 'Create link')
  })

  test('says what is made already after a failure midway, until the draft is another', () => {
    const failed = drafted(
      beginCreate('kT7'),
      { type: 'counted', people: 3 },
      { type: 'submitted' },
      { type: 'working', step: 'sending', done: 1 },
      { type: 'failed', failure: { kind: 'unreachable' }, done: 1 },
    )
    assert.match(describeFailed(failed, 'en'), /^We lost the connection.* 1 link is already made\. Trying again makes only the rest\.$/)
    assert.equal(describeSubmit(failed, 'en'), 'Try again')
    const again = drafted(failed, { type: 'submitted' })
    assert.equal(again.at === 'sending' && again.done, 1)
    assert.equal(announceDraft(again, 'en'), 'Sending 2 of 3…')
    assert.equal(describeFailed(drafted(failed, { type: 'wrote', text: 'kT8' }), 'en'), '')
    assert.equal(drafted(failed, { type: 'wrote', text: 'kT8' }).done, 0)
  })

  test('says that the text is still here where the failure itself does not', () => {
    for (const [failure, isSaid] of [
      [{ kind: 'damaged' }, true],
      [{ kind: 'refused', problem: 'storage_full' }, true],
      [{ kind: 'unable' }, false],
    ] as const)
      assert.equal(describeFailed(drafted(submitted, { type: 'failed', failure, done: 0 }), 'en').endsWith('still here.'), isSaid)
  })

  test('is a reply until it is sent or left', () => {
    const replying = beginCreate('', LIFETIME_MS_DEFAULT, 1, true)
    const isReply = (...events: CreateEvent[]) => drafted(replying, { type: 'wrote', text: 'kT7' }, ...events).isReply
    assert.equal(isReply(), true)
    assert.equal(isReply({ type: 'submitted' }), true)
    assert.equal(isReply({ type: 'submitted' }, { type: 'failed', failure: { kind: 'unreachable' }, done: 0 }), true)
    assert.equal(isReply({ type: 'left' }), false)
    assert.equal(beginCreate('').isReply, false)
  })

  test('keeps a password that is being made up to the page on which it is', () => {
    const choice = { kind: 'characters', length: 8, count: 3, isReadable: false } as const
    const open = drafted(beginCreate('kT7'), { type: 'generator', generator: { at: 'open', choice, password: 'aB3-x' } })
    const generator = (...events: CreateEvent[]) => {
      const page = after(open, ...events)
      return page.at === 'writing' ? page.generator?.at : undefined
    }
    assert.equal(generator(), 'open')
    assert.equal(generator({ type: 'wrote', text: 'x' }), 'open')
    assert.equal(generator({ type: 'generated', text: 'x' }), 'used')
    assert.equal(drafted(open, { type: 'generated', text: 'kT7aB3-x' }).draft.text, 'kT7aB3-x')
    assert.equal(generator({ type: 'generated', text: 'x' }, { type: 'wrote', text: 'xy' }), undefined)
    for (const gone of [
      after(open, { type: 'left' }),
      after(open, { type: 'submitted' }),
      after(open, { type: 'submitted' }, { type: 'failed', failure: { kind: 'damaged' }, done: 0 }),
      after(open, { type: 'generator', generator: null }),
      after(beginCreate(''), { type: 'left' }),
    ])
      assert.equal(JSON.stringify(gone).includes('aB3-x'), false)
    assert.equal(after(submitted, { type: 'generator', generator: { at: 'open', choice, password: 'aB3-x' } }), submitted)
    const untouched = after(beginCreate(''), { type: 'left' }, { type: 'generator', generator: { at: 'open', choice, password: 'aB3-x' } })
    assert.equal(JSON.stringify(after(untouched, { type: 'left' })).includes('aB3-x'), false)
  })
})
