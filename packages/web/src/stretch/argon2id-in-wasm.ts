import type { Bytes } from '@letterlock/protocol'
import computeArgon2id from 'argon2id/lib/argon2id.js'
import { type Argon2id, tellInSteps } from './argon2id.ts'

/** Pages of 64 KiB that the modules ask for: 64 MiB of blocks, and some room to work in. */
const MEMORY_PAGES = 1040

/** Slices of a pass (RFC 9106 §3.4), for counting blocks. */
const SLICES = 4

/**
 * Argon2id in WebAssembly, for inputs of up to 64 MiB. `null` where there is no WebAssembly,
 * where it may not be compiled, or where its memory cannot be had.
 *
 * @param fast - the module with SIMD; where it does not compile, the other one does.
 */
export async function compileArgon2id(fast: Bytes, plain: Bytes): Promise<Argon2id | null> {
  return (await compile(fast)) ?? compile(plain)
}

async function compile(code: Bytes): Promise<Argon2id | null> {
  try {
    const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES })
    const { instance } = await WebAssembly.instantiate(code, { env: { memory } })
    return (input, onProgress) => {
      const { password, salt, secret, associated, memoryKib, passes, lanes, bytes } = input
      const count = countBlocks(memoryKib, passes, lanes, tellInSteps(onProgress))
      const exports = { ...instance.exports, getLZ: watch(instance.exports['getLZ'] as Call, count) }
      const optional = { ...(secret === undefined ? {} : { secret }), ...(associated === undefined ? {} : { ad: associated }) }
      const params = { password, salt, ...optional, parallelism: lanes, passes, memorySize: memoryKib, tagLength: bytes }
      try {
        return computeArgon2id(params, { memory, instance: { exports } })
      } finally {
        new Uint8Array(memory.buffer).fill(0)
      }
    }
  } catch {
    return null
  }
}

type Call = (...numbers: number[]) => unknown

/** The package tells nothing while it works, but asks this once for every block where its partner is. */
function watch(call: Call, count: () => void): Call {
  return (...numbers) => {
    count()
    return call(...numbers)
  }
}

/** The first two blocks of every lane are there from the start. */
function countBlocks(memoryKib: number, passes: number, lanes: number, onShare: (share: number) => void): () => void {
  const all = passes * SLICES * lanes * Math.floor(memoryKib / (SLICES * lanes)) - 2 * lanes
  let done = 0
  return () => onShare(++done / all)
}
