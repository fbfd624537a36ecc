import assert from 'node:assert/strict'
import { argon2Sync, randomBytes as randomBuffer } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import {
  type Bytes,
  PIN_STRETCH,
  decodeHex,
  deriveContentKeys,
  deriveProof,
  encodeHex,
  foldPin,
  randomBytes,
  stretchPin,
} from '@letterlock/protocol'
import { answer } from '../src/stretch/answer.ts'
import { compileArgon2id } from '../src/stretch/argon2id-in-wasm.ts'
import { argon2idInScript } from '../src/stretch/argon2id-in-script.ts'
import { type Argon2id, type Argon2idInput, PROGRESS_STEPS } from '../src/stretch/argon2id.ts'
import type { StretchReply } from '../src/stretch/message.ts'

const readModule = (name: string): Bytes => new Uint8Array(readFileSync(new URL(import.meta.resolve(`argon2id/dist/${name}.wasm`))))
const fast = readModule('simd')
const plain = readModule('no-simd')
const noModule = new Uint8Array(8)

const inNode: Argon2id = ({ password: message, salt: nonce, secret, associated: associatedData, ...rest }) => {
  const { memoryKib: memory, passes, lanes: parallelism, bytes: tagLength } = rest
  const optional = { ...(secret === undefined ? {} : { secret }), ...(associatedData === undefined ? {} : { associatedData }) }
  return new Uint8Array(argon2Sync('argon2id', { message, nonce, ...optional, memory, passes, parallelism, tagLength }))
}

/** RFC 9106 §5.3. */
const RFC_INPUT: Argon2idInput = {
  password: new Uint8Array(32).fill(1),
  salt: new Uint8Array(16).fill(2),
  secret: new Uint8Array(8).fill(3),
  associated: new Uint8Array(12).fill(4),
  memoryKib: 32,
  passes: 3,
  lanes: 4,
  bytes: 32,
}
const RFC_TAG = '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659'

interface PinVector {
  readonly name: string
  readonly linkKey: string
  readonly pin: string | null
  readonly share: string
  readonly proof: string
  readonly contentKey: string
  readonly ack: string
}
const { secrets } = JSON.parse(readFileSync(new URL('../../../vectors/letterlock-v1.json', import.meta.url), 'utf8')) as {
  readonly secrets: readonly PinVector[]
}

/** What `answer` tells for a password and a salt. */
function ask(password: Bytes, salt: Bytes, inWasm: Argon2id | null): { readonly shares: readonly number[]; readonly stretched: Bytes } {
  const replies: StretchReply[] = []
  answer({ password, salt }, inWasm, (reply) => replies.push(structuredClone(reply)))
  const last = replies.pop()
  assert.ok(last !== undefined && 'stretched' in last, 'the outcome comes last')
  return { shares: replies.map((reply) => ('progress' in reply ? reply.progress : assert.fail('two outcomes'))), stretched: last.stretched }
}

describe('Argon2id', () => {
  let everyKind: readonly (readonly [name: string, compute: Argon2id])[]
  let inWasm: Argon2id

  before(async () => {
    const kinds = [await compileArgon2id(fast, noModule), await compileArgon2id(noModule, plain)]
    const [withSimd, withoutSimd] = kinds.map((kind) => kind ?? assert.fail('it does not compile'))
    inWasm = withSimd!
    everyKind = [
      ['wasm with SIMD', withSimd!],
      ['wasm without SIMD', withoutSimd!],
      ['script', argon2idInScript],
      ['Node', inNode],
    ]
  })

  test('gives the tag of RFC 9106 §5.3 everywhere, secret and associated data included', () => {
    for (const [name, compute] of everyKind) assert.equal(encodeHex(compute(RFC_INPUT, () => {})), RFC_TAG, name)
  })

  test('gives the same bytes everywhere for any PIN, with the parameters of PINs', () => {
    for (const length of [1, 4, 63, 64, 65, 1024]) {
      const input = { password: new Uint8Array(randomBuffer(length)).map((byte) => byte | 32), salt: randomBytes(16), ...PIN_STRETCH }
      const outcomes = everyKind.map(([, compute]) => encodeHex(compute(input, () => {})))
      assert.equal(new Set(outcomes).size, 1, `${length} bytes: ${outcomes.join(', ')}`)
      assert.equal(outcomes[0]?.length, 64)
    }
  })

  test('gives the same bytes when it runs again in the memory of before', () => {
    const input = { password: randomBytes(6), salt: randomBytes(16), ...PIN_STRETCH }
    const first = inWasm(input, () => {})
    inWasm({ ...input, password: randomBytes(6) }, () => {})
    assert.deepEqual(
      inWasm(input, () => {}),
      first,
    )
  })

  test('is not there where there is no WebAssembly, or none that may be compiled', async (t) => {
    assert.equal(await compileArgon2id(noModule, noModule), null)
    const refuse = () => Promise.reject(new WebAssembly.CompileError('the policy says no'))
    t.mock.method(WebAssembly, 'instantiate', refuse)
    assert.equal(await compileArgon2id(fast, plain), null)
    t.mock.restoreAll()
    const kept = globalThis.WebAssembly
    t.after(() => (globalThis.WebAssembly = kept))
    Reflect.deleteProperty(globalThis, 'WebAssembly')
    assert.equal(await compileArgon2id(fast, plain), null)
  })

  test('derives what the vectors say from every PIN, in wasm and in script', async () => {
    const withPin = secrets.filter(({ pin }) => pin !== null)
    assert.ok(withPin.length >= 3)
    for (const { name, linkKey, pin, share, proof, contentKey, ack } of withPin) {
      const key = decodeHex(linkKey)!
      for (const kind of [inWasm, null]) {
        const stretch = (password: Bytes, salt: Bytes) => Promise.resolve(ask(password, salt, kind).stretched)
        const stretched = await stretchPin(key, { text: foldPin(pin ?? '')!, stretch })
        const derived = await deriveContentKeys(key, stretched, decodeHex(share)!)
        const found = [await deriveProof(key, stretched), derived.contentKey, derived.ack].map(encodeHex)
        assert.deepEqual(found, [proof, contentKey, ack], name)
      }
    }
  })

  test('is told of in even steps that end with all of it, and leaves neither PIN nor salt behind', () => {
    const even = Array.from({ length: PROGRESS_STEPS }, (_, i) => (i + 1) / PROGRESS_STEPS)
    for (const kind of [inWasm, null]) {
      const password = randomBytes(6)
      const salt = randomBytes(16)
      assert.deepEqual(ask(password, salt, kind).shares, even)
      assert.deepEqual(
        [...password, ...salt],
        Array.from({ length: 22 }, () => 0),
      )
    }
  })

  test('is done in script when wasm does not take an input', () => {
    const salt = randomBytes(16)
    for (const password of [new Uint8Array([1]), new Uint8Array(0)]) {
      const wanted = inNode({ password, salt, ...PIN_STRETCH }, () => {})
      assert.deepEqual(ask(password.slice(), salt.slice(), inWasm).stretched, wanted)
    }
  })
})
