import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SealedError, decodeHex, open } from '@letterlock/protocol'
import { readPublicVectors, readVectors, sha512Hex } from './read-vectors.ts'
import { runVectors } from './vectors.ts'

test('gives and takes the bytes of every vector', async () => {
  const { failures, compared } = await runVectors(await readVectors())
  assert.deepEqual(failures, [])
  assert.ok(compared > 200, `only ${compared} things were compared`)
})

test('notices a vector that was tampered with', async () => {
  const vectors = structuredClone(await readVectors())
  const [secret] = vectors.letterlock.secrets as unknown as { ack: string }[]
  secret!.ack = secret!.ack.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))
  const bad = vectors.cobblestone.find(({ valid }) => !valid) as { refusedBy: string }
  bad.refusedBy = 'another layer'
  assert.equal((await runVectors(vectors)).failures.length, 2)
})

const publicVectors = process.env['COBBLESTONE_VECTORS']

test(
  'opens and refuses as the public vectors of C2SP chunked-encryption say',
  { skip: publicVectors === undefined && 'COBBLESTONE_VECTORS names no file' },
  async () => {
    const vectors = readPublicVectors(publicVectors!)
    assert.ok(vectors.length > 0)
    for (const { name, key, context, sealed, valid, plaintextBytes, msgSha512 } of vectors as ((typeof vectors)[number] & {
      msgSha512: string
    })[]) {
      const opening = open(decodeHex(key)!, decodeHex(context)!, decodeHex(sealed!)!)
      if (!valid) {
        await assert.rejects(opening, SealedError, name)
        continue
      }
      const opened = await opening
      assert.equal(opened.length, plaintextBytes, name)
      assert.equal(sha512Hex(opened), msgSha512, name)
    }
  },
)
