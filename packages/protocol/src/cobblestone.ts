import { type Bytes, concatBytes, encodeUtf8, equalBytes } from './bytes.ts'
import { CHUNK_BYTES, CHUNKS_IN_FLIGHT, COMMITMENT_BYTES, KEY_BYTES, SALT_BYTES, TAG_BYTES } from './constants.ts'

// struct {
//   uint8 salt[24];         // fresh for every sealing
//   uint8 commitment[32];   // compared before anything is decrypted
//   Chunk chunks[];         // 16 400 bytes each, the last one shorter
// } Sealed;                 // SPEC §4.1

/** Where opening stopped. The order is the order in which things are checked. SPEC §4.3. */
export type SealedLayer = 'header' | 'commitment' | 'chunk' | 'end'

/** The sealed bytes are not what was sealed: damaged, cut, reordered, or for another key. */
export class SealedError extends Error {
  override readonly name = 'SealedError'
  readonly layer: SealedLayer
  constructor(layer: SealedLayer, message: string) {
    super(message)
    this.layer = layer
  }
}

const INFO = 'c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM'
const NONCE_BYTES = 12
const HEADER_BYTES = SALT_BYTES + COMMITMENT_BYTES
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES

/** A plaintext, whole or in pieces of any size. */
export type Pieces = Iterable<Bytes> | AsyncIterable<Bytes>

/** The sealed bytes that a plaintext of this many bytes becomes. */
export function countSealedBytes(plaintextBytes: number): number {
  return HEADER_BYTES + plaintextBytes + (Math.floor(plaintextBytes / CHUNK_BYTES) + 1) * TAG_BYTES
}

/**
 * Seal a plaintext: Cobblestone-256, that is C2SP chunked-encryption v1 with AES-256-GCM.
 * Yields the header, then chunk after chunk. SPEC §4.1, §4.2.
 *
 * @param key - {@link KEY_BYTES} bytes; with `salt` it may seal one plaintext, ever.
 * @param salt - {@link SALT_BYTES} random bytes.
 * @param context - what the sealed is bound to; opening needs the same.
 */
export async function* sealPieces(key: Bytes, salt: Bytes, context: Bytes, plaintext: Pieces): AsyncGenerator<Bytes> {
  if (salt.length !== SALT_BYTES) throw new TypeError(`a salt has ${SALT_BYTES} bytes, not ${salt.length}`)
  const keys = await expandKey(key, salt, context)
  yield concatBytes(salt, keys.commitment)
  yield* inFlight(cut(plaintext, CHUNK_BYTES), async (chunk, i) => {
    const parameters = { name: 'AES-GCM', iv: nonceOf(keys.baseNonce, i) }
    return new Uint8Array(await crypto.subtle.encrypt(parameters, keys.aes, chunk))
  })
}

/**
 * Open what {@link sealPieces} sealed, chunk by chunk in order. Nothing may be taken for
 * whole before the last piece has come: truncation shows only there. SPEC §4.3.
 *
 * @throws SealedError naming the layer that refused.
 */
export async function* openPieces(key: Bytes, context: Bytes, sealed: Pieces): AsyncGenerator<Bytes> {
  const pieces = read(sealed)
  const header = await pieces.take(HEADER_BYTES)
  if (key.length !== KEY_BYTES) throw new SealedError('header', `a key has ${KEY_BYTES} bytes, not ${key.length}`)
  if (header.length < HEADER_BYTES) throw new SealedError('header', `cut off within the first ${HEADER_BYTES} bytes`)
  const keys = await expandKey(key, header.slice(0, SALT_BYTES), context)
  if (!equalBytes(header.slice(SALT_BYTES), keys.commitment)) {
    throw new SealedError('commitment', 'sealed under another key or context')
  }
  yield* inFlight(cut(pieces.rest(), SEALED_CHUNK_BYTES), async (chunk, i) => {
    if (chunk.length < TAG_BYTES) throw new SealedError('end', 'the last chunk is missing or cut off')
    try {
      const parameters = { name: 'AES-GCM', iv: nonceOf(keys.baseNonce, i) }
      return new Uint8Array(await crypto.subtle.decrypt(parameters, keys.aes, chunk))
    } catch {
      throw new SealedError('chunk', `chunk ${i} was changed, moved or cut off`)
    }
  })
}

