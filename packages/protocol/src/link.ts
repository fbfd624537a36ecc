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

const CHECK_BYTES = 3
const KEY_BYTES_BY_VERSION: Readonly<Record<number, number>> = { 1: 32, 2: 48, 3: 48, 4: 32 }

/** Longest token: 52 bytes in base58, which is at most this many characters. */
const TOKEN_CHARACTERS_MAX = 72

/** Longest text that is searched for a token, in characters: a long mail, not a book. */
const TEXT_CHARACTERS_MAX = 65_536

/** Places in a text that are tried as a token, at most. */
const CANDIDATES_MAX = 64

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

/**
 * Find the token in a fragment, a whole link, or a text that somebody pasted around one.
 * Mail and chat programs wrap links, put dots and brackets behind them and write `%23` for
 * `#`; the checksum says which reading was meant. `null` if none holds. SPEC §3.3.
 */
export async function findToken(text: string): Promise<Token | null> {
  for (const candidate of listCandidates(text.slice(0, TEXT_CHARACTERS_MAX))) {
    const token = await parseToken(candidate)
    if (token !== null) return token
  }
  return null
}

/** The readings of a text, likeliest first; then the same with wrapped lines joined. */
function listCandidates(text: string): ReadonlySet<string> {
  const candidates = new Set<string>()
  for (const reading of [text, text.replaceAll(/\s+/g, ''), text.replaceAll(/=?\r?\n[>\s]*/g, '')]) {
    for (const part of reading.split(/#|%(?:25)*23/).toReversed()) {
      const run = /^[A-Za-z0-9]+/.exec(part.trim())?.[0]
      if (run !== undefined && candidates.size < CANDIDATES_MAX) candidates.add(run)
    }
  }
  return candidates
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
