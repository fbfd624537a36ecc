/** Bytes that are looked for at once: what shorter pieces have in common with others means nothing. */
export const NEEDLE_BYTES = 32

/** Which of many byte strings stand in some bytes, anywhere, literally; by their place in the list. */
export function search(haystack: Uint8Array, needles: readonly Uint8Array[]): ReadonlySet<number> {
  const byPrefix = new Map<number, number[]>()
  const mayBegin = new Uint8Array(1 << 16)
  needles.forEach((needle, n) => {
    if (needle.length < NEEDLE_BYTES) throw new TypeError(`a needle has ${needle.length} bytes, not ${NEEDLE_BYTES}`)
    const prefix = readPrefix(needle, 0)
    mayBegin[prefix & 0xffff] = 1
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), n])
  })
  const found = new Set<number>()
  for (let at = 0; at + NEEDLE_BYTES <= haystack.length; at++) {
    if (mayBegin[(haystack[at] as number) | ((haystack[at + 1] as number) << 8)] === 0) continue
    for (const n of byPrefix.get(readPrefix(haystack, at)) ?? []) if (isAt(haystack, at, needles[n] as Uint8Array)) found.add(n)
  }
  return found
}

function readPrefix(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]
  return a | (b << 8) | (c << 16) | (d << 24)
}

function isAt(haystack: Uint8Array, at: number, needle: Uint8Array): boolean {
  return needle.every((byte, i) => haystack[at + i] === byte)
}
