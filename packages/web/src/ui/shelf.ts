/** A place for one text that lasts as long as this tab. */
export interface Shelf {
  read(): string | null
  /** Keep a text; `false` if it will not outlive a reload, because the browser stores nothing. */
  keep(text: string): boolean
  drop(): void
}

/** Keep a text in `sessionStorage`, or in memory where that is refused. SPEC §8.1. */
export function openShelf(key: string): Shelf {
  let held: string | null = null
  return {
    read() {
      try {
        return sessionStorage.getItem(key) ?? held
      } catch {
        return held
      }
    },
    keep(text) {
      held = text
      try {
        sessionStorage.setItem(key, text)
        return true
      } catch {
        return false
      }
    },
    drop() {
      held = null
      try {
        sessionStorage.removeItem(key)
      } catch {
        // Where nothing can be stored, nothing has to be removed.
      }
    },
  }
}
