import { type Bytes, encodeBase64url, decodeBase64url } from '../bytes.ts'
import { countSealedBytes } from '../cobblestone.ts'
import { ATTEMPTS } from '../constants.ts'
import { type SecretId, parseSecretId } from '../keys.ts'
import { type Field, type Malformed, type WireRequest, bytesField, countField, isMalformed, parseExactly, parseReply } from './wire.ts'

/** Creating is idempotent: the same bytes again give the original answer. SPEC §7.5. */
export const createSecretRoute = { method: 'POST', path: '/api/v1/secrets' } as const

export interface CreateSecret {
  readonly id: SecretId
  readonly accessHash: Bytes
  readonly proofHash: Bytes
  readonly ackHash: Bytes
  readonly receiptHash: Bytes
  /** S: goes into the vault, to one claimant, and is erased. */
  readonly share: Bytes
  readonly lifetimeMs: number
  /** Wrong PINs it bears, or `null` without a PIN. */
  readonly pin: { readonly attempts: number } | null
  readonly sealed: Bytes
}

export interface SecretCreated {
  /** By the server's clock, in ms. */
  readonly expiresAt: number
}

export function encodeCreateSecret(create: CreateSecret): WireRequest {
  return {
    method: createSecretRoute.method,
    path: createSecretRoute.path.slice(1),
    body: JSON.stringify({
      id: create.id,
      accessHash: encodeBase64url(create.accessHash),
      proofHash: encodeBase64url(create.proofHash),
      ackHash: encodeBase64url(create.ackHash),
      receiptHash: encodeBase64url(create.receiptHash),
      share: encodeBase64url(create.share),
      lifetimeMs: create.lifetimeMs,
      pin: create.pin,
      sealed: encodeBase64url(create.sealed),
    }),
  }
}

export function parseCreateSecret(body: string): CreateSecret | Malformed {
  return parseExactly<CreateSecret>(body, {
    id: (value) => (typeof value === 'string' ? (parseSecretId(value) ?? undefined) : undefined),
    accessHash: bytesField(),
    proofHash: bytesField(),
    ackHash: bytesField(),
    receiptHash: bytesField(),
    share: bytesField(),
    lifetimeMs: countField(0),
    pin: pinField,
    sealed: sealedField,
  })
}

export function parseSecretCreated(reply: unknown): SecretCreated | null {
  return parseReply<SecretCreated>(reply, { expiresAt: countField(0) })
}

const attemptsFields = { attempts: countField(ATTEMPTS.min, ATTEMPTS.max) }

const pinField: Field<CreateSecret['pin']> = (value) => {
  if (value === null) return null
  if (typeof value !== 'object') return undefined
  const pin = parseExactly<{ attempts: number }>(JSON.stringify(value), attemptsFields)
  return isMalformed(pin) ? undefined : pin
}

/** Anything that could be a sealed: only a reader can tell whether it is one. */
const sealedField: Field<Bytes> = (value) => {
  const sealed = typeof value === 'string' ? decodeBase64url(value) : null
  return sealed !== null && sealed.length >= countSealedBytes(0) ? sealed : undefined
}
