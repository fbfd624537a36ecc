import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Bytes, decodeHex, deriveContentKeys, deriveProof, encodeHex, foldPin, stretchPin } from '@letterlock/protocol'
import { stretchInNode } from '@letterlock/client/node'

interface SecretVector {
  readonly name: string
  readonly pin: string | null
  readonly linkKey: string
  readonly share: string
  readonly proof: string
  readonly contentKey: string
  readonly ack: string
}

const { secrets } = JSON.parse(readFileSync(new URL('../../../vectors/letterlock-v1.json', import.meta.url), 'utf8')) as {
  readonly secrets: readonly SecretVector[]
}
const bytes = (hex: string) => decodeHex(hex) as Bytes
const withPin = secrets.filter(({ pin }) => pin !== null)

test('stretches every PIN of the vectors to their proof and keys', async () => {
  assert.equal(withPin.length, 3)
  for (const { name, pin, linkKey, share, proof, contentKey, ack } of withPin) {
    const stretched = await stretchPin(bytes(linkKey), { text: foldPin(pin as string) as string, stretch: stretchInNode })
    assert.equal(encodeHex(await deriveProof(bytes(linkKey), stretched)), proof, name)
    const keys = await deriveContentKeys(bytes(linkKey), stretched, bytes(share))
    assert.deepEqual([encodeHex(keys.contentKey), encodeHex(keys.ack)], [contentKey, ack], name)
  }
})

test('stretches one PIN to other bytes for every link, and nothing without a PIN', async () => {
  const [one, another] = withPin.map(({ linkKey }) => bytes(linkKey)) as [Bytes, Bytes]
  const pin = { text: '4711', stretch: stretchInNode }
  const stretched = await stretchPin(one, pin)
  assert.equal(stretched?.length, 32)
  assert.deepEqual(await stretchPin(one, pin), stretched)
  assert.notDeepEqual(await stretchPin(another, pin), stretched)
  assert.equal(await stretchPin(one, null), null)
})
