import { type Server, type ServerOptions, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { HEARTBEAT_MS } from '@letterlock/protocol'
import { createApp } from '../../src/app.ts'
import { createLog } from '../../src/log.ts'
import { type Pages, readPages } from '../../src/pages.ts'
import { BEATS_MAX, STREAMS_MAX, createReceiptStreams } from '../../src/receipt-streams.ts'
import type { Deps } from '../../src/routes/route.ts'
import type { Now } from '../../src/secrets/life.ts'
import { createMemoryStore } from '../../src/secrets/memory.ts'
import type { SecretStore } from '../../src/secrets/store.ts'
import { type Settings, readSettings } from '../../src/settings.ts'
import { type RawReply, type RawRequest, send } from './raw-client.ts'

/** The routes of a server in this process, over a store in memory, with a clock that a test moves. */
export interface App {
  readonly url: string
  send(request: RawRequest): Promise<RawReply>
  /** The names of the calls that have reached the store, in order. */
  readonly asked: string[]
  /** What the log was told. */
  readonly logged: () => string
  now: Now
}

/** A whole minute, so that what is cut to a minute or a second is seen to be cut. */
export const MINUTE_MS = 29_916_667 * 60_000

export interface AppOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Changes the store before it is counted. */
  readonly wrap?: (store: SecretStore) => SecretStore
  readonly deps?: Partial<Deps>
  /** Of the HTTP server; Node's own unless given. */
  readonly timeouts?: ServerOptions
}

/** The real pages, read once for a file of tests. */
let pages: Pages | null = null

export async function anApp(
  t: TestContext,
  { env = {}, wrap = (store) => store, deps = {}, timeouts = {} }: AppOptions = {},
): Promise<App> {
  pages ??= readPages(new URL('../../../web/dist/', import.meta.url))
  const asked: string[] = []
  const app = { now: { ms: MINUTE_MS + 12_345, doubt: null } as Now }
  let logged = ''
  const log = createLog(
    (text) => (logged += text),
    () => MINUTE_MS,
    'requests',
  )
  const whole: Deps = {
    secrets: countCalls(wrap(createMemoryStore()), asked),
    settings: settingsOf(env),
    version: pages.version,
    now: () => app.now,
    limitCreate: () => null,
    isStopping: () => false,
    receiptStreams: createReceiptStreams({ heartbeatMs: HEARTBEAT_MS, beatsMax: BEATS_MAX, streamsMax: STREAMS_MAX }, () => {}),
    ...deps,
  }
  const server = createServer(
    timeouts,
    createApp(whole, pages, log, () => 'Contact: mailto:nobody@example.org\n'),
  )
  const url = await listen(server)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const readLog = () => {
    log.flush()
    return logged
  }
  return Object.assign(app, { url, asked, logged: readLog, send: (request: RawRequest) => send(url, request) })
}

export function settingsOf(env: Readonly<Record<string, string>>): Settings {
  const settings = readSettings(env)
  if ('reasons' in settings) throw new TypeError(settings.reasons.join('; '))
  return settings
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** The same store, which writes down what it is asked. */
function countCalls(store: SecretStore, asked: string[]): SecretStore {
  return new Proxy(store, {
    get(target, name: keyof SecretStore) {
      const verb = target[name] as (...args: unknown[]) => unknown
      return (...args: unknown[]) => {
        asked.push(name)
        return verb(...args)
      }
    },
  })
}
