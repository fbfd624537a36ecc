import { mayHoldToken } from '@letterlock/protocol'

/**
 * The address of the instance, ending with a slash, out of the address of one of its pages.
 * The page may stand under any base path, in any letter case, and may have grown a tail:
 * `/s/…`, `/s%23…` or `/s.`, whatever the server takes for the page. SPEC §3.3.
 *
 * @param page - the page's own name, "" for the first page.
 */
export function findBase(address: string, page: string): string {
  const { origin, pathname } = new URL(address)
  const found = page === '' ? null : new RegExp(`^(.*/)${page}(?![\\w-])`, 'i').exec(pathname)
  return origin + (found?.[1] ?? pathname.slice(0, pathname.lastIndexOf('/') + 1))
}

/** What stands behind a token that one page hands to another, where the server has seen it. SPEC §3.3. */
export const CHANGED_TAIL = '&changed'

/**
 * The text of an address that may hold a token: its fragment; or all of the address, where a
 * program has changed the `#` and the token has reached the server in the path or the query.
 * `null` if there is neither. SPEC §3.3.
 */
export function findTokenText(address: string): { readonly text: string; readonly wasChanged: boolean } | null {
  const { hash, pathname, search } = new URL(address)
  const asked = pathname + search
  if (!mayHoldToken(hash) && (/%(?:25)*23/.test(asked) || mayHoldToken(asked))) return { text: asked + hash, wasChanged: true }
  return hash.length > 1 ? { text: hash, wasChanged: false } : null
}
