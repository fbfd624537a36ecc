import { createHash } from 'node:crypto'
import type { SecretId } from '@letterlock/protocol'
import type { EngineOptions } from '../../packages/server/src/secrets/engine.ts'
import type { Now } from '../../packages/server/src/secrets/life.ts'
import type { Operation } from '../../packages/server/src/secrets/message.ts'
import { type Asked, type Subject, guessOf } from '../subject.ts'

/** Of every secret that does not say otherwise, in ms. */
const LIFETIME_MS = 7 * 86_400_000

/** What the engine is given by a start that nobody helps. */
export function anEngineFor(directory: string, startMs: number): EngineOptions {
  return { directory, startMs, acceptRestore: null, acceptClock: null, storedBytesMax: 1024 ** 3, freeBytesMin: 0, warnings: [] }
}

/** A call as the routes put it to the store. */
export function formOperation({ secret, claims, attempts }: Subject, { kind, by }: Asked, now: Now, lifetimeMs = LIFETIME_MS): Operation {
  const id = secret.id as SecretId
  const claim = claims[by] ?? secret.claim
  switch (kind) {
    case 'create': {
      const hashes = {
        accessHash: hash(secret.access),
        proofHash: hash(secret.proof),
        ackHash: hash(secret.ack),
        receiptHash: hash(secret.receiptKey),
      }
      return {
        op: 'create',
        now,
        secret: { id, ...hashes, share: plain(secret.share), sealed: plain(secret.sealed), lifetimeMs, attempts },
      }
    }
    case 'claim':
    case 'guess': {
      const proof = kind === 'guess' ? guessOf(claim) : secret.proof
      const hashes = {
        accessHash: hash(secret.access),
        claimHash: hash(claim),
        proofHash: hash(proof),
        tryHash: hash(claim, proof),
      }
      return { op: 'claim', now, claim: { id, ...hashes } }
    }
    case 'peek':
      return { op: 'peek', now, id, accessHash: hash(secret.access) }
    case 'ack':
    case 'wrongAck':
      return { op: 'ack', now, id, claimHash: hash(claim), ackHash: hash(kind === 'ack' ? secret.ack : claim) }
    case 'burn':
      return { op: 'burn', now, id, receiptHash: hash(secret.receiptKey) }
    case 'receipt':
      return { op: 'receipt', now, id, receiptHash: hash(secret.receiptKey) }
  }
}

function hash(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return plain(createHash('sha256').update(Buffer.concat(parts)).digest())
}

function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes)
}
