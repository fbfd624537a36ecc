import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Server, createSecret, openSecret, prepareSecret } from '@letterlock/client'
import { calls, makeSecret, openSealed, readLink, readToken, writeToken } from '../support/raw-client.ts'
import { anApp } from '../support/in-process.ts'

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

const vectors = JSON.parse(readFileSync(new URL('../../../../vectors/letterlock-v1.json', import.meta.url), 'utf8')) as {
  readonly secrets: readonly Vector[]
}
const bytes = (hex: string) => Buffer.from(hex, 'hex')

test('the client that was written from the specification alone makes the bytes of the vectors', () => {
  const whole = vectors.secrets.filter(({ pin, sealed, plaintext }) => pin === null && typeof sealed === 'string' && plaintext !== null)
  const texts = whole.filter(({ plaintext }) => readText(bytes(plaintext as string)) !== null)
  assert.notEqual(texts.length, 0)
  for (const vector of texts) {
    const { text, nowMs, lifetimeMs } = readText(bytes(vector.plaintext as string)) as { text: string; nowMs: number; lifetimeMs: number }
    const { linkKey, share, receiptKey, salt } = vector
    const made = makeSecret(text, {
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
    assert.deepEqual(openSealed(bytes(linkKey), bytes(share), sealed), { text, ack }, vector.name)
    assert.equal(writeToken(bytes(linkKey)), vector.linkToken, vector.name)
    assert.deepEqual(readToken(vector.linkToken), bytes(linkKey), vector.name)
  }
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

/** The text and times of a plaintext, or `null` if it holds anything else. */
function readText(plain: Buffer): { text: string; nowMs: number; lifetimeMs: number } | null {
  const metaBytes = plain.readUInt32BE(1)
  const meta = JSON.parse(plain.subarray(5, 5 + metaBytes).toString('utf8')) as Record<string, unknown>
  if (Object.keys(meta).join() !== 'text,createdAt,expiresAt') return null
  const nowMs = meta['createdAt'] as number
  const text = plain.subarray(5 + metaBytes, 5 + metaBytes + (meta['text'] as number)).toString('utf8')
  return { text, nowMs, lifetimeMs: (meta['expiresAt'] as number) - nowMs }
}
