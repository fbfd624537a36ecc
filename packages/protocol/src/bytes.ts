/** What WebCrypto takes: bytes of their own, never a view on shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()

/** Encode text as UTF-8. Lone surrogates become U+FFFD: refuse them before, where it matters. */
export function encodeUtf8(text: string): Bytes {
  return encoder.encode(text)
}

/** Decode UTF-8 strictly, keeping a byte order mark; `null` if the bytes are not UTF-8. */
export function decodeUtf8(bytes: Bytes): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

export function concatBytes(...parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Compare bytes without stopping at the first difference. */
export function equalBytes(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number)
  return difference === 0
}

/** Draw bytes from the platform's cryptographic generator. */
export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length))
}

/** What engines of 2025 and later bring; filling bytes that are there costs a third of having them made. */
interface NativeCodecs {
  toHex?(): string
  setFromHex?(text: string): unknown
  toBase64?(options: { alphabet: 'base64url'; omitPadding: true }): string
  setFromBase64?(text: string, options: { alphabet: 'base64url' }): { readonly read: number; readonly written: number }
}

export function encodeHex(bytes: Bytes): string {
  const native = (bytes as NativeCodecs).toHex?.()
  if (native !== undefined) return native
  let text = ''
  for (const byte of bytes) text += (byte + 256).toString(16).slice(1)
  return text
}

/** Decode lower-case hex; `null` for anything else. */
export function decodeHex(text: string): Bytes | null {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return null
  const bytes = new Uint8Array(text.length / 2)
  if ((bytes as NativeCodecs).setFromHex?.(text) !== undefined) return bytes
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** Bytes handed to `String.fromCharCode` at once; larger calls overflow the stack of some engines. */
const BINARY_STEP = 8192

/** Encode as base64url without padding (RFC 4648 §5). */
export function encodeBase64url(bytes: Bytes): string {
  const native = (bytes as NativeCodecs).toBase64?.({ alphabet: 'base64url', omitPadding: true })
  if (native !== undefined) return native
  let binary = ''
  for (let at = 0; at < bytes.length; at += BINARY_STEP) {
    binary += String.fromCharCode(...bytes.subarray(at, at + BINARY_STEP))
  }
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** With what base64url may end, by how many bytes are left over after the last three; any, where none are. */
const LAST_CHARACTERS = [undefined, 'AQgw', 'AEIMQUYcgkosw048']

/**
 * Decode base64url, taking only the one canonical spelling of the bytes: no padding, no
 * spaces, no stray bits at the end. `null` for anything else. SPEC §1.2.
 */
export function decodeBase64url(text: string): Bytes | null {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  try {
    const written = (bytes as NativeCodecs).setFromBase64?.(text, { alphabet: 'base64url' }).written ?? decodeBinary(text, bytes)
    // A decoder may skip spaces and padding: then the bytes are fewer. Or bits that are left over
    // at the end: then the last character is not one of those that have none.
    // And no bytes at all end in a lone character.
    const isWhole = written === bytes.length && text.length % 4 !== 1
    return isWhole && LAST_CHARACTERS[bytes.length % 3]?.includes(text.at(-1) ?? '') !== false ? bytes : null
  } catch {
    return null
  }
}

/** @returns how many bytes there were. */
function decodeBinary(text: string, bytes: Bytes): number {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return binary.length
}
