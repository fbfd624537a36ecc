import type { Field, Fields } from './find-fields.ts'

/** Something that can be copied by itself, as the page lists it. Every text of it is as hostile as the secret. */
export interface Row {
  /** As the sender wrote it; empty where a word of ours stands in. */
  readonly label: string
  /** What it is, where there is no label. */
  readonly kind: 'key' | 'code' | 'address' | 'text'
  /** Who asks for a code, and whose it is; else empty. */
  readonly about: string
  readonly value: string
  /** Drawn in the colours of a password. */
  readonly isTinted: boolean
  /** Where it was found in the text. */
  readonly start: number
  readonly end: number
}

/** List what was found in a text. Where it is nothing but the text itself, there is nothing to list. */
export function listRows(text: string, fields: Fields): readonly Row[] {
  const rows = fields.flatMap(toRows)
  return rows.length === 1 && rows[0]?.value === text.trim() ? [] : rows
}

/** Whether whoever has copied these rows has all of the text: nothing else in it has a letter or a digit. */
export function isAllOf(text: string, rows: readonly Row[], copied: readonly number[]): boolean {
  const byStart = new Map(rows.map((row) => [row.start, row]))
  const copiedStarts = new Set(copied.map((row) => rows[row]?.start))
  if (rows.length === 0 || copiedStarts.size < byStart.size) return false
  let rest = text
  for (const { start, end, label } of [...byStart.values()].toReversed()) {
    const before = rest.slice(0, start)
    const labelAt = label === '' ? -1 : before.lastIndexOf(label)
    rest = (labelAt === -1 ? before : before.slice(0, labelAt) + before.slice(labelAt + label.length)) + rest.slice(end)
  }
  return !/[\p{L}\p{N}]/u.test(rest)
}

/** An authenticator app takes the key or the whole address, so both are listed. */
function toRows(field: Field): readonly Row[] {
  const { kind, label, value, isSecret, start, end } = field
  const row = { label, about: '', value, isTinted: isSecret, start, end }
  switch (kind) {
    case 'labelled':
      return [{ ...row, kind: 'text' }]
    case 'pem':
      return [{ ...row, kind: 'key', label: '' }]
    case 'url':
      return [{ ...row, kind: 'address' }]
    case 'otp': {
      const about = [field.otp.issuer, field.otp.account].filter((part) => part !== '').join(' · ')
      return [
        { ...row, kind: 'code', about, value: field.otp.secret },
        { ...row, kind: 'address', label: '' },
      ]
    }
  }
}
