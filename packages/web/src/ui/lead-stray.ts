import { TOKEN_PAGES, type Token, findToken, formatLinkToken } from '@letterlock/protocol'
import { CHANGED_TAIL, findTokenText } from './find-base.ts'

/** A token where there is no use for one, and the fragment that its page is to have. */
export interface Stray {
  readonly kind: Token['kind']
  readonly fragment: string
}

/** The token in the address of a page that has no use for one: somebody dropped the page's name. SPEC §3.3. */
export async function findStray(address: string): Promise<Stray | null> {
  const found = findTokenText(address)
  const token = found === null ? null : await findToken(found.text)
  if (found === null || token === null) return null
  const { kind } = token
  // As it came, unless the server has seen it: then it is written anew, and says so.
  if (!found.wasChanged || kind !== 'link') return { kind, fragment: `#${found.text.replace(/^#/, '')}` }
  return { kind, fragment: `#${await formatLinkToken(token.linkKey)}${CHANGED_TAIL}` }
}

/**
 * Send a stray token to its page. Nothing is asked on the way.
 *
 * @param base - the address of the instance. `/s` knows what to do with kinds that have no page yet.
 */
export async function leadStray(base: string): Promise<void> {
  const stray = await findStray(location.href)
  if (stray !== null) location.replace(base + TOKEN_PAGES[stray.kind === 'receipt' ? 'receipt' : 'link'] + stray.fragment)
}
