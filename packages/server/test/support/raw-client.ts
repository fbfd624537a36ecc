// A second implementation of a client, written from SPEC.md alone: it shares no line with the
// packages that it is used to test.
import { argon2Sync, createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Agent, request } from 'node:http'

/** What a server answered, as it came. */
export interface RawReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Every header as it was written, in order. */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** The body as JSON. */
  readonly json: () => Record<string, unknown>
}

export interface RawRequest {
  readonly method?: string
  /** As it is to stand in the request line; begins with a slash. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string | Buffer
  readonly agent?: Agent
  readonly localAddress?: string
}

/** Send one request as it is told, on a socket of its own unless an agent is given. */
export function send(url: string, { method = 'GET', path, headers = {}, body, agent, localAddress }: RawRequest): Promise<RawReply> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const options = { method, path, headers, host: hostname, port, agent: agent ?? false, ...(localAddress ? { localAddress } : {}) }
    const sent = request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const whole = Buffer.concat(chunks)
        resolve({
          status: response.statusCode as number,
          headers: response.headers as Record<string, string | undefined>,
          rawHeaders: response.rawHeaders,
          body: whole,
          json: () => JSON.parse(whole.toString('utf8')) as Record<string, unknown>,
        })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Everything about one secret that any of its holders has. */
export interface RawSecret {
  readonly id: string
  readonly linkKey: Buffer
  readonly share: Buffer
  readonly receiptKey: Buffer
  readonly claim: Buffer
  readonly access: Buffer
  readonly proof: Buffer
  readonly ack: Buffer
  readonly sealed: Buffer
  /** The body of its create, not yet text. */
  readonly create: Readonly<Record<string, unknown>>
}

interface Wishes {
  /** As somebody types it. */
  readonly pin?: string | null
  /** How many wrong PINs are borne; asked for only with a PIN. */
  readonly attempts?: number
  readonly lifetimeMs?: number
  readonly nowMs?: number
  readonly linkKey?: Buffer
  readonly share?: Buffer
  readonly receiptKey?: Buffer
  readonly salt?: Buffer
  /** Instead of the text, what no sender of this version seals. */
  readonly plaintext?: Buffer
  /** Instead of the text, sealed bytes that no reader could open. */
  readonly sealed?: Buffer
}

/** Make a secret as its sender does. SPEC §2.1, §4, §5. */
export function makeSecret(text = 'correct horse battery staple', wishes: Wishes = {}): RawSecret {
  const { pin = null, attempts = 5, lifetimeMs = 604_800_000, nowMs = Date.now() } = wishes
  const linkKey = wishes.linkKey ?? randomBytes(32)
  const share = wishes.share ?? randomBytes(32)
  const receiptKey = wishes.receiptKey ?? randomBytes(32)
  const { access, id } = readLink(linkKey)
  const base = stretchLink(linkKey, pin)
  const proof = derive(base, 'claim')
  const contentKey = derive(Buffer.concat([base, share]), 'content')
  const ack = derive(contentKey, 'ack')
  const sealed = wishes.sealed ?? seal(contentKey, id, wishes.plaintext ?? layOut(text, nowMs, lifetimeMs), wishes.salt ?? randomBytes(24))
  const create = {
    id,
    accessHash: hash64(access),
    proofHash: hash64(proof),
    ackHash: hash64(ack),
    receiptHash: hash64(receiptKey),
    share: share.toString('base64url'),
    lifetimeMs,
    pin: pin === null ? null : { attempts },
    sealed: sealed.toString('base64url'),
  }
  return { id, linkKey, share, receiptKey, claim: randomBytes(32), access, proof, ack, sealed, create }
}

/** What a claim proves with a PIN as somebody types it, or without one. SPEC §2.1. */
export function prove(linkKey: Buffer, pin: string | null): Buffer {
  return derive(stretchLink(linkKey, pin), 'claim')
}

/** What the link and the PIN make together, without the share. SPEC §2.1. */
export function stretchLink(linkKey: Buffer, pin: string | null): Buffer {
  if (pin === null) return linkKey
  const message = foldTyped(pin)
  if (message === null) throw new Error('no PIN')
  const nonce = derive(linkKey, 'pin-salt', 16)
  return Buffer.concat([linkKey, argon2Sync('argon2id', { message, nonce, memory: 65_536, passes: 3, parallelism: 4, tagLength: 32 })])
}

/** The PIN text of SPEC §2.3, or `null`. */
export function foldTyped(typed: string): string | null {
  digitsOfUnicode ??= listDigits()
  let text = ''
  for (const character of typed) {
    const place = digitsOfUnicode.indexOf(character.codePointAt(0) as number)
    text += place === -1 ? character : String(place % 10)
  }
  const points = Array.from(text.normalize('NFKC'))
  const isSpace = (point: string | undefined) => point !== undefined && /^\p{White_Space}$/u.test(point)
  while (isSpace(points[0])) points.shift()
  while (isSpace(points.at(-1))) points.pop()
  return points.length === 0 || points.length > 256 ? null : points.join('')
}

/** Every decimal digit of Unicode in order: they come in tens, zero first. */
let digitsOfUnicode: readonly number[] | null = null

function listDigits(): readonly number[] {
  return Array.from({ length: 0x11_00_00 }, (_, point) => point).filter((point) => /\p{Nd}/u.test(String.fromCodePoint(point)))
}

/** What a link alone tells. SPEC §2.1, §2.2. */
export function readLink(linkKey: Buffer): { readonly access: Buffer; readonly id: string } {
  const access = derive(linkKey, 'access')
  const id = sha256(Buffer.from('letterlock id'), sha256(access)).subarray(0, 16).toString('hex')
  return { access, id }
}

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** The link key in a token of version 1. SPEC §3.1. */
export function readToken(token: string): Buffer {
  let number = 0n
  for (const character of token) number = number * 58n + BigInt(ALPHABET.indexOf(character))
  const bytes = Buffer.from(number.toString(16).padStart(72, '0'), 'hex')
  const check = sha256(Buffer.from('letterlock link'), bytes.subarray(0, 33)).subarray(0, 3)
  if (bytes.length !== 36 || bytes[0] !== 1 || !bytes.subarray(33).equals(check)) throw new Error('damaged')
  return bytes.subarray(1, 33)
}

/** Write a link key as a token of version 1. SPEC §3.1. */
export function writeToken(linkKey: Buffer): string {
  const versioned = Buffer.concat([Buffer.of(1), linkKey])
  const check = sha256(Buffer.from('letterlock link'), versioned).subarray(0, 3)
  let token = ''
  for (let number = BigInt(`0x${Buffer.concat([versioned, check]).toString('hex')}`); number > 0n; number /= 58n) {
    token = (ALPHABET[Number(number % 58n)] as string) + token
  }
  return token
}

/** Open what a claim was given. SPEC §4.3, §5.1. */
export function openSealed(
  linkKey: Buffer,
  share: Buffer,
  sealed: Buffer,
  pin: string | null = null,
): { readonly text: string; readonly ack: Buffer } {
  return openStretched(stretchLink(linkKey, pin), readLink(linkKey).id, share, sealed)
}

/** The same for whoever tries many shares: stretching a PIN takes its time. */
export function openStretched(base: Buffer, id: string, share: Buffer, sealed: Buffer): { readonly text: string; readonly ack: Buffer } {
  const contentKey = derive(Buffer.concat([base, share]), 'content')
  const salt = sealed.subarray(0, 24)
  const { key, nonce, commitment } = deriveSealing(contentKey, id, salt)
  if (!timingSafeEqual(commitment, sealed.subarray(24, 56))) throw new Error('commitment')
  const parts: Buffer[] = []
  for (let at = 56, i = 0; at <= sealed.length; at += 16_400, i++) {
    const chunk = sealed.subarray(at, at + 16_400)
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(nonce, i))
    decipher.setAuthTag(chunk.subarray(-16))
    parts.push(decipher.update(chunk.subarray(0, -16)), decipher.final())
    if (chunk.length < 16_400) break
  }
  const plain = Buffer.concat(parts)
  const metaBytes = plain.readUInt32BE(1)
  const meta = JSON.parse(plain.subarray(5, 5 + metaBytes).toString('utf8')) as { text: number }
  return { text: plain.subarray(5 + metaBytes, 5 + metaBytes + meta.text).toString('utf8'), ack: derive(contentKey, 'ack') }
}

