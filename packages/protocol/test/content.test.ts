import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  INLINE_SEALED_BYTES_MAX,
  type DatedContent,
  concatBytes,
  countSealedBytes,
  countTextBytesMax,
  encodeUtf8,
  packContent,
  padLength,
  unpackContent,
} from '@letterlock/protocol'

const text = fc.string({ unit: 'binary', maxLength: 3000 })
const file = fc.record(
  {
    name: fc.string({ unit: 'grapheme', maxLength: 60 }),
    type: fc.constantFrom('', 'text/plain', 'image/png'),
    bytes: fc.uint8Array({ maxLength: 4000 }).map((array) => new Uint8Array(array)),
  },
  { noNullPrototype: true },
)
const time = fc.integer({ min: 0, max: 9_999_999_999_999 })
const content: fc.Arbitrary<DatedContent> = fc
  .record(
    { text: fc.option(text), files: fc.array(file, { maxLength: 4 }), createdAtMs: time, expiresAtMs: time },
    { noNullPrototype: true },
  )
  .filter((candidate) => candidate.text !== null || candidate.files.length > 0)

/** A plaintext with the given meta and bytes behind it. */
function pack(meta: string, behind: string, padding = 0) {
  const bytes = encodeUtf8(meta)
  const header = new Uint8Array(5)
  header[0] = 1
  new DataView(header.buffer).setUint32(1, bytes.length)
  return concatBytes(header, bytes, encodeUtf8(behind), new Uint8Array(padding))
}

const META = '"createdAt":1,"expiresAt":2'

test('unpacks what was packed: texts, files, names and all', () => {
  fc.assert(fc.property(content, (packed) => assert.deepEqual(unpackContent(packContent(packed)), packed)))
})

test('hides the length of every short secret', () => {
  const lengths = new Set(
    Array.from(
      { length: 900 },
      (_, i) => packContent({ text: 'x'.repeat(i), files: [], createdAtMs: 1_795_000_000_000, expiresAtMs: 1_795_604_800_000 }).length,
    ),
  )
  assert.deepEqual([...lengths], [1024])
})

test('pads to what Padmé gives, never less and never over an eighth more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 45 }), (length) => {
      const padded = padLength(length)
      assert.ok(padded >= length && padded >= 1024)
      assert.equal(padLength(padded), padded)
      if (length > 1024) assert.ok(padded - length <= length / 8)
    }),
  )
})

test('keeps a byte order mark, an empty text and every control character', () => {
  for (const kept of ['', '\uFEFFmark', '\u0000\r\n\t\u001B[31m', '\u202Eabc']) {
    const unpacked = unpackContent(packContent({ text: kept, files: [], createdAtMs: 1, expiresAtMs: 2 }))
    assert.equal(typeof unpacked === 'string' ? unpacked : unpacked.text, kept)
  }
})

test('calls a plaintext of another version newer, and an empty one malformed', () => {
  assert.equal(unpackContent(Uint8Array.of(2, 0, 0, 0, 0)), 'newer')
  assert.equal(unpackContent(new Uint8Array(0)), 'malformed')
})

test('ignores what a newer sender may add to the meta', () => {
  const unpacked = unpackContent(pack(`{"text":2,${META},"colour":"red"}`, 'hi'))
  assert.deepEqual(unpacked, { text: 'hi', files: [], createdAtMs: 1, expiresAtMs: 2 })
})

test('refuses a plaintext that lies about itself', () => {
  const lies: [string, Uint8Array<ArrayBuffer>][] = [
    ['padding that is not zero', pack(`{"text":2,${META}}`, 'hi!')],
    ['a text longer than what is there', pack(`{"text":3,${META}}`, 'hi')],
    ['sizes whose sum runs over', pack(`{"text":9007199254740991,"files":[{"name":"a","size":9007199254740991,"type":""}],${META}}`, 'hi')],
    ['neither text nor files', pack(`{${META}}`, '')],
    ['an empty list of files', pack(`{"text":0,"files":[],${META}}`, '')],
    ['a negative size', pack(`{"text":-1,${META}}`, '')],
    ['a size that is not whole', pack(`{"text":1.5,${META}}`, 'hi')],
    ['a size as text', pack(`{"text":"2",${META}}`, 'hi')],
    ['a file without a name', pack(`{"files":[{"size":0,"type":""}],${META}}`, '')],
    ['times that are missing', pack('{"text":2}', 'hi')],
    ['meta that is not an object', pack('[1]', '')],
    ['meta that is not JSON', pack('{', '')],
    ['a text that is not UTF-8', concatBytes(pack(`{"text":2,${META}}`, ''), Uint8Array.of(0xff, 0xfe))],
    ['a header that is cut off', Uint8Array.of(1, 0, 0)],
    ['meta that runs over the end', Uint8Array.of(1, 0, 0, 1, 0)],
    ['meta over its limit', pack(`{"text":0,${META},"x":"${'x'.repeat(65_536)}"}`, '')],
  ]
  for (const [why, plaintext] of lies) assert.equal(unpackContent(plaintext), 'malformed', why)
})

test('never throws on what a stranger sealed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (noise, hasVersion) => {
      const plaintext = hasVersion ? Uint8Array.of(1, 0, 0, 0, noise.length % 256, ...noise) : new Uint8Array(noise)
      assert.ok(['string', 'object'].includes(typeof unpackContent(plaintext)))
    }),
  )
})

test('refuses to pack nothing, and half of a surrogate pair', () => {
  const dated = { files: [], createdAtMs: 1, expiresAtMs: 2 }
  assert.throws(() => packContent({ ...dated, text: null }), TypeError)
  assert.throws(() => packContent({ ...dated, text: 'a\uD800' }), TypeError)
})

test('knows to the byte how long a text may be', () => {
  const most = countTextBytesMax(INLINE_SEALED_BYTES_MAX)
  const sealedBytes = (length: number) =>
    countSealedBytes(
      packContent({ text: 'x'.repeat(length), files: [], createdAtMs: 1_795_000_000_000, expiresAtMs: 1_795_604_800_000 }).length,
    )
  assert.ok(sealedBytes(most) <= INLINE_SEALED_BYTES_MAX)
  assert.ok(sealedBytes(most + 1) > INLINE_SEALED_BYTES_MAX)
})
