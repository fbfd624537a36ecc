import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Receipt } from '@letterlock/protocol'
import { announceReceipt, describeTries, nameOutcome, placeReceipt } from '../src/pages/receipt/describe.ts'
import { type ReceiptEvent, type ReceiptPage, canDelete, reduceReceipt } from '../src/pages/receipt/state.ts'
import { receiptWords } from '../src/languages/en.ts'

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
const told = (receipt: Receipt): ReceiptPage => ({ at: 'told', receipt, nowMs: 1500, doing: 'nothing', trouble: null })
const after = (page: ReceiptPage, ...events: ReceiptEvent[]) => events.reduce(reduceReceipt, page)

describe('the receipt', () => {
  test('deletes only after a yes', () => {
    const asking = after(told(aReceipt()), { type: 'deleting' })
    assert.equal(asking.at === 'told' && asking.doing, 'asking')
    assert.deepEqual(after(asking, { type: 'answered', isYes: false }), told(aReceipt()))
    const deleting = after(asking, { type: 'answered', isYes: true })
    assert.equal(deleting.at === 'told' && deleting.doing, 'deleting')
  })

  test('an answer to a question that was not asked deletes nothing', () => {
    assert.deepEqual(after(told(aReceipt()), { type: 'answered', isYes: true }), told(aReceipt()))
  })

  test('offers to delete only what has not ended', () => {
    for (const state of ['sealed', 'claimed', 'draft'] as const) assert.equal(canDelete(aReceipt({ state })), true)
    for (const state of ['opened', 'expired', 'burned', 'locked', 'lost'] as const) {
      const page = told(aReceipt({ state }))
      assert.deepEqual(after(page, { type: 'deleting' }), page)
    }
  })

  test('says so when deleting came too late, and goes on saying it beside the new facts', () => {
    const page = after(
      told(aReceipt()),
      { type: 'deleting' },
      { type: 'answered', isYes: true },
      { type: 'too-late' },
      { type: 'told', receipt: aReceipt({ state: 'opened' }), nowMs: 1600 },
    )
    assert.equal(page.at === 'told' && page.trouble, 'too-late')
    assert.equal(announceReceipt(page), receiptWords.tooLate)
  })

  test('keeps what it knows when checking again fails', () => {
    const page = after(told(aReceipt()), { type: 'checking' }, { type: 'failed', failure: { kind: 'unreachable' } })
    assert.equal(page.at === 'told' && page.receipt.state, 'sealed')
    assert.deepEqual(page.at === 'told' && page.trouble, { kind: 'unreachable' })
  })

  test('tells an opening that was proved from one that was not, and who deleted', () => {
    assert.equal(nameOutcome(aReceipt({ state: 'opened', confirmed: true })), 'confirmed')
    assert.equal(nameOutcome(aReceipt({ state: 'opened' })), 'unconfirmed')
    assert.equal(nameOutcome(aReceipt({ state: 'burned', by: 'sender' })), 'deleted')
    assert.equal(nameOutcome(aReceipt({ state: 'burned', by: 'operator' })), 'deleted-by-operator')
  })

  test('moves the focus when the receipt says something new', () => {
    assert.notEqual(placeReceipt(told(aReceipt())), placeReceipt(told(aReceipt({ state: 'opened' }))))
    assert.equal(placeReceipt(told(aReceipt())), placeReceipt(after(told(aReceipt()), { type: 'checking' })))
  })

  test('takes a pasted link after a damaged one, and tries again after a failure', () => {
    assert.deepEqual(after({ at: 'damaged', wasPasted: true }, { type: 'checking' }), { at: 'checking' })
    assert.deepEqual(after({ at: 'failed', failure: { kind: 'unreachable' } }, { type: 'checking' }), { at: 'checking' })
  })

  test('tells how many wrong PINs were tried, and how many are left', () => {
    const tell = (attemptsFailed: number, attemptsLeft: number | null) => describeTries(aReceipt({ attemptsFailed, attemptsLeft }), 'en')
    assert.equal(tell(0, 5), 'No wrong PIN was tried. 5 tries are left.')
    assert.equal(tell(1, 4), '1 wrong PIN was tried. 4 tries are left.')
    assert.equal(tell(4, 1), '4 wrong PINs were tried. 1 try is left.')
    assert.equal(tell(5, 0), '5 wrong PINs were tried. No try is left.')
    assert.equal(tell(2, null), '2 wrong PINs were tried.')
  })
})
