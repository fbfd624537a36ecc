import type { End, TokenTrouble } from '@letterlock/protocol'

/** Why what was opened cannot be shown. */
export type WhyUnreadable = 'damaged' | 'malformed' | 'newer' | 'files'

/** Why there is nothing to show. */
export type Ending =
  | { readonly at: 'gone'; readonly end: End; readonly atMs: number }
  | { readonly at: 'unknown' }
  | { readonly at: 'damaged'; readonly why: TokenTrouble; readonly wasPasted: boolean }
  | { readonly at: 'newer' }
  | { readonly at: 'unreadable'; readonly why: WhyUnreadable }
  | { readonly at: 'opened-here' }

/** A page that says why there is nothing to show, and what became of the words to ask for a new one. */
export type Ended = Ending & { readonly asked: 'not' | 'copied' | 'refused' }

/** The words to ask with were copied, or the browser did not let them be. */
export function reduceAsked<Page extends Ended>(page: Page, wasCopied: boolean): Page {
  return { ...page, asked: wasCopied ? 'copied' : 'refused' }
}
