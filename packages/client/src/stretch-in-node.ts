import { argon2 } from 'node:crypto'
import { PIN_STRETCH, type Stretch } from '@letterlock/protocol'

/** Stretch a PIN with what Node brings (24.7 and later), off the main thread. SPEC §2.3. */
export const stretchInNode: Stretch = (message, nonce) => {
  const { memoryKib: memory, passes, lanes: parallelism, bytes: tagLength } = PIN_STRETCH
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce, memory, passes, parallelism, tagLength }, (error, tag) => {
      if (error === null) resolve(new Uint8Array(tag))
      else reject(error)
    })
  })
}
