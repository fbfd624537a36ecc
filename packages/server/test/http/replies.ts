import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { App } from '../support/in-process.ts'
import { type RawReply, type RawSecret, calls, makeSecret } from '../support/raw-client.ts'

/** Headers that no test of whole replies compares: the date, and what Node says of the socket. */
const OF_THE_SOCKET = ['date', 'connection', 'keep-alive', 'transfer-encoding']

const TITLES: Readonly<Record<string, { readonly status: number; readonly title: string }>> = {
  malformed: { status: 400, title: 'The request is not well formed' },
  unauthorized: { status: 401, title: 'A capability is missing or is not one' },
  pin_wrong: { status: 403, title: 'The proof is not right' },
  not_found: { status: 404, title: 'There is nothing here for this caller' },
  method_not_allowed: { status: 405, title: 'This method is not for this address' },
  id_taken: { status: 409, title: 'Another secret has this id' },
  gone: { status: 410, title: 'The secret is gone' },
  too_large: { status: 413, title: 'The request is too large' },
  unsupported: { status: 415, title: 'This content type is not understood' },
  range: { status: 416, title: 'This range lies outside' },
  lifetime_refused: { status: 422, title: 'This lifetime is not offered here' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The server made a mistake' },
  unavailable: { status: 503, title: 'The server cannot answer now' },
  storage_full: { status: 507, title: 'The storage is full' },
}

/** What every reply under `/api/` carries, apart from the armour. SPEC §7.1, §7.4. */
export const API_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store, no-transform',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'content-range, retry-after, www-authenticate',
}

/** The armour as SPEC §8.3 prints it: names in lower case, one line each; `Permissions-Policy` by its rule. */
const PAGE_ARMOUR: Readonly<Record<string, string>> = readArmour('Every page and every file of a page:')
export const DATA_ARMOUR: Readonly<Record<string, string>> = readArmour('and says so in fewer words:')

/** A secret that waits. */
export async function aSecret(app: Pick<App, 'send'>, ...wanted: Parameters<typeof makeSecret>): Promise<RawSecret> {
  const secret = makeSecret(...wanted)
  assert.equal((await app.send(calls.create(secret))).status, 201)
  return secret
}

/** The headers of a reply, without those of its socket. */
export function listHeaders(reply: RawReply): Record<string, string> {
  const entries = reply.rawHeaders.flatMap((name, i) =>
    i % 2 === 0 ? [[name.toLowerCase(), reply.rawHeaders[i + 1] as string] as const] : [],
  )
  assert.equal(
    new Set(entries.map(([name]) => name)).size,
    entries.length,
    `a header is there twice: ${entries.map(([name]) => name).join()}`,
  )
  return Object.fromEntries(entries.filter(([name]) => !OF_THE_SOCKET.includes(name)))
}

/** The headers of a reply of data beside the armour, every piece of which must be there. */
export function listOwnHeaders(reply: RawReply): Record<string, string> {
  const headers = listHeaders(reply)
  const missing = Object.keys(DATA_ARMOUR).filter((name) => !(name in headers))
  assert.deepEqual(missing, [], `a ${reply.status} lacks armour`)
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !(name in DATA_ARMOUR)))
}

/** Every piece of the armour as it is specified, letter for letter, and none of the other kind's. */
export function assertArmour(headers: Readonly<Record<string, string>>, kind: 'page' | 'data'): void {
  const names = Object.keys({ ...PAGE_ARMOUR, ...DATA_ARMOUR })
  const found = Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])))
  assert.deepEqual(found, kind === 'page' ? PAGE_ARMOUR : DATA_ARMOUR)
  if (kind === 'data') return assert.ok(!('permissions-policy' in headers))
  const [own, ...denied] = (headers['permissions-policy'] ?? '').split(', ')
  assert.equal(own, 'clipboard-write=(self)')
  assert.ok(denied.length > 30 && denied.every((feature) => /^[a-z-]+=\(\)$/.test(feature)), 'every other feature is off')
}

/** The whole reply: status, JSON, and every header. */
export function json(reply: RawReply, status: number, value: unknown): void {
  assert.deepEqual({ status: reply.status, value: reply.json() }, { status, value })
  const length = { 'content-type': 'application/json; charset=utf-8', 'content-length': String(reply.body.length) }
  assert.deepEqual(listOwnHeaders(reply), { ...API_HEADERS, ...length })
}

/** The whole refusal: status, title, extras, and every header. */
export function assertProblem(
  reply: RawReply,
  code: string,
  extras: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): void {
  const { status, title } = TITLES[code] as { status: number; title: string }
  assert.deepEqual(reply.json(), { type: 'about:blank', title, status, code, ...extras })
  assert.equal(reply.status, status)
  const length = { 'content-type': 'application/problem+json; charset=utf-8', 'content-length': String(reply.body.length) }
  assert.deepEqual(listOwnHeaders(reply), { ...API_HEADERS, ...length, ...headers })
}

/** 204: nothing, and no word of how long or of what type that is. */
export function empty(reply: RawReply, headers: Readonly<Record<string, string>> = {}): void {
  assert.deepEqual({ status: reply.status, body: reply.body.length }, { status: 204, body: 0 })
  assert.deepEqual(listOwnHeaders(reply), { ...API_HEADERS, ...headers })
}

export function same(reply: RawReply, other: RawReply): void {
  assert.deepEqual(
    { status: reply.status, headers: listHeaders(reply), body: reply.body.toString('latin1') },
    { status: other.status, headers: listHeaders(other), body: other.body.toString('latin1') },
  )
}

/** A reply to HEAD is the one to GET, but for its body. */
export function bodyless(head: RawReply, get: RawReply): void {
  assert.ok(get.body.length > 0, 'the GET has a body')
  assert.equal(head.body.length, 0)
  assert.deepEqual({ status: head.status, headers: listHeaders(head) }, { status: get.status, headers: listHeaders(get) })
}

/** @param lead - the words before the block. */
function readArmour(lead: string): Record<string, string> {
  const spec = readFileSync(new URL('../../../../SPEC.md', import.meta.url), 'utf8')
  const block = spec.split(`${lead}\n\n\`\`\`\n`)[1]?.split('```')[0] ?? assert.fail(`SPEC.md does not say "${lead}"`)
  const { inline } = JSON.parse(readFileSync(new URL('../../../web/dist/manifest.json', import.meta.url), 'utf8')) as {
    readonly inline: Readonly<Record<'scripts' | 'styles', readonly string[]>>
  }
  const quote = (hashes: readonly string[]) => hashes.map((hash) => `'${hash}'`).join(' ')
  const lines = block
    .replace('<scripts>', quote(inline.scripts))
    .replace('<styles>', quote(inline.styles))
    .replaceAll(/\n {2}/g, ' ')
    .trim()
    .split('\n')
  const entries = lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)])
  return Object.fromEntries(entries.filter(([name]) => name !== 'permissions-policy')) as Record<string, string>
}
