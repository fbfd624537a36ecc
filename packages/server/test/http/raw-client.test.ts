import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Server, createSecret, openSecret, peekSecret, prepareSecret } from '@letterlock/client'
import { stretchInNode } from '@letterlock/client/node'
import { type Pin, foldPin } from '@letterlock/protocol'
import { anApp } from '../support/in-process.ts'
import { aListening } from '../support/listening.ts'
import {
  type RawReply,
  type RawSecret,
  calls,
  foldTyped,
  makeSecret,
  openSealed,
  prove,
  readLink,
  readToken,
  writeToken,
} from '../support/raw-client.ts'

interface Vector {
  readonly name: string
  readonly pin: string | null
  readonly linkKey: string
  readonly share: string
  readonly receiptKey: string
  readonly id: string
  readonly access: string
  readonly proof: string
  readonly ack: string
  readonly salt: string
  readonly plaintext: string | null
  readonly sealed: string | null
  readonly linkToken: string
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../../vectors/${name}`, import.meta.url), 'utf8'))
const vectors = read('letterlock-v1.json') as { readonly secrets: readonly Vector[] }
const bytes = (hex: string) => Buffer.from(hex, 'hex')

test('the client that was written from the specification alone makes the bytes of the vectors', () => {
  const whole = vectors.secrets.filter(({ sealed, plaintext }) => typeof sealed === 'string' && plaintext !== null)
  const texts = whole.filter(({ plaintext }) => readText(bytes(plaintext as string)) !== null)
  assert.equal(texts.filter(({ pin }) => pin === null).length, 2)
  assert.equal(texts.filter(({ pin }) => pin !== null).length, 3)
  for (const vector of texts) {
    const { text, nowMs, lifetimeMs } = readText(bytes(vector.plaintext as string)) as { text: string; nowMs: number; lifetimeMs: number }
    const { pin, linkKey, share, receiptKey, salt } = vector
    const made = makeSecret(text, {
      pin,
      linkKey: bytes(linkKey),
      share: bytes(share),
      receiptKey: bytes(receiptKey),
      salt: bytes(salt),
      nowMs,
      lifetimeMs,
    })
    const { id, access, proof, ack, sealed } = made
    const found = { id, access: access.toString('hex'), proof: proof.toString('hex'), ack: ack.toString('hex') }
    assert.deepEqual(found, { id: vector.id, access: vector.access, proof: vector.proof, ack: vector.ack }, vector.name)
    assert.equal(sealed.toString('hex'), vector.sealed, vector.name)
    assert.deepEqual(openSealed(bytes(linkKey), bytes(share), sealed, pin), { text, ack }, vector.name)
    assert.equal(writeToken(bytes(linkKey)), vector.linkToken, vector.name)
    assert.deepEqual(readToken(vector.linkToken), bytes(linkKey), vector.name)
  }
})

test('the client that was written from the specification alone folds PINs as the vectors do', () => {
  const { pins } = read('pins.json') as { readonly pins: readonly { why: string; typed: string; text: string | null }[] }
  for (const { why, typed, text } of pins) assert.equal(foldTyped(typed), text, why)
})

test('a secret of one implementation is opened by the other, both ways', async (t) => {
  const app = await anApp(t)
  const server: Server = { baseUrl: app.url, fetch }

  const ours = makeSecret('made by one, read by the other: 鍵')
  assert.equal((await app.send(calls.create(ours))).status, 201)
  const opened = await openSecret(server, new Uint8Array(ours.linkKey), new Uint8Array(ours.claim))
  assert.ok(opened.outcome === 'opened')
  assert.equal(opened.content.text, 'made by one, read by the other: 鍵')

  const theirs = await prepareSecret({ text: 'and back: 錠', files: [] }, 604_800_000, Date.now())
  await createSecret(server, theirs)
  const linkKey = readToken(theirs.linkToken)
  const holder = { ...ours, ...readLink(linkKey), proof: makeSecret('', { linkKey }).proof }
  const claimed = (await app.send(calls.claim(holder))).json() as { share: string; sealed: string }
  const { text } = openSealed(linkKey, Buffer.from(claimed.share, 'base64url'), Buffer.from(claimed.sealed, 'base64url'))
  assert.equal(text, 'and back: 錠')
})

test('a secret with a PIN of one implementation is opened by the other, however the PIN is typed', async (t) => {
  const app = await aListening(t)
  const server: Server = { baseUrl: app.url, fetch }

  const ours = makeSecret('made by one, behind a PIN', { pin: '4711' })
  assert.equal((await app.send(calls.create(ours))).status, 201)
  const linkKey = new Uint8Array(ours.linkKey)
  const peeked = await peekSecret(server, linkKey)
  assert.deepEqual(peeked.outcome === 'sealed' && peeked.pin, { attemptsLeft: 5 })
  const wrong = await openSecret(server, linkKey, new Uint8Array(ours.claim), aPin('4712'))
  assert.deepEqual(wrong, { outcome: 'pin_wrong', attemptsLeft: 4 })
  const opened = await openSecret(server, linkKey, new Uint8Array(ours.claim), aPin(' ٤٧١١'))
  assert.ok(opened.outcome === 'opened')
  assert.equal(opened.content.text, 'made by one, behind a PIN')

  const lock = { pin: aPin('۴۷۱۱ Straße'), attempts: 3 }
  const theirs = await prepareSecret({ text: 'and back, behind another', files: [] }, 604_800_000, Date.now(), lock)
  await createSecret(server, theirs)
  const key = readToken(theirs.linkToken)
  const holder = { ...ours, ...readLink(key), linkKey: key }
  assert.equal(readOpened(await app.send(claimWith(holder, '４７１１ Straße\n')), key, '4711 Straße'), 'and back, behind another')
})

test('a reader who leaves one attempt over comes back with a new connection and a new claim, and opens', async (t) => {
  const app = await aListening(t)
  for (const attempts of [3, 10]) {
    const secret = makeSecret('the last try', { pin: 'twelve', attempts })
    assert.equal((await app.send(calls.create(secret))).status, 201)
    for (let left = attempts - 1; left > 0; left--) {
      const reply = await app.send(claimWith(secret, `eleven ${left}`))
      assert.deepEqual([reply.status, reply.json()['code'], reply.json()['attemptsLeft']], [403, 'pin_wrong', left])
    }
    assert.deepEqual((await app.send(calls.peek(secret))).json()['pin'], { attemptsLeft: 1 })
    const back = { ...secret, claim: Buffer.alloc(32, attempts) }
    assert.equal(readOpened(await app.send(claimWith(back, 'twelve')), secret.linkKey, 'twelve'), 'the last try')
    assert.equal((await app.send(calls.ack(back))).status, 204)
    const { state, confirmed, attemptsFailed } = (await app.send(calls.receipt(secret))).json()
    assert.deepEqual([state, confirmed, attemptsFailed], ['opened', true, attempts - 1])
  }
})

test('the last wrong PIN destroys, and the right one comes too late', async (t) => {
  const app = await aListening(t)
  const secret = makeSecret('never read', { pin: '4711', attempts: 3 })
  assert.equal((await app.send(calls.create(secret))).status, 201)
  const lefts: unknown[] = []
  for (const pin of ['1', '2', '3']) lefts.push((await app.send(claimWith(secret, pin))).json()['attemptsLeft'])
  assert.deepEqual(lefts, [2, 1, 0])
  const late = await app.send(claimWith(secret, '4711'))
  assert.deepEqual([late.status, late.json()['code'], late.json()['state']], [410, 'gone', 'locked'])
  const { state, attemptsFailed } = (await app.send(calls.receipt(secret))).json()
  assert.deepEqual([state, attemptsFailed], ['locked', 3])
})

test('a proof that is missing, empty or malformed never opens and never counts', async (t) => {
  const app = await aListening(t)
  const secret = makeSecret('still there', { pin: '4711', attempts: 3 })
  assert.equal((await app.send(calls.create(secret))).status, 201)
  const right = secret.proof.toString('base64url')
  const whole = calls.claim(secret)
  const others = [null, '', 4711, true, [right], { proof: right }, right.slice(1), `${right}=`, ` ${right}`, `${right}A`]
  const written = [secret.proof.toString('hex'), randomBytes(31).toString('base64url'), randomBytes(33).toString('base64url'), '4711']
  // The same 32 bytes, but for what reads base64url without looking at its unused bits.
  const loose = right.slice(0, -1) + 'BFJNRVZdhlptx159'['AEIMQUYcgkosw048'.indexOf(right.at(-1) as string)]
  assert.deepEqual(Buffer.from(loose, 'base64url'), secret.proof)
  for (const proof of [undefined, ...others, ...written, loose]) {
    const reply = await app.send({ ...whole, body: JSON.stringify({ claim: secret.claim.toString('base64url'), proof }) })
    assert.deepEqual([reply.status, reply.json()['code'], reply.json()['field']], [400, 'malformed', 'proof'], JSON.stringify(proof))
  }
  assert.deepEqual((await app.send(calls.peek(secret))).json()['pin'], { attemptsLeft: 3 })
  assert.equal((await app.send(calls.receipt(secret))).json()['attemptsFailed'], 0)
  assert.equal(readOpened(await app.send(whole), secret.linkKey, '4711'), 'still there')
})

function aPin(typed: string): Pin {
  return { text: foldPin(typed) as string, stretch: stretchInNode }
}

/** The claim of somebody who types this PIN. */
function claimWith(secret: Pick<RawSecret, 'id' | 'access' | 'claim' | 'linkKey'>, typed: string) {
  return calls.claim({ ...secret, proof: prove(secret.linkKey, typed) })
}

function readOpened(reply: RawReply, linkKey: Buffer, pin: string): string {
  assert.equal(reply.status, 200)
  const { share, sealed } = reply.json() as { share: string; sealed: string }
  return openSealed(linkKey, Buffer.from(share, 'base64url'), Buffer.from(sealed, 'base64url'), pin).text
}

/** The text and times of a plaintext, or `null` if it holds anything else. */
function readText(plain: Buffer): { text: string; nowMs: number; lifetimeMs: number } | null {
  const metaBytes = plain.readUInt32BE(1)
  const meta = JSON.parse(plain.subarray(5, 5 + metaBytes).toString('utf8')) as Record<string, unknown>
  if (Object.keys(meta).join() !== 'text,createdAt,expiresAt') return null
  const nowMs = meta['createdAt'] as number
  const text = plain.subarray(5 + metaBytes, 5 + metaBytes + (meta['text'] as number)).toString('utf8')
  return { text, nowMs, lifetimeMs: (meta['expiresAt'] as number) - nowMs }
}
