import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type RawSecret, calls, makeSecret, openSealed, send } from '../../packages/server/test/support/raw-client.ts'
import { type Behind, anInstance } from '../../packages/server/test/support/server-process.ts'
import { type Copy, type Way, copyWithVault, copyWithoutVault } from './copies.ts'
import { type Beside, type Loot, type Theft, search, serve } from './thief.ts'

export interface TheftSize {
  /** Secrets that are opened after the copies; every other one has a PIN. */
  readonly secrets: number
  readonly ways: readonly Way[]
  /** When copies are made: after the creates, after wrong PINs and looks, and while others are opened. */
  readonly moments: readonly ('created' | 'guessed' | 'opening')[]
  /** What is put beside a copy to start a server on it. */
  readonly besides: readonly Beside[]
  /** For how many secrets of each copy every 32 bytes that stand in it are tried as the share. */
  readonly thorough: number
}

/** The control: what the same attempts give where the vault was copied along. */
export interface TheftResult extends Theft {
  readonly copies: number
  readonly control: { readonly served: Theft; readonly searched: Theft }
}

const PIN = '480213'
/** What others make while files are copied, at most: their traces are searched, too. */
const OTHERS_MAX = 40

/** Copy a running server's files without the vault, open the secrets, and then try to read them from the copies. */
export async function stealCopies(behind: Behind, size: TheftSize): Promise<TheftResult> {
  const instance = anInstance(behind)
  const directory = join(instance.directory, 'data')
  const place = join(instance.directory, 'copies')
  mkdirSync(place)
  const server = await instance.start({ LETTERLOCK_DATA_DIR: directory, LETTERLOCK_LOG: 'events', LETTERLOCK_LIMITS: 'off' })
  const ask = async (call: Parameters<typeof send>[1], ...expected: readonly number[]) => {
    const reply = await send(server.url, call)
    assert.ok(expected.includes(reply.status), `${call.method ?? 'GET'} is ${reply.status}, not ${expected.join(' or ')}`)
    return reply
  }
  const make = (i: number): Loot => {
    const [pin, text] = [i % 2 === 0 ? null : PIN, `what only one may read, ${i}`]
    return { secret: makeSecret(text, { pin }), pin, text }
  }
  const loot = Array.from({ length: size.secrets }, (_none, i) => make(i))
  for (const { secret } of loot) await ask(calls.create(secret), 201)

  const copies: Copy[] = []
  const copy = async (moment: string) => {
    const made = await busily(ask, () => copyWithoutVault(directory, join(place, moment), size.ways))
    copies.push(...made.map(({ how, path }) => ({ how: `${how} when ${moment}`, path })))
  }
  if (size.moments.includes('created')) await copy('created')
  for (const { secret } of loot) {
    await ask(calls.peek(secret), 200)
    await ask(calls.claim({ ...secret, claim: randomBytes(32), proof: randomBytes(32) }), 403)
  }
  if (size.moments.includes('guessed')) await copy('guessed')
  const whole = await copyWithVault(directory, join(place, 'whole'))
  if (size.moments.includes('opening')) await copy('opening')
  for (const { secret, pin, text } of loot) {
    const { share, sealed } = (await ask(calls.claim(secret), 200)).json() as { share: string; sealed: string }
    const opened = openSealed(secret.linkKey, Buffer.from(share, 'base64url'), Buffer.from(sealed, 'base64url'), pin)
    assert.equal(opened.text, text)
    await ask(calls.ack(secret), 204)
  }
  await server.stop()

  const theft = aTheft()
  for (const one of copies) {
    for (const [i, secret] of loot.entries()) await search(one, secret, i < size.thorough, theft)
    for (const beside of size.besides) await serve(instance, one, beside, loot, theft)
  }
  const control = { served: aTheft(), searched: aTheft() }
  await serve(instance, whole, 'what was copied with it', loot, control.served)
  await search(whole, loot[0] as Loot, true, control.searched)
  return { ...theft, copies: copies.length, control }
}

function aTheft(): Theft {
  return { shares: 0, sealed: 0, claims: 0, found: [] }
}

/** Have others make and open secrets for as long as something takes. */
async function busily<Result>(
  ask: (call: Parameters<typeof send>[1], ...expected: readonly number[]) => Promise<unknown>,
  act: () => Promise<Result>,
): Promise<Result> {
  const over = new AbortController()
  const others = (async () => {
    for (let i = 0; i < OTHERS_MAX && !over.signal.aborted; i++) {
      const other: RawSecret = makeSecret('of others')
      await ask(calls.create(other), 201)
      await ask(calls.claim(other), 200)
      await ask(calls.ack(other), 204)
    }
  })()
  try {
    return await act()
  } finally {
    over.abort()
    await others
  }
}
