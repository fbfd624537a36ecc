import type { Bytes } from '@letterlock/protocol'

/** What the worker is asked for. */
export interface Stretching {
  readonly password: Bytes
  readonly salt: Bytes
}

/** What it says: the share that is done, from 0 to 1, many times; then the outcome, once. */
export type StretchReply = { readonly progress: number } | { readonly stretched: Bytes }
