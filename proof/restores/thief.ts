import { createHash, randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { stretchInNode } from '@letterlock/client/node'
import { decodeHex, deriveContentKeys, formatContentContext, open, stretchPin, unpackContent } from '@letterlock/protocol'
import { type RawSecret, calls, openSealed, openStretched, send, stretchLink } from '../../packages/server/test/support/raw-client.ts'
import { findCanaries, readPlaces } from '../../packages/server/test/support/scan.ts'
import type { Instance } from '../../packages/server/test/support/server-process.ts'
import type { Copy } from './copies.ts'

/** A secret as somebody has it who has its link, and its PIN if there is one. */
export interface Loot {
  readonly secret: RawSecret
  readonly pin: string | null
  readonly text: string
}

/** What the thief has tried, and what it gave. */
export interface Theft {
  /** Shares that were tried on stolen sealed bytes. */
  shares: number
  /** Sealed bytes that were found in copies. */
  sealed: number
  /** Claims, with everything that a link and a PIN give, at servers that ran on copies. */
  claims: number
  /** Words that would help, and stand in a copy; and plaintexts. */
  readonly found: string[]
}

/** A row of a copy: what it keeps sealed, and under which name and slot its share would lie. */
interface Row {
  readonly sealed: Buffer
  readonly slot: number | null
  readonly name: Buffer
}

/** Shares that are drawn for each secret, besides those that a copy may hold. */
const DRAWN = 64
const SHARE_BYTES = 32

/** Look at the rows as SQLite gives them, in a copy of the copy; `null` where a secret is not in it, or not whole. */
function readRow({ path }: Copy, id: string): Row | null {
  const folder = mkdtempSync(`${path}-look-`)
  cpSync(path, folder, { recursive: true })
  const database = new DatabaseSync(join(folder, 'secrets.db'))
  try {
    const found = database
      .prepare('SELECT s.slot, s.keys, b.bytes FROM secrets s JOIN sealed b USING (n) WHERE s.id = ?')
      .get(Buffer.from(id, 'hex'))
    if (found === undefined) return null
    const { bytes, keys, slot } = found as { bytes: Uint8Array; keys: Uint8Array; slot: number | null }
    return { sealed: Buffer.from(bytes), slot, name: Buffer.from(keys.subarray(96)) }
  } catch {
    // Files that were copied while they changed need not fit together.
    return null
  } finally {
    database.close()
    rmSync(folder, { recursive: true })
  }
}

/** Search a copy for anything that would help, and try it and more as the share. */
export async function search(copy: Copy, loot: Loot, isThorough: boolean, theft: Theft): Promise<void> {
  const { secret, pin } = loot
  const places = readPlaces(copy.path)
  const wanted = {
    share: secret.share,
    proof: secret.proof,
    proofHash: createHash('sha256').update(secret.proof).digest(),
    linkKey: secret.linkKey,
  }
  theft.found.push(...findCanaries(places, { ...wanted, text: Buffer.from(loot.text) }).map((line) => `${copy.how}: ${line}`))
  const row = readRow(copy, secret.id)
  if (row === null) return
  theft.sealed++
  const stretched = await stretchAsReader(loot)
  const drawn = Array.from({ length: DRAWN }, () => randomBytes(SHARE_BYTES))
  for (const share of [
    Buffer.alloc(SHARE_BYTES),
    Buffer.alloc(SHARE_BYTES, 0xff),
    row.name,
    Buffer.concat([row.name, row.name]),
    ...drawn,
  ]) {
    theft.shares++
    const text = await openAsReader(loot, stretched, share, row.sealed)
    if (text !== null) theft.found.push(`${copy.how}: ${text}`)
  }
  if (!isThorough) return
  const base = stretchLink(secret.linkKey, pin)
  // Hundreds of thousands fail: where is of no interest, and costs more than trying.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  for (const { name, bytes } of places) {
    for (const share of listShares(bytes)) {
      theft.shares++
      try {
        theft.found.push(`${copy.how}, ${name}: ${openStretched(base, secret.id, share, row.sealed).text}`)
      } catch {
        // Not this one.
      }
    }
  }
  Error.stackTraceLimit = stackTraceLimit
}

/** Every 32 bytes that stand together, wherever they begin; only zeros were tried before. */
function* listShares(bytes: Buffer): Iterable<Buffer> {
  let zeros = 0
  for (let end = 1; end <= bytes.length; end++) {
    zeros = bytes[end - 1] === 0 ? zeros + 1 : 0
    if (end >= SHARE_BYTES && zeros < SHARE_BYTES) yield bytes.subarray(end - SHARE_BYTES, end)
  }
}

