import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ClientError, type Server, followReceipt, readReceipt } from '@letterlock/client'
import { HEARTBEAT_MS, type Receipt, type SecretId, hasEnded } from '@letterlock/protocol'
import { BEATS_MAX, STREAMS_MAX, createReceiptStreams } from '../../src/receipt-streams.ts'
import { anApp } from '../support/in-process.ts'
import { aListening } from '../support/listening.ts'
import { type RawSecret, calls, makeSecret } from '../support/raw-client.ts'
import { until } from '../support/server-process.ts'
import { aSecret } from './replies.ts'

/** Somebody who follows the receipt of a secret. */
function aFollower(t: TestContext, url: string, { id, receiptKey }: RawSecret) {
  const server: Server = { baseUrl: url, fetch }
  const key = new Uint8Array(receiptKey)
  const leave = new AbortController()
  const told: Receipt[] = []
  const end = followReceipt(server, id as SecretId, key, { onReceipt: (receipt) => told.push(receipt), signal: leave.signal })
  t.after(() => leave.abort())
  const states = () => told.map(({ state }) => state)
  return { told, states, end, leave: () => leave.abort(), read: () => readReceipt(server, id as SecretId, key) }
}

test('the client follows a whole server from the first receipt to the end, and is told what reading tells', async (t) => {
  const server = await aListening(t)
  const secret = await aSecret(server, 'text', { pin: '4711' })
  const follower = aFollower(t, server.url, secret)
  await until('the first receipt', () => follower.told.length === 1)
  assert.deepEqual(follower.told[0], await follower.read())
  assert.equal((await server.send(calls.claim({ ...secret, proof: secret.ack }))).status, 403)
  await until('the wrong PIN', () => follower.told.at(-1)?.attemptsFailed === 1)
  assert.equal((await server.send(calls.claim(secret))).status, 200)
  await until('the claim', () => follower.told.at(-1)?.state === 'claimed')
  assert.equal((await server.send(calls.ack(secret))).status, 204)
  assert.equal(await follower.end, 'ended')
  assert.deepEqual(follower.states(), ['sealed', 'sealed', 'claimed', 'opened'])
  assert.deepEqual(follower.told.at(-1), await follower.read())
  assert.deepEqual(follower.told.map(hasEnded), [false, false, false, true])
})

/** An app, and its streams. */
async function anAppWithStreams(t: TestContext) {
  const limits = { heartbeatMs: HEARTBEAT_MS, beatsMax: BEATS_MAX, streamsMax: STREAMS_MAX }
  const streams = createReceiptStreams(limits, assert.fail)
  return { app: await anApp(t, { deps: { receiptStreams: streams } }), streams }
}

test('a client that leaves makes room, one too many is told why, and one without the key is offered nothing', async (t) => {
  const { app, streams } = await anAppWithStreams(t)
  const secret = await aSecret(app)
  const followers = [aFollower(t, app.url, secret), aFollower(t, app.url, secret)]
  for (const { told } of followers) await until('the first receipt', () => told.length === 1)
  await assert.rejects(aFollower(t, app.url, secret).end, (error) => {
    assert.ok(error instanceof ClientError)
    assert.deepEqual([error.code, error.problem], ['unavailable', 'rate_limited'])
    return true
  })
  followers[0]?.leave()
  assert.equal(await followers[0]?.end, 'cancelled')
  await until('room', () => streams.findRoom(secret.id as SecretId) === 'free')
  const another = aFollower(t, app.url, secret)
  await until('the first receipt', () => another.told.length === 1)
  assert.equal(await aFollower(t, app.url, { ...secret, receiptKey: makeSecret().receiptKey }).end, 'not_offered')
})

test('a client whose server stops is told to come back', async (t) => {
  const { app, streams } = await anAppWithStreams(t)
  const follower = aFollower(t, app.url, await aSecret(app))
  await until('the first receipt', () => follower.told.length === 1)
  streams.stop()
  assert.equal(await follower.end, 'closed')
  assert.deepEqual(follower.states(), ['sealed'])
})
