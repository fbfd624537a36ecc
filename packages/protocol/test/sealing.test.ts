import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Bytes,
  CHUNK_BYTES,
  SealedError,
  concatBytes,
  countSealedBytes,
  open,
  openPieces,
  seal,
  sealPieces,
} from '@letterlock/protocol'

const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max }).map((array) => new Uint8Array(array))
const key = bytes(32, 32)
const salt = bytes(24, 24)
const context = bytes(0, 64)

/** Lengths around the ends of chunks, where mistakes live, filled cheaply. */
const plaintext = fc
  .tuple(fc.constantFrom(0, 1, 1000, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7), fc.nat(255))
  .map(([length, seed]) => new Uint8Array(length).map((_, i) => (i * 31 + seed) & 255))

const sizes = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 12 })

/** Cut bytes into pieces of the given sizes, over and over, with an empty piece here and there. */
function* cut(whole: Bytes, pieceSizes: readonly number[]): Generator<Bytes> {
  for (let at = 0, i = 0; at < whole.length; i++) {
    const size = pieceSizes[i % pieceSizes.length]!
    yield whole.slice(at, at + size)
    if (i % 3 === 0) yield new Uint8Array(0)
    at += size
  }
}

async function collect(pieces: AsyncIterable<Bytes>): Promise<Bytes> {
  return concatBytes(...(await Array.fromAsync(pieces)))
}

async function layerOf(opening: Promise<unknown>): Promise<string> {
  try {
    await opening
    return 'opened'
  } catch (error) {
    if (error instanceof SealedError) return error.layer
    throw error
  }
}

test('opens what was sealed, for any content in any chunking', async () => {
  await fc.assert(
    fc.asyncProperty(key, salt, context, plaintext, sizes, sizes, async (k, s, c, p, sealSizes, openSizes) => {
      const sealed = await collect(sealPieces(k, s, c, cut(p, sealSizes)))
      assert.equal(sealed.length, countSealedBytes(p.length))
      assert.deepEqual(sealed, await seal(k, s, c, p))
      assert.deepEqual(await collect(openPieces(k, c, cut(sealed, openSizes))), p)
    }),
    { numRuns: 60 },
  )
})

test('refuses every change of a single byte of a short sealed', async () => {
  const k = new Uint8Array(32).fill(7)
  const c = new Uint8Array(3)
  const sealed = await seal(k, new Uint8Array(24), c, new Uint8Array(40).fill(1))
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice()
    changed[at]! ^= 1 << (at % 8)
    assert.equal(await layerOf(open(k, c, changed)), at < 56 ? 'commitment' : 'chunk', `byte ${at}`)
  }
  assert.equal(await layerOf(open(k, c, sealed)), 'opened')
})

test('refuses any change of any byte of a long sealed', async () => {
  await fc.assert(
    fc.asyncProperty(key, salt, plaintext, fc.nat(), fc.integer({ min: 1, max: 255 }), async (k, s, p, where, flip) => {
      const sealed = await seal(k, s, new Uint8Array(0), p)
      sealed[where % sealed.length]! ^= flip
      assert.notEqual(await layerOf(open(k, new Uint8Array(0), sealed)), 'opened')
    }),
    { numRuns: 100 },
  )
})

test('refuses every truncation of a short sealed, and any of a long one', async () => {
  const k = new Uint8Array(32)
  const none = new Uint8Array(0)
  const short = await seal(k, new Uint8Array(24), none, new Uint8Array(10))
  for (let length = 0; length < short.length; length++)
    assert.notEqual(await layerOf(open(k, none, short.slice(0, length))), 'opened', `${length} bytes`)
  await fc.assert(
    fc.asyncProperty(plaintext, fc.nat(), async (p, cutAt) => {
      const sealed = await seal(k, new Uint8Array(24), none, p)
      assert.notEqual(await layerOf(open(k, none, sealed.slice(0, cutAt % sealed.length))), 'opened')
    }),
    { numRuns: 100 },
  )
})

test('refuses chunks that were put in another order, doubled or left out', async () => {
  const chunks = (sealed: Bytes) =>
    Array.from({ length: Math.ceil((sealed.length - 56) / 16_400) }, (_, i) => sealed.slice(56 + i * 16_400, 56 + (i + 1) * 16_400))
  await fc.assert(
    fc.asyncProperty(key, fc.integer({ min: 2, max: 4 }), fc.array(fc.nat(4), { minLength: 1, maxLength: 6 }), async (k, whole, order) => {
      const sealed = await seal(
        k,
        new Uint8Array(24),
        new Uint8Array(0),
        new Uint8Array(whole * CHUNK_BYTES + 5).map((_, i) => i & 255),
      )
      const all = chunks(sealed)
      const chosen = order.map((i) => i % all.length)
      fc.pre(chosen.length !== all.length || chosen.some((chunk, i) => chunk !== i))
      const mixed = concatBytes(sealed.slice(0, 56), ...chosen.map((i) => all[i]!))
      assert.notEqual(await layerOf(open(k, new Uint8Array(0), mixed)), 'opened')
    }),
    { numRuns: 100 },
  )
})

test('refuses another key or context before anything is decrypted', async () => {
  await fc.assert(
    fc.asyncProperty(key, key, context, context, plaintext, async (k, otherKey, c, otherContext, p) => {
      const sealed = await seal(k, new Uint8Array(24), c, p)
      if (Buffer.compare(k, otherKey) !== 0) assert.equal(await layerOf(open(otherKey, c, sealed)), 'commitment')
      if (Buffer.compare(c, otherContext) !== 0) assert.equal(await layerOf(open(k, otherContext, sealed)), 'commitment')
    }),
    { numRuns: 30 },
  )
})

test('shows no piece as the last before the last has verified', async () => {
  const k = new Uint8Array(32)
  const sealed = await seal(k, new Uint8Array(24), new Uint8Array(0), new Uint8Array(2 * CHUNK_BYTES + 3))
  const seen: number[] = []
  const reading = (async () => {
    for await (const piece of openPieces(k, new Uint8Array(0), [sealed.slice(0, -19)])) seen.push(piece.length)
  })()
  assert.equal(await layerOf(reading), 'end')
  assert.deepEqual(seen, [CHUNK_BYTES, CHUNK_BYTES])
})
