import { foldPin } from '@letterlock/protocol'
import type { Failure } from '../../ui/connect.ts'
import type { Origin } from './state.ts'

/** Why a PIN was not sent, or did not open. */
export type PinTrouble =
  /** Nothing was typed, or more than a PIN may have: nothing was sent. */
  | 'empty'
  | 'too-long'
  /** One attempt was used up. */
  | 'wrong'
  /** Nothing was used up: this tab has claimed the secret already. */
  | 'mistyped'
  /** The press was not a person's. */
  | 'press-again'
  /** The device could not stretch it. */
  | 'unable'
  | Failure

/** A secret with a PIN, before it is shown. */
export interface PinPage {
  readonly at: 'pin'
  /** As it stands in the field. It lives here and nowhere else, and goes when the page does. */
  readonly typed: string
  readonly isMasked: boolean
  readonly keys: 'all' | 'digits'
  /** `null` once this tab has claimed the secret: wrong PINs then use up nothing. */
  readonly attemptsLeft: number | null
  /** `null` where the server no longer says. */
  readonly expiresAtMs: number | null
  readonly nowMs: number
  readonly wasChanged: boolean
  readonly origin: Origin
  readonly step: 'asking' | 'stretching' | 'opening'
  /** How much of the stretching is done, from 0 to 1. */
  readonly share: number
  readonly trouble: PinTrouble | null
}

/** What the server says of a secret with a PIN. */
export interface PinKnown {
  readonly attemptsLeft: number | null
  readonly expiresAtMs?: number | null
}

export type PinEvent =
  | { readonly type: 'typed'; readonly typed: string }
  | { readonly type: 'masked' }
  | { readonly type: 'keys' }
  | { readonly type: 'pressed'; readonly isTrusted: boolean }
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'stretched' }
  /** The server refused the PIN. */
  | { readonly type: 'refused'; readonly attemptsLeft: number | null }
  | { readonly type: 'unable' }
  /** It turned out that the link was made here. */
  | { readonly type: 'warned' }
  | { readonly type: 'left' }

/** The first time that a PIN is asked for. */
export function askForPin(
  { attemptsLeft, expiresAtMs = null }: PinKnown,
  nowMs: number,
  link: Pick<PinPage, 'wasChanged' | 'origin'>,
): PinPage {
  return {
    at: 'pin',
    typed: '',
    isMasked: false,
    keys: 'all',
    attemptsLeft,
    expiresAtMs,
    nowMs,
    ...link,
    step: 'asking',
    share: 0,
    trouble: null,
  }
}

/** What follows when something happens. While a PIN is on its way, it is not changed. */
export function reducePin(page: PinPage, event: PinEvent): PinPage {
  switch (event.type) {
    case 'typed':
      return page.step === 'asking' ? { ...page, typed: event.typed, trouble: null } : page
    case 'masked':
      return { ...page, isMasked: !page.isMasked }
    case 'keys':
      return { ...page, keys: page.keys === 'all' ? 'digits' : 'all' }
    case 'pressed':
      return page.step === 'asking' ? press(page, event.isTrusted) : page
    case 'progress':
      return page.step === 'stretching' ? { ...page, share: event.share } : page
    case 'stretched':
      return page.step === 'stretching' ? { ...page, step: 'opening', share: 1 } : page
    case 'refused':
      // A try that was made before is answered as it was then: attempts never come back.
      return event.attemptsLeft === null
        ? { ...page, attemptsLeft: null, step: 'asking', trouble: 'mistyped' }
        : { ...page, attemptsLeft: Math.min(event.attemptsLeft, page.attemptsLeft ?? Infinity), step: 'asking', trouble: 'wrong' }
    case 'warned':
      return { ...page, origin: 'own', step: 'asking' }
    case 'left':
      return { ...page, typed: '' }
    case 'unable':
      return page.step === 'asking' ? page : { ...page, step: 'asking', trouble: 'unable' }
  }
}

function press(page: PinPage, isTrusted: boolean): PinPage {
  if (!isTrusted) return { ...page, trouble: 'press-again' }
  if (foldPin(page.typed) !== null) return { ...page, step: 'stretching', share: 0, trouble: null }
  return { ...page, trouble: /^\p{White_Space}*$/u.test(page.typed) ? 'empty' : 'too-long' }
}
