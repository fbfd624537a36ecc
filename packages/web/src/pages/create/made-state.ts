/** A link that was made, and what its sender did with it. */
export interface MadeLink {
  readonly link: string
  readonly receiptLink: string
  readonly receiptToken: string
  /** What the sender calls whoever gets it. Never sent; kept only with receipts that are kept. */
  readonly name: string
  readonly isCopied: boolean
}

export interface MadePin {
  /** As it was folded: what every spelling of it opens. */
  readonly text: string
  /** Nobody knows it but this page. */
  readonly isMadeUp: boolean
  readonly isCopied: boolean
}

/** What was copied, or did not work, last; "asking" while the browser is asked for something. */
export type Last =
  | null
  | 'asking'
  | { readonly link: number }
  | 'instructions'
  | 'list'
  | 'pin'
  | 'receipt'
  | 'refused'
  | 'share-refused'
  | 'qr-unavailable'
  | 'keep-refused'

/** Links that are ready, each for one person. */
export interface Made {
  readonly links: readonly MadeLink[]
  readonly pin: MadePin | null
  /** When the first of them runs out. */
  readonly expiresAtMs: number
  readonly nowMs: number
  readonly last: Last
  /** All links have gone somewhere: into a mail, onto paper, into a table. */
  readonly areKept: boolean
  /** A mail is about to open, which the page is not left for, whatever the browser thinks. */
  readonly isMailing: boolean
  readonly qr: 'none' | 'loading' | 'ready' | 'unavailable'
  readonly isQrShown: boolean
  /** Whether the receipts are kept on this device, or the browser stores nothing. */
  readonly keeping: 'no' | 'yes' | 'refused'
  readonly isAsking: boolean
}

export type MadeEvent =
  | { readonly type: 'did'; readonly last: Exclude<Last, null> }
  | { readonly type: 'named'; readonly index: number; readonly name: string }
  /** Shared, printed or saved. */
  | { readonly type: 'kept' }
  | { readonly type: 'mailing'; readonly isMailing: boolean }
  | { readonly type: 'qr'; readonly qr: Exclude<Made['qr'], 'none'> }
  | { readonly type: 'qr-shown'; readonly isShown: boolean }
  | { readonly type: 'keeping'; readonly keeping: Made['keeping'] }
  | { readonly type: 'starting-over' }
  | { readonly type: 'stayed' }

/** Links that have just been made. */
export function beginMade(
  links: readonly Pick<MadeLink, 'link' | 'receiptLink' | 'receiptToken'>[],
  pin: Pick<MadePin, 'text' | 'isMadeUp'> | null,
  expiresAtMs: number,
  nowMs: number,
): Made {
  return {
    links: links.map((link) => ({ ...link, name: '', isCopied: false })),
    pin: pin === null ? null : { ...pin, isCopied: false },
    expiresAtMs,
    nowMs,
    last: null,
    areKept: false,
    isMailing: false,
    qr: 'none',
    isQrShown: false,
    keeping: 'no',
    isAsking: false,
  }
}

/** What leaving now would lose for ever. */
export function findRisks({ links, pin, areKept }: Made): { readonly links: boolean; readonly pin: boolean } {
  return { links: !areKept && links.some(({ isCopied }) => !isCopied), pin: pin !== null && pin.isMadeUp && !pin.isCopied }
}

/** What follows when something was copied, or could not be done. */
export function noteLast(made: Made, last: Exclude<Last, null>): Made {
  const next = { ...made, last }
  if (last === 'instructions' || last === 'list') return { ...next, areKept: true }
  if (last === 'pin' && made.pin !== null) return { ...next, pin: { ...made.pin, isCopied: true } }
  if (typeof last !== 'object') return next
  return { ...next, links: made.links.map((link, index) => (index === last.link ? { ...link, isCopied: true } : link)) }
}

/** What follows when something happens to links that are ready. */
export function reduceMade(made: Made, event: MadeEvent): Made {
  switch (event.type) {
    case 'did':
      return noteLast(made, event.last)
    case 'named':
      return { ...made, links: made.links.map((link, index) => (index === event.index ? { ...link, name: event.name } : link)) }
    case 'kept':
      return { ...made, areKept: true }
    case 'mailing':
      return { ...made, areKept: made.areKept || event.isMailing, isMailing: event.isMailing }
    case 'qr':
      return { ...made, qr: event.qr, last: event.qr === 'unavailable' ? 'qr-unavailable' : 'asking' }
    case 'qr-shown':
      return { ...made, isQrShown: event.isShown, areKept: made.areKept || (event.isShown && made.qr === 'ready') }
    case 'keeping':
      return { ...made, keeping: event.keeping, last: event.keeping === 'refused' ? 'keep-refused' : made.last }
    case 'starting-over':
      return { ...made, isAsking: true }
    case 'stayed':
      return { ...made, isAsking: false }
  }
}
