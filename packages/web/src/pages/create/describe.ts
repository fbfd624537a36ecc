import { createWords as words } from '../../languages/en.ts'
import { describeFailure } from '../../ui/describe-failure.ts'
import { say, sayCount } from '../../ui/say.ts'
import { formatBytes } from '../../ui/times.ts'
import { type Draft, type Offer, type Trouble, countTextBytes } from './draft.ts'
import { findRisks } from './made-state.ts'
import type { PinTrouble } from './pin.ts'
import type { CreatePage, DraftPage } from './state.ts'

/** The part of the limit from which on the room that is left is shown. */
const NEAR_LIMIT = 0.9

/** Why it was not sent, in words. */
export function describeTrouble(trouble: Trouble, draft: Draft, offer: Offer, locale: string): string {
  switch (trouble.kind) {
    case 'empty':
      return words.empty
    case 'broken':
      return words.broken
    case 'too-long':
      return describeTooLong(countTextBytes(draft.text), offer, locale)
    case 'pin-empty':
    case 'pin-too-long':
    case 'pin-odd':
      return describePinTrouble(trouble.kind)
    case 'unable':
      return words.unable
    case 'unreachable':
      return words.lost
    case 'damaged':
    case 'refused':
      return describeFailure(trouble)
  }
}

/** What keeps a PIN from being used, in words. */
export function describePinTrouble(trouble: PinTrouble): string {
  switch (trouble) {
    case 'pin-empty':
      return words.pinEmpty
    case 'pin-too-long':
      return words.pinTooLong
    case 'pin-odd':
      return words.pinOdd
  }
}

function describeTooLong(bytes: number, { textBytesMax }: Offer, locale: string): string {
  return say(words.tooLong, { size: formatBytes(bytes, locale), limit: formatBytes(textBytesMax, locale) })
}

/** How much room is left, when that is worth knowing; "" otherwise. */
export function describeRoom({ text }: Pick<Draft, 'text'>, offer: Offer, locale: string): string {
  const { textBytesMax } = offer
  // No text of fewer UTF-16 units than a third of the bytes can come near.
  if (text.length * 3 < textBytesMax * NEAR_LIMIT) return ''
  const bytes = countTextBytes(text)
  if (bytes < textBytesMax * NEAR_LIMIT) return ''
  if (bytes > textBytesMax) return describeTooLong(bytes, offer, locale)
  return say(words.bytesLeft, { left: formatBytes(textBytesMax - bytes, locale) })
}

/** Troubles that the sender can mend in the text itself. */
export function isOurs(trouble: Trouble | null): boolean {
  return trouble?.kind === 'empty' || trouble?.kind === 'too-long' || trouble?.kind === 'broken'
}

/** Troubles that the sender can mend in the PIN. */
export function isOfPin(trouble: Trouble | null): boolean {
  return trouble?.kind.startsWith('pin-') === true
}

/** Why it was not sent and what is left of it, all in one. */
export function describeFailed({ draft, offer, ...page }: DraftPage, locale: string): string {
  if (page.at === 'sending' || page.trouble === null) return ''
  const { trouble, done } = page
  const said = [describeTrouble(trouble, draft, offer, locale)]
  if (trouble.kind === 'damaged' || trouble.kind === 'refused') said.push(words.stillHere)
  if (done > 0) said.push(sayCount(words.someMade, done, locale))
  return said.join(' ')
}

/** What stands on the button that sends. */
export function describeSubmit(page: DraftPage, locale: string): string {
  const { people } = page.draft
  if (page.at === 'writing') {
    if (page.trouble !== null && !isOurs(page.trouble) && !isOfPin(page.trouble)) return words.retry
    return people > 1 ? sayCount(words.submitMany, people, locale) : words.submit
  }
  if (people === 1) return page.step === 'locking' ? words.locking : words.sending
  const number = new Intl.NumberFormat(locale)
  return say(words.sendingMany, { done: number.format(Math.min(page.done + 1, people)), all: number.format(people) })
}

/** Leaving loses a text that was not sent, a link that has gone nowhere, and a PIN that nobody knows. */
export function asksBeforeLeavingCreate(page: CreatePage): boolean {
  if (page.at !== 'ready') return page.draft.text !== ''
  const { links, pin } = findRisks(page.made)
  return (links || pin) && !page.made.isMailing
}

export function placeCreate({ at }: CreatePage): string {
  return at === 'ready' ? 'ready' : 'writing'
}

/** What a screen reader is told of a secret that is written or sent. */
export function announceDraft(page: DraftPage, locale: string): string {
  return page.at === 'sending' ? describeSubmit(page, locale) : describeFailed(page, locale)
}
