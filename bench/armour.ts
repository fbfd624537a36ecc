import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request as sendHttp } from 'node:http'
import { request as sendHttps } from 'node:https'
import { connect } from 'node:net'
import type { Verdict } from './observatory.ts'

/** What the pages' policy lets in besides files, by its hash. */
const { inline, files } = JSON.parse(readFileSync(new URL('../packages/web/dist/manifest.json', import.meta.url), 'utf8')) as {
  readonly inline: { readonly scripts: readonly string[]; readonly styles: readonly string[] }
  readonly files: Readonly<Record<string, { readonly armour: 'page' | 'worker' }>>
}
const quote = (hashes: readonly string[]) => hashes.map((hash) => `'${hash}'`).join(' ')
const CONTENT_SECURITY_POLICY = `default-src 'none'; script-src 'self' ${quote(inline.scripts)}; style-src 'self' ${quote(inline.styles)}; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types letterlock`

/** What stands on every page and its files, word for word. SPEC §8.3. */
const PAGE_EXACTLY: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'integrity-policy': 'blocked-destinations=(script)',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
}
/** On the worker, which may compile what no page may. */
const WORKER_EXACTLY: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; script-src 'wasm-unsafe-eval'",
  'x-content-type-options': 'nosniff',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
}
/** And on everything else. */
const DATA_EXACTLY: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
}
const EXACTLY = { page: PAGE_EXACTLY, worker: WORKER_EXACTLY, data: DATA_EXACTLY, api: DATA_EXACTLY }
const HSTS = 'max-age=63072000'
const NEVER = ['set-cookie', 'server', 'x-powered-by']

/** Features whose absence from the list of denials would be a hole. */
const DENIED_AT_LEAST = [
  'camera',
  'microphone',
  'geolocation',
  'clipboard-read',
  'display-capture',
  'usb',
  'serial',
  'bluetooth',
  'storage-access',
]

const API_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'content-range, retry-after, www-authenticate',
}

type CacheRule = 'no-store, no-transform' | 'public, max-age=31536000, immutable, no-transform'

/** A request, and what its reply must be besides armoured. */
interface Probe {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly status: number
  readonly cache: CacheRule
}

/** What a reply is, which decides what it wears. */
type Kind = 'page' | 'worker' | 'data' | 'api'

function kindOf({ path, status }: Probe): Kind {
  if (path.startsWith('/api/')) return 'api'
  if (files[path]?.armour === 'worker') return 'worker'
  return status === 405 || ['/healthz', '/readyz', '/.well-known/security.txt'].includes(path) ? 'data' : 'page'
}

interface Found {
  readonly status: number
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: string
}

const ID = '0'.repeat(32)
const JSON_TYPE = { 'content-type': 'application/json' }

/** One of each kind of reply, refusals included. */
const PROBES: readonly Probe[] = [
  ...['/', '/s', '/s%23token', '/receipt', '/about'].map((path) => page(path, 200)),
  page('/nowhere', 404),
  { ...page('/', 405), method: 'POST' },
  { ...page('/s', 200), method: 'HEAD' },
  page('/.well-known/security.txt', 200),
  page('/healthz', 200),
  page('/readyz', 200),
  page('/api/v1/instance', 200),
  page('/api/v1/nowhere', 404),
  page(`/api/v1/secrets/${ID}`, 401),
  { ...page(`/api/v1/secrets/${ID}`, 404), headers: { authorization: `Bearer ${'A'.repeat(43)}` } },
  { ...page('/api/v1/secrets', 405), method: 'PUT' },
  { ...page('/api/v1/secrets', 204), method: 'OPTIONS' },
  { ...page('/api/v1/secrets', 415), method: 'POST', body: '{}' },
  { ...page('/api/v1/secrets', 400), method: 'POST', headers: JSON_TYPE, body: '{}' },
  { ...page('/api/v1/secrets', 413), method: 'POST', headers: JSON_TYPE, body: `"${'x'.repeat(98_304)}"` },
]

/**
 * Hold every kind of reply to the armour of SPEC §8.3, to the letter.
 *
 * @param publicUrl - where requests go; https exactly if HSTS is due.
 * @param plainUrl - the server itself, for what no proxy would pass on.
 * @param certificate - in PEM, trusted here.
 */
