import { type Bytes, KEY_BYTES, type SecretId, concatBytes } from '@letterlock/protocol'
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
 * to copy as a thousand bytes do; and a tuple, because names of fields would travel along.
 */
export type Message = readonly [
  op: Operation['op'],
  ms: number,
  doubt: Now['doubt'],
  id: SecretId | null,
  /** Hashes, share and sealed, in the order of the operation's fields. */
  bytes: Bytes | null,
  /** Lifetime and attempts of a create; whether a read keeps the lease alive. */
  extra: readonly [number, number | null] | boolean | null,
]

export function encodeOperation(operation: Operation): Message {
  const { op } = operation
  if (op === 'health') return [op, 0, null, null, null, null]
  const { ms, doubt } = operation.now
  switch (op) {
    case 'create': {
      const { id, accessHash, proofHash, ackHash, receiptHash, share, sealed, lifetimeMs, attempts } = operation.secret
      return [op, ms, doubt, id, concatBytes(accessHash, proofHash, ackHash, receiptHash, share, sealed), [lifetimeMs, attempts]]
    }
    case 'claim': {
      const { id, accessHash, claimHash, proofHash, tryHash } = operation.claim
      return [op, ms, doubt, id, concatBytes(accessHash, claimHash, proofHash, tryHash), null]
    }
    case 'peek':
      return [op, ms, doubt, operation.id, operation.accessHash, null]
    case 'readSealed':
      return [op, ms, doubt, operation.id, operation.claimHash, operation.keepsAlive]
    case 'ack':
      return [op, ms, doubt, operation.id, concatBytes(operation.claimHash, operation.ackHash), null]
    case 'receipt':
    case 'burn':
      return [op, ms, doubt, operation.id, operation.receiptHash, null]
    case 'sweep':
      return [op, ms, doubt, null, null, null]
  }
}

export function decodeOperation([op, ms, doubt, id, bytes, extra]: Message): Operation {
  if (op === 'health') return { op }
  const now: Now = { ms, doubt }
  if (op === 'sweep') return { op, now }
  if (id === null || bytes === null) throw new TypeError(`a ${op} needs an id and bytes`)
  const key = (n: number) => bytes.subarray(n * KEY_BYTES, (n + 1) * KEY_BYTES)
  switch (op) {
    case 'create': {
      const [lifetimeMs, attempts] = extra as [number, number | null]
      const hashes = { accessHash: key(0), proofHash: key(1), ackHash: key(2), receiptHash: key(3) }
      return { op, now, secret: { id, ...hashes, share: key(4), sealed: bytes.subarray(5 * KEY_BYTES), lifetimeMs, attempts } }
    }
    case 'claim':
      return { op, now, claim: { id, accessHash: key(0), claimHash: key(1), proofHash: key(2), tryHash: key(3) } }
    case 'peek':
      return { op, now, id, accessHash: bytes }
    case 'readSealed':
      return { op, now, id, claimHash: bytes, keepsAlive: extra === true }
    case 'ack':
      return { op, now, id, claimHash: key(0), ackHash: key(1) }
    case 'receipt':
    case 'burn':
      return { op, now, id, receiptHash: bytes }
  }
}
