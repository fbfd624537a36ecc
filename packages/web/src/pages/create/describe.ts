import { createWords as words, madeWords } from '../../languages/en.ts'
import { describeFailure } from '../../ui/describe-failure.ts'
import { say } from '../../ui/say.ts'
import { type TimeStyle, formatBytes, formatMoment } from '../../ui/times.ts'
import type { PinTrouble } from './pin.ts'
import { type CopyTarget, type CreatePage, type Draft, type Made, type Offer, type Trouble, countTextBytes } from './state.ts'

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
export function describeRoom({ text }: Draft, offer: Offer, locale: string): string {
  const { textBytesMax } = offer
  // No text of fewer UTF-16 units than a third of the bytes can come near.
  if (text.length * 3 < textBytesMax * NEAR_LIMIT) return ''
  const bytes = countTextBytes(text)
  if (bytes < textBytesMax * NEAR_LIMIT) return ''
  if (bytes > textBytesMax) return describeTooLong(bytes, offer, locale)
  return say(words.bytesLeft, { left: formatBytes(textBytesMax - bytes, locale) })
}

/** Leaving loses a text that was not sent, and a link that was not copied. */
export function asksBeforeLeavingCreate(page: CreatePage): boolean {
  return page.at === 'ready' ? !page.isKept : page.draft.text !== ''
}

/** What goes into the clipboard. Whoever reads the instructions learns that there is a PIN, and not which. */
export function describeCopy(what: CopyTarget, { link, receiptLink, pin, expiresAtMs }: Made, times: TimeStyle): string {
  switch (what) {
    case 'link':
      return link
    case 'receipt':
      return receiptLink
    case 'pin':
      return pin ?? ''
    case 'instructions':
      return say(pin === null ? madeWords.instructions : madeWords.instructionsPin, { link, moment: formatMoment(expiresAtMs, times) })
  }
}

export function placeCreate({ at }: CreatePage): string {
  return at === 'ready' ? 'ready' : 'writing'
}

/** What a screen reader is told. */
export function announceCreate(page: CreatePage, locale: string): string {
  switch (page.at) {
    case 'writing':
      return page.trouble === null ? '' : describeTrouble(page.trouble, page.draft, page.offer, locale)
    case 'sending':
      return page.step === 'locking' ? words.locking : words.sending
    case 'ready':
      if (page.copied === null) return madeWords.title
      return page.copied === 'refused' ? madeWords.copyRefused : madeWords.copied
  }
}
