import { decodeBase58, encodeBase58 } from './base58.ts'
import { type Bytes, concatBytes, encodeHex, decodeHex, encodeUtf8, equalBytes } from './bytes.ts'
import { ID_BYTES, KEY_BYTES } from './constants.ts'
import { type SecretId, sha256 } from './keys.ts'

// struct {
//   uint8 version;      // 1 link, 2 receipt, 3 fill, 4 request
//   uint8 key[];        // 32 bytes for 1 and 4; 48 for 2 and 3
//   uint8 check[3];     // sha256("letterlock link" || version || key)
// } Token;              // SPEC §3.1, written in base58

/** What a token says, by the page it belongs to. SPEC §3.2. */
export type Token =
  | { readonly kind: 'link'; readonly linkKey: Bytes }
  | { readonly kind: 'receipt'; readonly id: SecretId; readonly receiptKey: Bytes }
  | { readonly kind: 'fill'; readonly key: Bytes }
  | { readonly kind: 'request'; readonly seed: Bytes }

/** The page that each kind of token opens, relative to the instance. SPEC §3.2. */
export const TOKEN_PAGES = { link: 's', receipt: 'receipt', fill: 'f', request: 'r' } as const

/** Lengths of written tokens, in characters: fixed, since the version leads the number. SPEC §3.1. */
export const TOKEN_CHARACTERS: readonly number[] = [48, 49, 70]

const CHECK_BYTES = 3
const KEY_BYTES_BY_VERSION: Readonly<Record<number, number>> = { 1: 32, 2: 48, 3: 48, 4: 32 }

/** Longest token: 52 bytes in base58, which is at most this many characters. */
export const TOKEN_CHARACTERS_MAX = 72

/** Write the token of a secret link. SPEC §3.1. */
export function formatLinkToken(linkKey: Bytes): Promise<string> {
  return formatToken(1, linkKey)
}

/** Write the token of a receipt link. SPEC §3.1. */
export function formatReceiptToken(id: SecretId, receiptKey: Bytes): Promise<string> {
  return formatToken(2, concatBytes(decodeHex(id) as Bytes, receiptKey))
}

/** Read exactly one token; `null` if it is damaged or of a version we do not know. SPEC §3.1. */
export async function parseToken(text: string): Promise<Token | null> {
  if (text.length > TOKEN_CHARACTERS_MAX) return null
  const bytes = decodeBase58(text)
  const version = bytes?.[0]
  if (bytes === null || version === undefined) return null
  if (bytes.length !== 1 + (KEY_BYTES_BY_VERSION[version] ?? Number.NaN) + CHECK_BYTES) return null
  const key = bytes.slice(1, -CHECK_BYTES)
  return equalBytes(bytes.slice(-CHECK_BYTES), await checkToken(version, key)) ? nameToken(version, key) : null
}

async function formatToken(version: number, key: Bytes): Promise<string> {
  if (key.length !== KEY_BYTES_BY_VERSION[version]) throw new TypeError(`a token of version ${version} cannot hold ${key.length} bytes`)
  return encodeBase58(concatBytes(Uint8Array.of(version), key, await checkToken(version, key)))
}

async function checkToken(version: number, key: Bytes): Promise<Bytes> {
  return (await sha256(encodeUtf8('letterlock link'), Uint8Array.of(version), key)).slice(0, CHECK_BYTES)
}

function nameToken(version: number, key: Bytes): Token {
  switch (version) {
    case 1:
      return { kind: 'link', linkKey: key }
    case 2:
      return {
        kind: 'receipt',
        id: encodeHex(key.slice(0, ID_BYTES)) as SecretId,
        receiptKey: key.slice(ID_BYTES, ID_BYTES + KEY_BYTES),
      }
    case 3:
      return { kind: 'fill', key }
    default:
      return { kind: 'request', seed: key }
  }
}
