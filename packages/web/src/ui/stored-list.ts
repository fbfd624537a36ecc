/** Read a list that `localStorage` keeps; empty where nothing is stored, or what is stored is no list. */
export function readStoredList(key: string, charactersMax: number): readonly unknown[] {
  try {
    const text = localStorage.getItem(key) ?? ''
    const list: unknown = text.length > charactersMax ? null : JSON.parse(text)
    return Array.isArray(list) ? list : []
  } catch {
    return []
  }
}

/** Keep a text in `localStorage`; `false` if the browser stores nothing. */
export function keepStored(key: string, text: string): boolean {
  try {
    localStorage.setItem(key, text)
    return true
  } catch {
    return false
  }
}

/** Remove a text from `localStorage`. */
export function dropStored(key: string): void {
  try {
    localStorage.removeItem(key)
  } catch {
    // Where nothing can be stored, nothing has to be removed.
  }
}
