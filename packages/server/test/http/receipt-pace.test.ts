import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { SecretId } from '@letterlock/protocol'
import { createReceiptStreams } from '../../src/receipt-streams.ts'
import type { SecretStore } from '../../src/secrets/store.ts'
import { anApp } from '../support/in-process.ts'
import { calls } from '../support/raw-client.ts'
import { type RawStream, follow } from '../support/raw-stream.ts'
import { until } from '../support/server-process.ts'
import { aSecret } from './replies.ts'

const NEVER_MS = 3_600_000
/** What one change puts on the wire in these tests, in bytes: a few dozen fill every buffer of a socket. */
const CHANGE_BYTES = 200_000
/** Far more than every buffer on the way takes. */
const CHANGES = 200

/** Whether a stream tells a claim that the store can be seen to have made, and has not answered yet. */
async function tellsEarly(t: TestContext, isBroken: boolean): Promise<boolean> {
  const streams = createReceiptStreams({ heartbeatMs: NEVER_MS, beatsMax: 2, streamsMax: 10 }, assert.fail)
  const [decided, durable] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const held = { id: '' }
  const wrap = (store: SecretStore): SecretStore => ({
    ...store,
    async claim(claim, now) {
      const claimed = await store.claim(claim, now)
      if (claim.id !== held.id) return claimed
      decided.resolve()
      if (isBroken) streams.notify(claim.id)
      await durable.promise
      return claimed
    },
  })
  const app = await anApp(t, { wrap, deps: { receiptStreams: streams } })
  const [secret, other] = [await aSecret(app), await aSecret(app)]
  held.id = secret.id
  const [stream, later] = [await follow(app.url, calls.events(secret)), await follow(app.url, calls.events(other))]
  await Promise.all([stream.receipt(1), later.receipt(1)])
  const answer = app.send(calls.claim(secret))
  await decided.promise
  // Whatever the first one was told by now comes before what the other is told after it.
  assert.equal((await app.send(calls.claim(other))).status, 200)
  await later.receipt(2)
  const isEarly = stream.receipts().length > 1
  durable.resolve()
  assert.equal((await answer).status, 200)
  assert.equal((await stream.receipt(2))['state'], 'claimed')
  return isEarly
}

test('nothing is told before the store has answered for it', async (t) => {
  assert.equal(await tellsEarly(t, false), false)
})

test('the same look sees a stream that tells too early: the control', async (t) => {
  assert.equal(await tellsEarly(t, true), true)
})

/** A secret whose receipt is another and a long one at each look, and readers of it. */
async function aTalker(t: TestContext, heartbeatMs: number, readers: number) {
  const streams = createReceiptStreams({ heartbeatMs, beatsMax: 100_000, streamsMax: 10 }, assert.fail)
  let looks = 0
  const wrap = (store: SecretStore): SecretStore => ({
    ...store,
    async receipt(...args) {
      const read = await store.receipt(...args)
      if (read.outcome !== 'receipt') return read
      return { ...read, life: { ...read.life, attemptsFailed: ++looks, by: 'x'.repeat(CHANGE_BYTES) as 'sender' } }
    },
  })
  const app = await anApp(t, { wrap, deps: { receiptStreams: streams } })
  const secret = await aSecret(app)
  const open: RawStream[] = []
  for (let i = 0; i < readers; i++) open.push(await follow(app.url, calls.events(secret)))
  return { streams, id: secret.id as SecretId, open, countLooks: () => looks }
}

test('a slow reader is told the newest receipt when it goes on, and what came between waits nowhere', async (t) => {
  const { streams, id, open, countLooks } = await aTalker(t, NEVER_MS, 1)
  const [stream] = open as [RawStream]
  await stream.receipt(2)
  stream.socket.pause()
  for (let i = 0; i < CHANGES; i++) {
    const looks = countLooks()
    streams.notify(id)
    await until('a look', () => countLooks() > looks)
  }
  stream.socket.resume()
  await until('the newest receipt', () => stream.receipts().at(-1)?.['attemptsFailed'] === countLooks())
  const told = stream.receipts().length
  assert.ok(told < CHANGES / 2, `${told} of ${CHANGES} changes have waited for a reader that read none`)
})

test('a reader that reads is told all of them: the control', async (t) => {
  const { streams, id, open } = await aTalker(t, NEVER_MS, 1)
  const [stream] = open as [RawStream]
  for (let told = 2; told < CHANGES; told++) {
    await until('the next receipt', () => stream.text().length > told * CHANGE_BYTES)
    streams.notify(id)
  }
  await until('the last receipt', () => stream.receipts().length === CHANGES)
})

test('a reader that takes nothing for two heartbeats is let go, and its place is free; one that reads is kept', async (t) => {
  const { streams, id, open } = await aTalker(t, 1000, 2)
  const [blocked, kept] = open as [RawStream, RawStream]
  await Promise.all([blocked.receipt(1), kept.receipt(1)])
  assert.equal(streams.findRoom(id), 'full')
  blocked.socket.pause()
  await until('the reader to be let go', () => {
    streams.notify(id)
    return streams.findRoom(id) === 'free'
  })
  blocked.socket.resume()
  assert.equal(await blocked.closed, 'broken')
  const length = kept.text().length
  streams.notify(id)
  await until('the other to be told more', () => kept.text().length > length)
})
