import assert from 'node:assert/strict'
import { METHODS } from 'node:http'
import { formatNext, formatRequest } from '../../packages/server/test/support/held.ts'
import { type RawRequest, type RawSecret, writeToken } from '../../packages/server/test/support/raw-client.ts'
import { sendRaw } from '../../packages/server/test/support/raw-socket.ts'
import type { Behind } from '../../packages/server/test/support/server-process.ts'
import { AGENTS, PREVIEW_HEADERS } from './agents.ts'
import type { Patch } from '../mutate.ts'
import { type Peopled, compareHoldings, readHoldings, withPeopledServer } from './states.ts'

export interface Crawled {
  readonly requests: number
  readonly agents: number
  readonly changed: readonly string[]
  /** How many replies each status was. */
  readonly statuses: ReadonlyMap<number, number>
}

/** What asks for a tunnel, and for nothing else on its connection. */
const TUNNEL = 'CONNECT'
/** Everything else that Node can be asked. */
const ASKED = METHODS.filter((method) => method !== TUNNEL)

/** Pages as they are, and as programs change them; `*` stands for a token. */
const PAGES = [
  '/',
  '/s',
  '/s/',
  '/S',
  '/s?*',
  '/s%23*',
  '/s%2523*',
  '/s/*',
  '/*',
  '/receipt',
  '/receipt?*',
  '/receipts',
  '/about',
  '/accessibility',
  '/offline',
  '/robots.txt',
  '/favicon.ico',
  '/.well-known/security.txt',
  '/nowhere',
]

/** Calls without an id, and below one. */
const CALLS = ['/api/v1/instance', '/api/v1/secrets', '/healthz', '/readyz']
const TAILS = ['', '/claim', '/sealed', '/ack', '/receipt', '/receipt/events', '/parts', '/commit']

/** What even a holder’s program may ask without changing anything: no post, no delete, no read of the claimant’s that lengthens its lease, no stream without end. */
const HELD: readonly { readonly tail: string; readonly key: 'access' | 'claim' | 'receiptKey'; readonly unless: readonly string[] }[] = [
  { tail: '', key: 'access', unless: [] },
  { tail: '/claim', key: 'access', unless: [] },
  { tail: '/sealed', key: 'claim', unless: ['GET'] },
  { tail: '/sealed', key: 'access', unless: [] },
  { tail: '/ack', key: 'claim', unless: [] },
  { tail: '/receipt', key: 'receiptKey', unless: [] },
  { tail: '/receipt/events', key: 'receiptKey', unless: ['GET'] },
  { tail: '', key: 'receiptKey', unless: ['DELETE'] },
]

/**
 * Ask every route with every method under the names of programs that fetch links: with nothing, as
 * they are, and with what a holder has, as if they had that. Whatever they are answered, the server
 * must hold what it held.
 */
export function crawl(t: Behind, { agents }: { readonly agents: number }, patches: readonly Patch[] = []): Promise<Crawled> {
  return withPeopledServer(t, { patches }, (peopled) => crawlAll(peopled, agents))
}

async function crawlAll(peopled: Peopled, agents: number): Promise<Crawled> {
  const { server, secrets } = peopled
  const before = await readHoldings(peopled)
  const statuses = new Map<number, number>()
  const opened: string[] = []
  let requests = 0
  let turn = 0
  const next = () => (secrets[turn++ % secrets.length] as (typeof secrets)[number]).secret
  for (const agent of AGENTS.slice(0, agents)) {
    const list = (method: string) => [...listBare(method, next), ...listHeld(method, secrets)]
    const lines = ASKED.flatMap(list).map((one, n) => formatNext(askAs(one, agent, n + turn)))
    for (let done = 0; done < lines.length; done += PIPELINED) {
      const some = lines.slice(done, done + PIPELINED)
      const { text } = await sendRaw(server.url, `${some.join('')}${LAST}`)
      // One that ends the connection would keep the rest from being asked.
      const answered = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
      assert.equal(answered.length, some.length + 1, `${agent} was not answered to the end`)
      for (const status of answered.slice(0, -1)) statuses.set(status, (statuses.get(status) ?? 0) + 1)
      requests += some.length
    }
    const tunnels = [...list(TUNNEL), { method: TUNNEL, path: 'localhost:80' }]
    opened.push(...(await askForTunnels(server.url, tunnels, agent)))
    requests += tunnels.length
  }
  const changed = [...opened, ...compareHoldings(before, await readHoldings(peopled))]
  return { requests, agents: Math.min(agents, AGENTS.length), changed, statuses }
}

