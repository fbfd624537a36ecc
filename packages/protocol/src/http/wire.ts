import { type Bytes, decodeBase64url } from '../bytes.ts'
import { KEY_BYTES } from '../constants.ts'
import type { SecretId } from '../keys.ts'

/** What a client sends: everything but the instance's address. SPEC §7.1. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Relative to the instance, without a leading slash. */
  readonly path: string
  /** A capability, in base64url; travels in `Authorization`, never in a URL. */
  readonly bearer?: string
  /** JSON text. */
  readonly body?: string
}

/** A request that is not well formed, by the name of the first field that is wrong. SPEC §7.1. */
export interface Malformed {
  readonly malformed: string
}

/** Reads one field out of untrusted JSON; `undefined` if it is not one. */
export type Field<T> = (value: unknown) => T | undefined

/** Longest name of a field that a refusal repeats, in characters. */
const FIELD_NAME_CHARACTERS_MAX = 64

export function formatSecretPath(id: SecretId, call: '' | '/claim' | '/sealed' | '/ack' | '/receipt' | '/receipt/events'): string {
  return `api/v1/secrets/${id}${call}`
}

/** Exactly `length` bytes in canonical base64url. */
export function bytesField(length: number = KEY_BYTES): Field<Bytes> {
  const characters = Math.ceil((length * 4) / 3)
  return (value) => {
    if (typeof value !== 'string' || value.length !== characters) return undefined
    return decodeBase64url(value) ?? undefined
  }
}

/** A whole number from `min` to `max`. */
export function countField(min: number, max: number = Number.MAX_SAFE_INTEGER): Field<number> {
  return (value) => (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max ? (value as number) : undefined)
}

/** A field that may be absent; then it is absent in the result too. */
export function optional<T>(field: Field<T>): Field<T | null> {
  return (value) => (value === undefined ? null : field(value))
}

/**
 * Read a JSON object that has exactly these fields: none missing, none more, none twice.
 * SPEC §7.1.
 */
export function parseExactly<T extends object>(text: string, fields: { readonly [K in keyof T]-?: Field<T[K]> }): T | Malformed {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { malformed: 'body' }
  const stranger = Object.keys(value).find((name) => !Object.hasOwn(fields, name)) ?? findDuplicateField(text)
  if (stranger !== null && stranger !== undefined) return { malformed: quoteName(stranger) }
  return readFields(value, fields)
}

/** Read the fields of a reply; ones we do not know are left for newer clients. `null` if one is wrong. */
export function parseReply<T extends object>(value: unknown, fields: { readonly [K in keyof T]-?: Field<T[K]> }): T | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const read = readFields(value, fields)
  return isMalformed(read) ? null : read
}

export function isMalformed(value: object): value is Malformed {
  return 'malformed' in value
}

function readFields<T extends object>(value: object, fields: { readonly [K in keyof T]-?: Field<T[K]> }): T | Malformed {
  const read: Partial<T> = {}
  for (const name of Object.keys(fields) as (keyof T & string)[]) {
    const field: unknown = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
    const parsed = fields[name](field)
    if (parsed === undefined) return { malformed: name }
    read[name] = parsed
  }
  return read as T
}

/** Any JSON; `undefined` for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The first field name that an object of a valid JSON text has twice, or `null`. JSON.parse
 * keeps the last of the two, another reader might keep the first: so nobody gets to choose.
 */
export function findDuplicateField(text: string): string | null {
  const open: Set<string>[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '{' || character === '[') open.push(new Set())
    else if (character === '}' || character === ']') open.pop()
    else if (character === '"') {
      const end = findStringEnd(text, at)
      if (isFollowedByColon(text, end + 1)) {
        const written = text.slice(at + 1, end)
        const name = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written
        const names = open.at(-1)
        if (names?.has(name) === true) return name
        names?.add(name)
      }
      at = end
    }
  }
  return null
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from
  while (' \t\r\n'.includes(text[at] ?? 'x')) at++
  return text[at] === ':'
}

/** The index of the quote that ends the string which begins at `start`. */
function findStringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return end
  }
}

function quoteName(name: string): string {
  return name.toWellFormed().slice(0, FIELD_NAME_CHARACTERS_MAX).toWellFormed()
}
