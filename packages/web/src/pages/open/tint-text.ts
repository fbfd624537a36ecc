/** A run of characters that are drawn in one colour. */
export interface Tint {
  readonly kind: 'letters' | 'digits' | 'symbols'
  readonly text: string
}

/** Longest text that is tinted, in characters: passwords and keys, not letters. */
const TINTED_CHARACTERS_MAX = 512

/** Cut a text where digits and symbols begin and end, so that 0 and O look different. */
export function tintText(text: string): readonly Tint[] {
  if (text.length > TINTED_CHARACTERS_MAX) return [{ kind: 'letters', text }]
  return Array.from(text.matchAll(/(\p{Nd}+)|([\p{P}\p{S}]+)|[^\p{Nd}\p{P}\p{S}]+/gu), ([run, digits, symbols]) => ({
    kind: digits !== undefined ? 'digits' : symbols !== undefined ? 'symbols' : 'letters',
    text: run,
  }))
}
