import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Receipt } from '@letterlock/protocol'
import { announceReceipt, placeReceipt } from '../src/pages/receipt/describe.ts'
import { announceTold, countSoonSeconds, describeTouch, describeTries, findStep, isOutOfReach } from '../src/pages/receipt/describe-told.ts'
import { type PlainReceiptPage, type ReceiptEvent, type ReceiptPage, reduceReceipt } from '../src/pages/receipt/state.ts'
import { type Told, type ToldEvent, beginTold, canDelete, reduceTold } from '../src/pages/receipt/told-state.ts'
import { questionWords, receiptWords as words } from '../src/languages/en.ts'
import { describeQuestionFailure as describeFailure } from '../src/ui/describe-question-failure.ts'
import { nameOutcome } from '../src/ui/name-outcome.ts'

const aReceipt = (more: Partial<Receipt> = {}): Receipt => ({
  state: 'sealed',
  confirmed: false,
  by: null,
  createdAt: 1000,
  expiresAt: 2000,
  claimedAt: null,
  endedAt: null,
  attemptsFailed: 0,
  attemptsLeft: null,
  ...more,
})
const CLAIMED = aReceipt({ state: 'claimed', claimedAt: 1000 })
const OPENED = aReceipt({ state: 'opened', confirmed: true, claimedAt: 1000, endedAt: 1000 })
const UNREACHABLE = { kind: 'unreachable' } as const
const told = (receipt: Receipt = aReceipt(), more: Partial<Told> = {}): Told => ({
  ...beginTold(receipt, 1500, { telling: 'off', keeping: 'no' }),
  ...more,
})
const after = (page: Told, ...events: ToldEvent[]) => events.reduce(reduceTold, page)
const say = (page: Told) => announceTold(page, { words, times: { locale: 'en' }, describeFailure })

describe('the page of a receipt', () => {
  const others: readonly PlainReceiptPage[] = [
    { at: 'checking' },
    { at: 'unknown' },
    { at: 'damaged', wasPasted: false },
    { at: 'newer' },
    { at: 'failed', failure: UNREACHABLE },
  ]
  const become = (page: ReceiptPage, event: ReceiptEvent) => reduceReceipt(page, event).at

  test('takes a pasted link after a damaged one, and tries again after a failure', () => {
    assert.deepEqual(
      [...others, told()].map((page) => become(page, { type: 'checking' })),
      ['checking', 'unknown', 'checking', 'newer', 'checking', 'told'],
    )
  })

  test('fails, ends or is told only while it is asking', () => {
    const failed = [...others, told()].map((page) => become(page, { type: 'failed', failure: UNREACHABLE }))
    assert.deepEqual(failed, ['failed', 'unknown', 'damaged', 'newer', 'failed', 'told'])
    const newer = [...others, told()].map((page) => become(page, { type: 'ended', page: { at: 'newer' } }))
    assert.deepEqual(newer, ['newer', 'unknown', 'newer', 'newer', 'failed', 'told'])
    const tellings = [...others, told()].map((page) => become(page, { type: 'told', page: told() }))
    assert.deepEqual(tellings, ['told', 'unknown', 'damaged', 'newer', 'failed', 'told'])
  })

  test('says so when the server has forgotten a receipt that it has told', () => {
    assert.equal(become(told(), { type: 'ended', page: { at: 'unknown' } }), 'unknown')
  })

  test('tells a screen reader what it says', () => {
    assert.deepEqual(others.map(announceReceipt), [words.checkingDetail, words.unknown, words.damaged, words.newer, words.failed])
    assert.equal(announceReceipt({ at: 'damaged', wasPasted: true }), words.stillDamaged)
  })
})

