import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ClientError, type FollowOptions, type Followed } from '@letterlock/client'
import type { Receipt } from '@letterlock/protocol'
import { POLL_MS, RETRY_MS_MIN, STEADY_MS, type Touch } from '../src/pages/receipt/pace.ts'
import { type Watch, watchReceipt } from '../src/pages/receipt/watch-receipt.ts'

const aReceipt = (state: Receipt['state'] = 'sealed', attemptsFailed = 0): Receipt => ({
  state,
  confirmed: state === 'opened',
  by: null,
  createdAt: 1000,
  expiresAt: 2000,
  claimedAt: null,
  endedAt: null,
  attemptsFailed,
  attemptsLeft: null,
})
const OUT_OF_REACH = new ClientError('unreachable', 'no reply')
const FULL = new ClientError('unavailable', 'too many', 'rate_limited')

/** Something that the watch has begun, and waits for. */
type Begun =
  | {
      readonly act: 'follow'
      readonly tell: (receipt: Receipt) => void
      readonly end: (how: Followed) => void
      readonly fail: (error: Error) => void
      readonly signal: AbortSignal
    }
  | { readonly act: 'read'; readonly answer: (receipt: Receipt | null) => void; readonly fail: (error: Error) => void }
  | { readonly act: 'wait'; readonly ms: number; readonly pass: () => void }

/** A watch on a server and a clock that do nothing but what a test says. */
function aWatch() {
  const begun: Begun[] = []
  const heard: string[] = []
  const touches: Touch[] = []
  let nowMs = 0
  let arrived = () => {}
  const begin = (act: Begun) => {
    begun.push(act)
    arrived()
  }
  const watch: Watch = watchReceipt({
    follow: ({ onReceipt, signal }: FollowOptions) =>
      new Promise((end, fail) => {
        assert.ok(signal !== undefined)
        signal.addEventListener('abort', () => end('cancelled'))
        begin({ act: 'follow', tell: onReceipt, end, fail, signal })
      }),
    read: () => new Promise((answer, fail) => begin({ act: 'read', answer, fail })),
    wait: (ms, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve())
        begin({
          act: 'wait',
          ms,
          pass() {
            nowMs += ms
            resolve()
          },
        })
      }),
    nowMs: () => nowMs,
    random: () => 1,
    onReceipt: ({ state, attemptsFailed }) => void heard.push(`${state} ${attemptsFailed}`),
    onUnknown: () => void heard.push('unknown'),
    onTouch: (touch) => void touches.push(touch),
  })
  /** The next thing that it begins, which must be of this kind. */
  const next = async <Act extends Begun['act']>(act: Act): Promise<Extract<Begun, { act: Act }>> => {
    while (begun.length === 0) await new Promise<void>((resolve) => (arrived = resolve))
    const first = begun.shift()
    assert.equal(first?.act, act)
    return first as Extract<Begun, { act: Act }>
  }
  /** That nothing is begun, however long one waits. */
  const rests = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(begun, [])
  }
  return { watch, next, rests, heard, touches, pass: (ms: number) => void (nowMs += ms) }
}

