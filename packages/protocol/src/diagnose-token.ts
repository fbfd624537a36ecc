import { uncoverText } from './find-token.ts'
import { TOKEN_CHARACTERS, TOKEN_CHARACTERS_MAX } from './link.ts'

/** Why a text gives no token, as far as can be told from the text alone. */
export type TokenTrouble =
  /** Not one letter or digit. */
  | 'empty'
  /** Less than a token has: the rest was left behind, or wrapped away. */
  | 'cut'
  /** As long as a token, and not one capital: what a program made of it cannot be undone. */
  | 'lower-cased'
  /** As long as a token, and all capitals. */
  | 'upper-cased'
  /** As long as a token or longer, and not what was sent. */
  | 'changed'
  /** Nothing that looks like a token. */
  | 'no-link'

/** A run of letters and digits that no word of a sentence is likely to be, in characters. */
const LONG_RUN = /[\p{L}\p{N}]{20,}/u

/** A page that bears a token (SPEC §3.2) with nothing behind it: the fragment is gone. */
const BARE_PAGE = /\/(?:s|receipt|f|r)\W*$/i

/**
 * Say what is wrong with a text in which {@link findToken} has found nothing. What stands
 * behind a `#` was meant as a token, however short; elsewhere only what looks like one.
 */
export function diagnoseToken(text: string): TokenTrouble {
  const bare = uncoverText(text)
  if (!/[\p{L}\p{N}]/u.test(bare)) return 'empty'
  const marked = /(?:^|\S)#(.*)/su.exec(bare)?.[1]
  const run = LONG_RUN.exec(marked ?? bare)?.[0] ?? ''
  const isWhole = TOKEN_CHARACTERS.includes(run.length)
  if (isWhole && !/[A-Z]/.test(run) && /[a-z]/.test(run)) return 'lower-cased'
  if (isWhole && !/[a-z]/.test(run) && /[A-Z]/.test(run)) return 'upper-cased'
  if (isWhole || run.length > TOKEN_CHARACTERS_MAX) return 'changed'
  return marked !== undefined || /^[1-9A-HJ-NP-Za-km-z]+$/.test(run) || BARE_PAGE.test(bare) ? 'cut' : 'no-link'
}
