import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeBase64url,
  decodeHex,
  encodeBase64url,
  encodeHex,
  encodeClaimSecret,
  encodeCreateSecret,
  formatLifetime,
  parseByteRange,
  parseClaimSecret,
  parseCreateSecret,
  parseInstance,
  parseLifetime,
  parseReceipt,
  parseSecretId,
  randomBytes,
} from '@letterlock/protocol'
import { findDuplicateField } from '../src/http/wire.ts'

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => new Uint8Array(array))

test('parses what it encodes, for every create and every claim', () => {
  fc.assert(
    fc.property(
      key,
      key,
      key,
      fc.integer({ min: 60_000, max: 10 ** 10 }),
      fc.integer({ min: 72, max: 5000 }),
      (a, b, c, lifetimeMs, length) => {
        const create = {
          id: parseSecretId(encodeHex(a.slice(0, 16)))!,
          accessHash: a,
          proofHash: b,
          ackHash: c,
          receiptHash: a,
          share: b,
          lifetimeMs,
          pin: null,
          sealed: randomBytes(length),
        }
        assert.deepEqual(parseCreateSecret(encodeCreateSecret(create).body!), create)
        assert.deepEqual(parseClaimSecret(encodeClaimSecret(create.id, a, { claim: b, proof: c }).body!), { claim: b, proof: c })
      },
    ),
  )
})

test('puts every capability in the header and none in the path', () => {
  const id = parseSecretId('0'.repeat(32))!
  const access = new Uint8Array(32).fill(255)
  const request = encodeClaimSecret(id, access, { claim: access, proof: access })
  assert.equal(request.path, `api/v1/secrets/${id}/claim`)
  assert.equal(request.bearer, encodeBase64url(access))
})

test('takes each byte string in one spelling only', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) =>
      assert.deepEqual(decodeBase64url(encodeBase64url(new Uint8Array(bytes))), new Uint8Array(bytes)),
    ),
  )
  for (const other of ['AA==', 'AB', 'AAB', 'A', 'A A', 'AA\n', 'A+', 'A/', 'AÄ', '====']) assert.equal(decodeBase64url(other), null, other)
  for (const other of ['0', 'AB', '0g', ' 00']) assert.equal(decodeHex(other), null, other)
  for (const other of ['', '0'.repeat(31), '0'.repeat(33), 'A'.repeat(32), `${'0'.repeat(31)}\n`])
    assert.equal(parseSecretId(other), null, other)
})

test('finds a name that is there twice at any depth, and only then', () => {
  const value = fc.jsonValue({ maxDepth: 4 })
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 1, '\t'), (json, indent) =>
      assert.equal(findDuplicateField(JSON.stringify(json, null, indent)), null),
    ),
  )
  assert.equal(findDuplicateField('{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}'), null)
  assert.equal(findDuplicateField('{"a":1,"b":2,"a":3}'), 'a')
  assert.equal(findDuplicateField('{"x":[{"a":1, "\\u0061" : 2}]}'), 'a')
  assert.equal(findDuplicateField('{"a\\"":"a\\\\","a\\"":1}'), 'a"')
  assert.equal(findDuplicateField('{"a":"\\"a\\":","b":"b"}'), null)
})

test('reads ranges as RFC 9110 does, and leaves what it does not know', () => {
  const cases: [string | undefined, unknown][] = [
    [undefined, null],
    ['bytes=0-', { first: 0, last: 9 }],
    ['bytes=2-4', { first: 2, last: 4 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-99', { first: 0, last: 9 }],
    ['bytes=9-99', { first: 9, last: 9 }],
    ['bytes=10-', 'outside'],
    ['bytes=-0', 'outside'],
    ['bytes=4-2', null],
    ['bytes=0-1,3-4', null],
    ['items=0-1', null],
    ['bytes=-', null],
    ['bytes=a-b', null],
  ]
  for (const [header, wanted] of cases) assert.deepEqual(parseByteRange(header, 10), wanted, String(header))
})

test('writes lifetimes as it reads them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 525_600 }), (minutes) =>
      assert.equal(parseLifetime(formatLifetime(minutes * 60_000)), minutes * 60_000),
    ),
  )
  for (const other of ['', '0h', '7', '7w', '1.5h', ' 7d', '366d', '-1h', '9999999m']) assert.equal(parseLifetime(other), null, other)
})

test('leaves fields of a reply that only newer clients know, and refuses ones of a wrong type', () => {
  const receipt = { state: 'sealed', confirmed: false, createdAt: 1000, expiresAt: 2000, attemptsFailed: 0 }
  assert.equal(parseReceipt({ ...receipt, colour: 'red' })?.state, 'sealed')
  for (const wrong of [{ state: 'open' }, { confirmed: 1 }, { createdAt: '1' }, { by: 'nobody' }])
    assert.equal(parseReceipt({ ...receipt, ...wrong }), null)
  assert.equal(parseInstance({}), null)
  assert.equal(parseReceipt(null), null)
})

test('reads and writes base64url and hex alike with and without the engine’s own', () => {
  const samples = ['', 'AA', 'AAA', 'AAAA', '_-_-', 'AB', 'AAB', 'A', 'A A', 'AA==', 'AAA=', 'A+', 'AA\n', 'AAAA\n', 'AAAA ', 'AAAAA', 'Ä']
  const hexes = ['', '00ff', '0', 'FF', '0g', '0 ', 'ff ff', '０']
  const bytes = Uint8Array.of(251, 255, 254, 0)
  const run = () => [samples.map(decodeBase64url), encodeBase64url(bytes), hexes.map(decodeHex), encodeHex(bytes)]
  const withEngine = run()
  assert.deepEqual(
    withEngine.map((found) => (Array.isArray(found) ? found.map((one) => one?.length ?? null) : found)),
    [
      [0, 1, 2, 3, 3, null, null, null, null, null, null, null, null, null, null, null, null],
      '-__-AA',
      [0, 2, null, null, null, null, null, null],
      'fbfffe00',
    ],
  )
  const prototype = Uint8Array.prototype as object
  const own = ['toBase64', 'setFromBase64', 'toHex', 'setFromHex']
  const kept = own.map(
    (name) => [name, Object.getOwnPropertyDescriptor(prototype, name) ?? assert.fail(`this engine has no ${name}`)] as const,
  )
  for (const name of own) Reflect.deleteProperty(prototype, name)
  try {
    assert.deepEqual(run(), withEngine)
  } finally {
    for (const [name, descriptor] of kept) Object.defineProperty(prototype, name, descriptor)
  }
})
