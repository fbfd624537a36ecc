import { type Bytes, decodeHex, encodeHex } from './bytes.ts'

/** Bitcoin's alphabet: digits and letters but 0, O, I and l, which people mistake for others. */
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/**
 * Encode bytes as one number in base 58; every zero byte at the front is a "1" (as in
 * draft-msporny-base58). Its cost grows with the square of the length: for short things.
 */
export function encodeBase58(bytes: Bytes): string {
  let text = ''
  for (let rest = BigInt(`0x0${encodeHex(bytes)}`); rest > 0n; rest /= 58n) text = (ALPHABET[Number(rest % 58n)] as string) + text
  const first = bytes.findIndex((byte) => byte !== 0)
  return '1'.repeat(first === -1 ? bytes.length : first) + text
}

/** The inverse of {@link encodeBase58}; `null` if a character is not of the alphabet. */
export function decodeBase58(text: string): Bytes | null {
  let number = 0n
  for (const character of text) {
    const digit = ALPHABET.indexOf(character)
    if (digit === -1) return null
    number = number * 58n + BigInt(digit)
  }
  const zeros = '00'.repeat(/^1*/.exec(text)?.[0].length ?? 0)
  const hex = number === 0n ? '' : number.toString(16)
  return decodeHex(zeros + '0'.repeat(hex.length % 2) + hex)
}
