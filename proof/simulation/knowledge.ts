import type { PromiseName } from '../stage.ts'

/** What somebody asks of a secret. Claimants are numbered; a wrong proof is another one for each of them. */
export type Asked =
  | { readonly kind: 'create' | 'peek' | 'receipt' | 'burn' }
  | { readonly kind: 'claim'; readonly by: number; readonly isRight: boolean; readonly attempt: number }
  | { readonly kind: 'read'; readonly by: number }
  | { readonly kind: 'ack'; readonly by: number; readonly isRight: boolean }

/** What it is told, as it leaves the server. */
export interface Told {
  readonly status: number
  /** Of JSON; empty for other bodies. */
  readonly body: Readonly<Record<string, unknown>>
  /** Whether the share and the sealed bytes in it are the ones that were created; only where there are some. */
  readonly isWhole: boolean
}

/** A promise that was broken, and how. */
export class Violation extends Error {
  override readonly name = 'Violation'
  readonly promise: PromiseName

  constructor(promise: PromiseName, what: string) {
    super(what)
    this.promise = promise
  }
}

/** What has certainly happened, because the server has told somebody so. It may only grow. */
export interface Certain {
  expiresAtMs: number | null
  /** Who has been given the share. */
  claimant: number | null
  /** Somebody has been told that it was opened, or was given it. */
  isTaken: boolean
  end: string | null
  isConfirmed: boolean
  leaseUntilMs: number | null
  /** Wrong tries of a PIN that were answered, and what was left after each. */
  tries: ReadonlyMap<string, number>
  /** Times that a receipt has shown, which never change. */
  claimedAtMs: number | null
  endedAtMs: number | null
  failed: number
  /** The time that the server had durably seen. */
  seenMs: number
}

/** What may have happened, because it was asked of the server. */
export interface Possible {
  /** When each right claim first reached the server, by the time that was durably seen. */
  readonly rightClaims: Map<number, number>
  readonly rightAcks: Set<number>
  readonly wrongTries: Set<string>
  isBurned: boolean
  /** When the claimant's reads were answered, at the latest; no limit while one may still be. */
  readMs: number
  readsOpen: number
  firstCreateMs: number | null
}

/** Before anything is asked. */
export const nothingCertain: Certain = {
  expiresAtMs: null,
  claimant: null,
  isTaken: false,
  end: null,
  isConfirmed: false,
  leaseUntilMs: null,
  tries: new Map(),
  claimedAtMs: null,
  endedAtMs: null,
  failed: 0,
  seenMs: 0,
}

export function nothingPossible(): Possible {
  return {
    rightClaims: new Map(),
    rightAcks: new Set(),
    wrongTries: new Set(),
    isBurned: false,
    readMs: 0,
    readsOpen: 0,
    firstCreateMs: null,
  }
}
