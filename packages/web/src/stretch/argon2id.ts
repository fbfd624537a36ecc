import type { Bytes } from '@letterlock/protocol'

/** Everything that RFC 9106 §3.1 lets a caller choose, for type id and version 0x13. */
export interface Argon2idInput {
  readonly password: Bytes
  /** At least 8 bytes. */
  readonly salt: Bytes
  /** K of the RFC; no PIN has one. */
  readonly secret?: Bytes
  /** X of the RFC; no PIN has any. */
  readonly associated?: Bytes
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
  /** Length of the outcome. */
  readonly bytes: number
}

/**
 * Argon2id of RFC 9106, in one go.
 *
 * @param onProgress - told the share that is done, from 0 to 1, some {@link PROGRESS_STEPS} times.
 */
export type Argon2id = (input: Argon2idInput, onProgress: (share: number) => void) => Bytes

/** How often a computation tells how far it is: often enough for a bar that moves. */
export const PROGRESS_STEPS = 50

/** Turn a share that is told for every block into one that is told {@link PROGRESS_STEPS} times. */
export function tellInSteps(onProgress: (share: number) => void): (share: number) => void {
  let told = 0
  return (share) => {
    const step = Math.floor(share * PROGRESS_STEPS)
    if (step > told) onProgress((told = step) / PROGRESS_STEPS)
  }
}
