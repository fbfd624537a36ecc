import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MINUTE_MS, anApp } from '../support/in-process.ts'
import { type RawReply, calls, makeSecret } from '../support/raw-client.ts'
import { API_HEADERS, aSecret, assertProblem, listOwnHeaders } from './replies.ts'

const NOW_MS = MINUTE_MS + 12_345
const N = 1096

test('every claimed secret is read whole, as bytes that say that they can be asked for in parts', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  await app.send(calls.claim(secret))
  assertWhole(await app.send(calls.sealed(secret)), secret.sealed)
})

test('one plain range is answered with its part, cut at the end', async (t) => {
  const { read, sealed } = await aReader(t)
  const parts: readonly (readonly [string, number, number])[] = [
    ['bytes=0-0', 0, 0],
    ['bytes=0-99', 0, 99],
    ['bytes=1000-1095', 1000, 1095],
    ['bytes=1000-1096', 1000, 1095],
    ['bytes=1000-999999999', 1000, 1095],
    ['bytes=1000-99999999999999999999', 1000, 1095],
    ['bytes=1000-', 1000, 1095],
    ['bytes=0-', 0, 1095],
    ['bytes=1095-', 1095, 1095],
    ['bytes=-1', 1095, 1095],
    ['bytes=-1096', 0, 1095],
    ['bytes=-5000', 0, 1095],
    ['bytes=-99999999999999999999', 0, 1095],
  ]
  for (const [range, first, last] of parts) assertPart(await read({ range }), sealed, first, last, range)
})

test('a range of which nothing is there is 416, with the length', async (t) => {
  const { read } = await aReader(t)
  for (const range of ['bytes=1096-', 'bytes=1096-1200', 'bytes=5000-', 'bytes=-0', 'bytes=99999999999999999999-']) {
    assertProblem(await read({ range }), 'range', {}, { 'content-range': `bytes */${N}` })
  }
})

test('what is not one byte range is not looked at, and the whole is sent', async (t) => {
  const { read, sealed } = await aReader(t)
  const others = [
    'bytes=0-0,5-6',
    'bytes=0-0, 5-6',
    'items=0-1',
    'bytes=5-4',
    'bytes=-',
    'bytes=',
    'bytes',
    '0-1',
    'bytes=a-b',
    'bytes=0x0-0x1',
    'bytes=+0-1',
    'bytes=--1',
    'bytes=1.0-2',
    'none',
  ]
  for (const range of others) assertWhole(await read({ range }), sealed, range)
})

test('a request with If-Range gets the whole, since there is nothing that it could name', async (t) => {
  const { read, sealed } = await aReader(t)
  for (const name of ['"anything"', 'W/"weak"', 'Sun, 06 Nov 1994 08:49:37 GMT']) {
    assertWhole(await read({ range: 'bytes=0-9', 'if-range': name }), sealed, name)
  }
})

test('sealed is 404 before the claim and for another claim, and 410 for the claimant after the lease and after the ack', async (t) => {
  const app = await anApp(t)
  const waiting = await aSecret(app)
  assertProblem(await app.send(calls.sealed(waiting)), 'not_found')
  for (const end of ['ack', 'lease'] as const) {
    const secret = await aSecret(app)
    await app.send(calls.claim(secret))
    assertProblem(await app.send(calls.sealed({ ...secret, claim: makeSecret().claim })), 'not_found')
    if (end === 'ack') await app.send(calls.ack(secret))
    else app.now = { ms: NOW_MS + 600_000, doubt: null }
    assertProblem(await app.send(calls.sealed(secret)), 'gone', { state: 'opened', at: MINUTE_MS })
  }
})

test('reads move the lease, and none moves it beyond six hours after the claim', async (t) => {
  const app = await anApp(t)
  const secret = await aSecret(app)
  await app.send(calls.claim(secret))
  const endMs = NOW_MS + 6 * 3_600_000
  for (let ms = NOW_MS; ms < endMs; ms += 599_999) {
    app.now = { ms, doubt: null }
    assert.equal((await app.send(calls.sealed(secret))).status, 200)
  }
  assert.equal((await app.send(calls.claim(secret))).json()['leaseUntil'], endMs)
  app.now = { ms: endMs, doubt: null }
  assertProblem(await app.send(calls.sealed(secret)), 'gone', { state: 'opened', at: MINUTE_MS })
})

async function aReader(t: Parameters<typeof anApp>[0]) {
  const app = await anApp(t)
  const secret = await aSecret(app)
  await app.send(calls.claim(secret))
  const call = calls.sealed(secret)
  const read = (headers: Record<string, string>) => app.send({ ...call, headers: { ...call.headers, ...headers } })
  return { read, sealed: secret.sealed }
}

function assertWhole(reply: RawReply, sealed: Buffer, why = 'no Range'): void {
  assert.equal(reply.status, 200, why)
  assert.deepEqual(reply.body, sealed, why)
  assert.deepEqual(listOwnHeaders(reply), { ...API_HEADERS, ...bytesHeaders(sealed.length) }, why)
}

function assertPart(reply: RawReply, sealed: Buffer, first: number, last: number, why: string): void {
  assert.equal(reply.status, 206, why)
  assert.deepEqual(reply.body, sealed.subarray(first, last + 1), why)
  const range = { 'content-range': `bytes ${first}-${last}/${sealed.length}` }
  assert.deepEqual(listOwnHeaders(reply), { ...API_HEADERS, ...bytesHeaders(last - first + 1), ...range }, why)
}

function bytesHeaders(length: number): Record<string, string> {
  return { 'content-type': 'application/octet-stream', 'content-length': String(length), 'accept-ranges': 'bytes' }
}