/** Stretch as the shipped client does, once: it takes its time. */
function stretchAsReader({ secret, pin }: Loot): Promise<Uint8Array<ArrayBuffer> | null> {
  return stretchPin(new Uint8Array(secret.linkKey), pin === null ? null : { text: pin, stretch: stretchInNode })
}

/** Decrypt as the shipped client does. */
async function openAsReader(
  { secret }: Loot,
  stretched: Uint8Array<ArrayBuffer> | null,
  share: Buffer,
  sealed: Buffer,
): Promise<string | null> {
  const { contentKey } = await deriveContentKeys(new Uint8Array(secret.linkKey), stretched, new Uint8Array(share))
  const id = decodeHex(secret.id)
  if (id === null) throw new TypeError('not an id')
  try {
    const content = unpackContent(await open(contentKey, formatContentContext(id), new Uint8Array(sealed)))
    return typeof content === 'string' ? null : content.text
  } catch {
    return null
  }
}

/** What the thief puts beside the database to start a server on. */
export type Beside = 'nothing' | 'a new vault' | 'a forged vault' | 'what was copied with it'

/** Start a shipped server on a copy, and claim each secret with all that its link and its PIN give. */
export async function serve(instance: Instance, copy: Copy, beside: Beside, loot: readonly Loot[], theft: Theft): Promise<void> {
  const directory = mkdtempSync(`${copy.path}-serve-`)
  cpSync(copy.path, directory, { recursive: true })
  if (beside === 'a new vault') await putNewVault(instance, directory)
  if (beside === 'a forged vault') forgeVault(copy, directory, loot)
  const env = { LETTERLOCK_DATA_DIR: directory, LETTERLOCK_LOG: 'events', LETTERLOCK_LIMITS: 'off' }
  const fenced = await instance.start(env)
  await claimAll(fenced.url, `${copy.how}, beside ${beside}`, loot, theft)
  const shown = /LETTERLOCK_ACCEPT_RESTORE=(\d+)/.exec(fenced.stderr())?.[1]
  await fenced.kill()
  if (shown !== undefined) {
    const lifted = await instance.start({ ...env, LETTERLOCK_ACCEPT_RESTORE: shown })
    await claimAll(lifted.url, `${copy.how}, beside ${beside}, accepted`, loot, theft)
    await lifted.kill()
  }
  rmSync(directory, { recursive: true })
}

async function claimAll(url: string, where: string, loot: readonly Loot[], theft: Theft): Promise<void> {
  for (const { secret, pin } of loot) {
    const reply = await send(url, calls.claim({ ...secret, claim: randomBytes(32) }))
    theft.claims++
    if (reply.status !== 200) continue
    const { share, sealed } = reply.json() as { share: string; sealed: string }
    try {
      const { text } = openSealed(secret.linkKey, Buffer.from(share, 'base64url'), Buffer.from(sealed, 'base64url'), pin)
      theft.found.push(`a server on ${where}: ${text}`)
    } catch {
      // A share that the thief made up opens nothing.
    }
  }
}

/** A vault that belongs to another directory. */
async function putNewVault(instance: Instance, directory: string): Promise<void> {
  const other = mkdtempSync(`${directory}-other-`)
  const server = await instance.start({ LETTERLOCK_DATA_DIR: other, LETTERLOCK_LOG: 'events' })
  await server.stop()
  cpSync(join(other, 'vault'), join(directory, 'vault'), { recursive: true })
  rmSync(other, { recursive: true })
}

/** A vault as SPEC §9.3 draws it, in which every secret has its slot, its name, its right proof, and a share of zeros. */
function forgeVault(copy: Copy, directory: string, loot: readonly Loot[]): void {
  const rows = loot.flatMap(({ secret }) => {
    const row = readRow(copy, secret.id)
    return row === null || row.slot === null ? [] : [{ ...row, slot: row.slot, secret }]
  })
  const file = Buffer.alloc(128 * (2 + Math.max(0, ...rows.map(({ slot }) => slot))))
  file.write('LLVAULT1', 'latin1')
  file.writeUInt32BE(1, 8)
  file.writeUInt32BE(128, 12)
  for (const { slot, name, secret } of rows) {
    const held = Buffer.concat([name, Buffer.alloc(SHARE_BYTES), createHash('sha256').update(secret.proof).digest()])
    const check = createHash('sha256').update('letterlock vault slot').update(held).digest().subarray(0, 16)
    Buffer.concat([held, check]).copy(file, 128 * (slot + 1))
  }
  mkdirSync(join(directory, 'vault'), { mode: 0o700 })
  writeFileSync(join(directory, 'vault', 'shares'), file, { mode: 0o600 })
}

/** How many bytes a copy has. */
export function measure({ path }: Copy): number {
  return readPlaces(path).reduce((sum, { bytes }) => sum + bytes.length, 0)
}
