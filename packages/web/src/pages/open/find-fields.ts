import { type Address, type Otp, findAddresses, hasPassword } from './find-addresses.ts'
import { type Labelled, findLabelled } from './find-labelled.ts'

/** Something in a text that a reader may want to copy by itself. Every part of it is as hostile as the text. */
export type Field = Place &
  ({ readonly kind: 'labelled' | 'pem' | 'url' } | { /** What sets an authenticator app up. */ readonly kind: 'otp'; readonly otp: Otp })

/** What every field has; `text.slice(start, end)` is its value. */
interface Place {
  /** As written by the sender; of a PEM block what it says it is; empty if there is none. */
  readonly label: string
  readonly value: string
  /** Whether it reads like a secret itself, such as a password; views mark it. */
  readonly isSecret: boolean
  readonly start: number
  readonly end: number
}

/** Fields in the order of the text; they do not overlap. */
export type Fields = readonly Field[]

/** Fields that are found in a text; what comes behind is only text. */
export const FIELDS_MAX = 24

/** Longest text that is looked into, in characters: credentials, not books. */
export const SEARCHED_CHARACTERS_MAX = 16 * 1024

/** Where a PEM block begins or ends, RFC 7468; OpenSSH and PGP write theirs like that too. */
const PEM_BOUNDARY = /-----(BEGIN|END) ([A-Z0-9][A-Z0-9 ]{0,63})-----/g

/**
 * Find what a reader may want to copy by itself: values with a label, PEM blocks, addresses. Where
 * it is not plain what is meant, nothing is found: the text itself is always there to be copied.
 * Takes time in proportion to the text, whatever stands in it.
 */
export function findFields(text: string): Fields {
  if (text.length > SEARCHED_CHARACTERS_MAX) return []
  const addresses = findAddresses(text)
  const addressesByStart = new Map(addresses.map((address) => [address.start, address]))
  const labelled = findLabelled(text).map((found) => {
    const address = addressesByStart.get(found.start)
    return toField(text, found, address?.end === found.end ? address : undefined)
  })
  const bare = addresses.map((address) => toField(text, { ...address, label: '', isSecret: false }, address))
  return fillGaps(fillGaps(findPem(text), labelled), bare).slice(0, FIELDS_MAX)
}

function toField(text: string, { label, isSecret, start, end }: Labelled, address: Address | undefined): Field {
  const value = text.slice(start, end)
  const place = { label, value, isSecret: isSecret || hasPassword(value), start, end }
  if (address === undefined) return { kind: 'labelled', ...place }
  return address.otp === null ? { kind: 'url', ...place } : { kind: 'otp', ...place, isSecret: true, otp: address.otp }
}

/** Find whole PEM blocks: the innermost, where one begins before another has ended. */
function findPem(text: string): Fields {
  const fields: Field[] = []
  let begin = { name: '', start: 0, bodyAt: 0 }
  for (const { 0: boundary, 1: what, 2: name = '', index } of text.matchAll(PEM_BOUNDARY)) {
    const end = index + boundary.length
    if (what === 'END' && begin.name === name && isPemBody(text.slice(begin.bodyAt, index))) {
      const value = text.slice(begin.start, end)
      fields.push({ kind: 'pem', label: name, value, isSecret: name.includes('PRIVATE'), start: begin.start, end })
    }
    begin = { name: what === 'BEGIN' ? name : '', start: index, bodyAt: end }
  }
  return fields
}

/** Whether this may stand between the boundaries: on lines of its own, or with their ends escaped, and not nothing. */
function isPemBody(body: string): boolean {
  return /^[ \t]{0,8}(?:\r?\n|\\n)/.test(body) && /[A-Za-z0-9+/]{4}/.test(body)
}

/** Add those of `more` that overlap nothing; both are in order, and so is the outcome. */
function fillGaps(fields: Fields, more: Fields): Fields {
  let at = 0
  const fitting = more.filter(({ start, end }) => {
    while ((fields[at]?.end ?? Number.POSITIVE_INFINITY) <= start) at++
    return (fields[at]?.start ?? Number.POSITIVE_INFINITY) >= end
  })
  return [...fields, ...fitting].toSorted((a, b) => a.start - b.start)
}
