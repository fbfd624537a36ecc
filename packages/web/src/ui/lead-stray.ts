import { CHANGED_TAIL, findTokenText } from './find-base.ts'
import { TOKEN_PAGES, type Token, findToken } from '@letterlock/protocol'

/** The token in the address of a page that has no use for one: somebody dropped the page's name. SPEC §3.3. */
export function findStray(address: string): Promise<Token | null> {
  return findToken(findTokenText(address)?.text ?? '')
}

/**
 * Send a stray token to its page, in the fragment as it came. Nothing is asked on the way.
 *
 * @param base - the address of the instance. `/s` knows what to do with kinds that have no page yet.
 */
export async function leadStray(base: string): Promise<void> {
  const found = findTokenText(location.href)
  const stray = await findStray(location.href)
  if (found === null || stray === null) return
  const fragment = found.wasChanged ? `#${found.text}${CHANGED_TAIL}` : found.text
  location.replace(base + TOKEN_PAGES[stray.kind === 'receipt' ? 'receipt' : 'link'] + fragment)
}