/** The calls of SPEC §7, each as plain as it can be. */
export const calls = {
  create: ({ create }: Pick<RawSecret, 'create'>): RawRequest => post('/api/v1/secrets', create),
  peek: ({ id, access }: Pick<RawSecret, 'id' | 'access'>): RawRequest => withBearer(`/api/v1/secrets/${id}`, access),
  claim: ({ id, access, claim, proof }: Pick<RawSecret, 'id' | 'access' | 'claim' | 'proof'>): RawRequest =>
    post(`/api/v1/secrets/${id}/claim`, { claim: claim.toString('base64url'), proof: proof.toString('base64url') }, access),
  sealed: ({ id, claim }: Pick<RawSecret, 'id' | 'claim'>): RawRequest => withBearer(`/api/v1/secrets/${id}/sealed`, claim),
  ack: ({ id, claim, ack }: Pick<RawSecret, 'id' | 'claim' | 'ack'>): RawRequest =>
    post(`/api/v1/secrets/${id}/ack`, { ack: ack.toString('base64url') }, claim),
  receipt: ({ id, receiptKey }: Pick<RawSecret, 'id' | 'receiptKey'>): RawRequest =>
    withBearer(`/api/v1/secrets/${id}/receipt`, receiptKey),
  events: ({ id, receiptKey }: Pick<RawSecret, 'id' | 'receiptKey'>): RawRequest =>
    withBearer(`/api/v1/secrets/${id}/receipt/events`, receiptKey),
  burn: ({ id, receiptKey }: Pick<RawSecret, 'id' | 'receiptKey'>): RawRequest => ({
    ...withBearer(`/api/v1/secrets/${id}`, receiptKey),
    method: 'DELETE',
  }),
} as const

