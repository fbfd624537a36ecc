import { randomBytes } from 'node:crypto'
import { formatRequest } from '../../packages/server/test/support/held.ts'
import { type RawRequest, type RawSecret, calls, makeSecret } from '../../packages/server/test/support/raw-client.ts'
import { sendRaw } from '../../packages/server/test/support/raw-socket.ts'
import type { Behind } from '../../packages/server/test/support/server-process.ts'
import type { Patch } from '../mutate.ts'
import { type Peopled, compareHoldings, readHoldings, withPeopledServer } from './states.ts'

/** What somebody asks who has an id, and perhaps what belongs elsewhere. */
interface Attempt {
  readonly what: string
  readonly request: (id: string) => RawRequest
}

export interface Compared {
  /** Pairs of replies: one for a real id, one for a random one. */
  readonly pairs: number
  /** Replies that were not the same. */
  readonly told: readonly string[]
  /** What the server holds that is not as it was. */
  readonly changed: readonly string[]
}

const ID_CALLS = ['peek', 'claim', 'sealed', 'ack', 'receipt', 'events', 'burn'] as const
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']
/** Paths of SPEC §7 below an id, the reserved ones included. */
const TAILS = ['', '/claim', '/sealed', '/ack', '/receipt', '/receipt/events', '/parts', '/parts/0', '/commit', '/fill']

/**
 * Ask every route with the id of a real secret in each state and with a random one, compare the
 * replies byte for byte, and see that the server holds what it held.
 *
 * @param stride - of so many attempts one is made in each state, another one in the next.
 */
export function compareIds(t: Behind, { stride }: { readonly stride: number }, patches: readonly Patch[] = []): Promise<Compared> {
  return withPeopledServer(t, { patches }, (peopled) => compareAll(peopled, stride))
}

async function compareAll(peopled: Peopled, stride: number): Promise<Compared> {
  const { server, secrets } = peopled
  const before = await readHoldings(peopled)
  const told: string[] = []
  let pairs = 0
  for (const [index, { state, secret }] of secrets.entries()) {
    const other = (secrets[(index + 1) % secrets.length] as (typeof secrets)[number]).secret
    const attempts = listAttempts(secret, other).filter((_, n) => (n + index) % stride === 0)
    const stranger = randomBytes(16).toString('hex')
    const seen = await inBatches(attempts, async ({ what, request }) => {
      const [real, random] = await Promise.all([secret.id, stranger].map((id) => ask(server.url, request(id))))
      return real === random ? [] : [`${what}, of what is ${state}: ${shorten(real)} instead of ${shorten(random)}`]
    })
    told.push(...seen.flat())
    pairs += attempts.length
  }
  return { pairs, told, changed: compareHoldings(before, await readHoldings(peopled)) }
}

const AT_ONCE = 16

async function inBatches<One, Result>(all: readonly One[], act: (one: One) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (let done = 0; done < all.length; done += AT_ONCE) results.push(...(await Promise.all(all.slice(done, done + AT_ONCE).map(act))))
  return results
}

/** Every byte of the reply but those of its date. */
async function ask(url: string, request: RawRequest): Promise<string> {
  const { text, isClosed } = await sendRaw(url, formatRequest(request))
  return `${isClosed ? '' : 'kept open: '}${text.replace(/\r\nDate: [^\r]*/i, '')}`
}

function shorten(reply: string | undefined): string {
  return JSON.stringify(`${reply?.split('\r\n', 1)[0]} … ${reply?.slice(-120)}`)
}

function listAttempts(secret: RawSecret, other: RawSecret): readonly Attempt[] {
  const stranger = makeSecret('', { sealed: randomBytes(72) })
  return [
    ...listWrong('what nobody has', stranger),
    ...listWrong('what belongs to another secret', other),
    // What belongs to this very secret, each in a place that it is not for.
    ...listWrong('its own capabilities in other places', {
      ...secret,
      access: secret.receiptKey,
      claim: secret.access,
      receiptKey: secret.claim,
    }),
    ...listWrong('its own proof and ack', { ...secret, access: secret.proof, claim: secret.ack, receiptKey: secret.proof }),
    ...listShapeless(stranger),
  ]
}

/** Every call with capabilities that do not fit, as GET and HEAD, whole and in part. */
function listWrong(what: string, guess: RawSecret): readonly Attempt[] {
  return ID_CALLS.flatMap((name) => {
    const request = (id: string) => calls[name]({ ...guess, id })
    const withMore = (more: Partial<RawRequest>, headers: Record<string, string> = {}) => {
      return (id: string) => ({ ...request(id), ...more, headers: { ...request(id).headers, ...headers } })
    }
    const plain: Attempt[] = [{ what: `${name} with ${what}`, request }]
    if ((request('').method ?? 'GET') !== 'GET') return plain
    plain.push({ what: `HEAD of ${name} with ${what}`, request: withMore({ method: 'HEAD' }) })
    if (name === 'sealed') plain.push({ what: `a part of ${name} with ${what}`, request: withMore({}, { range: 'bytes=0-1' }) })
    return plain
  })
}

/** What is refused before anything is looked up, which must be so for every id alike. */
function listShapeless(stranger: RawSecret): readonly Attempt[] {
  const bearer = { authorization: `Bearer ${stranger.access.toString('base64url')}` }
  const bare = TAILS.flatMap((tail) =>
    METHODS.flatMap((method): Attempt[] => {
      const path = (id: string) => `/api/v1/secrets/${id}${tail}`
      return [
        { what: `${method} ${tail} with nothing`, request: (id) => ({ method, path: path(id) }) },
        { what: `${method} ${tail} with a capability`, request: (id) => ({ method, path: path(id), headers: bearer }) },
      ]
    }),
  )
  return [
    ...bare,
    { what: 'a create under its id', request: (id) => calls.create({ create: { ...stranger.create, id } }) },
    { what: 'a claim without a proof', request: (id) => ({ ...calls.claim({ ...stranger, id }), body: '{}' }) },
    { what: 'an ack that is no JSON', request: (id) => ({ ...calls.ack({ ...stranger, id }), body: 'ack' }) },
    { what: 'a claim of another type', request: (id) => ({ ...calls.claim({ ...stranger, id }), headers: bearer }) },
    { what: 'a page of its name', request: (id) => ({ path: `/${id}` }) },
    { what: 'the page of secrets with its name', request: (id) => ({ path: `/s?${id}` }) },
  ]
}

const ENGINE = 'packages/server/src/secrets/engine.ts'

/** Servers that tell something, or let somebody do something, who has only an id. */
export const ID_MUTANTS: readonly { readonly what: string; readonly patches: readonly Patch[]; readonly sign: 'told' | 'changed' }[] = [
  {
    what: 'a server that says 503 instead of 404 where there is a secret',
    sign: 'told',
    patches: [
      {
        file: ENGINE,
        from: 'const { answer, record } = decide(row.record, row)\n    this.#change',
        to: "const { answer, record } = decide(row.record, row)\n    if (row.n > 0 && answer.outcome === 'unknown') return UNAVAILABLE\n    this.#change",
      },
    ],
  },
  {
    what: 'a server that says 404 for a wrong receipt key, and burns',
    sign: 'changed',
    patches: [
      {
        file: ENGINE,
        from: '(record) => stepBurn(record, operation.receiptHash, operation.now))',
        to: '(record, row) => { const step = stepBurn(record, operation.receiptHash, operation.now); return row.n > 0 ? { answer: step.answer, record: stepBurn(record, record.receiptHash, operation.now).record } : step })',
      },
    ],
  },
]
