import { type Bytes, encodeBase64url } from '../bytes.ts'
import type { SecretId } from '../keys.ts'
import { type WireRequest, formatSecretPath } from './wire.ts'

/** Burning ends a secret early; only its sender can. SPEC §7.11. */
export const burnSecretRoute = { method: 'DELETE', path: '/api/v1/secrets/:id' } as const

export function encodeBurnSecret(id: SecretId, receiptKey: Bytes): WireRequest {
  return { method: burnSecretRoute.method, path: formatSecretPath(id, ''), bearer: encodeBase64url(receiptKey) }
}
