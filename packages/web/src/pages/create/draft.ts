import { ATTEMPTS, INLINE_SEALED_BYTES_MAX, LIFETIMES_MS, LIFETIME_MS_DEFAULT, countTextBytesMax } from '@letterlock/protocol'
import type { Failure } from '../../ui/connect.ts'
import { type PinDraft, type PinTrouble, findPinTrouble } from './pin.ts'

/** What the instance takes. */
export interface Offer {
  readonly lifetimesMs: readonly number[]
  readonly defaultLifetimeMs: number
  /** Longest text, in UTF-8 bytes. */
  readonly textBytesMax: number
  /** How often a wrong PIN may be tried. */
  readonly attempts: { readonly min: number; readonly max: number; readonly default: number }
}

export interface Draft {
  readonly text: string
  /** `null` until the sender chooses: then it is the instance's default. */
  readonly lifetimeMs: number | null
  /** How many secrets are made of it, each with a link of its own: 1 to {@link PEOPLE_MAX}. */
  readonly people: number
  /** `null` without a PIN. */
  readonly pin: PinDraft | null
}

/** Why a draft was not sent. */
export type Trouble = { readonly kind: 'empty' | 'too-long' | 'broken' | 'unable' | PinTrouble } | Failure

/** People that one text can be sent to at once. A third of what the server grants a network in one go. */
export const PEOPLE_MAX = 20

export const NOTHING: Draft = { text: '', lifetimeMs: null, people: 1, pin: null }

/** What every instance offers unless its operator says otherwise. */
export const DEFAULT_OFFER: Offer = {
  lifetimesMs: LIFETIMES_MS,
  defaultLifetimeMs: LIFETIME_MS_DEFAULT,
  textBytesMax: countTextBytesMax(INLINE_SEALED_BYTES_MAX),
  attempts: ATTEMPTS,
}

/** As many people as were wished for, within bounds. */
export function clampPeople(wished: number): number {
  return Math.min(Math.max(1, Math.trunc(wished) || 1), PEOPLE_MAX)
}

/** The lifetime that a draft would be sent with. */
export function pickLifetime({ lifetimeMs }: Draft, offer: Offer): number {
  return lifetimeMs !== null && offer.lifetimesMs.includes(lifetimeMs) ? lifetimeMs : offer.defaultLifetimeMs
}

/** The UTF-8 bytes of a text, without making them. */
export function countTextBytes(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // A surrogate pair is two units and four bytes, so each half counts one more.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2
  }
  return bytes
}

/** What keeps this draft from being sent, or `null`. */
export function findTrouble(draft: Draft, offer: Offer): Trouble | null {
  if (draft.text.trim() === '') return { kind: 'empty' }
  if (!draft.text.isWellFormed()) return { kind: 'broken' }
  if (countTextBytes(draft.text) > offer.textBytesMax) return { kind: 'too-long' }
  const kind = draft.pin === null ? null : findPinTrouble(draft.pin.text)
  return kind === null ? null : { kind }
}
