import { type Bytes, encodeBase64url } from '../bytes.ts'
import type { SecretId } from '../keys.ts'
import { type WireRequest, formatSecretPath } from './wire.ts'

/** Reading again what was claimed: only the claimant can, and each read keeps the lease alive. SPEC §7.8. */
export const readSealedRoute = { method: 'GET', path: '/api/v1/secrets/:id/sealed' } as const

export function encodeReadSealed(id: SecretId, claim: Bytes): WireRequest {
  return { method: readSealedRoute.method, path: formatSecretPath(id, '/sealed'), bearer: encodeBase64url(claim) }
}

/** A part of a sealed: from the first byte to the last, both counted from 0. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * Read a `Range` header (RFC 9110 §14.2) against a length: `null` for the whole, because the
 * header is absent or not one plain byte range; `outside` if nothing of it is there. SPEC §7.8.
 */
export function parseByteRange(header: string | undefined, length: number): ByteRange | 'outside' | null {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return null
  if (from === '') return Number(to) === 0 ? 'outside' : { first: Math.max(0, length - Number(to)), last: length - 1 }
  if (to !== '' && Number(to) < Number(from)) return null
  const first = Number(from)
  return first >= length ? 'outside' : { first, last: Math.min(to === '' ? length - 1 : Number(to), length - 1) }
}
