// What the page leaves in an entry of the tab's history: words, never a key or an id. SPEC §8.1.

/** A secret was shown here. */
export const OPENED = { letterlock: 'opened' } as const

/** A program has changed the link that led here. */
export const CHANGED = { letterlock: 'changed' } as const

/** What this entry is marked with, if it is by us. */
export function readMark(): unknown {
  return (history.state as { readonly letterlock?: unknown } | null)?.letterlock
}