/** Seal a plaintext that is in memory. */
export async function seal(key: Bytes, salt: Bytes, context: Bytes, plaintext: Bytes): Promise<Bytes> {
  return collect(sealPieces(key, salt, context, [plaintext]))
}

/** Open a sealed that is in memory: all of it, or a {@link SealedError}. */
export async function open(key: Bytes, context: Bytes, sealed: Bytes): Promise<Bytes> {
  return collect(openPieces(key, context, [sealed]))
}

/** What a sealed content is bound to: the id of its secret. SPEC §4.1. */
export function formatContentContext(id: Bytes): Bytes {
  return concatBytes(encodeUtf8('letterlock/v1 content'), Uint8Array.of(0), id)
}

interface ExpandedKey {
  readonly aes: CryptoKey
  readonly baseNonce: Bytes
  readonly commitment: Bytes
}

/** HKDF-Expand-SHA-512 (RFC 5869 §2.3) to 76 bytes: two rounds of HMAC. SPEC §4.1. */
async function expandKey(key: Bytes, salt: Bytes, context: Bytes): Promise<ExpandedKey> {
  const info = concatBytes(encodeUtf8(INFO), Uint8Array.of(0), salt, context)
  const prk = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-512' }, false, ['sign'])
  const hmac = async (...parts: Bytes[]) => new Uint8Array(await crypto.subtle.sign('HMAC', prk, concatBytes(...parts)))
  const first = await hmac(info, Uint8Array.of(1))
  const okm = concatBytes(first, await hmac(first, info, Uint8Array.of(2)))
  const aes = await crypto.subtle.importKey('raw', okm.slice(0, KEY_BYTES), 'AES-GCM', false, ['encrypt', 'decrypt'])
  const afterNonce = KEY_BYTES + NONCE_BYTES
  return { aes, baseNonce: okm.slice(KEY_BYTES, afterNonce), commitment: okm.slice(afterNonce, afterNonce + COMMITMENT_BYTES) }
}

/** The nonce of chunk i: the base nonce XOR i as a 96-bit big-endian number. SPEC §4.2. */
function nonceOf(baseNonce: Bytes, i: number): Bytes {
  const nonce = baseNonce.slice()
  const view = new DataView(nonce.buffer)
  view.setUint32(8, view.getUint32(8) ^ (i % 2 ** 32))
  view.setUint32(4, view.getUint32(4) ^ Math.floor(i / 2 ** 32))
  return nonce
}

/** Work on up to {@link CHUNKS_IN_FLIGHT} chunks at once, and give the results back in order. */
async function* inFlight(chunks: AsyncIterable<Bytes>, work: (chunk: Bytes, i: number) => Promise<Bytes>): AsyncGenerator<Bytes> {
  const queue: Promise<Bytes>[] = []
  let i = 0
  for await (const chunk of chunks) {
    const result = work(chunk, i++)
    // A failure is thrown where its turn comes; until then it must not count as unhandled.
    result.catch(() => {})
    queue.push(result)
    if (queue.length >= CHUNKS_IN_FLIGHT) yield await (queue.shift() as Promise<Bytes>)
  }
  for (const result of queue) yield await result
}

/** Cut pieces into chunks of `size` bytes; the last is always shorter, empty if need be. */
async function* cut(pieces: Pieces, size: number): AsyncGenerator<Bytes> {
  const reader = read(pieces)
  for (;;) {
    const chunk = await reader.take(size)
    yield chunk
    if (chunk.length < size) return
  }
}

interface PieceReader {
  /** Up to `length` bytes; fewer only at the end. */
  take(length: number): Promise<Bytes>
  /** Everything not taken yet. */
  rest(): AsyncIterable<Bytes>
}

function read(pieces: Pieces): PieceReader {
  const source = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]()
  let held: Bytes = new Uint8Array(0)
  return {
    async take(length) {
      const first = held.subarray(0, length)
      const taken = [first]
      let missing = length - first.length
      held = held.subarray(first.length)
      while (missing > 0) {
        const next = await source.next()
        if (next.done === true) break
        taken.push(next.value.subarray(0, missing))
        held = next.value.subarray(missing)
        missing -= Math.min(missing, next.value.length)
      }
      return concatBytes(...taken)
    },
    async *rest() {
      yield held
      for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value
    },
  }
}

async function collect(pieces: AsyncIterable<Bytes>): Promise<Bytes> {
  const all: Bytes[] = []
  for await (const piece of pieces) all.push(piece)
  return concatBytes(...all)
}
