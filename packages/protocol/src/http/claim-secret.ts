import { type Bytes, decodeBase64url, encodeBase64url } from '../bytes.ts'
import type { SecretId } from '../keys.ts'
import { type Malformed, type WireRequest, bytesField, countField, formatSecretPath, parseExactly, parseReply } from './wire.ts'

/** Claiming decides who reads, so it is a POST: link previews and prefetchers only GET. SPEC §7.7. */
export const claimSecretRoute = { method: 'POST', path: '/api/v1/secrets/:id/claim' } as const

export interface ClaimSecret {
  /** Random, kept by the claimant: whoever brings it again is the same one. */
  readonly claim: Bytes
  /** Proves link and PIN. */
  readonly proof: Bytes
}

export interface SecretClaimed {
  readonly share: Bytes
  /** Until when the same claim may fetch again; by the server's clock, in ms. */
  readonly leaseUntil: number
  readonly sealedBytes: number
  readonly sealed: Bytes
}

export function encodeClaimSecret(id: SecretId, access: Bytes, { claim, proof }: ClaimSecret): WireRequest {
  return {
    method: claimSecretRoute.method,
    path: formatSecretPath(id, '/claim'),
    bearer: encodeBase64url(access),
    body: JSON.stringify({ claim: encodeBase64url(claim), proof: encodeBase64url(proof) }),
  }
}

export function parseClaimSecret(body: string): ClaimSecret | Malformed {
  return parseExactly<ClaimSecret>(body, { claim: bytesField(), proof: bytesField() })
}

export function parseSecretClaimed(reply: unknown): SecretClaimed | null {
  return parseReply<SecretClaimed>(reply, {
    share: bytesField(),
    leaseUntil: countField(0),
    sealedBytes: countField(0),
    sealed: (value) => (typeof value === 'string' ? (decodeBase64url(value) ?? undefined) : undefined),
  })
}

/** The attempts left that a `pin_wrong` tells, or `null` where it tells none. SPEC §7.7. */
export function parsePinWrong(reply: unknown): { readonly attemptsLeft: number | null } | null {
  return parseReply<{ attemptsLeft: number | null }>(reply, {
    attemptsLeft: (value) => (value === undefined ? null : countField(0)(value)),
  })
}
