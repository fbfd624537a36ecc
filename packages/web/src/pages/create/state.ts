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
  /** `null` without a PIN. */
  readonly pin: PinDraft | null
}

/** Why a draft was not sent. */
export type Trouble = { readonly kind: 'empty' | 'too-long' | 'broken' | 'unable' | PinTrouble } | Failure

/** A secret that the server has taken. */
export interface Made {
  readonly link: string
  readonly receiptLink: string
  /** As it was folded: what every spelling of it opens. */
  readonly pin: string | null
  readonly expiresAtMs: number
  readonly nowMs: number
}

/** What the sender has copied last, and whether the browser let them. */
export type Copied = null | CopyTarget | 'refused'

export type CopyTarget = 'link' | 'receipt' | 'pin' | 'instructions'

export type CreatePage =
  | { readonly at: 'writing'; readonly draft: Draft; readonly offer: Offer; readonly trouble: Trouble | null }
  | {
      readonly at: 'sending'
      readonly draft: Draft
      readonly offer: Offer
      readonly step: 'locking' | 'sending'
      /** How much of the stretching of a PIN is done, from 0 to 1. */
      readonly share: number
    }
  | {
      readonly at: 'ready'
      readonly made: Made
      readonly offer: Offer
      readonly copied: Copied
      readonly isKept: boolean
      readonly isAsking: boolean
    }

export type CreateEvent =
  | { readonly type: 'offered'; readonly offer: Offer }
  | { readonly type: 'wrote'; readonly text: string }
  | { readonly type: 'chose'; readonly lifetimeMs: number }
  | { readonly type: 'pin-unfolded'; readonly isOpen: boolean }
  | { readonly type: 'pin-wrote'; readonly text: string }
  | { readonly type: 'pin-chose'; readonly attempts: number }
  | { readonly type: 'submitted' }
  | { readonly type: 'stretching'; readonly share: number }
  | { readonly type: 'locked' }
  | { readonly type: 'failed'; readonly failure: Failure | { readonly kind: 'unable' } }
  | { readonly type: 'made'; readonly made: Made }
  | { readonly type: 'copied'; readonly copied: Exclude<Copied, null> }
  | { readonly type: 'starting-over' }
  | { readonly type: 'answered'; readonly isYes: boolean }
  | { readonly type: 'left' }

/** What happens in one state; an offer and leaving are alike in all of them. */
type PageEvent = Exclude<CreateEvent, { type: 'offered' | 'left' }>

const NOTHING: Draft = { text: '', lifetimeMs: null, pin: null }

/** What every instance offers unless its operator says otherwise. */
export const DEFAULT_OFFER: Offer = {
  lifetimesMs: LIFETIMES_MS,
  defaultLifetimeMs: LIFETIME_MS_DEFAULT,
  textBytesMax: countTextBytesMax(INLINE_SEALED_BYTES_MAX),
  attempts: ATTEMPTS,
}

/** What was typed and chosen before the script came, so that nothing is lost. */
export function beginCreate(text: string, lifetimeMs = LIFETIME_MS_DEFAULT): CreatePage {
  const draft = { text, lifetimeMs: lifetimeMs === LIFETIME_MS_DEFAULT ? null : lifetimeMs, pin: null }
  return { at: 'writing', draft, offer: DEFAULT_OFFER, trouble: null }
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

/** What follows when something happens. What cannot happen in a state changes nothing. */
export function reduceCreate(page: CreatePage, event: CreateEvent): CreatePage {
  if (event.type === 'offered') return { ...page, offer: event.offer }
  if (event.type === 'left') return page.at === 'writing' && page.draft === NOTHING ? page : startOver(page.offer)
  switch (page.at) {
    case 'writing':
      return reduceWriting(page, event)
    case 'sending':
      if (event.type === 'stretching') return { ...page, share: event.share }
      if (event.type === 'locked') return { ...page, step: 'sending' }
      if (event.type === 'failed') return { at: 'writing', draft: page.draft, offer: page.offer, trouble: event.failure }
      if (event.type === 'made') return { at: 'ready', made: event.made, offer: page.offer, copied: null, isKept: false, isAsking: false }
      return page
    case 'ready':
      return reduceReady(page, event)
  }
}

function reduceWriting(page: Extract<CreatePage, { at: 'writing' }>, event: PageEvent): CreatePage {
  switch (event.type) {
    case 'wrote':
      return { ...page, draft: { ...page.draft, text: event.text }, trouble: null }
    case 'chose':
      return { ...page, draft: { ...page.draft, lifetimeMs: event.lifetimeMs }, trouble: null }
    case 'pin-unfolded':
      return { ...page, draft: { ...page.draft, pin: event.isOpen ? { text: '', attempts: null } : null }, trouble: null }
    case 'pin-wrote':
      return changePin(page, { text: event.text })
    case 'pin-chose':
      return changePin(page, { attempts: event.attempts })
    case 'submitted': {
      const trouble = findTrouble(page.draft, page.offer)
      return trouble === null ? { at: 'sending', draft: page.draft, offer: page.offer, step: 'locking', share: 0 } : { ...page, trouble }
    }
    case 'answered':
    case 'copied':
    case 'failed':
    case 'locked':
    case 'made':
    case 'starting-over':
    case 'stretching':
      return page
  }
}

function changePin(page: Extract<CreatePage, { at: 'writing' }>, change: Partial<PinDraft>): CreatePage {
  const { pin } = page.draft
  return pin === null ? page : { ...page, draft: { ...page.draft, pin: { ...pin, ...change } }, trouble: null }
}

function reduceReady(page: Extract<CreatePage, { at: 'ready' }>, event: PageEvent): CreatePage {
  switch (event.type) {
    case 'copied':
      return { ...page, copied: event.copied, isKept: page.isKept || event.copied === 'link' || event.copied === 'instructions' }
    case 'starting-over':
      return page.isKept ? startOver(page.offer) : { ...page, isAsking: true }
    case 'answered':
      return page.isAsking && event.isYes ? startOver(page.offer) : { ...page, isAsking: false }
    case 'chose':
    case 'failed':
    case 'locked':
    case 'made':
    case 'pin-chose':
    case 'pin-unfolded':
    case 'pin-wrote':
    case 'stretching':
    case 'submitted':
    case 'wrote':
      return page
  }
}

function startOver(offer: Offer): CreatePage {
  return { at: 'writing', draft: NOTHING, offer, trouble: null }
}
