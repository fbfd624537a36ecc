import { hash } from 'node:crypto'
import {
  type Bytes,
  type SecretId,
  type WireRequest,
  decodeBase64url,
  encodeAckSecret,
  encodeBurnSecret,
  encodeClaimSecret,
  encodeCreateSecret,
  encodePeekSecret,
  encodeReadReceipt,
  encodeReadSealed,
  formatIdPreimage,
  parseReceipt,
} from '@letterlock/protocol'
import type { Answer } from '../../packages/server/src/guard/answer.ts'
import type { Act } from './history.ts'
import type { Fate, House } from './house.ts'
import { type Asked, type Told, Violation } from './knowledge.ts'
import { Oracle } from './oracle.ts'
import type { World } from './world.ts'

/** How often a sender tries to create before giving up. */
const CREATES_MAX = 6
/** Bytes of a sealed of the smallest size. SPEC §5.2. */
const SEALED_BYTES = 1096

/** A secret that a sender's browser has made. */
export interface Made {
  readonly oracle: Oracle
  readonly id: SecretId
  /** Resolves to whether the link was shown, which it is after the 201 alone. */
  readonly isShown: Promise<boolean>
  readonly show: (isShown: boolean) => void
  readonly request: WireRequest
  readonly keys: { readonly access: Bytes; readonly proof: Bytes; readonly ack: Bytes; readonly receipt: Bytes }
  readonly share: Bytes
  readonly sealed: Bytes
  readonly attempts: number | null
}

/** Make a secret: every key of it follows from its number and the history's chance. */
export function make(world: World, which: number, made: { readonly lifetimeMs: number; readonly attempts: number | null }): Made {
  const key = (name: string) => sha256(new TextEncoder().encode(`${which} ${name}`))
  const [access, proof, ack, receipt, share] = [key('access'), key('proof'), key('ack'), key('receipt'), key('share')]
  const sealed = new Uint8Array(SEALED_BYTES).fill(which + 1)
  const { promise: isShown, resolve: show } = Promise.withResolvers<boolean>()
  const accessHash = sha256(access)
  const id = hash('sha256', formatIdPreimage(accessHash), 'hex').slice(0, 32) as SecretId
  const hashes = { accessHash, proofHash: sha256(proof), ackHash: sha256(ack), receiptHash: sha256(receipt) }
  const { lifetimeMs, attempts } = made
  const pin = attempts === null ? null : { attempts }
  const request = encodeCreateSecret({ id, ...hashes, share, lifetimeMs, pin, sealed })
  return {
    oracle: new Oracle(world, made),
    id,
    isShown,
    show,
    request,
    keys: { access, proof, ack, receipt },
    share,
    sealed,
    attempts,
  }
}

/** Ask the server something, and have every answer to it judged as it leaves. */
export async function ask(house: House, made: Made, asked: Asked, fate: Fate): Promise<Answer | null> {
  const { world } = house
  const name = `${JSON.stringify(asked)} of ${made.id.slice(0, 4)}`
  return house.call(encode(made, asked), made.id, fate, () => {
    world.note(`asked ${name}`)
    const judge = made.oracle.ask(asked)
    return (answer) => {
      world.note(`told  ${name}: ${answer.status} ${String(answer.body).slice(0, 200)}`)
      judge(read(made, asked, answer))
    }
  })
}

/** Create until it is acknowledged, with identical bytes each time. */
export async function create(house: House, made: Made, fates: readonly Fate[]): Promise<void> {
  for (let i = 0; i < CREATES_MAX; i++) {
    const reply = await ask(house, made, { kind: 'create' }, fates[i] ?? { request: 1, reply: 1 })
    if (reply?.status === 201) return made.show(true)
    await house.isUp()
  }
  made.show(false)
}

/** What an act asks; guesses are numbered, so that each is another one. */
export function askedBy({ who, kind }: Act, attempt: number): Asked {
  const by = typeof who === 'number' ? who : 0
  switch (kind) {
    case 'claim':
      return { kind, by, isRight: true, attempt: 0 }
    case 'guess':
      return { kind: 'claim', by, isRight: false, attempt }
    case 'read':
      return { kind, by }
    case 'ack':
      return { kind, by, isRight: true }
    case 'wrongAck':
      return { kind: 'ack', by, isRight: false }
    case 'create':
    case 'peek':
    case 'receipt':
    case 'burn':
      return { kind }
  }
}

function encode({ id, keys, request }: Made, asked: Asked): WireRequest {
  switch (asked.kind) {
    case 'create':
      return request
    case 'peek':
      return encodePeekSecret(id, keys.access)
    case 'receipt':
      return encodeReadReceipt(id, keys.receipt)
    case 'burn':
      return encodeBurnSecret(id, keys.receipt)
    case 'claim':
      return encodeClaimSecret(id, keys.access, { claim: claimOf(asked.by), proof: asked.isRight ? keys.proof : guess(asked.attempt) })
    case 'read':
      return encodeReadSealed(id, claimOf(asked.by))
    case 'ack':
      return encodeAckSecret(id, claimOf(asked.by), { ack: asked.isRight ? keys.ack : guess(0) })
  }
}

function read({ share, sealed }: Made, asked: Asked, { status, type, body }: Answer): Told {
  if (typeof body !== 'string') return { status, body: {}, isWhole: same(body, sealed) }
  const parsed = (type === 'json' || type === 'problem' ? JSON.parse(body) : {}) as Readonly<Record<string, unknown>>
  if (status !== 200) return { status, body: parsed, isWhole: false }
  // A browser would refuse what is no receipt.
  if (asked.kind === 'receipt' && parseReceipt(parsed) === null) throw new Violation('P23', `a receipt that is none: ${body}`)
  const isWhole =
    asked.kind === 'claim' &&
    same(decodeBase64url(String(parsed['share'])), share) &&
    same(decodeBase64url(String(parsed['sealed'])), sealed)
  return { status, body: parsed, isWhole }
}

const claims = new Map<number, Bytes>()

function claimOf(by: number): Bytes {
  const found = claims.get(by) ?? sha256(new TextEncoder().encode(`claim ${by}`))
  claims.set(by, found)
  return found
}

function guess(attempt: number): Bytes {
  return new Uint8Array(32).fill(attempt + 1)
}

function same(a: Bytes | null, b: Bytes): boolean {
  return a !== null && Buffer.compare(a, b) === 0
}

function sha256(bytes: Uint8Array): Bytes {
  return new Uint8Array(hash('sha256', bytes, 'buffer'))
}
