import { type PasswordChoice, type Strength, gaugeBits, gaugeStrength } from './generate-password.ts'

/** What a sender may choose about a password; what belongs to the other kind is remembered. */
export interface GeneratorChoice {
  readonly kind: PasswordChoice['kind']
  /** In characters: {@link CHARACTERS}. */
  readonly length: number
  /** {@link WORDS}. */
  readonly count: number
  readonly isReadable: boolean
}

/** The panel that makes up passwords. */
export interface OpenGenerator {
  readonly at: 'open'
  readonly choice: GeneratorChoice
  /** It lives here and nowhere else, until it is used; "" while another is being drawn. */
  readonly password: string
}

/** How long a password may be chosen here, in characters. */
export const CHARACTERS = { min: 8, max: 64 } as const

/** How many words a passphrase may be chosen to have here. */
export const WORDS = { min: 3, max: 10 } as const

/** Both are called strong or more. */
export const FIRST_CHOICE: GeneratorChoice = { kind: 'characters', length: 20, count: 6, isReadable: false }

/** The amount that a choice has, and within which bounds. */
export function pickAmount({ kind, length, count }: GeneratorChoice): {
  readonly amount: number
  readonly min: number
  readonly max: number
} {
  return kind === 'characters' ? { amount: length, ...CHARACTERS } : { amount: count, ...WORDS }
}

/** Change the amount of the kind that is chosen, within its bounds. */
export function changeAmount(choice: GeneratorChoice, wished: number): GeneratorChoice {
  const { amount, min, max } = pickAmount(choice)
  const changed = Number.isFinite(wished) ? Math.min(Math.max(min, Math.round(wished)), max) : amount
  return choice.kind === 'characters' ? { ...choice, length: changed } : { ...choice, count: changed }
}

/** What is to be drawn. */
export function describeChoice({ kind, length, count, isReadable }: GeneratorChoice, words: readonly string[]): PasswordChoice {
  return kind === 'characters' ? { kind, length, readable: isReadable } : { kind, count, words }
}

/** How well what is drawn for a choice withstands guessing. */
export function gaugeChoice(choice: GeneratorChoice, words: readonly string[]): Strength {
  return gaugeStrength(gaugeBits(describeChoice(choice, words)))
}

/** Put a password into a text: it becomes one that is empty, or stands where the cursor or the selection is. */
export function insertPassword(
  text: string,
  password: string,
  start: number,
  end: number,
): { readonly text: string; readonly cursor: number } {
  return { text: text.slice(0, start) + password + text.slice(end), cursor: start + password.length }
}
