import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  FRESH_PACE,
  type Happened,
  POLL_MS,
  POLL_SLOW_MS,
  type Pace,
  QUICK_POLLS_MAX,
  RETRY_MS_MAX,
  RETRY_MS_MIN,
  STEADY_MS,
  STREAM_AGAIN_MS,
  type Step,
  VAIN_STREAMS_MAX,
  beginStep,
  planStep,
} from '../src/pages/receipt/pace.ts'

const NOW_MS = 1_000_000
const QUIET: Happened = { type: 'answered', isNews: false }
const FAILED: Happened = { type: 'failed' }
const BROKEN_AT_ONCE: Happened = { type: 'broken', lastedMs: 0 }

/** What is done after each of these, one after the other, with chance at its longest. */
function plan(happened: readonly Happened[], pace: Pace = FRESH_PACE, nowMs = NOW_MS, random = 1): { steps: Step[]; pace: Pace } {
  const steps: Step[] = []
  for (const each of happened) {
    const [next, step] = planStep(pace, each, nowMs, random)
    pace = next
    steps.push(step)
  }
  return { steps, pace }
}
const describeSteps = (steps: readonly Step[]) => steps.map(({ act, afterMs, touch }) => [act, afterMs, touch])

describe('the pace of a receipt', () => {
  test('begins by following, at once', () => {
    assert.deepEqual(beginStep(FRESH_PACE, NOW_MS), { act: 'follow', afterMs: 0, touch: null })
  })

  test('follows again when a stream was closed in good order, and calls that live', () => {
    const { steps, pace } = plan([{ type: 'closed', lastedMs: STEADY_MS }])
    assert.deepEqual(describeSteps(steps), [['follow', RETRY_MS_MIN, null]])
    assert.deepEqual(pace, FRESH_PACE)
  })

  test('follows again when a stream breaks off, and says meanwhile that it has lost touch', () => {
    for (const lastedMs of [STEADY_MS, 3_600_000])
      assert.deepEqual(describeSteps(plan([{ type: 'broken', lastedMs }]).steps), [['follow', RETRY_MS_MIN, 'breaking']])
  })

  test('takes a stream for a vain one up to the last millisecond', () => {
    const lasted = (lastedMs: number) => plan([{ type: 'closed', lastedMs }]).pace.vainStreams
    assert.deepEqual([lasted(STEADY_MS - 1), lasted(STEADY_MS)], [1, 0])
  })

  test('waits longer after every stream that ends at once, and then asks instead', () => {
    for (const type of ['closed', 'broken'] as const) {
      const { steps, pace } = plan(Array.from({ length: VAIN_STREAMS_MAX }, () => ({ type, lastedMs: 5 })))
      assert.deepEqual(describeSteps(steps), [
        ['follow', RETRY_MS_MIN, 'breaking'],
        ['follow', 2 * RETRY_MS_MIN, 'breaking'],
        ['read', 0, 'polled'],
      ])
      assert.equal(pace.pollUntilMs, NOW_MS + STREAM_AGAIN_MS)
    }
  })

  test('forgets the vain streams after a good one', () => {
    const { pace } = plan([BROKEN_AT_ONCE, BROKEN_AT_ONCE, { type: 'broken', lastedMs: STEADY_MS }, BROKEN_AT_ONCE])
    assert.equal(pace.vainStreams, 1)
    assert.equal(pace.pollUntilMs, null)
  })

  test('asks every few seconds where nothing can be followed, and less often after a while', () => {
    const { steps } = plan([{ type: 'refused' }, ...Array.from({ length: QUICK_POLLS_MAX + 1 }, () => QUIET)])
    assert.deepEqual(describeSteps(steps.slice(0, 2)), [
      ['read', 0, 'polled'],
      ['read', POLL_MS, 'polled'],
    ])
    assert.deepEqual(
      steps.slice(-3).map(({ afterMs }) => afterMs),
      [POLL_MS, POLL_SLOW_MS, POLL_SLOW_MS],
    )
  })

  test('asks quickly again once there was something new', () => {
    const slow = plan([{ type: 'refused' }, ...Array.from({ length: QUICK_POLLS_MAX }, () => QUIET)]).pace
    assert.equal(plan([{ type: 'answered', isNews: true }], slow).steps[0]?.afterMs, POLL_MS)
  })

  test('tries to follow once more after a while of asking, and asks on if that comes to nothing', () => {
    const { pace } = plan([{ type: 'refused' }, QUIET])
    const dueMs = NOW_MS + STREAM_AGAIN_MS
    assert.equal(plan([QUIET], pace, dueMs - 1).steps[0]?.act, 'read')
    const again = plan([QUIET], pace, dueMs)
    assert.deepEqual(describeSteps(again.steps), [['follow', 0, 'polled']])
    for (const happened of [{ type: 'refused' }, BROKEN_AT_ONCE] as const) {
      const { steps, pace } = plan([happened], again.pace, dueMs)
      assert.deepEqual(describeSteps(steps), [['read', 0, 'polled']])
      assert.equal(pace.pollUntilMs, dueMs + STREAM_AGAIN_MS)
    }
  })

  test('asks with growing waits while there is no answer, up to a minute, and says that it has lost touch', () => {
    const { steps } = plan(Array.from({ length: 100 }, () => FAILED))
    assert.deepEqual(describeSteps(steps.slice(0, 3)), [
      ['read', 1_000, 'breaking'],
      ['read', 2_000, 'lost'],
      ['read', 4_000, 'lost'],
    ])
    assert.equal(Math.max(...steps.map(({ afterMs }) => afterMs)), RETRY_MS_MAX)
    assert.deepEqual(describeSteps(steps.slice(-1)), [['read', RETRY_MS_MAX, 'lost']])
  })

  test('follows at once when the server answers again', () => {
    const { steps, pace } = plan([{ type: 'broken', lastedMs: STEADY_MS }, FAILED, FAILED, QUIET])
    assert.deepEqual(describeSteps(steps.slice(-1)), [['follow', 0, null]])
    assert.equal(pace.failures, 0)
  })

  test('asks instead when only streams do not get through', () => {
    const { steps, pace } = plan([FAILED, QUIET, FAILED, QUIET, FAILED, QUIET])
    assert.deepEqual(describeSteps(steps.slice(-1)), [['read', POLL_MS, 'polled']])
    assert.equal(pace.pollUntilMs, NOW_MS + STREAM_AGAIN_MS)
  })

  test('goes on asking when it fails while it asks, and is polled again with the next answer', () => {
    const { steps } = plan([{ type: 'refused' }, QUIET, FAILED, FAILED, QUIET])
    assert.deepEqual(describeSteps(steps.slice(2)), [
      ['read', 1_000, 'breaking'],
      ['read', 2_000, 'lost'],
      ['read', POLL_MS, 'polled'],
    ])
  })

  test('asks first, not follows, when somebody comes back while it is asking', () => {
    const { pace } = plan([{ type: 'refused' }])
    assert.equal(beginStep(pace, NOW_MS).act, 'read')
    assert.equal(beginStep(pace, NOW_MS + STREAM_AGAIN_MS).act, 'follow')
  })

  test('lets those who were cut off together come back one by one', () => {
    const waits = [0, 0.5, 1].map((random) => plan([FAILED, FAILED, FAILED], FRESH_PACE, NOW_MS, random).steps[2]?.afterMs)
    assert.deepEqual(waits, [2_000, 3_000, 4_000])
  })
})
