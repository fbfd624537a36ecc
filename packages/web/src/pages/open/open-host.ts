import type { Peeked, Server } from '@letterlock/client'
import type { Bytes, Pin } from '@letterlock/protocol'
import type { ComponentChild } from 'preact'
import type { openWords } from '../../languages/en.ts'
import type { Screen } from '../../ui/mount-screen.ts'
import type { Shelf } from '../../ui/shelf.ts'
import type { TimeStyle } from '../../ui/times.ts'
import type { Ending } from './ended-state.ts'
import type { PinKnown } from './pin-state.ts'
import type { OpenEvent, OpenPage, Origin } from './state.ts'

/** A link that the page has read. */
export interface OpenLink {
  readonly key: Bytes
  /** Its token as written. */
  readonly text: string
  /** A program has changed it, and part of it has reached the server. */
  readonly wasChanged: boolean
}

/** A secret that is not there to be opened. */
export type Missing = Extract<Peeked, { outcome: 'gone' | 'unknown' }>

/** What the page hands to its parts: each is a bundle of its own, and shares nothing else with it. */
export interface OpenHost {
  readonly base: string
  readonly server: Server
  readonly times: TimeStyle
  /** The page's own words, in the reader's language. */
  readonly words: typeof openWords
  readonly screen: Screen<OpenPage, OpenEvent>
  readonly keptToken: Shelf
  readonly keptClaim: Shelf
  /** The link that the page is about; `null` in a preview. */
  readonly link: () => OpenLink | null
  readonly takeLink: (link: OpenLink) => Promise<void>
  /** Take up the link that the tab keeps, where the address has none. */
  readonly resume: () => Promise<void>
  /** Claim and open with this PIN. */
  readonly open: (pin: Pin) => Promise<void>
  readonly retry: () => void
  readonly askPin: (known: PinKnown, isWrong: boolean) => Promise<void>
  readonly end: (ending: Ending) => Promise<void>
  readonly endMissing: (missing: Missing) => Promise<void>
  readonly forget: () => void
  /** What claims and opens. */
  readonly loadClaim: () => Promise<typeof import('./claim-part.ts')>
  /** What finds things to copy in a text. */
  readonly loadFields: () => Promise<typeof import('./fields-part.ts')>
  /** What there is to say of whose link it is. */
  readonly drawOrigin: (origin: Origin) => ComponentChild
}

/** One state as it is drawn, and what a screen reader is told of it. */
export interface Presented {
  readonly view: ComponentChild
  readonly said: string
}