/** Ask for tunnels, each on a connection of its own; those that were not refused, a line each. */
async function askForTunnels(url: string, tunnels: readonly Asked[], agent: string): Promise<readonly string[]> {
  const opened: string[] = []
  for (let done = 0; done < tunnels.length; done += TUNNELS_AT_ONCE) {
    const some = tunnels.slice(done, done + TUNNELS_AT_ONCE)
    const answers = await Promise.all(some.map((one, n) => sendRaw(url, formatRequest(askAs(one, agent, done + n)))))
    for (const [n, { statuses, isClosed }] of answers.entries())
      if (!isClosed || statuses.some((status) => !(status >= 400))) opened.push(`a tunnel to ${some[n]?.path} was opened for ${agent}`)
  }
  return opened
}

/** Requests that go out together, one behind the other on one connection. */
const PIPELINED = 100
/** Connections for tunnels that are open at the same time. */
const TUNNELS_AT_ONCE = 32
const LAST = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'

interface Asked {
  readonly method: string
  readonly path: string
  readonly bearer?: Buffer
}

function listBare(method: string, next: () => RawSecret): readonly Asked[] {
  const pages = PAGES.map((page) => page.replace('*', writeToken(next().linkKey)))
  return [...pages, ...CALLS, ...TAILS.map((tail) => `/api/v1/secrets/${next().id}${tail}`)].map((path) => ({ method, path }))
}

/** One secret of each state in turn would leave some out: what is held is tried on all. */
function listHeld(method: string, secrets: readonly { readonly secret: RawSecret }[]): readonly Asked[] {
  return HELD.filter(({ unless }) => !unless.includes(method)).flatMap(({ tail, key }) =>
    secrets.map(({ secret }) => ({ method, path: `/api/v1/secrets/${secret.id}${tail}`, bearer: secret[key] })),
  )
}

function askAs({ method, path, bearer }: Asked, agent: string, n: number): RawRequest {
  const more = PREVIEW_HEADERS[n % PREVIEW_HEADERS.length]
  const shown = bearer === undefined ? {} : { authorization: `Bearer ${bearer.toString('base64url')}` }
  return { method, path, headers: { 'user-agent': agent, ...more, ...shown } }
}

/** A route that opens on GET: whoever looks whether a secret waits has claimed it. */
export const OPENS_ON_GET: readonly Patch[] = [
  {
    file: 'packages/server/src/secrets/decide.ts',
    from: "return { answer: { outcome: 'sealed', attemptsLeft, sealedBytes, expiresAtMs }, record: aged }",
    to: "return { answer: { outcome: 'sealed', attemptsLeft, sealedBytes, expiresAtMs }, record: { ...aged, claimHash: accessHash, life: { ...life, state: 'claimed', claimedAtMs: now.ms, leaseUntilMs: now.ms + 600_000 } } }",
  },
]

/** A server that lets a header say which method is meant. */
export const OVERRIDES_METHODS: readonly Patch[] = [
  {
    file: 'packages/server/src/app.ts',
    from: "routes.find(({ method }) => method === (isHead ? 'GET' : request.method))",
    to: "routes.find(({ method }) => method === (isHead ? 'GET' : (request.headers['x-http-method-override'] ?? request.method)))",
  },
]
