import type { Fields } from './find-fields.ts'
import { type Row, isAllOf, listRows } from './list-rows.ts'

/** The secret, in the reader's hands. */
export interface Shown {
  readonly at: 'after'
  readonly text: string
  /** What was found in the text, to be copied by itself. */
  readonly rows: readonly Row[]
  readonly hidden: 'no' | 'by-hand' | 'by-itself'
  /** The reader does not want it to be hidden by itself. */
  readonly isKeptOpen: boolean
  /** Copied, saved or printed: leaving loses nothing. */
  readonly isKept: boolean
  /** What was copied, or was not let be copied, last. */
  readonly copy: Copy | null
  /** The rows that have been copied, once each. */
  readonly copiedRows: readonly number[]
  /** Something of it has gone to the clipboard. */
  readonly wasCopied: boolean
  /** The server has confirmed that its half is erased. */
  readonly isErased: boolean
  readonly isAsking: boolean
  readonly wasChanged: boolean
  /** By this device's clock, the secret should have run out more than two days ago. */
  readonly isOverdue: boolean
  /** Nothing of it is real. */
  readonly isPreview: boolean
}

/** Something went to the clipboard, or the browser did not let it. */
export interface Copy {
  /** The number of the row, or `null` for all of the text. */
  readonly row: number | null
  readonly isDone: boolean
}

/** The page once it is cleared. */
export interface Cleared {
  readonly at: 'cleared'
  readonly clipboard: 'untouched' | 'full' | 'empty' | 'refused'
  /** The server has confirmed that its half is erased. */
  readonly isErased: boolean
  readonly isPreview: boolean
}

/** What stays of the page when it is left: nothing. */
interface Left {
  readonly at: 'left'
  readonly isPreview: boolean
}

export type ShownPage = Shown | Cleared | Left

export type ShownEvent =
  | { readonly type: 'found'; readonly fields: Fields }
  | { readonly type: 'copied'; readonly copy: Copy }
  | { readonly type: 'saved' }
  | { readonly type: 'printing' }
  | { readonly type: 'hid' }
  /** Nobody has used the page for a while. */
  | { readonly type: 'idle' }
  | { readonly type: 'kept-open' }
  | { readonly type: 'erased' }
  | { readonly type: 'clearing' }
  | { readonly type: 'answered'; readonly isYes: boolean }
  | { readonly type: 'emptied'; readonly isDone: boolean }
  | { readonly type: 'left' }

/** The page as it begins. */
export function beginShown(shown: Pick<Shown, 'text' | 'wasChanged' | 'isOverdue' | 'isPreview'>): Shown {
  return {
    ...shown,
    at: 'after',
    rows: [],
    hidden: 'no',
    isKeptOpen: false,
    isKept: shown.isPreview,
    copy: null,
    copiedRows: [],
    wasCopied: false,
    isErased: shown.isPreview,
    isAsking: false,
  }
}

/** What follows when something happens. What cannot happen in a state changes nothing. */
export function reduceShown(page: ShownPage, event: ShownEvent): ShownPage {
  if (event.type === 'left') return { at: 'left', isPreview: page.isPreview }
  if (page.at === 'after') return reduceAfter(page, event)
  return page.at === 'cleared' ? reduceCleared(page, event) : page
}

function reduceCleared(page: Cleared, event: ShownEvent): Cleared {
  if (event.type === 'emptied') return { ...page, clipboard: event.isDone ? 'empty' : 'refused' }
  return event.type === 'erased' && !page.isErased ? { ...page, isErased: true } : page
}

function reduceAfter(page: Shown, event: Exclude<ShownEvent, { type: 'left' }>): ShownPage {
  switch (event.type) {
    case 'found':
      return { ...page, rows: listRows(page.text, event.fields) }
    case 'copied':
      return copy(page, event.copy)
    case 'saved':
      return { ...page, isKept: true }
    case 'printing':
      return { ...page, isKept: true, hidden: 'no' }
    case 'hid':
      return { ...page, hidden: page.hidden === 'no' ? 'by-hand' : 'no', copy: null }
    case 'idle':
      return page.hidden === 'no' && !page.isKeptOpen ? { ...page, hidden: 'by-itself', copy: null } : page
    case 'kept-open':
      return { ...page, isKeptOpen: true }
    case 'erased':
      return { ...page, isErased: true }
    case 'clearing':
      return page.isKept ? clear(page) : { ...page, isAsking: true }
    case 'answered':
      return page.isAsking && event.isYes ? clear(page) : { ...page, isAsking: false }
    case 'emptied':
      return page
  }
}

/** Whoever has copied every part of a text that has nothing else in it has all of it. */
function copy(page: Shown, last: Copy): Shown {
  if (!last.isDone) return { ...page, copy: last }
  const copiedRows = last.row === null ? page.copiedRows : [...new Set([...page.copiedRows, last.row])]
  const isKept = page.isKept || last.row === null || isAllOf(page.text, page.rows, copiedRows)
  return { ...page, copy: last, copiedRows, isKept, wasCopied: true }
}

function clear({ wasCopied, isErased, isPreview }: Shown): Cleared {
  return { at: 'cleared', clipboard: wasCopied ? 'full' : 'untouched', isErased, isPreview }
}
