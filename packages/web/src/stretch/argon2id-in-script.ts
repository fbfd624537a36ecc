import { argon2id } from '@noble/hashes/argon2.js'
import { type Argon2id, tellInSteps } from './argon2id.ts'

/** Argon2id in plain JavaScript, for browsers without WebAssembly: the same bytes, several times slower. */
export const argon2idInScript: Argon2id = (input, onProgress) => {
  const { password, salt, secret: key, associated: personalization, memoryKib: m, passes: t, lanes: p, bytes: dkLen } = input
  const optional = { ...(key === undefined ? {} : { key }), ...(personalization === undefined ? {} : { personalization }) }
  return argon2id(password, salt, { ...optional, m, t, p, dkLen, onProgress: tellInSteps(onProgress) })
}
