import type { Bytes } from '@letterlock/protocol'

/** Where a share lies: a slot, and the random name that the share was put there under. SPEC §9.3. */
export interface Handle {
  readonly slot: number
  /** 16 random bytes, new for every create. */
  readonly name: Bytes
}

/** A share as the vault holds it. */
export interface HeldShare {
  readonly share: Bytes
  readonly proofHash: Bytes
  /** Whether the share has ever left. The vault remembers this even if the database was set back. */
  readonly wasReleased: boolean
  /** Wrong PINs that were counted. The vault remembers these, too. */
  readonly attemptsFailed: number
}

/**
 * Where shares live: small, erasable, never backed up. An adapter keeps these promises:
 *
 * 1. `put` uses a fresh handle and never writes over a share that is held.
 * 2. After `sync` returns, everything done before it survives a power cut.
 * 3. After `erase` and `sync`, no byte of the share is left in the vault's files.
 * 4. `read` returns what was put under exactly this handle, or `null`; a slot that was used
 *    again can fail but never answer for its former holder.
 */
export interface Vault {
  put(share: Bytes, proofHash: Bytes): Handle
  read(handle: Handle): HeldShare | null
  markReleased(handle: Handle): void
  writeFailed(handle: Handle, attemptsFailed: number): void
  erase(handle: Handle): void
  sync(): void
  close(): void
}
