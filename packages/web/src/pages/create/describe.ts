import { describeFailure } from '../../ui/problem-words.ts'
import { type TimeStyle, formatBytes, formatMoment } from '../../ui/times.ts'
import { type CopyTarget, type CreatePage, type Draft, type Made, type Offer, type Trouble, countTextBytes } from './state.ts'
import { createWords as words } from './words.ts'

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
      return words.tooLong(formatBytes(countTextBytes(draft.text), locale), formatBytes(offer.textBytesMax, locale))
    case 'pin-empty':
    case 'pin-too-long':
    case 'pin-odd':
      return words.pinTrouble[trouble.kind]
    case 'unable':
      return words.unable
    case 'unreachable':
      return words.lost
    case 'damaged':
    case 'refused':
      return describeFailure(trouble)
  }
}

/** How much room is left, when that is worth knowing; "" otherwise. */
export function describeRoom({ text }: Draft, { textBytesMax }: Offer, locale: string): string {
  // No text of fewer UTF-16 units than a third of the bytes can come near.
  if (text.length * 3 < textBytesMax * NEAR_LIMIT) return ''
  const bytes = countTextBytes(text)
  if (bytes < textBytesMax * NEAR_LIMIT) return ''
  if (bytes > textBytesMax) return words.tooLong(formatBytes(bytes, locale), formatBytes(textBytesMax, locale))
  return words.bytesLeft(formatBytes(textBytesMax - bytes, locale))
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
      return words.instructions(link, formatMoment(expiresAtMs, times))
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
      if (page.copied === null) return words.ready
      return page.copied === 'refused' ? words.copyRefused : words.copied
  }
}
