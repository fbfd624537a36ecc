/**
 * The address of the instance, ending with a slash, out of the address of one of its pages.
 * The page may stand under any base path, and may have grown a tail: `/s/…` or `/s%23…`.
 *
 * @param page - the page's own name, "" for the first page.
 */
export function findBase(address: string, page: string): string {
  const { origin, pathname } = new URL(address)
  const found = page === '' ? null : new RegExp(`^(.*/)${page}(?:/.*|%(?:25)*23.*)?$`).exec(pathname)
  return origin + (found?.[1] ?? pathname.slice(0, pathname.lastIndexOf('/') + 1))
}

/**
 * The text of an address that may hold a token: its fragment, or what stands behind a `%23`
 * that a program put in place of the `#`. `null` if there is neither. SPEC §3.3.
 */
export function findTokenText(address: string): { readonly text: string; readonly wasChanged: boolean } | null {
  const { hash, pathname } = new URL(address)
  const encoded = /%(?:25)*23(.*)$/.exec(pathname)?.[1]
  if (encoded !== undefined) return { text: encoded + hash, wasChanged: true }
  return hash.length > 1 ? { text: hash, wasChanged: false } : null
}
