import { TOKEN_PAGES, type Token, findToken } from '@letterlock/protocol'

/** The token in the fragment of a page that has no use for one: somebody dropped the page's name. */
export function findStray(address: string): Promise<Token | null> {
  return findToken(new URL(address).hash)
}

/**
 * Send a stray token to its page, in the fragment as it came. Nothing is asked on the way.
 *
 * @param base - the address of the instance. `/s` knows what to do with kinds that have no page yet.
 */
export async function leadStray(base: string): Promise<void> {
  const stray = await findStray(location.href)
  if (stray !== null) location.replace(base + TOKEN_PAGES[stray.kind === 'receipt' ? 'receipt' : 'link'] + location.hash)
}
