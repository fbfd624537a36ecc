import {
  type Bytes,
  type Content,
  KEY_BYTES,
  type Pin,
  SALT_BYTES,
  type SecretId,
  type WireRequest,
  decodeHex,
  deriveContentKeys,
  deriveLinkKeys,
  deriveProof,
  encodeCreateSecret,
  formatContentContext,
  formatLinkToken,
  formatReceiptToken,
  packContent,
  parseSecretCreated,
  randomBytes,
  seal,
  sha256,
  stretchPin,
} from '@letterlock/protocol'
import { type Server, refuse, send } from './connect.ts'

/** A secret that is sealed and not yet sent. Sending it twice makes one secret. */
export interface PreparedSecret {
  readonly id: SecretId
  /** Opens it. Show it to nobody before the server has answered. */
  readonly linkToken: string
  /** Follows and burns it; cannot open it. */
  readonly receiptToken: string
  readonly request: WireRequest
}

/**
 * Draw the keys of a new secret and seal its content, all in memory and without the network.
 *
 * @param nowMs - by the sender's clock; sealed in, so that a reader can notice a wrong one.
 * @param lock - the PIN, and how often a wrong one may be tried; `null` without a PIN.
 * @throws TypeError for half of a surrogate pair, which has no UTF-8.
 */
export async function prepareSecret(
  content: Content,
  lifetimeMs: number,
  nowMs: number,
  lock: { readonly pin: Pin; readonly attempts: number } | null = null,
): Promise<PreparedSecret> {
  const linkKey = randomBytes(KEY_BYTES)
  const share = randomBytes(KEY_BYTES)
  const receiptKey = randomBytes(KEY_BYTES)
  const { id, access } = await deriveLinkKeys(linkKey)
  const stretchedPin = await stretchPin(linkKey, lock?.pin ?? null)
  const { contentKey, ack } = await deriveContentKeys(linkKey, stretchedPin, share)
  const plaintext = packContent({ ...content, createdAtMs: nowMs, expiresAtMs: nowMs + lifetimeMs })
  const sealed = await seal(contentKey, randomBytes(SALT_BYTES), formatContentContext(decodeHex(id) as Bytes), plaintext)
  const request = encodeCreateSecret({
    id,
    accessHash: await sha256(access),
    proofHash: await sha256(await deriveProof(linkKey, stretchedPin)),
    ackHash: await sha256(ack),
    receiptHash: await sha256(receiptKey),
    share,
    lifetimeMs,
    pin: lock === null ? null : { attempts: lock.attempts },
    sealed,
  })
  return {
    id,
    linkToken: await formatLinkToken(linkKey),
    receiptToken: await formatReceiptToken(id, receiptKey),
    request,
  }
}

/**
 * Hand a prepared secret to the server. After an error it may be sent again as it is.
 *
 * @returns when it runs out, by the server's clock, in ms.
 * @throws ClientError
 */
export async function createSecret(server: Server, prepared: PreparedSecret): Promise<{ readonly expiresAtMs: number }> {
  const reply = await send(server, prepared.request)
  const created = reply.problem === null ? parseSecretCreated(reply.json) : null
  if (created === null) throw refuse(reply)
  return { expiresAtMs: created.expiresAt }
}
