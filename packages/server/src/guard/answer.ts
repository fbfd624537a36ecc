import type { Writable } from 'node:stream'
import { PROBLEMS, type Bytes, type ProblemCode } from '@letterlock/protocol'

/** What a call is answered, before it becomes HTTP. */
export interface Answer {
  readonly status: number
  readonly type: 'json' | 'problem' | 'bytes' | 'text' | null
  readonly body: string | Bytes
  readonly headers?: Readonly<Record<string, string>>
}

/** What a call is answered whose body goes on for as long as there is something to tell: events. */
export interface StreamAnswer {
  readonly status: 200
  readonly headers: Readonly<Record<string, string>>
  /** Takes over once the head has been written: fills the body, and ends it. */
  readonly begin: (sink: Writable) => void
}

/** One line of English for each refusal; programs go by its code. SPEC §7.3. */
const TITLES: Readonly<Record<ProblemCode, string>> = {
  malformed: 'The request is not well formed',
  unauthorized: 'A capability is missing or is not one',
  pin_wrong: 'The proof is not right',
  not_found: 'There is nothing here for this caller',
  method_not_allowed: 'This method is not for this address',
  id_taken: 'Another secret has this id',
  parts_missing: 'Parts of the upload are missing',
  committed: 'The upload is already complete',
  gone: 'The secret is gone',
  too_large: 'The request is too large',
  unsupported: 'This content type is not understood',
  range: 'This range lies outside',
  lifetime_refused: 'This lifetime is not offered here',
  rate_limited: 'Too many requests',
  storage_full: 'The storage is full',
  internal: 'The server made a mistake',
  unavailable: 'The server cannot answer now',
}

/** Only the front door answers this: the one mistake of ours that a caller sees. */
export const INTERNAL = problem('internal')
export const NOT_FOUND = problem('not_found')
export const UNAVAILABLE = problem('unavailable', {}, { 'retry-after': '5' })
export const NO_CONTENT: Answer = { status: 204, type: null, body: '' }

export function json(status: number, value: object): Answer {
  return { status, type: 'json', body: JSON.stringify(value) }
}

/** A refusal (RFC 9457), with what this code tells besides. SPEC §7.3. */
export function problem(code: ProblemCode, extras: object = {}, headers: Readonly<Record<string, string>> = {}): Answer {
  const status = PROBLEMS[code]
  return { status, type: 'problem', body: JSON.stringify({ type: 'about:blank', title: TITLES[code], status, code, ...extras }), headers }
}
