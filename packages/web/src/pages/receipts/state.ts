import type { receiptsWords } from '../../languages/en.ts'
import type { KeptReceipt } from '../../ui/receipt-list.ts'

/** What is known of a receipt that is kept here. */
export type EntryState = keyof (typeof receiptsWords)['state']

export interface Entry {
  readonly receipt: KeptReceipt
  readonly state: EntryState
}

export type ReceiptsPage = { readonly at: 'starting' } | Listed

/** The receipts on this device, newest first. */
export interface Listed {
  readonly at: 'listed'
  readonly entries: readonly Entry[]
  /** Whether the sender is asked if all shall be forgotten. */
  readonly isAsking: boolean
  /** Whether new receipts are kept. */
  readonly isKeeping: boolean
  /** Whether this browser keeps nothing for the page. */
  readonly isRefused: boolean
  readonly news: News
}

/** What has changed last: a screen reader is told of that. */
export type News =
  | { readonly type: 'nothing' | 'refused' }
  /** So many times something was forgotten. */
  | { readonly type: 'forgotten'; readonly times: number }
  /** These say something new in this round. */
  | { readonly type: 'changed'; readonly tokens: readonly string[] }

/** What is stored on this device. */
export interface Stored {
  readonly receipts: readonly KeptReceipt[]
  readonly isKeeping: boolean
  readonly isRefused: boolean
}

export type ReceiptsEvent =
  /** What is stored was read, for the first time or because something else has changed it. */
  | { readonly type: 'listed'; readonly stored: Stored }
  /** Some were forgotten here. */
  | { readonly type: 'forgot'; readonly stored: Stored }
  | { readonly type: 'chose-keeping'; readonly stored: Stored }
  | { readonly type: 'round' }
  | { readonly type: 'told'; readonly token: string; readonly state: EntryState }
  | { readonly type: 'asking' }
  | { readonly type: 'answered' }

const UNKNOWN_YET: readonly EntryState[] = ['checking', 'failed']
const CAN_CHANGE: readonly EntryState[] = [...UNKNOWN_YET, 'draft', 'sealed', 'claimed']

/** The tokens of the receipts that may say something else when they are asked. */
export function listOpen(page: ReceiptsPage): readonly string[] {
  if (page.at !== 'listed') return []
  return page.entries.filter(({ state }) => CAN_CHANGE.includes(state)).map(({ receipt }) => receipt.token)
}

/** What follows when something happens. What changes nothing gives the same page. */
export function reduceReceipts(page: ReceiptsPage, event: ReceiptsEvent): ReceiptsPage {
  if (page.at === 'starting') return event.type === 'listed' ? list(null, event.stored) : page
  switch (event.type) {
    case 'listed':
      return list(page, event.stored)
    case 'forgot': {
      const times = page.news.type === 'forgotten' ? page.news.times + 1 : 1
      return { ...list(page, event.stored), isAsking: false, news: { type: 'forgotten', times } }
    }
    case 'chose-keeping':
      return { ...list(page, event.stored), news: { type: event.stored.isRefused ? 'refused' : 'nothing' } }
    case 'round':
      return page.news.type === 'changed' ? { ...page, news: { type: 'nothing' } } : page
    case 'told':
      return tell(page, event.token, event.state)
    case 'asking':
      return page.entries.length === 0 ? page : { ...page, isAsking: true }
    case 'answered':
      return page.isAsking ? { ...page, isAsking: false } : page
  }
}

/** What is known already of those that are still there stays known. */
function list(page: Listed | null, { receipts, isKeeping, isRefused }: Stored): Listed {
  const known = new Map(page?.entries.map(({ receipt, state }) => [receipt.token, state]))
  const entries = receipts.map((receipt) => ({ receipt, state: known.get(receipt.token) ?? 'checking' }))
  const isAsking = page?.isAsking === true && entries.length > 0
  return { at: 'listed', entries, isAsking, isKeeping, isRefused, news: page?.news ?? { type: 'nothing' } }
}

function tell(page: Listed, token: string, state: EntryState): Listed {
  const before = page.entries.find(({ receipt }) => receipt.token === token)
  if (before === undefined || before.state === state) return page
  const entries = page.entries.map((entry) => (entry === before ? { ...entry, state } : entry))
  const isNews = !UNKNOWN_YET.includes(before.state) && !UNKNOWN_YET.includes(state)
  if (!isNews) return { ...page, entries }
  const tokens = page.news.type === 'changed' ? page.news.tokens.filter((other) => other !== token) : []
  return { ...page, entries, news: { type: 'changed', tokens: [...tokens, token] } }
}
