import { type Bytes, ID_BYTES, KEY_BYTES, type SecretId, concatBytes, decodeHex, encodeHex } from '@letterlock/protocol'
import type { Now } from './life.ts'
import type { Claim, NewSecret } from './store.ts'

/** One call on the store. */
export type Operation =
  | { readonly op: 'create'; readonly secret: NewSecret; readonly now: Now }
  | { readonly op: 'peek'; readonly id: SecretId; readonly accessHash: Bytes; readonly now: Now }
  | { readonly op: 'claim'; readonly claim: Claim; readonly now: Now }
  | { readonly op: 'readSealed'; readonly id: SecretId; readonly claimHash: Bytes; readonly keepsAlive: boolean; readonly now: Now }
  | { readonly op: 'ack'; readonly id: SecretId; readonly claimHash: Bytes; readonly ackHash: Bytes; readonly now: Now }
  | { readonly op: 'receipt'; readonly id: SecretId; readonly receiptHash: Bytes; readonly now: Now }
  | { readonly op: 'burn'; readonly id: SecretId; readonly receiptHash: Bytes; readonly now: Now }
  | { readonly op: 'sweep'; readonly now: Now }
  | { readonly op: 'health' }

/**
 * A call as it travels between threads: every byte string in one, because each costs as much
 * to copy as a thousand bytes do.
 */
export interface Message {
  readonly op: Operation['op']
  readonly now: Now | null
  /** Id, hashes, share and sealed, in the order of the operation's fields. */
  readonly bytes: Bytes
  /** Lifetime and attempts of a create; whether a read keeps the lease alive. */
  readonly extra: readonly [number, number | null] | boolean | null
}

const NONE = new Uint8Array(0)

export function encodeOperation(operation: Operation): Message {
  const pack = (id: SecretId, ...parts: Bytes[]) => concatBytes(decodeHex(id) as Bytes, ...parts)
  const { op } = operation
  switch (op) {
    case 'create': {
      const { id, accessHash, proofHash, ackHash, receiptHash, share, sealed, lifetimeMs, attempts } = operation.secret
      const bytes = pack(id, accessHash, proofHash, ackHash, receiptHash, share, sealed)
      return { op, now: operation.now, bytes, extra: [lifetimeMs, attempts] }
    }
    case 'claim': {
      const { id, accessHash, claimHash, proofHash } = operation.claim
      return { op, now: operation.now, bytes: pack(id, accessHash, claimHash, proofHash), extra: null }
    }
    case 'peek':
      return { op, now: operation.now, bytes: pack(operation.id, operation.accessHash), extra: null }
    case 'readSealed':
      return { op, now: operation.now, bytes: pack(operation.id, operation.claimHash), extra: operation.keepsAlive }
    case 'ack':
      return { op, now: operation.now, bytes: pack(operation.id, operation.claimHash, operation.ackHash), extra: null }
    case 'receipt':
    case 'burn':
      return { op, now: operation.now, bytes: pack(operation.id, operation.receiptHash), extra: null }
    case 'sweep':
      return { op, now: operation.now, bytes: NONE, extra: null }
    case 'health':
      return { op, now: null, bytes: NONE, extra: null }
  }
}

export function decodeOperation({ op, now, bytes, extra }: Message): Operation {
  if (op === 'health') return { op }
  if (now === null) throw new TypeError(`a ${op} needs a time`)
  if (op === 'sweep') return { op, now }
  const id = encodeHex(bytes.subarray(0, ID_BYTES)) as SecretId
  const key = (n: number) => bytes.subarray(ID_BYTES + n * KEY_BYTES, ID_BYTES + (n + 1) * KEY_BYTES)
  switch (op) {
    case 'create': {
      const [lifetimeMs, attempts] = extra as [number, number | null]
      const hashes = { accessHash: key(0), proofHash: key(1), ackHash: key(2), receiptHash: key(3) }
      return { op, now, secret: { id, ...hashes, share: key(4), sealed: bytes.subarray(ID_BYTES + 5 * KEY_BYTES), lifetimeMs, attempts } }
    }
    case 'claim':
      return { op, now, claim: { id, accessHash: key(0), claimHash: key(1), proofHash: key(2) } }
    case 'peek':
      return { op, now, id, accessHash: key(0) }
    case 'readSealed':
      return { op, now, id, claimHash: key(0), keepsAlive: extra === true }
    case 'ack':
      return { op, now, id, claimHash: key(0), ackHash: key(1) }
    case 'receipt':
    case 'burn':
      return { op, now, id, receiptHash: key(0) }
  }
}
