import assert from 'node:assert/strict'
import { chmodSync, cpSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type Bytes,
  decodeHex,
  deriveContentKeys,
  deriveLinkKeys,
  deriveProof,
  findToken,
  formatContentContext,
  open,
  randomBytes,
  sha256,
  stretchPin,
  unpackContent,
} from '@letterlock/protocol'
import { stretchInNode } from '@letterlock/client/node'
import type { Claim, ReceiptRead } from '../../src/secrets/store.ts'
import { openSlotFile } from '../../src/vault/slot-file.ts'
import { type Asked, type Workspace, aWorkspace, at, putDatabase, witnessed } from './fixtures.ts'

/** What an earlier version left behind, and what it was told to keep. */
interface OldData {
  readonly version: string
  /** When its secrets were made, in ms; the engine was closed two seconds later. */
  readonly createdAt: number
  /** The claim of every secret that was claimed there, in hex. */
  readonly claim: string
  readonly secrets: Readonly<Record<'waiting' | 'expiring' | 'claimed' | 'acked' | 'burned', OldSecret>> & {
    /** Since PINs: one of its attempts was used up there, by {@link claim} with another PIN. */
    readonly pinned?: OldSecret & { readonly pin: string; readonly attemptsLeft: number }
  }
}

interface OldSecret {
  readonly link: string
  readonly receipt: string
  readonly text: string
  readonly expiresAt: number
}

const fixtures = new URL('../fixtures/', import.meta.url)

async function readLink(link: string, pin: string | null = null) {
  const token = await findToken(link)
  if (token?.kind !== 'link') return assert.fail('not a link')
  const { id, access } = await deriveLinkKeys(token.linkKey)
  const stretchedPin = await stretchPin(token.linkKey, pin === null ? null : { text: pin, stretch: stretchInNode })
  const claimWith = async (claim: Bytes): Promise<Claim> => {
    const proof = await deriveProof(token.linkKey, stretchedPin)
    const hashes = { accessHash: await sha256(access), claimHash: await sha256(claim), proofHash: await sha256(proof) }
    return { id, ...hashes, tryHash: await sha256(claim, proof) }
  }
  const read = async (share: Bytes, sealed: Bytes) => {
    const { contentKey } = await deriveContentKeys(token.linkKey, stretchedPin, share)
    const content = unpackContent(await open(contentKey, formatContentContext(decodeHex(id) as Bytes), sealed))
    return typeof content === 'string' ? content : content.text
  }
  return { claimWith, read }
}

function readOld(name: string): OldData {
  return JSON.parse(readFileSync(new URL(`${name}/secrets.json`, fixtures), 'utf8')) as OldData
}

/** A copy of what an earlier version left, to be opened. */
function layOut(workspace: Workspace, name: string): string {
  const directory = workspace.directory()
  cpSync(new URL(`${name}/data/`, fixtures), directory, { recursive: true })
  chmodSync(directory, 0o700)
  return directory
}

/** How many wrong PINs a vault remembers, of each share in it. */
function listRemembered(directory: string): readonly number[] {
  const vault = openSlotFile(join(directory, 'vault', 'shares'))
  const remembered = [...vault.scan()].flatMap(({ found }) => found?.attemptsFailed ?? [])
  vault.close()
  return remembered
}

test('there is what every earlier version left behind', () => {
  assert.deepEqual(readdirSync(fixtures).toSorted(), ['data-0.1.0', 'data-0.2.0', 'data-0.3.0'])
})

for (const name of readdirSync(fixtures)) {
  test(`${name} opens, and every secret in it is what it was`, async (t) => {
    const { createdAt, claim, secrets } = readOld(name)
    const workspace = aWorkspace(t)
    const directory = layOut(workspace, name)
    const now = at(createdAt + 5000)
    const store = workspace.open(directory, { startMs: now.ms })
    assert.deepEqual(
      readdirSync(directory).filter((file) => file.includes('before')),
      [],
      'the copy for the way back is gone after a good start',
    )

    const receiptOf = async ({ receipt }: OldSecret, ms: number) => {
      const token = await findToken(receipt)
      if (token?.kind !== 'receipt') return assert.fail('not a receipt')
      const asked = { op: 'receipt', id: token.id, receiptHash: await sha256(token.receiptKey), now: at(ms) } as const
      const [read] = store.engine.run([asked]) as readonly [ReceiptRead]
      return read.outcome === 'receipt' ? [read.life.state, read.life.confirmed] : [read.outcome]
    }
    const openWith = async ({ link }: OldSecret, claimBytes: Bytes, pin: string | null = null) => {
      const { claimWith, read } = await readLink(link, pin)
      const claimed = store.claim(await claimWith(claimBytes), now)
      if (claimed.outcome === 'pin_wrong') return claimed.attemptsLeft
      return claimed.outcome === 'claimed' ? read(claimed.share, claimed.sealed) : claimed.outcome
    }
    const mine = decodeHex(claim) as Bytes
    const other = new Uint8Array(32)
    assert.deepEqual(await receiptOf(secrets.waiting, now.ms), ['sealed', false])
    assert.equal(await openWith(secrets.waiting, other), secrets.waiting.text)
    assert.equal(await openWith(secrets.claimed, other), 'gone')
    assert.equal(await openWith(secrets.claimed, mine), secrets.claimed.text)
    assert.deepEqual(await receiptOf(secrets.acked, now.ms), ['opened', true])
    assert.deepEqual(await receiptOf(secrets.burned, now.ms), ['burned', false])
    const { pinned } = secrets
    if (pinned !== undefined) {
      assert.equal(await openWith(pinned, other, '111111'), pinned.attemptsLeft - 1, 'what was used up stays so')
      assert.equal(await openWith(pinned, other, pinned.pin), pinned.text)
    }
    const leases = pinned === undefined ? 2 : 3
    assert.equal(store.sweep(at(secrets.expiring.expiresAt)).swept, 1 + leases, 'one expires, and the leases end')
    assert.deepEqual(await receiptOf(secrets.expiring, now.ms), ['expired', false])
    assert.deepEqual(await receiptOf(secrets.claimed, now.ms), ['opened', false])
  })
}

for (const name of readdirSync(fixtures)) {
  const { createdAt, secrets } = readOld(name)
  const { pinned } = secrets
  if (pinned === undefined) continue
  test(`the attempt that was used up in ${name} stays so when its database is put back, although its vault does not know`, async (t) => {
    const workspace = aWorkspace(t)
    const directory = layOut(workspace, name)
    const remembered = listRemembered(directory)
    assert.ok(
      remembered.every((count) => count === 0),
      'that version wrote none',
    )
    const now = at(createdAt + 5000)
    const { claimWith } = await readLink(pinned.link, '111111')
    const guess = async (store: Asked) => store.claim(await claimWith(randomBytes(32)), now)
    const store = workspace.open(directory, { startMs: now.ms })
    assert.deepEqual(listRemembered(directory).toSorted(), [...remembered.slice(1), 1], 'the start has told it')
    assert.deepEqual(await guess(store), { outcome: 'pin_wrong', attemptsLeft: pinned.attemptsLeft - 1 })
    store.close()
    putDatabase(layOut(workspace, name), directory)
    const restored = workspace.open(directory, { startMs: now.ms, acceptRestore: witnessed(directory) })
    assert.deepEqual(await guess(restored), { outcome: 'pin_wrong', attemptsLeft: pinned.attemptsLeft - 2 })
  })
}
