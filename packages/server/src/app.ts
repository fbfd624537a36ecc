import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Bytes, EVENT_STREAM_TYPE, type SecretId, parseSecretId } from '@letterlock/protocol'
import { type Answer, INTERNAL, NOT_FOUND, type StreamAnswer, UNAVAILABLE, problem } from './guard/answer.ts'
import { isJsonType, readBody } from './guard/body.ts'
import { PREFLIGHT, listCors, listDataArmour, listOfflineWorkerArmour, listPageArmour, listWorkerArmour } from './guard/headers.ts'
import type { Log } from './log.ts'
import type { Page, Pages } from './pages.ts'
import { ackSecret } from './routes/ack-secret.ts'
import { burnSecret } from './routes/burn-secret.ts'
import { claimSecret } from './routes/claim-secret.ts'
import { createSecret } from './routes/create-secret.ts'
import { followReceipt } from './routes/follow-receipt.ts'
import { healthz, readyz } from './routes/health.ts'
import { peekSecret } from './routes/peek-secret.ts'
import { readInstance } from './routes/read-instance.ts'
import { readReceipt } from './routes/read-receipt.ts'
import { readSealed } from './routes/read-sealed.ts'
import { type Deps, type Route, parseBearer } from './routes/route.ts'
import { StoreError } from './secrets/store.ts'

const ROUTES: readonly Route[] = [
  createSecret,
  peekSecret,
  claimSecret,
  readSealed,
  ackSecret,
  readReceipt,
  followReceipt,
  burnSecret,
  readInstance,
  healthz,
  readyz,
]

const ROUTES_BY_TEMPLATE: ReadonlyMap<string, readonly Route[]> = Map.groupBy(ROUTES, ({ path }) => path)
/** Every path that holds an id begins so, and goes on with it. */
const ID_PREFIX = '/api/v1/secrets/'

const TYPES = {
  json: 'application/json; charset=utf-8',
  problem: 'application/problem+json; charset=utf-8',
  bytes: 'application/octet-stream',
  text: 'text/plain; charset=utf-8',
} as const

const MALFORMED = problem('malformed', { field: 'request' }, { connection: 'close' })
const NO_BYTES = new Uint8Array(0)

/** A path's routes, and the id in it. */
interface Match {
  readonly template: string
  readonly routes: readonly Route[]
  readonly id: string
}

/** What goes out: nothing, if the caller went away. */
type Result = Answer | StreamAnswer | Page | null

export type Listener = (request: IncomingMessage, response: ServerResponse) => void

/**
 * The front door: one request in, one answer out, whatever happens. Guards come in the order
 * of SPEC §7.1, all of them before any store is asked.
 */
export function createApp(deps: Deps, pages: Pages, log: Log, securityTxt: () => string): Listener {
  const armour: Readonly<Record<Page['armour'], readonly string[]>> = {
    page: listPageArmour(deps.settings, pages.inline),
    worker: listWorkerArmour(deps.settings),
    'offline-worker': listOfflineWorkerArmour(deps.settings),
  }
  const dataHeaders = [...listDataArmour(deps.settings), ...listCors(deps.settings), 'Cache-Control', 'no-store, no-transform']

  const answer = (request: IncomingMessage, isQueued: boolean, path: string, match: Match | null): Promise<Result> | Result => {
    if (!isSound(request) || !path.startsWith('/')) return MALFORMED
    if (path === '/.well-known/security.txt')
      return isRead(request) ? { status: 200, type: 'text', body: securityTxt() } : refuseMethod('GET, HEAD')
    if (path.startsWith('/api/') && request.method === 'OPTIONS') return { status: 204, type: null, body: '', headers: PREFLIGHT }
    if (match !== null) return answerApi(request, isQueued, match, deps)
    if (path.startsWith('/api/')) return NOT_FOUND
    return isRead(request) ? pages.find(path) : refuseMethod('GET, HEAD')
  }

  return (request, response) => {
    const startMs = performance.now()
    const path = (request.url ?? '').split('?', 1)[0] as string
    const match = matchPath(path)
    const finish = (result: Result) => {
      if (result === null) return response.destroy()
      const isPage = 'plain' in result
      if (isPage) sendPage(request, response, result, armour[result.armour])
      else if ('begin' in result) sendStream(request, response, result, dataHeaders)
      else sendAnswer(request, response, result, dataHeaders, deps.isStopping())
      const route = match?.template ?? (isPage ? result.route : 'other')
      log.request({ method: request.method ?? '', route, status: result.status, ms: performance.now() - startMs })
    }
    const fail = (error: unknown) => {
      if (error instanceof StoreError) return finish(UNAVAILABLE)
      log.event(`a mistake of ours, in ${match?.template ?? 'a page'}: ${error instanceof Error ? error.name : 'unknown'}`)
      finish(INTERNAL)
    }
    const handle = async () => finish(await answer(request, response.socket === null, path, match))
    // Nobody else would end the connection, if even the refusal cannot be sent.
    handle()
      .catch(fail)
      .catch(() => response.destroy())
  }
}