describe('the receipt', () => {
  test('deletes only after a yes', () => {
    const asking = after(told(), { type: 'deleting' })
    assert.equal(asking.doing, 'asking')
    assert.deepEqual(after(asking, { type: 'answered', isYes: false }), told())
    assert.equal(after(asking, { type: 'answered', isYes: true }).doing, 'deleting')
  })

  test('an answer to a question that was not asked deletes nothing', () => {
    assert.deepEqual(after(told(), { type: 'answered', isYes: true }), told())
  })

  test('offers to delete only what has not ended', () => {
    for (const state of ['sealed', 'claimed', 'draft'] as const) assert.equal(canDelete(aReceipt({ state })), true)
    for (const state of ['opened', 'expired', 'burned', 'locked', 'lost'] as const) {
      assert.equal(canDelete(aReceipt({ state })), false)
      const page = told(aReceipt({ state }))
      assert.equal(after(page, { type: 'deleting' }), page)
    }
  })

  test('does one thing at a time', () => {
    const checking = after(told(), { type: 'checking' })
    for (const type of ['checking', 'deleting', 'too-late'] as const) assert.equal(after(checking, { type }), checking)
  })

  test('says so when deleting came too late, and goes on saying it beside the new facts', () => {
    const page = after(
      told(),
      { type: 'deleting' },
      { type: 'answered', isYes: true },
      { type: 'too-late' },
      { type: 'heard', receipt: OPENED, nowMs: 1600 },
      { type: 'told', receipt: OPENED, nowMs: 1601 },
    )
    assert.equal(page.trouble, 'too-late')
    assert.equal(say(page), words.tooLate)
  })

  test('does not go on asking whether to delete what is gone, and says why', () => {
    const asking = after(told(), { type: 'deleting' })
    assert.equal(after(asking, { type: 'heard', receipt: CLAIMED, nowMs: 1600 }).doing, 'asking')
    const page = after(asking, { type: 'heard', receipt: OPENED, nowMs: 1600 })
    assert.deepEqual([page.doing, page.trouble], ['nothing', 'too-late'])
    assert.equal(say(page), words.tooLate)
  })

  test('keeps what it knows when checking again fails, until it hears from the server', () => {
    const page = after(told(), { type: 'checking' }, { type: 'failed', failure: UNREACHABLE })
    assert.equal(page.receipt.state, 'sealed')
    assert.deepEqual(page.trouble, UNREACHABLE)
    assert.equal(say(page), questionWords.unreachable)
    assert.equal(after(page, { type: 'heard', receipt: aReceipt(), nowMs: 1600 }).trouble, null)
    assert.equal(after(told(), { type: 'failed', failure: UNREACHABLE }).trouble, null)
  })

  test('tells an opening that was proved from one that was not, and who deleted', () => {
    assert.equal(nameOutcome(aReceipt({ state: 'opened', confirmed: true })), 'confirmed')
    assert.equal(nameOutcome(aReceipt({ state: 'opened' })), 'unconfirmed')
    assert.equal(nameOutcome(aReceipt({ state: 'burned', by: 'sender' })), 'deleted')
    assert.equal(nameOutcome(aReceipt({ state: 'burned', by: 'operator' })), 'deleted-by-operator')
  })

  test('goes on with what somebody has asked for while it hears something', () => {
    for (const doing of ['checking', 'deleting', 'nothing'] as const)
      assert.equal(after(told(aReceipt(), { doing }), { type: 'heard', receipt: CLAIMED, nowMs: 1600 }).doing, doing)
  })

  test('draws its distances anew as time goes by', () => {
    assert.deepEqual(after(told(), { type: 'ticked', nowMs: 9000 }), told(aReceipt(), { nowMs: 9000 }))
  })
})

describe('the focus', () => {
  test('goes to the heading when an answer says something new, and stays where it is when the page learns that by itself', () => {
    const page = told()
    assert.equal(placeReceipt(after(page, { type: 'checking' })), placeReceipt(page))
    assert.notEqual(placeReceipt(after(page, { type: 'told', receipt: CLAIMED, nowMs: 1600 })), placeReceipt(page))
    const heard = after(page, { type: 'heard', receipt: CLAIMED, nowMs: 1600 })
    assert.equal(placeReceipt(heard), placeReceipt(page))
    assert.equal(placeReceipt(after(heard, { type: 'told', receipt: CLAIMED, nowMs: 1700 })), placeReceipt(page))
    assert.equal(placeReceipt(after(heard, { type: 'told', receipt: OPENED, nowMs: 1700 })), 'confirmed')
    assert.equal(placeReceipt({ at: 'unknown' }), 'unknown')
  })

  test('goes there too when the page learns by itself what somebody is waiting for', () => {
    const burned = aReceipt({ state: 'burned', by: 'sender' })
    const heard = after(told(aReceipt(), { doing: 'deleting' }), { type: 'heard', receipt: burned, nowMs: 1600 })
    assert.equal(placeReceipt(heard), 'deleted')
    assert.equal(say(after(heard, { type: 'told', receipt: burned, nowMs: 1601 })), words.title.deleted)
  })
})