describe('watching a receipt', () => {
  test('follows it over one connection to its end, and then asks nothing more', async () => {
    const { watch, next, rests, heard, touches } = aWatch()
    watch.start()
    const stream = await next('follow')
    for (const state of ['sealed', 'claimed', 'opened'] as const) stream.tell(aReceipt(state))
    stream.end('ended')
    await rests()
    watch.start()
    await rests()
    assert.deepEqual(heard, ['sealed 0', 'claimed 0', 'opened 0'])
    assert.deepEqual([...new Set(touches)], ['live'])
  })

  test('starts once, however often it is told to', async () => {
    const { watch, next, rests } = aWatch()
    watch.start()
    watch.start()
    await next('follow')
    await rests()
  })

  test('comes back after a stream was closed or broke off', async () => {
    const { watch, next, pass, touches } = aWatch()
    watch.start()
    for (const end of ['closed', 'broken'] as const) {
      const stream = await next('follow')
      stream.tell(aReceipt())
      pass(STEADY_MS)
      if (end === 'closed') stream.end('closed')
      else stream.fail(OUT_OF_REACH)
      const wait = await next('wait')
      assert.equal(wait.ms, RETRY_MS_MIN)
      wait.pass()
    }
    const stream = await next('follow')
    assert.deepEqual(touches, ['live', 'live', 'breaking'])
    stream.tell(aReceipt())
    assert.equal(touches.at(-1), 'live')
  })

  for (const [why, refuse] of [
    ['is not offered', (stream: Extract<Begun, { act: 'follow' }>) => stream.end('not_offered')],
    ['is one too many', (stream: Extract<Begun, { act: 'follow' }>) => stream.fail(FULL)],
  ] as const) {
    test(`asks from time to time where following ${why}, and hears what changes`, async () => {
      const { watch, next, rests, heard, touches } = aWatch()
      watch.start()
      refuse(await next('follow'))
      ;(await next('read')).answer(aReceipt())
      const wait = await next('wait')
      assert.equal(wait.ms, POLL_MS)
      wait.pass()
      ;(await next('read')).answer(aReceipt('sealed', 1))
      ;(await next('wait')).pass()
      ;(await next('read')).answer(aReceipt('opened', 1))
      await rests()
      assert.deepEqual(heard, ['sealed 0', 'sealed 1', 'opened 1'])
      assert.deepEqual([...new Set(touches)], ['polled'])
    })
  }

  test('never says that a receipt is gone because nobody answers', async () => {
    const { watch, next, heard, touches } = aWatch()
    watch.start()
    ;(await next('follow')).fail(OUT_OF_REACH)
    for (const error of [OUT_OF_REACH, new ClientError('damaged', 'a portal'), new ClientError('unavailable', 'stopping')]) {
      ;(await next('wait')).pass()
      ;(await next('read')).fail(error)
    }
    ;(await next('wait')).pass()
    ;(await next('read')).answer(aReceipt())
    const stream = await next('follow')
    stream.tell(aReceipt('claimed'))
    assert.deepEqual(heard, ['sealed 0', 'claimed 0'])
    assert.deepEqual(touches, ['breaking', 'lost', 'lost', 'lost', 'live'])
  })

  test('says that the server does not know it only when the server says so', async () => {
    const { watch, next, rests, heard } = aWatch()
    watch.start()
    ;(await next('follow')).end('not_offered')
    ;(await next('read')).answer(null)
    await rests()
    assert.deepEqual(heard, ['unknown'])
  })

  test('leaves at once when nobody looks, and follows anew when somebody does', async () => {
    const { watch, next, rests, heard, touches } = aWatch()
    watch.start()
    const stream = await next('follow')
    stream.tell(aReceipt())
    watch.stop()
    assert.equal(stream.signal.aborted, true)
    assert.equal(touches.at(-1), 'starting')
    await rests()
    watch.stop()
    watch.start()
    ;(await next('follow')).tell(aReceipt('claimed'))
    stream.tell(aReceipt())
    assert.deepEqual(heard, ['sealed 0', 'claimed 0'])
  })

  test('does not wait on when it has left, and takes no answer that comes late', async () => {
    const { watch, next, rests, heard } = aWatch()
    watch.start()
    ;(await next('follow')).end('not_offered')
    const late = await next('read')
    watch.stop()
    late.answer(aReceipt('opened'))
    await rests()
    assert.deepEqual(heard, [])
    watch.start()
    ;(await next('read')).answer(aReceipt())
    const wait = await next('wait')
    watch.stop()
    await rests()
    wait.pass()
    await rests()
  })

  test('asks at once what it would ask later when it is told to hurry', async () => {
    const { watch, next } = aWatch()
    watch.start()
    ;(await next('follow')).fail(OUT_OF_REACH)
    await next('wait')
    watch.hurry()
    ;(await next('read')).fail(OUT_OF_REACH)
    assert.equal((await next('wait')).ms, 2 * RETRY_MS_MIN)
  })

  test('does not make somebody who comes back wait for what failed before', async () => {
    const { watch, next } = aWatch()
    watch.start()
    ;(await next('follow')).fail(OUT_OF_REACH)
    for (let failures = 0; failures < 5; failures++) {
      ;(await next('wait')).pass()
      ;(await next('read')).fail(OUT_OF_REACH)
    }
    assert.equal((await next('wait')).ms, 32 * RETRY_MS_MIN)
    watch.stop()
    watch.start()
    ;(await next('follow')).fail(OUT_OF_REACH)
    assert.equal((await next('wait')).ms, RETRY_MS_MIN)
  })
})