function withBearer(path: string, capability: Buffer): RawRequest {
  return { path, headers: { authorization: `Bearer ${capability.toString('base64url')}` } }
}

function post(path: string, body: object, bearer?: Buffer): RawRequest {
  const authorization: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer.toString('base64url')}` }
  return { method: 'POST', path, headers: { 'content-type': 'application/json', ...authorization }, body: JSON.stringify(body) }
}

/** H of SPEC §1.2. */
function derive(ikm: Buffer, label: string, length = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', ikm, 'letterlock/v1', label, length))
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}

function hash64(capability: Buffer): string {
  return sha256(capability).toString('base64url')
}

/** SPEC §5.1, §5.2. */
function layOut(text: string, nowMs: number, lifetimeMs: number): Buffer {
  const bytes = Buffer.from(text)
  const meta = Buffer.from(JSON.stringify({ text: bytes.length, createdAt: nowMs, expiresAt: nowMs + lifetimeMs }))
  const metaLength = Buffer.alloc(4)
  metaLength.writeUInt32BE(meta.length)
  const content = Buffer.concat([Buffer.of(1), metaLength, meta, bytes])
  return Buffer.concat([content, Buffer.alloc(pad(content.length) - content.length)])
}

function pad(length: number): number {
  if (length <= 1024) return 1024
  const e = length.toString(2).length - 1
  const step = 2 ** (e - e.toString(2).length)
  return Math.ceil(length / step) * step
}

/** SPEC §4.1, §4.2. */
function seal(contentKey: Buffer, id: string, plain: Buffer, salt: Buffer): Buffer {
  const { key, nonce, commitment } = deriveSealing(contentKey, id, salt)
  const chunks = Array.from({ length: Math.floor(plain.length / 16_384) + 1 }, (_, i) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(nonce, i))
    return Buffer.concat([cipher.update(plain.subarray(16_384 * i, 16_384 * (i + 1))), cipher.final(), cipher.getAuthTag()])
  })
  return Buffer.concat([salt, commitment, ...chunks])
}

function deriveSealing(contentKey: Buffer, id: string, salt: Buffer): { key: Buffer; nonce: Buffer; commitment: Buffer } {
  const name = Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0')
  const context = Buffer.concat([Buffer.from('letterlock/v1 content\0'), Buffer.from(id, 'hex')])
  const info = Buffer.concat([name, salt, context])
  const first = createHmac('sha512', contentKey).update(info).update(Buffer.of(1)).digest()
  const second = createHmac('sha512', contentKey).update(first).update(info).update(Buffer.of(2)).digest()
  const okm = Buffer.concat([first, second])
  return { key: okm.subarray(0, 32), nonce: okm.subarray(32, 44), commitment: okm.subarray(44, 76) }
}

function nonceOf(base: Buffer, index: number): Buffer {
  const nonce = Buffer.from(base)
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ index) >>> 0, 8)
  return nonce
}