describe('a screen reader', () => {
  test('is told what came by itself at length, and an answer in short', () => {
    assert.equal(say(told()), words.title.sealed)
    const heard = after(told(), { type: 'heard', receipt: CLAIMED, nowMs: 1600 })
    assert.equal(say(heard), `${words.title.claimed}. ${words.detail.claimed}`)
    assert.equal(say(after(told(), { type: 'told', receipt: CLAIMED, nowMs: 1600 })), words.title.claimed)
    assert.equal(say(told(aReceipt(), { doing: 'checking' })), words.refreshing)
    assert.equal(say(told(aReceipt(), { doing: 'deleting' })), words.deleting)
  })

  test('is told of every wrong PIN', () => {
    const page = after(told(), { type: 'heard', receipt: aReceipt({ attemptsFailed: 1, attemptsLeft: 4 }), nowMs: 1600 })
    assert.equal(say(page), `${words.title.sealed}. 1 wrong PIN was tried. 4 tries are left.`)
  })

  test('is told that the server is out of reach only when that lasts, and when it is over', () => {
    const breaking = after(told(), { type: 'touched', touch: 'live' }, { type: 'touched', touch: 'breaking' })
    assert.equal(say(breaking), words.title.sealed)
    const lost = after(breaking, { type: 'touched', touch: 'lost' })
    assert.equal(say(lost), words.lostTouch)
    assert.equal(say(after(lost, { type: 'touched', touch: 'live' })), words.live)
    assert.equal(say(after(lost, { type: 'touched', touch: 'polled' })), words.polled)
    assert.equal(after(lost, { type: 'touched', touch: 'lost' }), lost)
  })

  test('is told what the browser allows', () => {
    assert.equal(say(after(told(), { type: 'telling', telling: 'on' })), words.telling)
    assert.equal(say(after(told(), { type: 'telling', telling: 'refused' })), words.tellRefused)
    assert.equal(say(after(told(), { type: 'telling', telling: 'off' })), '')
    assert.equal(say(after(told(), { type: 'keeping', keeping: 'refused' })), words.keepRefused)
    assert.equal(say(after(told(), { type: 'keeping', keeping: 'yes' })), '')
  })

  test('hears nothing twice when the server repeats itself', () => {
    const page = after(told(), { type: 'telling', telling: 'on' }, { type: 'heard', receipt: aReceipt(), nowMs: 1600 })
    assert.equal(say(page), words.telling)
  })
})

describe('the words of a receipt', () => {
  test('tell how many wrong PINs were tried, and how many are left', () => {
    const tell = (attemptsFailed: number, attemptsLeft: number | null) =>
      describeTries(aReceipt({ attemptsFailed, attemptsLeft }), words, 'en')
    assert.equal(tell(0, 5), 'No wrong PIN was tried. 5 tries are left.')
    assert.equal(tell(1, 4), '1 wrong PIN was tried. 4 tries are left.')
    assert.equal(tell(4, 1), '4 wrong PINs were tried. 1 try is left.')
    assert.equal(tell(5, 0), '5 wrong PINs were tried. No try is left.')
    assert.equal(tell(2, null), '2 wrong PINs were tried.')
  })

  test('call an opening soon up to a minute after it was made, and never less than a second', () => {
    const count = (claimedAt: number | null) => countSoonSeconds(aReceipt({ createdAt: 5000, claimedAt }))
    assert.deepEqual(
      [null, 5000, 6000, 7000, 64_000, 65_000, 66_000].map((claimedAt) => count(claimedAt)),
      [null, 1, 1, 2, 59, 60, null],
    )
  })

  test('take a secret no further than is known', () => {
    assert.deepEqual((['sealed', 'claimed', 'confirmed'] as const).map(findStep), [0, 1, 2])
    assert.equal(findStep('unconfirmed'), 1)
    for (const other of ['draft', 'expired', 'deleted', 'deleted-by-operator', 'locked', 'lost'] as const)
      assert.equal(findStep(other), null)
  })

  test('never call out of reach gone', () => {
    assert.deepEqual(
      (['starting', 'live', 'polled', 'breaking', 'lost'] as const).map((touch) => [describeTouch(touch, words), isOutOfReach(touch)]),
      [
        ['', false],
        [words.live, false],
        [words.polled, false],
        [words.lostTouch, true],
        [words.lostTouch, true],
      ],
    )
  })
})
