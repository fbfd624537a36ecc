import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DatabaseSync } from 'node:sqlite'
import { SLOT_BYTES } from '../../packages/server/src/vault/slot-file.ts'
import { copyLive } from '../../packages/server/test/support/copy-live.ts'
import { type RawSecret, calls, makeSecret, send } from '../../packages/server/test/support/raw-client.ts'
import { type Behind, type ServerProcess, anInstance } from '../../packages/server/test/support/server-process.ts'
import { type Patch, patching } from '../mutate.ts'

/** Everything that a secret can be, as its receipt tells it, and apart from that. */
export const STATES = [
  'sealed',
  'sealed with a PIN',
  'sealed with a PIN that was tried',
  'claimed',
  'opened',
  'opened unconfirmed',
  'burned',
  'expired',
  'locked',
  'lost',
] as const

export type StateName = (typeof STATES)[number]

/** Real secrets on a real server, in every state there is. */
export interface Peopled {
  readonly server: ServerProcess
  readonly directory: string
  readonly secrets: readonly { readonly state: StateName; readonly secret: RawSecret }[]
}

/** How long the server is made to believe that it was off: longer than the shortest lifetime, shorter than what makes it doubt. */
const OFF_MS = 90_000
const SHORT_MS = 60_000
const ATTEMPTS = 3

export interface PeopledOptions {
  /** How many secrets there are in each state. */
  readonly each?: number
  /** What the server is started with besides. */
  readonly env?: Readonly<Record<string, string>>
  /** What of it is broken on purpose. */
  readonly patches?: readonly Patch[]
}

/** Start a server that has secrets in every state, do something with it, and stop it, whatever comes of that. */
export async function withPeopledServer<Found>(
  t: Behind,
  options: PeopledOptions,
  act: (peopled: Peopled) => Promise<Found>,
): Promise<Found> {
  const peopled = await aPeopledServer(t, options)
  try {
    const found = await act(peopled)
    await peopled.server.stop()
    return found
  } finally {
    await peopled.server.kill()
  }
}

async function aPeopledServer(t: Behind, { each = 1, env = {}, patches = [] }: PeopledOptions): Promise<Peopled> {
  const instance = anInstance(t)
  const plain = { LETTERLOCK_LIMITS: 'off', LETTERLOCK_LIFETIMES: '1m,7d' }
  const secrets = STATES.flatMap((state) => Array.from({ length: each }, () => ({ state, secret: aSecretFor(state) })))
  const first = await instance.start(plain)
  for (const { secret } of secrets) assert.equal((await send(first.url, calls.create(secret))).status, 201)
  await first.stop()
  loseShares(
    instance.directory,
    secrets.filter(({ state }) => state === 'lost').map(({ secret }) => secret),
  )
  const patched = patching(t, patches)
  const server = await instance.start(joinEnv(plain, shiftedBy(t, OFF_MS), env, patched.env))
  try {
    patched.assertApplied()
    for (const { state, secret } of secrets) await bring(server.url, state, secret)
  } catch (error) {
    await server.kill()
    throw error
  }
  return { server, directory: instance.directory, secrets }
}

/** A shift of the clock of a whole process, as an operator who sets it would have it. */
function shiftedBy(t: Behind, ms: number): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-clock-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const hook = join(folder, 'clock.mjs')
  writeFileSync(hook, `const now = Date.now\nDate.now = () => now() + ${ms}\n`)
  return { NODE_OPTIONS: `--import=${pathToFileURL(hook).href}` }
}

/** Several environments at once: what each has Node import, it imports. */
function joinEnv(...some: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const imports = some.flatMap((env) => env['NODE_OPTIONS'] ?? [])
  return { ...Object.assign({}, ...some), ...(imports.length === 0 ? {} : { NODE_OPTIONS: imports.join(' ') }) } as Record<string, string>
}

/** To a server, a secret with a PIN is one that says so: it never sees what the PIN does. */
function aSecretFor(state: StateName): RawSecret {
  const secret = makeSecret('', { sealed: randomBytes(1112), lifetimeMs: state === 'expired' ? SHORT_MS : 604_800_000 })
  const hasPin = state.includes('PIN') || state === 'locked'
  return hasPin ? { ...secret, create: { ...secret.create, pin: { attempts: ATTEMPTS } } } : secret
}

/** Do to a secret what brings it into a state. */
async function bring(url: string, state: StateName, secret: RawSecret): Promise<void> {
  const ask = async (request: Parameters<typeof send>[1], status: number) => assert.equal((await send(url, request)).status, status, state)
  const tryWrong = () => ask(calls.claim({ ...secret, claim: randomBytes(32), proof: randomBytes(32) }), 403)
  if (state === 'sealed with a PIN that was tried') await tryWrong()
  if (state === 'locked') for (let i = 0; i < ATTEMPTS; i++) await tryWrong()
  if (state === 'claimed' || state.startsWith('opened')) await ask(calls.claim(secret), 200)
  if (state === 'opened') await ask(calls.ack(secret), 204)
  if (state === 'opened unconfirmed') await ask(calls.burn(secret), 410)
  if (state === 'burned') await ask(calls.burn(secret), 204)
  const receipt = (await send(url, calls.receipt(secret))).json()
  assert.equal(receipt['state'], state.split(' ')[0], `a secret that is to be ${state}`)
}

/** What a bad disk may do to a vault: slots hold something else. */
function loseShares(directory: string, secrets: readonly RawSecret[]): void {
  const database = new DatabaseSync(join(directory, 'secrets.db'), { readOnly: true })
  const find = database.prepare('SELECT slot FROM secrets WHERE id = ?')
  const slots = secrets.map(({ id }) => find.get(Buffer.from(id, 'hex'))?.['slot'] as number)
  database.close()
  const vault = openSync(join(directory, 'vault', 'shares'), 'r+')
  for (const slot of slots) writeSync(vault, randomBytes(SLOT_BYTES), 0, SLOT_BYTES, SLOT_BYTES * (slot + 1))
  closeSync(vault)
}

/**
 * All that a server holds of its secrets: every row of its database, every receipt, every byte of
 * its vault. The database is read from a copy, so that nothing of the original is touched.
 */
export async function readHoldings({ server, directory, secrets }: Peopled): Promise<Readonly<Record<string, string>>> {
  const holdings: Record<string, string> = {}
  for (const { state, secret } of secrets) {
    const reply = await send(server.url, calls.receipt(secret))
    assert.equal(reply.status, 200)
    holdings[`the receipt of ${secret.id}, ${state}`] = reply.body.toString()
  }
  const copy = mkdtempSync(join(tmpdir(), 'letterlock-copy-'))
  try {
    copyLive(directory, copy, (name) => /^secrets\.db(?:-wal)?$/.test(name))
    const database = new DatabaseSync(join(copy, 'secrets.db'))
    // When a secret is to be looked at next is the sweeper's, and no state.
    for (const row of database.prepare('SELECT * FROM secrets ORDER BY n').all())
      holdings[`the row of ${Buffer.from(row['id'] as Uint8Array).toString('hex')}`] = JSON.stringify(spell({ ...row, due_at: 0 }))
    for (const table of ['tries', 'sealed'])
      holdings[`the table ${table}`] = JSON.stringify(database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all().map(spell))
    database.close()
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
  holdings['the vault'] = readFileSync(join(directory, 'vault', 'shares')).toString('base64')
  return holdings
}

function spell(row: object): object {
  return Object.entries(row).map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value])
}

/** What of two readings is not the same: a line each. */
export function compareHoldings(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name])
}
