import { type Bytes, encodeBase64url } from '../bytes.ts'
import type { SecretId } from '../keys.ts'
import { type Field, type WireRequest, countField, formatSecretPath, parseReply } from './wire.ts'

/** Peeking changes nothing, so it is a GET. SPEC §7.6. */
export const peekSecretRoute = { method: 'GET', path: '/api/v1/secrets/:id' } as const

export interface SecretPeeked {
  readonly state: 'sealed'
  readonly pin: { readonly attemptsLeft: number } | null
  readonly sealedBytes: number
  /** By the server's clock, in ms. */
  readonly expiresAt: number
}

export function encodePeekSecret(id: SecretId, access: Bytes): WireRequest {
  return { method: peekSecretRoute.method, path: formatSecretPath(id, ''), bearer: encodeBase64url(access) }
}

export function parseSecretPeeked(reply: unknown): SecretPeeked | null {
  return parseReply<SecretPeeked>(reply, {
    state: (value) => (value === 'sealed' ? value : undefined),
    pin: pinField,
    sealedBytes: countField(0),
    expiresAt: countField(0),
  })
}

const pinField: Field<SecretPeeked['pin']> = (value) =>
  value === null ? null : (parseReply<{ attemptsLeft: number }>(value, { attemptsLeft: countField(0) }) ?? undefined)
