import { type Bytes, PIN_STRETCH } from '@letterlock/protocol'
import { argon2idInScript } from './argon2id-in-script.ts'
import type { Argon2id } from './argon2id.ts'
import type { StretchReply, Stretching } from './message.ts'

/**
 * Stretch a PIN with what there is, and tell of it. Whatever WebAssembly refuses, plain
 * JavaScript does. Password and salt are wiped.
 *
 * @param inWasm - `null` if there is no WebAssembly.
 */
export function answer({ password, salt }: Stretching, inWasm: Argon2id | null, tell: (reply: StretchReply) => void): void {
  const onProgress = (progress: number) => tell({ progress })
  const input = { password, salt, ...PIN_STRETCH }
  const stretched = (inWasm && attempt(() => inWasm(input, onProgress))) ?? argon2idInScript(input, onProgress)
  password.fill(0)
  salt.fill(0)
  tell({ stretched })
  stretched.fill(0)
}

/** The memory may not be there, or the package may not like an input. */
function attempt(compute: () => Bytes): Bytes | null {
  try {
    return compute()
  } catch {
    return null
  }
}
