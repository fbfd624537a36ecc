import { type Bytes, encodeBase64url } from '../bytes.ts'
import type { SecretId } from '../keys.ts'
import { type Malformed, type WireRequest, bytesField, formatSecretPath, parseExactly } from './wire.ts'

/** Only a decryption can make an ack, so it is what makes a receipt say *confirmed*. SPEC §7.9. */
export const ackSecretRoute = { method: 'POST', path: '/api/v1/secrets/:id/ack' } as const

export interface AckSecret {
  readonly ack: Bytes
}

export function encodeAckSecret(id: SecretId, claim: Bytes, { ack }: AckSecret): WireRequest {
  return {
    method: ackSecretRoute.method,
    path: formatSecretPath(id, '/ack'),
    bearer: encodeBase64url(claim),
    body: JSON.stringify({ ack: encodeBase64url(ack) }),
  }
}

export function parseAckSecret(body: string): AckSecret | Malformed {
  return parseExactly<AckSecret>(body, { ack: bytesField() })
}
