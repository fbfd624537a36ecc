import { type Bytes, encodeUtf8 } from './bytes.ts'
import { derivePinSalt } from './keys.ts'

/** Longest PIN, in code points after folding. SPEC §2.3. */
export const PIN_CODE_POINTS_MAX = 256

/** Parameters of Argon2id (RFC 9106) over a PIN. SPEC §2.3. */
export const PIN_STRETCH = { memoryKib: 65_536, passes: 3, lanes: 4, bytes: 32 } as const

/**
 * Argon2id with the parameters of {@link PIN_STRETCH} and nothing else, over a password of any
 * length and a salt of 16 bytes. Every platform brings its own; they give the same bytes.
 */
export type Stretch = (password: Bytes, salt: Bytes) => Promise<Bytes>

/** A PIN in use. */
export interface Pin {
  /** As {@link foldPin} gives it. */
  readonly text: string
  readonly stretch: Stretch
}

/** P of SPEC §2.1 for a link's PIN: {@link PIN_STRETCH}.bytes bytes; `null` without a PIN. */
export async function stretchPin(linkKey: Bytes, pin: Pin | null): Promise<Bytes | null> {
  return pin === null ? null : pin.stretch(encodeUtf8(pin.text), await derivePinSalt(linkKey))
}

/**
 * Fold what a person typed into the one text that every keyboard would have given: decimal
 * digits of any script become ASCII, compatibility characters their plain form (NFKC), and
 * white space around it goes. `null` if nothing or more than {@link PIN_CODE_POINTS_MAX}
 * code points are left: no PIN is absence, never the empty string. SPEC §2.3.
 */
export function foldPin(typed: string): string | null {
  const digits = typed.replaceAll(/\p{Nd}/gu, foldDigit)
  // Halves of surrogate pairs stay out of it: Firefox's normalize() would replace them, and hide them from isPinPortable.
  const plain = digits.replaceAll(/\P{Cs}+/gu, (text) => text.normalize('NFKC'))
  const folded = plain.replaceAll(/^\p{White_Space}+|\p{White_Space}+$/gu, '')
  const length = Array.from(folded).length
  return length >= 1 && length <= PIN_CODE_POINTS_MAX ? folded : null
}

/** Whether a folded PIN holds nothing that another device could spell differently. SPEC §2.3. */
export function isPinPortable(folded: string): boolean {
  return !/[\p{Cn}\p{Cc}\p{Cs}]/u.test(folded)
}

/**
 * The value of a decimal digit. Unicode lays every script's ten digits out in a row, zero
 * first (The Unicode Standard, §4.6), so the value is the distance from the row's start;
 * rows may touch, but each begins at a whole ten from the first of its run.
 */
function foldDigit(digit: string): string {
  const code = digit.codePointAt(0) as number
  let start = code
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start--
  return String((code - start) % 10)
}
