import assert from 'node:assert/strict'
import { CRLF, WELL_FORMED_AT_FIRST, listMalformed, write } from '../../packages/server/test/support/malformed.ts'
import { type RawSecret, calls, makeSecret, send } from '../../packages/server/test/support/raw-client.ts'
import { type RawAnswer, sendRaw } from '../../packages/server/test/support/raw-socket.ts'
import { type Behind, type ServerProcess, anInstance, until } from '../../packages/server/test/support/server-process.ts'
import { drawChance } from '../chance.ts'
import { type Patch, patching } from '../mutate.ts'

/** How bytes are delivered: all at once, in two pieces that are cut anywhere, or each by itself. */
export type Delivery = 'whole' | 'in two' | 'byte by byte'

export interface Refused {
  readonly cases: number
  /** Cases that have reached a handler or the store. */
  readonly reached: readonly string[]
  /** Cases that were answered otherwise, kept open, or harmed who came next. */
  readonly mishandled: readonly string[]
}

const APP = 'packages/server/src/app.ts'

/** The same server, which says which handler is called for which connection, and for which secret the store is asked. */
const PROBES: readonly Patch[] = [
  {
    file: APP,
    from: '  return route.answer({',
    to: '  process.stderr.write(`reached the handler of ${route.path} from ${request.socket.remotePort}\\n`)\n  return route.answer({',
  },
  {
    file: APP,
    from: 'isRead(request) ? pages.find(path)',
    to: 'isRead(request) && process.stderr.write(`reached the pages from ${request.socket.remotePort}\\n`) ? pages.find(path)',
  },
  {
    file: 'packages/server/src/secrets/sqlite.ts',
    from: '  call<Answer>(operation: Operation): Promise<Answer> {\n',
    to: '  call<Answer>(operation: Operation): Promise<Answer> {\n    process.stderr.write(`reached the store with ${operation.op} of ${operation.secret?.id ?? operation.claim?.id ?? operation.id}\\n`)\n',
  },
]

/** A server that reads leniently, as Node can be told to, and without guards of its own. */
export const LENIENT: readonly Patch[] = [
  { file: 'packages/server/src/server.ts', from: '      noDelay: true,\n', to: '      noDelay: true,\n      insecureHTTPParser: true,\n' },
  {
    file: APP,
    from: '  const { httpVersion, headers } = request\n',
    to: '  const { httpVersion, headers } = request\n  if (request) return true\n',
  },
]

interface Case {
  readonly name: string
  readonly delivery: Delivery
  readonly waiting: RawSecret
  readonly fresh: RawSecret
}

/** Send everything that is not one well-formed request, each on a connection of its own, and see what it reaches. */
export function sendMalformed(t: Behind, sending: Sending, patches: readonly Patch[] = []): Promise<Refused> {
  return withProbedServer(t, patches, (server) => sendAll(server, sending))
}

export interface Sending {
  readonly deliveries: readonly Delivery[]
  readonly seed: number
}

/** Start a server with probes, do something with it, and stop it, whatever comes of that. */
async function withProbedServer<Found>(t: Behind, patches: readonly Patch[], act: (server: ServerProcess) => Promise<Found>) {
  const patched = patching(t, [...patches, ...PROBES])
  const server = await anInstance(t).start({ LETTERLOCK_LIMITS: 'off', ...patched.env })
  try {
    patched.assertApplied()
    const found = await act(server)
    await server.stop()
    return found
  } finally {
    await server.kill()
  }
}

