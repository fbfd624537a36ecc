import { type Bytes, concatBytes, encodeHex, encodeUtf8 } from './bytes.ts'
import { HKDF_SALT, ID_BYTES, KEY_BYTES } from './constants.ts'

declare const brand: unique symbol

/** Names a secret on the server. Public: knowing it reveals and burns nothing. SPEC §2.2. */
export type SecretId = string & { readonly [brand]: 'SecretId' }

/** What the holder of a link can derive from it alone. */
export interface LinkKeys {
  readonly id: SecretId
  /** Proves possession of the link; {@link KEY_BYTES} bytes. */
  readonly access: Bytes
}

/** What opens a secret, once the server has handed over its share. */
export interface ContentKeys {
  /** K: the key that the content is sealed under. */
  readonly contentKey: Bytes
  /** Proves that the content was opened. */
  readonly ack: Bytes
}

/** Read an id out of untrusted text; `null` if it is not exactly 32 lower-case hex digits. */
export function parseSecretId(text: string): SecretId | null {
  return /^[0-9a-f]{32}$/.test(text) ? (text as SecretId) : null
}

/** Hash with SHA-256 (FIPS 180-4). */
export async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concatBytes(...parts)))
}

/** The bytes whose SHA-256 begins with the id: for servers that hash without waiting. SPEC §2.2. */
export function formatIdPreimage(accessHash: Bytes): Bytes {
  return concatBytes(encodeUtf8('letterlock id'), accessHash)
}

/**
 * Split a link key into the id that names the secret and the access that proves to a
 * server that the caller holds the link.
 *
 * HKDF-SHA-256 (RFC 5869). The labels keep the outputs independent, so a server that sees
 * id and access learns nothing about the key. SPEC §2.1, §2.2.
 *
 * @param linkKey - {@link KEY_BYTES} random bytes. Not a PIN.
 */
export async function deriveLinkKeys(linkKey: Bytes): Promise<LinkKeys> {
  const access = await derive(linkKey, 'access', KEY_BYTES)
  const hash = await sha256(formatIdPreimage(await sha256(access)))
  return { id: encodeHex(hash.subarray(0, ID_BYTES)) as SecretId, access }
}

/** The salt under which a PIN for this link is stretched; 16 bytes. SPEC §2.3. */
export function derivePinSalt(linkKey: Bytes): Promise<Bytes> {
  return derive(linkKey, 'pin-salt', 16)
}

/**
 * Prove possession of the link, and of the PIN where there is one. SPEC §2.1.
 *
 * @param stretchedPin - {@link KEY_BYTES} bytes of Argon2id over the PIN, or `null` without a PIN.
 */
export function deriveProof(linkKey: Bytes, stretchedPin: Bytes | null): Promise<Bytes> {
  return derive(joinBase(linkKey, stretchedPin), 'claim', KEY_BYTES)
}

/** Put both halves together: the reader's link (and PIN) and the server's share. SPEC §2.1. */
export async function deriveContentKeys(linkKey: Bytes, stretchedPin: Bytes | null, share: Bytes): Promise<ContentKeys> {
  const ikm = concatBytes(joinBase(linkKey, stretchedPin), share)
  const contentKey = await derive(ikm, 'content', KEY_BYTES)
  return { contentKey, ack: await derive(contentKey, 'ack', KEY_BYTES) }
}

function joinBase(linkKey: Bytes, stretchedPin: Bytes | null): Bytes {
  if (linkKey.length !== KEY_BYTES) throw new TypeError(`a link key has ${KEY_BYTES} bytes, not ${linkKey.length}`)
  return stretchedPin === null ? linkKey : concatBytes(linkKey, stretchedPin)
}

/** H(ikm, label, length) of SPEC §1.2. */
async function derive(ikm: Bytes, label: string, length: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits'])
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: encodeUtf8(HKDF_SALT), info: encodeUtf8(label) }
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8))
}
