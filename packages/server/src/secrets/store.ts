import type { Bytes, Gone, SecretId } from '@letterlock/protocol'
import type { Life, Now } from './life.ts'

/** A new secret, as its sender's browser made it: nothing in it can be read without the link. */
export interface NewSecret {
  readonly id: SecretId
  readonly accessHash: Bytes
  readonly proofHash: Bytes
  readonly ackHash: Bytes
  readonly receiptHash: Bytes
  readonly share: Bytes
  readonly lifetimeMs: number
  readonly attempts: number | null
  readonly sealed: Bytes
}

/** Who asks to read: hashes of what they showed. */
export interface Claim {
  readonly id: SecretId
  readonly accessHash: Bytes
  readonly claimHash: Bytes
  readonly proofHash: Bytes
  /** SHA-256 of claim and proof together: what a wrong try is remembered by. */
  readonly tryHash: Bytes
}

interface Missing {
  readonly outcome: 'unknown'
}
interface GoneOutcome {
  readonly outcome: 'gone'
  readonly gone: Gone
}
/** The store cannot tell now: it is fenced, or the time is in doubt. Never *gone*. */
interface Unavailable {
  readonly outcome: 'unavailable'
}

export type Created =
  | { readonly outcome: 'created'; readonly expiresAtMs: number }
  | { readonly outcome: 'id_taken' | 'full' }
  | GoneOutcome
  | Unavailable
export type Peeked =
  | ({ readonly outcome: 'sealed' } & Pick<Life, 'attemptsLeft' | 'sealedBytes' | 'expiresAtMs'>)
  | GoneOutcome
  | Missing
  | Unavailable
export type Claimed =
  | { readonly outcome: 'claimed'; readonly share: Bytes; readonly sealed: Bytes; readonly leaseUntilMs: number }
  | { readonly outcome: 'pin_wrong'; readonly attemptsLeft: number | null }
  | GoneOutcome
  | Missing
  | Unavailable
export type SealedRead = { readonly outcome: 'read'; readonly sealed: Bytes } | GoneOutcome | Missing | Unavailable
export type Acked = { readonly outcome: 'acked' | 'ack_wrong' } | GoneOutcome | Missing | Unavailable
export type ReceiptRead = { readonly outcome: 'receipt'; readonly life: Life } | Missing | Unavailable
export type Burned = { readonly outcome: 'burned' } | GoneOutcome | Missing | Unavailable

/** What a sweep did. */
export interface Swept {
  /** Secrets that were ended or forgotten. */
  readonly swept: number
  /** Whether more is due than one sweep takes. */
  readonly isMoreDue: boolean
}

/** How a store is, for readiness. */
export interface StoreHealth {
  /** The generation that an operator must accept first; `null` if nothing is fenced. SPEC §6.10. */
  readonly fencedGeneration: number | null
  /** Whether there is no room for a new secret, not even a password; opening goes on. */
  readonly isFull: boolean
  /** What holds less than promised here: codes of SPEC §7.13. */
  readonly warnings: readonly string[]
}

/**
 * Where sealed secrets wait. An adapter keeps these promises; the contract suite holds it to
 * each by its number.
 *
 * 1. `claim` lets one claimant in, ever, however many ask at once; decided durably before it returns.
 * 2. The claimant may ask again until the lease ends, and gets the same bytes. A lease ends in
 *    destruction, never in availability.
 * 3. `gone` and `unknown` mean that it is so. A store that cannot tell says `unavailable` or throws.
 * 4. What `create` acknowledged survives a crash; the same create again changes nothing.
 * 5. After an end the share and the sealed bytes are erased, and a tombstone answers its holders
 *    until it is forgotten.
 * 6. Whoever cannot prove access, receipt or claim learns and changes nothing.
 * 7. Time is what the caller says it is. Adapters do not read the clock; what a doubtful time
 *    would end stays, and is `unavailable`.
 * 8. With a PIN, a wrong proof costs one attempt, counted durably by the decision that compares, and
 *    the last one ends the secret. The same try again is answered alike, and costs nothing.
 */
export interface SecretStore {
  create(secret: NewSecret, now: Now): Promise<Created>
  peek(id: SecretId, accessHash: Bytes, now: Now): Promise<Peeked>
  claim(claim: Claim, now: Now): Promise<Claimed>
  /** @param keepsAlive - whether this read moves the lease's end, as the claimant's own do. */
  readSealed(id: SecretId, claimHash: Bytes, keepsAlive: boolean, now: Now): Promise<SealedRead>
  ack(id: SecretId, claimHash: Bytes, ackHash: Bytes, now: Now): Promise<Acked>
  receipt(id: SecretId, receiptHash: Bytes, now: Now): Promise<ReceiptRead>
  burn(id: SecretId, receiptHash: Bytes, now: Now): Promise<Burned>
  /** End and forget what is due, up to {@link SWEEP_ROWS_MAX} secrets at a time. */
  sweep(now: Now): Promise<Swept>
  health(): Promise<StoreHealth>
  /** Finish what was asked, and let go of everything. @throws StoreError if the disk failed on the way. */
  close(): Promise<void>
}

/** Secrets that one sweep takes at most, so that nobody waits long behind it. */
export const SWEEP_ROWS_MAX = 500

/** The store cannot answer: it is closed, overloaded, or broken. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
}
