import { PROBLEMS, type Bytes, type ProblemCode } from '@letterlock/protocol'

/** What a call is answered, before it becomes HTTP. */
export interface Answer {
  readonly status: number
  readonly type: 'json' | 'problem' | 'bytes' | 'text' | null
  readonly body: string | Bytes
  readonly headers?: Readonly<Record<string, string>>
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
  const { status, title } = PROBLEMS[code]
  return { status, type: 'problem', body: JSON.stringify({ type: 'about:blank', title, status, code, ...extras }), headers }
}
