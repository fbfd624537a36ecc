import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** A place that is searched, and what is in it. */
export interface Place {
  readonly name: string
  readonly bytes: Buffer
}

/** Every file below a directory. Files that go away meanwhile hold nothing any more. */
export function readPlaces(directory: string): readonly Place[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return entries.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    try {
      return [{ name: relative(directory, path), bytes: readFileSync(path) }]
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  })
}

/** The files below a directory that hold these bytes, by name. */
export function listHolding(directory: string, bytes: Uint8Array): readonly string[] {
  const holding = readPlaces(directory).filter((place) => place.bytes.includes(bytes))
  return holding.map(({ name }) => name).toSorted()
}

/** Bytes looked for at once: few enough that no page of a database cuts every one of them in two. */
const WINDOW_BYTES = 32

/** In how many places any piece of some bytes stands, literally. */
export function countPieces(places: readonly Place[], bytes: Buffer): number {
  let found = 0
  for (let at = 0; at + WINDOW_BYTES <= bytes.length; at += WINDOW_BYTES) {
    const piece = bytes.subarray(at, at + WINDOW_BYTES)
    found += places.filter((place) => place.bytes.includes(piece)).length
  }
  return found
}

/** The ways in which something may be written down without being kept from a reader. */
export function listSpellings(what: Buffer): Readonly<Record<string, Buffer>> {
  const text = what.toString('utf8')
  const isText = Buffer.from(text).equals(what)
  const utf16le = Buffer.from(text, 'utf16le')
  const hex = what.toString('hex')
  const spellings: Record<string, string | Buffer> = {
    literally: what,
    'in hex': hex,
    'in capital hex': hex.toUpperCase(),
    'in hex, byte by byte': hex.replaceAll(/(..)(?=.)/g, '$1 '),
    'in numbers': [...what].join(','),
    'in numbers apart': [...what].join(', '),
    'in base58': spellBase58(what),
    'percent-encoded': hex.replaceAll(/../g, (byte) => `%${byte.toUpperCase()}`),
    'percent-encoded in small letters': hex.replaceAll(/../g, (byte) => `%${byte}`),
    ...(isText
      ? { 'in UTF-16LE': utf16le, 'in UTF-16BE': Buffer.from(utf16le).swap16(), 'as a part of an address': encodeURIComponent(text) }
      : {}),
    ...(isText ? { 'as a string of JSON': JSON.stringify(text).slice(1, -1) } : {}),
  }
  for (const offset of [0, 1, 2]) {
    // Characters that hold bits of what stands before or behind are left away.
    const inner = Buffer.concat([Buffer.alloc(offset), what])
      .toString('base64')
      .replaceAll('=', '')
    const cut = inner.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + what.length) * 8) / 6))
    spellings[`in base64 at offset ${offset}`] = cut
    spellings[`in base64url at offset ${offset}`] = cut.replaceAll('+', '-').replaceAll('/', '_')
  }
  // Some are the same for what has no letter to spare.
  const seen = new Set<string>()
  return Object.fromEntries(
    Object.entries(spellings).flatMap(([how, spelling]) => {
      const bytes = Buffer.from(spelling)
      const isNew = !seen.has(bytes.toString('latin1'))
      seen.add(bytes.toString('latin1'))
      return isNew ? [[how, bytes] as const] : []
    }),
  )
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

function spellBase58(what: Buffer): string {
  let spelling = ''
  for (let number = BigInt(`0x${what.toString('hex')}`); number > 0n; number /= 58n)
    spelling = (BASE58[Number(number % 58n)] as string) + spelling
  return spelling
}

/** Every canary that is found in any place in any spelling: a line each. */
export function findCanaries(places: readonly Place[], canaries: Readonly<Record<string, Buffer>>): readonly string[] {
  return Object.entries(canaries).flatMap(([name, what]) =>
    Object.entries(listSpellings(what)).flatMap(([how, spelling]) =>
      places.filter(({ bytes }) => bytes.includes(spelling)).map((place) => `${name} stands ${how} in ${place.name}`),
    ),
  )
}
