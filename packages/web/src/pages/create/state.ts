import { LIFETIME_MS_DEFAULT } from '@letterlock/protocol'
import type { Failure } from '../../ui/connect.ts'
import { DEFAULT_OFFER, type Draft, NOTHING, type Offer, type Trouble, clampPeople, findTrouble } from './draft.ts'
import type { OpenGenerator } from './generator-state.ts'
import type { Made } from './made-state.ts'
import type { PinDraft } from './pin.ts'

/** What makes up passwords, as far as the page knows it: the rest is loaded when it is wanted. */
export type Generator =
  | null
  | { readonly at: 'loading' | 'unavailable' }
  | OpenGenerator
  /** A password of it stands in the text now. */
  | { readonly at: 'used' }

interface Writing {
  readonly at: 'writing'
  readonly draft: Draft
  readonly offer: Offer
  readonly trouble: Trouble | null
  /** Secrets of this draft that are made already: only the rest are still to be sent. */
  readonly done: number
  readonly generator: Generator
  /** It is to answer somebody; who that is, nobody here knows. */
  readonly isReply: boolean
}

interface Sending {
  readonly at: 'sending'
  readonly draft: Draft
  readonly offer: Offer
  readonly step: 'locking' | 'sending'
  /** How much of the stretching of a PIN is done, from 0 to 1. */
  readonly share: number
  /** How many of the secrets are made. */
  readonly done: number
  readonly isReply: boolean
}

export type CreatePage = Writing | Sending | { readonly at: 'ready'; readonly offer: Offer; readonly made: Made }

/** A page on which a secret is being written or sent. */
export type DraftPage = Writing | Sending

export type CreateEvent =
  | { readonly type: 'offered'; readonly offer: Offer }
  | { readonly type: 'wrote'; readonly text: string }
  | { readonly type: 'chose'; readonly lifetimeMs: number }
  | { readonly type: 'counted'; readonly people: number }
  | { readonly type: 'pin-unfolded'; readonly isOpen: boolean }
  | { readonly type: 'pin-wrote'; readonly text: string }
  | { readonly type: 'pin-made-up'; readonly text: string }
  | { readonly type: 'pin-chose'; readonly attempts: number }
  /** What the part that makes up passwords makes of its own events. */
  | { readonly type: 'generator'; readonly generator: Generator }
  /** A password was put into the text, which is now this. */
  | { readonly type: 'generated'; readonly text: string }
  | { readonly type: 'submitted' }
  | { readonly type: 'stretching'; readonly share: number }
  | { readonly type: 'working'; readonly step: 'locking' | 'sending'; readonly done: number }
  | { readonly type: 'failed'; readonly failure: Failure | { readonly kind: 'unable' }; readonly done: number }
  /** The links are there, or something has happened to them. */
  | { readonly type: 'made'; readonly made: Made }
  | { readonly type: 'left' }

/** What was typed and chosen before the script came, so that nothing is lost. */
export function beginCreate(text: string, lifetimeMs = LIFETIME_MS_DEFAULT, people = 1, isReply = false): DraftPage {
  const draft = { ...NOTHING, text, lifetimeMs: lifetimeMs === LIFETIME_MS_DEFAULT ? null : lifetimeMs, people: clampPeople(people) }
  return { ...startOver(DEFAULT_OFFER), draft, isReply }
}

/** What follows when something happens. What cannot happen in a state changes nothing. */
export function reduceCreate(page: CreatePage, event: CreateEvent): CreatePage {
  if (event.type === 'offered') return { ...page, offer: event.offer }
  if (event.type === 'left') return page.at === 'writing' && page.draft === NOTHING ? { ...page, generator: null } : startOver(page.offer)
  switch (page.at) {
    case 'writing':
      return reduceWriting(page, event)
    case 'sending':
      return reduceSending(page, event)
    case 'ready':
      return event.type === 'made' ? { ...page, made: event.made } : page
  }
}

/** What happens in one state; an offer and leaving are alike in all of them. */
type PageEvent = Exclude<CreateEvent, { type: 'offered' | 'left' }>

function reduceWriting(page: Writing, event: PageEvent): CreatePage {
  switch (event.type) {
    case 'wrote':
      return { ...change(page, { text: event.text }), generator: page.generator?.at === 'used' ? null : page.generator }
    case 'generated':
      return { ...change(page, { text: event.text }), generator: { at: 'used' } }
    case 'chose':
      return change(page, { lifetimeMs: event.lifetimeMs })
    case 'counted':
      return change(page, { people: clampPeople(event.people) })
    case 'pin-unfolded':
      return change(page, { pin: event.isOpen ? { text: '', isMadeUp: false, attempts: null } : null })
    case 'pin-wrote':
      return changePin(page, { text: event.text, isMadeUp: false })
    case 'pin-made-up':
      return changePin(page, { text: event.text, isMadeUp: true })
    case 'pin-chose':
      return changePin(page, { attempts: event.attempts })
    case 'generator':
      return { ...page, generator: event.generator }
    case 'submitted': {
      const { draft, offer, done, isReply } = page
      const trouble = findTrouble(draft, offer)
      return trouble === null ? { at: 'sending', draft, offer, step: 'locking', share: 0, done, isReply } : { ...page, trouble }
    }
    case 'failed':
    case 'made':
    case 'stretching':
    case 'working':
      return page
  }
}

function change(page: Writing, change: Partial<Draft>): Writing {
  return { ...page, draft: { ...page.draft, ...change }, trouble: null, done: 0 }
}

function changePin(page: Writing, changed: Partial<PinDraft>): Writing {
  const { pin } = page.draft
  return pin === null ? page : change(page, { pin: { ...pin, ...changed } })
}

function reduceSending(page: Sending, event: PageEvent): CreatePage {
  switch (event.type) {
    case 'stretching':
      return { ...page, share: event.share }
    case 'working':
      return { ...page, step: event.step, share: event.step === 'locking' ? 0 : page.share, done: event.done }
    case 'failed': {
      const { draft, offer, isReply } = page
      return { at: 'writing', draft, offer, trouble: event.failure, done: event.done, generator: null, isReply }
    }
    case 'made':
      return { at: 'ready', offer: page.offer, made: event.made }
    case 'chose':
    case 'counted':
    case 'generated':
    case 'generator':
    case 'pin-chose':
    case 'pin-made-up':
    case 'pin-unfolded':
    case 'pin-wrote':
    case 'submitted':
    case 'wrote':
      return page
  }
}

function startOver(offer: Offer): Writing {
  return { at: 'writing', draft: NOTHING, offer, trouble: null, done: 0, generator: null, isReply: false }
}
