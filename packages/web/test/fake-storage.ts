/** A `localStorage` to be put in the place of the real one. */
export interface FakeStorage {
  readonly texts: Map<string, string>
  getItem(key: string): string | null
  setItem(key: string, text: string): void
  removeItem(key: string): void
}

/** Put an empty `localStorage` in place. Each test begins with one of its own. */
export function useFakeStorage(): FakeStorage {
  const texts = new Map<string, string>()
  const storage: FakeStorage = {
    texts,
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => void texts.set(key, text),
    removeItem: (key) => void texts.delete(key),
  }
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, value: storage })
  return storage
}

/** Let every use of `localStorage` be refused, as browsers do that were told to store nothing. */
export function refuseStorage(): void {
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get() {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    },
  })
}
