import {
  type Bytes,
  type DatedContent,
  type Gone,
  type Pin,
  SealedError,
  type SecretId,
  type Unreadable,
  decodeHex,
  deriveContentKeys,
  deriveLinkKeys,
  deriveProof,
  encodeAckSecret,
  encodeClaimSecret,
  encodePeekSecret,
  formatContentContext,
  open,
  parseGone,
  parsePinWrong,
  parseSecretClaimed,
  parseSecretPeeked,
  stretchPin,
  unpackContent,
} from '@letterlock/protocol'
import { type Reply, type Server, refuse, send } from './connect.ts'

/** What a look at a secret says; looking changes nothing. */
export type Peeked =
  | { readonly outcome: 'sealed'; readonly pin: { readonly attemptsLeft: number } | null; readonly expiresAtMs: number }
  | { readonly outcome: 'gone'; readonly gone: Gone }
  | { readonly outcome: 'unknown' }

/** What became of an attempt to open. */
export type Opened =
  | { readonly outcome: 'opened'; readonly content: DatedContent; readonly ack: Ack }
  | { readonly outcome: 'unreadable'; readonly why: Unreadable | 'damaged' }
  | { readonly outcome: 'pin_wrong'; readonly attemptsLeft: number | null }
  | { readonly outcome: 'gone'; readonly gone: Gone }
  | { readonly outcome: 'unknown' }

/** Proof, for the server, that a secret was opened. Send it once the content is in the reader's hands. */
export interface Ack {
  readonly id: SecretId
  readonly claim: Bytes
  readonly ack: Bytes
}

/** See whether a secret waits. Changes nothing. @throws ClientError */
export async function peekSecret(server: Server, linkKey: Bytes): Promise<Peeked> {
  const { id, access } = await deriveLinkKeys(linkKey)
  const reply = await send(server, encodePeekSecret(id, access))
  const missing = readMissing(reply)
  if (missing !== null) return missing
  const peeked = reply.problem === null ? parseSecretPeeked(reply.json) : null
  if (peeked === null) throw refuse(reply)
  return { outcome: 'sealed', pin: peeked.pin, expiresAtMs: peeked.expiresAt }
}

/**
 * Claim a secret and open it. The claim decides for ever who reads: after an error, try
 * again with the same one, and the server gives the same bytes.
 *
 * @param claim - 32 random bytes, kept by the caller before this is called.
 * @param pin - what the reader typed, where {@link peekSecret} says that there is a PIN.
 * @throws ClientError; the secret is then not lost to whoever keeps the claim.
 */
export async function openSecret(server: Server, linkKey: Bytes, claim: Bytes, pin: Pin | null = null): Promise<Opened> {
  const { id, access } = await deriveLinkKeys(linkKey)
  const stretchedPin = await stretchPin(linkKey, pin)
  const proof = await deriveProof(linkKey, stretchedPin)
  const reply = await send(server, encodeClaimSecret(id, access, { claim, proof }))
  const missing = readMissing(reply)
  if (missing !== null) return missing
  if (reply.problem === 'pin_wrong') return { outcome: 'pin_wrong', attemptsLeft: parsePinWrong(reply.json)?.attemptsLeft ?? null }
  const claimed = reply.problem === null ? parseSecretClaimed(reply.json) : null
  if (claimed === null) throw refuse(reply)
  const { contentKey, ack } = await deriveContentKeys(linkKey, stretchedPin, claimed.share)
  return openSealed({ id, claim, ack }, contentKey, claimed.sealed)
}

/** Tell the server that a secret was opened, so that it erases its share now. @throws ClientError */
export async function ackSecret(server: Server, { id, claim, ack }: Ack): Promise<void> {
  const reply = await send(server, encodeAckSecret(id, claim, { ack }))
  if (reply.problem !== null) throw refuse(reply)
}

async function openSealed(ack: Ack, contentKey: Bytes, sealed: Bytes): Promise<Opened> {
  let plaintext: Bytes
  try {
    plaintext = await open(contentKey, formatContentContext(decodeHex(ack.id) as Bytes), sealed)
  } catch (error) {
    if (error instanceof SealedError) return { outcome: 'unreadable', why: 'damaged' }
    throw error
  }
  const content = unpackContent(plaintext)
  if (typeof content === 'string') return { outcome: 'unreadable', why: content }
  return { outcome: 'opened', content, ack }
}

function readMissing(reply: Reply): Extract<Opened, { outcome: 'gone' | 'unknown' }> | null {
  if (reply.problem === 'not_found') return { outcome: 'unknown' }
  if (reply.problem !== 'gone') return null
  const gone = parseGone(reply.json)
  if (gone === null) throw refuse({ ...reply, problem: null })
  return { outcome: 'gone', gone }
}
