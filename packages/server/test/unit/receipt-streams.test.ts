import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { SecretId } from '@letterlock/protocol'
import { type Look, RECEIPT_STREAMS_MAX, type StreamLimits, type Told, createReceiptStreams } from '../../src/receipt-streams.ts'

const ID = '0'.repeat(32) as SecretId
const DAY_MS = 86_400_000

/** A reader that takes a piece only when it is told to. */
class Reader extends Writable {
  readonly taken: string[] = []
  #take: (() => void) | null = null
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#take = () => {
      this.taken.push(chunk.toString())
      done()
    }
  }
  /** Take what waits; whether there was anything. */
  async take(): Promise<boolean> {
    const take = this.#take
    this.#take = null
    take?.()
    await turn()
    return take !== null
  }
}

const told = (n: number, more: Partial<Told> = {}): Told => ({ json: `{"n":${n}}`, isEnd: false, dueInMs: DAY_MS, ...more })
const eventOf = ({ json }: Told) => `event: receipt\ndata: ${json}\n\n`

/** Streams whose timers a test moves by itself. */
function someStreams(t: TestContext, limits: Partial<StreamLimits> = {}) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const mistakes: string[] = []
  return createReceiptStreams({ heartbeatMs: 1000, beatsMax: 100, streamsMax: 10, ...limits }, (name) => mistakes.push(name))
}

test('looks that are asked for while one is under way become one', async (t) => {
  const streams = someStreams(t)
  const looks: PromiseWithResolvers<Told>[] = []
  const look: Look = () => {
    looks.push(Promise.withResolvers<Told>())
    return looks.at(-1)!.promise
  }
  const reader = new Reader()
  streams.open(ID, told(0), look)(reader)
  for (let i = 0; i < 100; i++) streams.notify(ID)
  assert.equal(looks.length, 1)
  looks[0]!.resolve(told(1))
  await turn()
  assert.equal(looks.length, 2)
  looks[1]!.resolve(told(2))
  await turn()
  assert.equal(looks.length, 2)
  streams.notify(ID)
  assert.equal(looks.length, 3, 'a look that is asked for later is one of its own: the control')
})

test('one write waits for a reader, and what it then gets is the newest', async (t) => {
  const streams = someStreams(t)
  let n = 0
  const reader = new Reader()
  streams.open(ID, told(n), async () => told(n))(reader)
  await turn()
  for (n = 1; n <= 1000; n++) {
    streams.notify(ID)
    if (n % 10 === 0) t.mock.timers.tick(1)
    await turn()
    assert.equal(reader.writableLength, eventOf(told(0)).length)
  }
  n = 1000
  streams.notify(ID)
  await turn()
  while (await reader.take());
  assert.deepEqual(reader.taken, [eventOf(told(0)), eventOf(told(1000))])
})

test('what has not changed is not told again', async (t) => {
  const streams = someStreams(t)
  const reader = new Reader()
  streams.open(ID, told(0), async () => told(0))(reader)
  for (let i = 0; i < 10; i++) {
    streams.notify(ID)
    await reader.take()
  }
  assert.deepEqual(reader.taken, [eventOf(told(0))])
})

test('a reader is let go at the second heartbeat that finds it with what it was sent before the first', async (t) => {
  const streams = someStreams(t)
  const reader = new Reader()
  streams.open(ID, told(0), async () => told(0))(reader)
  for (let i = 0; i < 5; i++) {
    t.mock.timers.tick(1000)
    await reader.take()
    assert.ok(!reader.destroyed, 'one that is late each time is kept: the control')
  }
  while (await reader.take());
  t.mock.timers.tick(1000)
  assert.equal(reader.writableLength, ':\n\n'.length)
  t.mock.timers.tick(1000)
  assert.ok(!reader.destroyed)
  t.mock.timers.tick(1000)
  assert.ok(reader.destroyed)
  await turn()
  assert.equal(streams.findRoom(ID), 'free')
})

test('a stop waits for no reader', async (t) => {
  const streams = someStreams(t)
  const [idle, blocked] = [new Reader(), new Reader()]
  for (const reader of [idle, blocked]) streams.open(ID, told(0), async () => told(0))(reader)
  while (await idle.take());
  const unbegun = streams.open('1'.repeat(32) as SecretId, told(0), async () => told(0))
  streams.stop()
  assert.deepEqual([idle.writableEnded, idle.destroyed, blocked.destroyed], [true, false, true])
  assert.equal(streams.findRoom(ID), 'stopped')
  const late = new Reader()
  unbegun(late)
  await turn()
  assert.deepEqual([late.writableEnded, late.taken], [true, []])
})

test('an end is told, then the sink is ended; one that does not close is made to', async (t) => {
  const streams = someStreams(t)
  const reader = new Reader()
  const end = told(1, { isEnd: true })
  streams.open(ID, told(0), async () => end)(reader)
  await turn()
  await reader.take()
  assert.ok(reader.writableEnded)
  assert.equal(streams.findRoom(ID), 'free')
  for (let i = 1; i < RECEIPT_STREAMS_MAX; i++) streams.open(ID, told(0), async () => end)(new Reader())
  assert.equal(streams.findRoom(ID), 'full', 'the place is taken until the sink has closed')
  t.mock.timers.tick(1000)
  await turn()
  assert.ok(reader.destroyed)
  assert.equal(streams.findRoom(ID), 'free')
})

test('a reader that has left before its stream begins leaves its place', async (t) => {
  const streams = someStreams(t, { streamsMax: 1 })
  const reader = new Reader()
  const begin = streams.open(ID, told(0), async () => told(0))
  assert.equal(streams.findRoom(ID), 'full')
  reader.destroy()
  await turn()
  begin(reader)
  assert.equal(streams.findRoom(ID), 'free')
})

test('what is due in a moment is looked at then, and what is due in a month is no timer', async (t) => {
  const streams = someStreams(t)
  let looks = 0
  let dueInMs = 30 * DAY_MS
  const look = async () => {
    looks++
    return told(0, { dueInMs })
  }
  streams.open(ID, told(0), look)(new Reader())
  await turn()
  assert.equal(looks, 1)
  t.mock.timers.tick(999)
  await turn()
  assert.equal(looks, 1)
  dueInMs = 300
  t.mock.timers.tick(1)
  await turn()
  assert.equal(looks, 2, 'the heartbeat looks')
  dueInMs = 30 * DAY_MS
  t.mock.timers.tick(299)
  await turn()
  assert.equal(looks, 2)
  t.mock.timers.tick(1)
  await turn()
  assert.equal(looks, 3)
})

test('a receipt that is not known any more ends its stream', async (t) => {
  const streams = someStreams(t)
  const reader = new Reader()
  streams.open(ID, told(0), async () => 'unknown')(reader)
  while (await reader.take());
  assert.ok(reader.writableFinished)
  assert.equal(streams.findRoom(ID), 'free')
})

test('whoever asks for a receipt that nobody follows finds nothing to do', (t) => {
  const streams = someStreams(t)
  streams.notify(ID)
  assert.equal(streams.findRoom(ID), 'free')
})