async function sendAll(server: ServerProcess, { deliveries, seed }: Sending): Promise<Refused> {
  const { below } = drawChance(seed)
  const names = Object.keys(listMalformed(write({ path: '/' }), write({ path: '/' })))
  const cases: readonly Case[] = deliveries.flatMap((delivery) =>
    names.map((name) => ({ name, delivery, waiting: makeSecret('', SMALL), fresh: makeSecret('', SMALL) })),
  )
  for (const { waiting } of cases) assert.equal((await send(server.url, calls.create(waiting))).status, 201)
  const from = server.stderr().length
  const mishandled: string[] = []
  const seen = await Promise.all(
    cases.map(async (one) => {
      const answer = await deliver(server.url, one, below)
      mishandled.push(...(await judge(server.url, one, answer)))
      return { ...one, answer }
    }),
  )
  const said = () => server.stderr().slice(from)
  const countJudges = () => said().split('\n').filter(isJudge).length
  await until('every judge to be heard', () => countJudges() >= cases.length)
  const reached = seen.flatMap((one) => listReached(said(), one))
  if (countJudges() > cases.length) reached.push(`${countJudges()} requests have reached /healthz, ${cases.length} of them judges`)
  for (const { waiting, fresh, name, delivery } of cases) {
    const [kept, made] = [await send(server.url, calls.receipt(waiting)), await send(server.url, calls.receipt(fresh))]
    if (kept.status !== 200 || kept.json()['state'] !== 'sealed') mishandled.push(`${name}, ${delivery}: a secret is not as it was`)
    if (made.status !== 404) mishandled.push(`${name}, ${delivery}: a secret was made`)
  }
  return { cases: cases.length, reached, mishandled }
}

const SMALL = { sealed: Buffer.alloc(72, 1) }

function deliver(url: string, { name, delivery, waiting, fresh }: Case, below: (end: number) => number): Promise<RawAnswer> {
  const text = `${listMalformed(write(calls.burn(waiting)), write(calls.create(fresh)))[name]}${CRLF}${CRLF}`
  if (delivery === 'whole') return sendRaw(url, text)
  if (delivery === 'byte by byte') return sendRaw(url, ...text.slice(0, BYTES_MAX).split(/(?=.)/s), text.slice(BYTES_MAX))
  const cut = 1 + below(text.length - 1)
  return sendRaw(url, text.slice(0, cut), text.slice(cut))
}

/** What is longer than this goes on in one piece: a thousand packets show what ten thousand do. */
const BYTES_MAX = 1000

/** What a judge's own request makes the probes say; each makes one. */
const isJudge = (line: string) => line.startsWith('reached the handler of /healthz from ')

async function judge(url: string, { name, delivery }: Case, { statuses, isClosed }: RawAnswer): Promise<readonly string[]> {
  const isRefused = statuses.every((status) => status >= 400) || WELL_FORMED_AT_FIRST.has(name)
  const next = await send(url, { path: '/healthz' }).catch(() => null)
  return [
    ...(isClosed ? [] : ['was kept open']),
    ...(isRefused ? [] : [`was answered ${statuses.join(' and ')}`]),
    ...(next?.status === 200 ? [] : ['harmed the next request']),
  ].map((what) => `${name}, ${delivery}: ${what}`)
}

/** What begins as a request of its own may reach what that asks for, and nothing else; the store is reached by none. */
function listReached(said: string, { name, delivery, waiting, fresh, answer }: Case & { readonly answer: RawAnswer }): readonly string[] {
  // Whoever judges may ask from a port that one of them had.
  const lines = said.split('\n').filter((line) => line.startsWith('reached ') && !isJudge(line))
  const byPort = lines.filter((line) => line.endsWith(` from ${answer.localPort}`))
  const byStore = lines.filter((line) => line.endsWith(` of ${waiting.id}`) || line.endsWith(` of ${fresh.id}`))
  const found = [...(WELL_FORMED_AT_FIRST.has(name) ? byPort.slice(1) : byPort), ...byStore]
  return found.length === 0 ? [] : [`${name}, ${delivery}: ${found.join('; ')}`]
}

/** See that well-formed requests do reach what the probes listen to: a probe that hears nothing proves nothing. */
export async function hearProbes(t: Behind): Promise<readonly string[]> {
  const secret = makeSecret('', SMALL)
  const said = await withProbedServer(t, [], async (server) => {
    for (const request of [calls.create(secret), calls.burn(secret), { path: '/s' }]) await send(server.url, request)
    return server.stderr
  })
  return [
    'the handler of /api/v1/secrets from',
    'the handler of /api/v1/secrets/:id from',
    'the pages from',
    `create of ${secret.id}`,
    `burn of ${secret.id}`,
  ].filter((what) => !said().includes(what))
}