export async function checkArmour(publicUrl: string, plainUrl: string, certificate: string | null): Promise<Verdict> {
  const isHttps = publicUrl.startsWith('https:')
  const failures: string[] = []
  const check = (name: string, found: Found, probe: Pick<Probe, 'status' | 'cache'>, kind: Kind) => {
    const wrong = listWrong(found, isHttps, probe, kind)
    failures.push(...wrong.map((what) => `${name} (public URL ${isHttps ? 'https' : 'http'}): ${what}`))
  }
  const home = await ask(publicUrl, page('/', 200), certificate)
  const assets = [...home.body.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map(([, path]) => `/${path}`)
  if (assets.length === 0) failures.push('the first page names no asset')
  const later = Object.keys(files).filter((path) => path.startsWith('/assets/') && !assets.includes(path))
  const kept = [...assets, ...later].map((path): Probe => ({
    ...page(path, 200),
    cache: 'public, max-age=31536000, immutable, no-transform',
  }))
  for (const probe of [...PROBES, ...kept])
    check(`${probe.method} ${probe.path}`, await ask(publicUrl, probe, certificate), probe, kindOf(probe))
  for (const [name, text, status] of RAW_PROBES)
    check(name, await askRaw(plainUrl, text), { status, cache: 'no-store, no-transform' }, 'data')
  failures.push(...listUnsealed(home.body))
  const count = PROBES.length + kept.length + RAW_PROBES.length
  return { text: `Armour, public URL ${isHttps ? 'https' : 'http'}: ${count} kinds of reply, ${failures.length} faults`, failures }
}

/** What never becomes a request, and still is answered. */
const RAW_PROBES: readonly (readonly [name: string, text: string, status: number])[] = [
  ['broken framing', 'NOT HTTP\r\n\r\n', 400],
  ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 400],
  ['headers too long', `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
]

function page(path: string, status: number): Probe {
  return { method: 'GET', path, status, cache: 'no-store, no-transform' }
}

function listWrong(found: Found, isHttps: boolean, { status, cache }: Pick<Probe, 'status' | 'cache'>, kind: Kind): string[] {
  // A reply that is not the one meant says nothing about the headers of the one that is.
  if (found.status !== status) return [`status ${found.status}, not ${status}`]
  const wrong: string[] = []
  const wanted = { ...EXACTLY[kind], ...(kind === 'api' ? API_HEADERS : {}), 'cache-control': cache }
  for (const [name, value] of Object.entries(wanted)) {
    const values = found.headers.get(name) ?? []
    if (values.length !== 1 || values[0] !== value) wrong.push(`${name} is ${JSON.stringify(values)}, not ${JSON.stringify(value)}`)
  }
  const hsts = found.headers.get('strict-transport-security') ?? []
  if (hsts.join() !== (isHttps ? HSTS : '')) wrong.push(`strict-transport-security is ${JSON.stringify(hsts)}`)
  for (const name of NEVER) if (found.headers.has(name)) wrong.push(`${name} tells or keeps what it should not`)
  return kind === 'page' ? [...wrong, ...listAllowed(found.headers.get('permissions-policy')?.join() ?? '')] : wrong
}

/** What a Permissions-Policy leaves on besides writing to the clipboard. */
function listAllowed(policy: string): string[] {
  const features = new Map(policy.split(', ').map((part) => part.split('=', 2) as [string, string]))
  const missing = DENIED_AT_LEAST.filter((name) => !features.has(name)).map((name) => `permissions-policy does not name ${name}`)
  const open = [...features].filter(([name, value]) => value !== (name === 'clipboard-write' ? '(self)' : '()'))
  const clipboard = features.has('clipboard-write') ? [] : ['permissions-policy does not name clipboard-write']
  return [...missing, ...clipboard, ...open.map(([name, value]) => `permissions-policy says ${name}=${value}`)]
}

/** Scripts without integrity or crossorigin, and ones in the page itself whose hash the policy does not name. */
function listUnsealed(html: string): string[] {
  return [...html.matchAll(/(<script\b[^>]*>)([^]*?)<\/script>/g)]
    .filter(([, tag, text]) => {
      const hash = `sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}`
      return / src=/.test(tag ?? '') ? !/ integrity=/.test(tag ?? '') || !/ crossorigin/.test(tag ?? '') : !inline.scripts.includes(hash)
    })
    .map(([, tag]) => `${tag} lacks its seal`)
}

function ask(base: string, { method, path, headers = {}, body }: Probe, certificate: string | null): Promise<Found> {
  const send = base.startsWith('https:') ? sendHttps : sendHttp
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const options = {
    method,
    path,
    headers: { ...headers, ...length },
    agent: false as const,
    ...(certificate === null ? {} : { ca: certificate }),
  }
  const { hostname, port } = new URL(base)
  return new Promise((resolve, reject) => {
    const request = send({ hostname, port, ...options }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('error', reject)
      reply.on('end', () =>
        resolve({ status: reply.statusCode ?? 0, headers: groupHeaders(reply.rawHeaders), body: Buffer.concat(chunks).toString() }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}

function askRaw(base: string, text: string): Promise<Found> {
  const { hostname, port } = new URL(base)
  return new Promise((resolve, reject) => {
    let reply = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    socket.setTimeout(5000, () => socket.destroy(new Error('a broken request was left without an answer')))
    socket.on('data', (chunk: Buffer) => {
      reply += chunk.toString()
    })
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', body = ''] = reply.split('\r\n\r\n', 2)
      const [line = '', ...fields] = head.split('\r\n')
      const raw = fields.flatMap((field) => [field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 1).trim()])
      resolve({ status: Number(line.split(' ')[1]), headers: groupHeaders(raw), body })
    })
  })
}

function groupHeaders(raw: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>()
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), raw[i + 1] as string])
  }
  return headers
}
