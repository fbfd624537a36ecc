import { type Bytes, encodeBase64url } from '../bytes.ts'
import type { SecretId } from '../keys.ts'
import { type WireRequest, countField, formatSecretPath, optional, parseReply } from './wire.ts'

/** What became of a secret, for its sender. SPEC §7.10. */
export const readReceiptRoute = { method: 'GET', path: '/api/v1/secrets/:id/receipt' } as const

/** The five ends. SPEC §6.1. */
export const ENDS = ['opened', 'expired', 'burned', 'locked', 'lost'] as const
export type End = (typeof ENDS)[number]

/** Who burned a secret. SPEC §6.6. */
export type BurnedBy = 'sender' | 'operator'

export interface Receipt {
  readonly state: 'draft' | 'sealed' | 'claimed' | End
  /** Whether the reader proved that it was decrypted. */
  readonly confirmed: boolean
  readonly by: BurnedBy | null
  /** Times by the server's clock, in ms, cut to whole seconds. */
  readonly createdAt: number
  readonly expiresAt: number
  readonly claimedAt: number | null
  readonly endedAt: number | null
  readonly attemptsFailed: number
  readonly attemptsLeft: number | null
}

/** Whether nothing more will become of the secret. SPEC §6.1. */
export function hasEnded({ state }: Receipt): boolean {
  return (ENDS as readonly string[]).includes(state)
}

const STATES: readonly string[] = ['draft', 'sealed', 'claimed', ...ENDS]

export function encodeReadReceipt(id: SecretId, receiptKey: Bytes): WireRequest {
  return { method: readReceiptRoute.method, path: formatSecretPath(id, '/receipt'), bearer: encodeBase64url(receiptKey) }
}

export function parseReceipt(reply: unknown): Receipt | null {
  return parseReply<Receipt>(reply, {
    state: (value) => (STATES.includes(value as string) ? (value as Receipt['state']) : undefined),
    confirmed: (value) => (typeof value === 'boolean' ? value : undefined),
    by: optional((value) => (value === 'sender' || value === 'operator' ? value : undefined)),
    createdAt: countField(0),
    expiresAt: countField(0),
    claimedAt: optional(countField(0)),
    endedAt: optional(countField(0)),
    attemptsFailed: countField(0),
    attemptsLeft: optional(countField(0)),
  })
}

/** A `gone` as it is told to whoever may know. SPEC §7.3. */
export interface Gone {
  readonly state: End
  /** The claim for *opened*, else the end; by the server's clock, in ms, cut to the minute. */
  readonly at: number
}

export function parseGone(reply: unknown): Gone | null {
  return parseReply<Gone>(reply, {
    state: (value) => (ENDS.includes(value as End) ? (value as End) : undefined),
    at: countField(0),
  })
}