async function answerApi(request: IncomingMessage, isQueued: boolean, { routes, id }: Match, deps: Deps): Promise<Result> {
  const isHead = request.method === 'HEAD'
  const route = routes.find(({ method }) => method === (isHead ? 'GET' : request.method))
  if (route === undefined) return refuseMethod(listMethods(routes))
  const bearer = route.needsBearer ? parseOneBearer(request) : NO_BYTES
  if (bearer === null) return problem('unauthorized', {}, { 'www-authenticate': 'Bearer' })
  const secretId = route.path.includes(':id') ? parseSecretId(id) : ('' as SecretId)
  if (secretId === null) return NOT_FOUND
  const body = route.hasBody ? await readJsonBody(request) : { text: '' }
  if (body === null || 'status' in body) return body
  // There is nothing that If-Range could name, so its range is never met. SPEC §7.8.
  const range = request.headers['if-range'] === undefined ? request.headers.range : undefined
  return route.answer({ id: secretId, bearer, body: body.text, range, isHead, isQueued, address: request.socket.remoteAddress }, deps)
}

async function readJsonBody(request: IncomingMessage): Promise<{ readonly text: string } | Answer | null> {
  if (
    countHeader(request, 'content-type') !== 1 ||
    !isJsonType(request.headers['content-type']) ||
    request.headers['content-encoding'] !== undefined
  )
    return problem('unsupported')
  return readBody(request)
}

/** What may stand in Host (RFC 9112 §3.2, RFC 3986 §3.2.2): a name or an address, and a port. */
const HOST = /^(?:[\w.~%!$&'()*+,;=-]*|\[[\da-fA-F:.]+\])(?::\d*)?$/

/**
 * One request and no other, read alike by everyone on the way: Node takes two Host headers,
 * versions that there are not, and codings that whoever stands in front may know otherwise.
 */
function isSound(request: IncomingMessage): boolean {
  const { httpVersion, headers } = request
  const hosts = countHeader(request, 'host')
  const isNamed = hosts === 1 ? HOST.test(headers.host ?? '') : hosts === 0 && httpVersion === '1.0'
  const coding = headers['transfer-encoding']
  return isNamed && (httpVersion === '1.1' || httpVersion === '1.0') && (coding === undefined || coding.toLowerCase() === 'chunked')
}

function parseOneBearer(request: IncomingMessage): Bytes | null {
  return countHeader(request, 'authorization') === 1 ? parseBearer(request.headers.authorization) : null
}

/** How often a header was sent: `headers` joins some that are sent twice, and drops others. */
function countHeader({ rawHeaders }: IncomingMessage, name: string): number {
  let count = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const found = rawHeaders[i] as string
    if (found.length === name.length && found.toLowerCase() === name) count++
  }
  return count
}

function isRead(request: IncomingMessage): boolean {
  return request.method === 'GET' || request.method === 'HEAD'
}

function refuseMethod(allow: string): Answer {
  return problem('method_not_allowed', {}, { allow })
}

function listMethods(routes: readonly Route[]): string {
  return routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
}

function matchPath(path: string): Match | null {
  const [id = ''] = path.startsWith(ID_PREFIX) ? path.slice(ID_PREFIX.length).split('/', 1) : []
  const template = path.startsWith(ID_PREFIX) ? `${ID_PREFIX}:id${path.slice(ID_PREFIX.length + id.length)}` : path
  const routes = ROUTES_BY_TEMPLATE.get(template)
  return routes === undefined ? null : { template, routes, id }
}

function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  common: readonly string[],
  isStopping: boolean,
): void {
  // A text goes out in one write together with its headers; bytes would take two.
  const { body } = answer
  const bytes = Buffer.byteLength(body)
  const headers = [...common]
  if (answer.type !== null) headers.push('Content-Type', TYPES[answer.type], 'Content-Length', String(bytes))
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers.push(name, value)
  if (isStopping) headers.push('Connection', 'close')
  response.writeHead(answer.status, headers)
  if (request.method === 'HEAD' || answer.type === null) response.end()
  // Plain ASCII needs no transcoding.
  else if (bytes === body.length && typeof body === 'string') response.end(body, 'latin1')
  else response.end(body)
}

/** A stream is the last answer on its connection: when it ends, so does that. */
function sendStream(request: IncomingMessage, response: ServerResponse, answer: StreamAnswer, common: readonly string[]): void {
  // A body that nobody asked for would otherwise be waited for, and cut the stream.
  request.resume()
  const headers = [...common, 'Content-Type', EVENT_STREAM_TYPE]
  for (const [name, value] of Object.entries(answer.headers)) headers.push(name, value)
  response.writeHead(answer.status, [...headers, 'Connection', 'close'])
  answer.begin(response)
}

function sendPage(request: IncomingMessage, response: ServerResponse, page: Page, armour: readonly string[]): void {
  const encoding = pickEncoding(request.headers['accept-encoding'], page)
  const bytes = (encoding === 'br' ? page.brotli : encoding === 'gzip' ? page.gzip : null) ?? page.plain
  const headers = [...armour, 'Content-Type', page.type, 'Content-Length', String(bytes.length), 'Cache-Control', page.cacheControl]
  if (page.brotli !== null) headers.push('Vary', 'Accept-Encoding')
  if (encoding !== null) headers.push('Content-Encoding', encoding)
  response.writeHead(page.status, headers)
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

/** The smallest form that the browser takes; one that it gives no weight is one that it refuses (RFC 9110 §12.5.3). */
function pickEncoding(header: string | string[] | undefined, page: Page): 'br' | 'gzip' | null {
  const taken = (header?.toString() ?? '').split(',').filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
  const takes = (name: string) => taken.some((part) => part.split(';', 1)[0]?.trim() === name)
  if (page.brotli !== null && takes('br')) return 'br'
  return page.gzip !== null && takes('gzip') ? 'gzip' : null
}
