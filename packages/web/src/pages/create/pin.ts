import { foldPin, isPinPortable } from '@letterlock/protocol'
import { type Draw, drawBelow } from './draw-number.ts'

/** A PIN as it is being chosen. */
export interface PinDraft {
  /** As it stands in the field. */
  readonly text: string
  /** The page drew it, and nobody has changed it since. */
  readonly isMadeUp: boolean
  /** `null` until the sender chooses: then it is the instance's default. */
  readonly attempts: number | null
}

/** What keeps a PIN from being used. */
export type PinTrouble = 'pin-empty' | 'pin-too-long' | 'pin-odd'

/** Digits of a PIN that is made up. */
export const MADE_UP_DIGITS = 6

/** Fewer characters than this are soon tried through, in code points. */
const CHARACTERS_FEW = 8

/** Fewer digits than this are, too, where there is nothing but digits. */
const DIGITS_FEW = 12

/** So few digits can be met by luck, before the attempts are used up. */
const DIGITS_LUCKY = 3

/** What keeps what was typed from being a PIN, or `null`. SPEC §2.3. */
export function findPinTrouble(typed: string): PinTrouble | null {
  const folded = foldPin(typed)
  if (folded === null) return /^\p{White_Space}*$/u.test(typed) ? 'pin-empty' : 'pin-too-long'
  return isPinPortable(folded) ? null : 'pin-odd'
}

/** How easily what was typed is guessed: by luck, or by whoever may try as often as they like. */
export function gaugePin(typed: string): 'none' | 'lucky' | 'short' | 'long' {
  const folded = foldPin(typed)
  if (folded === null) return 'none'
  const length = Array.from(folded).length
  const isDigits = /^\d+$/.test(folded)
  if (length === 1 || (isDigits && length <= DIGITS_LUCKY)) return 'lucky'
  return length < CHARACTERS_FEW || (isDigits && length < DIGITS_FEW) ? 'short' : 'long'
}

/** The attempts that a PIN would be sent with. */
export function pickAttempts(
  { attempts }: Pick<PinDraft, 'attempts'>,
  offer: { readonly min: number; readonly max: number; readonly default: number },
): number {
  return attempts !== null && attempts >= offer.min && attempts <= offer.max ? attempts : offer.default
}

/**
 * Make up a PIN of {@link MADE_UP_DIGITS} digits, every one as likely as every other.
 *
 * @param draw - where the randomness comes from.
 */
export function makeUpPin(draw?: Draw): string {
  return String(drawBelow(10 ** MADE_UP_DIGITS, draw)).padStart(MADE_UP_DIGITS, '0')
}
