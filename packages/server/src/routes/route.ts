import { hash } from 'node:crypto'
import { type Bytes, type Gone, type SecretId, decodeBase64url, decodeHex, KEY_BYTES } from '@letterlock/protocol'
import { type Answer, NOT_FOUND, type StreamAnswer, UNAVAILABLE, problem } from '../guard/answer.ts'
import type { ReceiptStreams } from '../receipt-streams.ts'
import type { Now } from '../secrets/life.ts'
import type { SecretStore } from '../secrets/store.ts'
import type { Settings } from '../settings.ts'

/** What every route is handed. Nothing else is read: no environment, no clock, no network. */
export interface Deps {
  readonly secrets: SecretStore
  readonly settings: Settings
  readonly version: string
  readonly now: () => Now
  /** Ms to wait before this caller may create again, or `null`. */
  readonly limitCreate: (address: string | undefined) => number | null
  readonly isStopping: () => boolean
  readonly receiptStreams: ReceiptStreams
}

/** A call that has passed the guards: its path, capability and type are what they must be. */
export interface Call {
  /** The id in the path; for routes without one it is not looked at. */
  readonly id: SecretId
  /** The capability; for routes without one it is not looked at. */
  readonly bearer: Bytes
  readonly body: string
  readonly range: string | undefined
  readonly isHead: boolean
  /** Whether another answer must go out first on the same connection. */
  readonly isQueued: boolean
  readonly address: string | undefined
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With `:id` where the id stands. */
  readonly path: string
  readonly needsBearer: boolean
  readonly hasBody: boolean
  readonly answer: (call: Call, deps: Deps) => Promise<Answer | StreamAnswer> | Answer
}

/** Hash a capability into what the store knows it by. */
export function hashKey(key: Bytes): Bytes {
  // By way of hex, because a buffer from the hash costs twice as much.
  return decodeHex(hash('sha256', key, 'hex')) as Bytes
}

/** Read a capability out of its header, in its one canonical spelling. SPEC §7.2. */
export function parseBearer(header: string | undefined): Bytes | null {
  const [, value] = /^Bearer ([\w-]{43})$/i.exec(header ?? '') ?? []
  const bytes = value === undefined ? null : decodeBase64url(value)
  return bytes !== null && bytes.length === KEY_BYTES ? bytes : null
}

/** Tell whoever follows the receipt that the store has decided something, durably, about its secret. */
export function noteDecision({ receiptStreams }: Deps, id: SecretId, { outcome }: { readonly outcome: string }): void {
  if (outcome !== 'unknown' && outcome !== 'unavailable') receiptStreams.notify(id)
}

/** The answers that every call on a secret shares. */
export function answerMissing(
  outcome: { readonly outcome: 'gone'; readonly gone: Gone } | { readonly outcome: 'unknown' | 'unavailable' },
): Answer {
  switch (outcome.outcome) {
    case 'gone':
      return problem('gone', outcome.gone)
    case 'unknown':
      return NOT_FOUND
    case 'unavailable':
      return UNAVAILABLE
  }
}
