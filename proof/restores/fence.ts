import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { putDatabase } from '../../packages/server/test/store/fixtures.ts'
import { type RawSecret, calls, makeSecret, openSealed, send } from '../../packages/server/test/support/raw-client.ts'
import { type Behind, type Instance, type ServerProcess, anInstance } from '../../packages/server/test/support/server-process.ts'
import { copyWithoutVault } from './copies.ts'

/** What servers on restored databases were asked, and what they did not do as they must. */
export interface Fenced {
  starts: number
  asked: number
  readonly violations: string[]
}

const TEXT = 'it waits for its reader'

/** Put an older copy under a server, with the witness and without it, and ask over HTTP. */
export async function restoreUnderServer(behind: Behind, env: Readonly<Record<string, string>> = {}): Promise<Fenced> {
  const instance = anInstance(behind)
  const [data, place] = [join(instance.directory, 'data'), join(instance.directory, 'copies')]
  mkdirSync(place)
  const plain = { LETTERLOCK_LOG: 'events', LETTERLOCK_LIMITS: 'off', LETTERLOCK_DATA_DIR: data }
  const server = await instance.start(plain)
  const [opened, waiting, later] = [makeSecret(TEXT), makeSecret(TEXT), makeSecret(TEXT)]
  for (const secret of [opened, waiting]) await send(server.url, calls.create(secret))
  const [copy] = await copyWithoutVault(data, place, ['backup'])
  await send(server.url, calls.claim(opened))
  await send(server.url, calls.create(later))
  await server.stop()
  const fenced: Fenced = { starts: 0, asked: 0, violations: [] }
  for (const hasWitness of [true, false]) {
    const directory = join(instance.directory, `restored-${String(hasWitness)}`)
    cpSync(data, directory, { recursive: true })
    putDatabase(copy?.path ?? '', directory)
    if (!hasWitness) rmSync(join(directory, 'vault', 'witness'))
    const asker = new Asker(
      instance,
      { ...plain, ...env, LETTERLOCK_DATA_DIR: directory },
      fenced,
      hasWitness ? 'with its witness' : 'without it',
    )
    await asker.askFenced([opened, waiting, later], opened, waiting)
  }
  return fenced
}

class Asker {
  readonly #instance: Instance
  readonly #env: Readonly<Record<string, string>>
  readonly #fenced: Fenced
  readonly #where: string

  constructor(instance: Instance, env: Readonly<Record<string, string>>, fenced: Fenced, where: string) {
    this.#instance = instance
    this.#env = env
    this.#fenced = fenced
    this.#where = where
  }

  async askFenced(secrets: readonly RawSecret[], opened: RawSecret, waiting: RawSecret): Promise<void> {
    const first = await this.#start({})
    await this.#mustBeFenced(first, secrets)
    const shown = /LETTERLOCK_ACCEPT_RESTORE=(\d+)/.exec(first.stderr())?.[1]
    await first.stop()
    if (shown === undefined) return this.#say('no generation is shown')
    for (const wrong of [Number(shown) + 1, 0]) {
      const still = await this.#start({ LETTERLOCK_ACCEPT_RESTORE: String(wrong) })
      await this.#mustBeFenced(still, secrets)
      await still.stop()
    }
    const lifted = await this.#start({ LETTERLOCK_ACCEPT_RESTORE: shown })
    await this.#expect(lifted, { path: '/readyz' }, 200)
    await this.#expect(lifted, calls.claim({ ...opened, claim: waiting.claim }), 410)
    const { share, sealed } = ((await this.#expect(lifted, calls.claim(waiting), 200)) ?? {}) as { share?: string; sealed?: string }
    const read = () => openSealed(waiting.linkKey, Buffer.from(share ?? '', 'base64url'), Buffer.from(sealed ?? '', 'base64url')).text
    if (share === undefined || read() !== TEXT) this.#say('what waited does not open')
    await lifted.stop()
  }

  async #mustBeFenced(server: ServerProcess, secrets: readonly RawSecret[]): Promise<void> {
    const ready = await this.#expect(server, { path: '/readyz' }, 503)
    // What else it says is of the disk that it runs on.
    const reasons = ready?.['reasons']
    if (!Array.isArray(reasons) || !reasons.includes('fenced')) this.#say(`/readyz says ${JSON.stringify(ready)}`)
    for (const path of ['/', '/healthz']) await this.#expect(server, { path }, 200)
    for (const secret of [...secrets, makeSecret(TEXT)]) {
      for (const call of [calls.create, calls.peek, calls.claim, calls.sealed, calls.ack, calls.receipt, calls.burn]) {
        await this.#expect(server, call(secret), 503)
      }
    }
  }

  async #start(more: Readonly<Record<string, string>>): Promise<ServerProcess> {
    this.#fenced.starts++
    return this.#instance.start({ ...this.#env, ...more })
  }

  async #expect(server: ServerProcess, call: Parameters<typeof send>[1], status: number): Promise<Record<string, unknown> | null> {
    this.#fenced.asked++
    const reply = await send(server.url, call)
    if (reply.status !== status)
      this.#say(`${call.method ?? 'GET'} ${call.path.replace(/[0-9a-f]{32}/, ':id')} is ${reply.status}, not ${status}`)
    return reply.headers['content-type']?.includes('json') === true ? reply.json() : null
  }

  #say(what: string): void {
    this.#fenced.violations.push(`a restored database ${this.#where}: ${what}`)
  }
}
