import assert from 'node:assert/strict'
import process from 'node:process'
import { type RawRequest, type RawSecret, calls, openSealed, send, writeToken } from './raw-client.ts'
import { sendRaw } from './raw-socket.ts'
import type { Place } from './scan.ts'

/** What a secret says. */
export const TEXT = 'canary: the safe opens with Kanarienvogel-7261 ✓'
/** An address of this machine that nothing else of a test comes from. */
export const ADDRESS = process.platform === 'linux' ? '127.83.61.9' : undefined
/** What the browser of one person calls itself. */
export const AGENT = 'CanaryBrowser/9.75 (of one person)'

/** What only a holder has: never in a log, and never in a file. */
export function listKept(secret: RawSecret): Readonly<Record<string, Buffer>> {
  const { linkKey, access, proof, ack, claim, receiptKey } = secret
  const token = Buffer.from(writeToken(linkKey))
  return {
    'the text': Buffer.from(TEXT),
    'the link key': linkKey,
    'the token': token,
    access,
    proof,
    ack,
    claim,
    'the receipt key': receiptKey,
  }
}

/** What a server must know for a while, and still never logs. */
export function listUnlogged(secret: RawSecret): Readonly<Record<string, Buffer>> {
  return {
    ...listKept(secret),
    'the share': secret.share,
    'sealed bytes': secret.sealed.subarray(0, 64),
    'the id': Buffer.from(secret.id, 'hex'),
    'the user agent': Buffer.from(AGENT),
    'an address that a proxy names': Buffer.from('203.0.113.77'),
    'a referrer': Buffer.from('elsewhere.example'),
    'a query': Buffer.from('utm_canary'),
    ...(ADDRESS === undefined ? {} : { 'the address': Buffer.from(ADDRESS) }),
  }
}

/** One whole life of secrets, and much that is refused, with canaries wherever a caller can put them. */
export async function live(url: string, secret: RawSecret, burned: RawSecret): Promise<void> {
  const token = writeToken(secret.linkKey)
  const told = { 'user-agent': AGENT, 'x-forwarded-for': '203.0.113.77', referer: 'https://elsewhere.example/' }
  const ask = (request: RawRequest) =>
    send(url, { ...request, path: `${request.path}?utm_canary=${token}`, headers: { ...told, ...request.headers }, ...from })
  const from = ADDRESS === undefined ? {} : { localAddress: ADDRESS }
  for (const path of [
    '/',
    '/s',
    `/s%23${token}`,
    `/s%2523${token}`,
    `/S/${token}`,
    `/s.${token}`,
    `/${token}`,
    `/api/v1/${token}`,
    `/assets/${token}.js`,
  ])
    await ask({ path })
  for (const one of [secret, burned]) assert.equal((await ask(calls.create(one))).status, 201)
  assert.equal((await ask(calls.peek(secret))).status, 200)
  assert.equal((await ask(calls.claim({ ...secret, proof: secret.ack }))).status, 403)
  const { share, sealed } = (await ask(calls.claim(secret))).json() as { share: string; sealed: string }
  assert.equal(openSealed(secret.linkKey, Buffer.from(share, 'base64url'), Buffer.from(sealed, 'base64url')).text, TEXT)
  assert.equal((await ask(calls.sealed(secret))).status, 200)
  assert.equal((await ask(calls.claim({ ...secret, claim: burned.claim }))).status, 410)
  assert.equal((await ask(calls.ack({ ...secret, ack: secret.proof }))).status, 400)
  assert.equal((await ask(calls.ack(secret))).status, 204)
  assert.equal((await ask(calls.receipt(secret))).status, 200)
  assert.equal((await ask(calls.events(secret))).status, 200)
  assert.equal((await ask(calls.burn(burned))).status, 204)
  const { create } = secret
  const faults = [
    { ...create, [token]: 1 },
    { ...create, share: secret.access.toString('hex') },
    { ...create, id: secret.id.toUpperCase() },
  ]
  for (const fault of faults) assert.equal((await ask(calls.create({ create: fault }))).status, 400)
  await ask({ path: '/api/v1/secrets', method: token.toUpperCase().slice(0, 5) }).catch(() => null)
  await sendRaw(url, `${token} ${secret.access.toString('base64url')}\r\n\r\n`)
}

/** Texts as places to search. */
export function asPlaces(outputs: Readonly<Record<string, string>>): readonly Place[] {
  return Object.entries(outputs).map(([name, text]) => ({ name, bytes: Buffer.from(text) }))
}
