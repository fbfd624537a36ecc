import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { type App, anApp } from '../support/in-process.ts'
import { type RawReply, type RawRequest, calls, makeSecret } from '../support/raw-client.ts'
import { API_HEADERS, assertProblem, empty, listOwnHeaders } from './replies.ts'

/** Longest body of a call, in bytes. SPEC §7.1. */
const BODY_BYTES_MAX = 98_304

const secret = makeSecret()
const bodyOf = (bytes: number) => (calls.create(secret).body as string).padEnd(bytes, ' ')

test('a call is taken with the one type that it has, however it is spelled', async (t) => {
  const app = await anApp(t)
  const types = [
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset=UTF-8',
    'application/json \t; \t CHARSET=utf-8',
    ' application/json ',
  ]
  for (const type of types) assert.equal((await app.send(withHeaders({ 'content-type': type }))).status, 201, type)
})

test('any other type, none, or two of them is 415, and no store is asked', async (t) => {
  const app = await anApp(t)
  const types: readonly (string | string[])[] = [
    '',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/json5',
    'application/x-json',
    'application/problem+json',
    'application/json, text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/json; charset=utf-8; x=y',
    'application/json; x=y',
    'application/json;',
    'application/json charset=utf-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    ['application/json', 'application/json'],
    ['application/json', 'text/plain'],
  ]
  for (const type of types) assertProblem(await app.send(withHeaders({ 'content-type': type })), 'unsupported')
  for (const call of [calls.create(secret), calls.claim(secret), calls.ack(secret)]) {
    const { 'content-type': _none, ...headers } = call.headers as Record<string, string>
    assertProblem(await app.send({ ...call, headers }), 'unsupported')
  }
  for (const encoding of ['gzip', 'identity', 'br', '', 'deflate, gzip']) {
    assertProblem(await app.send(withHeaders({ 'content-type': 'application/json', 'content-encoding': encoding })), 'unsupported')
  }
  assert.deepEqual(app.asked, [])
})

test('a body is taken at the limit and refused a byte beyond it, whether its length is announced or not', async (t) => {
  const app = await anApp(t)
  for (const isChunked of [false, true]) {
    const headers = { 'content-type': 'application/json', ...(isChunked ? { 'transfer-encoding': 'chunked' } : {}) }
    const sendBody = (bytes: number) => app.send({ ...calls.create(secret), headers, body: bodyOf(bytes) })
    assert.equal((await sendBody(BODY_BYTES_MAX)).status, 201)
    for (const bytes of [BODY_BYTES_MAX + 1, 4 * BODY_BYTES_MAX]) assertTooLarge(await sendBody(bytes))
  }
  assert.deepEqual(app.asked, ['create', 'create'])
})

test('a length beyond the limit is refused before a byte of the body has come', async (t) => {
  const app = await anApp(t)
  for (const length of [BODY_BYTES_MAX + 1, 1e9, Number.MAX_SAFE_INTEGER]) assertTooLarge(await announce(app, length))
  assert.deepEqual(app.asked, [])
})

test('checks come in one order: path, method, authorization, id, type, size, shape', async (t) => {
  const app = await anApp(t)
  const good = `Bearer ${secret.access.toString('base64url')}`
  // Each request has every fault of those below it, too.
  const faults: readonly (readonly [
    code: string,
    method: string,
    path: string,
    authorization: string | null,
    type: string,
    body: string,
  ])[] = [
    ['not_found', 'PUT', '/api/v1/secrets/x/y', null, 'text/plain', bodyOf(BODY_BYTES_MAX + 1)],
    ['method_not_allowed', 'PUT', '/api/v1/secrets/x/claim', null, 'text/plain', bodyOf(BODY_BYTES_MAX + 1)],
    ['unauthorized', 'POST', '/api/v1/secrets/x/claim', null, 'text/plain', bodyOf(BODY_BYTES_MAX + 1)],
    ['not_found', 'POST', '/api/v1/secrets/x/claim', good, 'text/plain', bodyOf(BODY_BYTES_MAX + 1)],
    ['unsupported', 'POST', `/api/v1/secrets/${secret.id}/claim`, good, 'text/plain', bodyOf(BODY_BYTES_MAX + 1)],
    ['too_large', 'POST', `/api/v1/secrets/${secret.id}/claim`, good, 'application/json', bodyOf(BODY_BYTES_MAX + 1)],
    ['malformed', 'POST', `/api/v1/secrets/${secret.id}/claim`, good, 'application/json', '{}'],
  ]
  for (const [code, method, path, authorization, type, body] of faults) {
    const headers = { 'content-type': type, ...(authorization === null ? {} : { authorization }) }
    assert.equal((await app.send({ method, path, headers, body })).json()['code'], code)
  }
  assert.deepEqual(app.asked, [])
})

test('a known path answers any other method with 405 and the methods that it has', async (t) => {
  const app = await anApp(t)
  const { id } = secret
  const allowed: Readonly<Record<string, string>> = {
    '/api/v1/secrets': 'POST',
    [`/api/v1/secrets/${id}`]: 'GET, HEAD, DELETE',
    [`/api/v1/secrets/${id}/claim`]: 'POST',
    [`/api/v1/secrets/${id}/sealed`]: 'GET, HEAD',
    [`/api/v1/secrets/${id}/ack`]: 'POST',
    [`/api/v1/secrets/${id}/receipt`]: 'GET, HEAD',
    [`/api/v1/secrets/${id}/receipt/events`]: 'GET, HEAD',
    '/api/v1/instance': 'GET, HEAD',
    '/healthz': 'GET, HEAD',
    '/readyz': 'GET, HEAD',
    '/': 'GET, HEAD',
    '/s': 'GET, HEAD',
    '/.well-known/security.txt': 'GET, HEAD',
  }
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'SEARCH', 'QUERY', 'PURGE', 'M-SEARCH', 'OPTIONS']
  for (const [path, allow] of Object.entries(allowed)) {
    const others = methods.filter((method) => !allow.split(', ').includes(method) && !(method === 'OPTIONS' && path.startsWith('/api/')))
    for (const method of others) assertProblem(await app.send({ method, path }), 'method_not_allowed', {}, { allow })
    if (!allow.includes('GET')) assert.equal((await app.send({ method: 'HEAD', path })).status, 405)
  }
  assert.deepEqual(app.asked, [])
})

test('a preflight is answered on any path of the API without asking a store or for a capability', async (t) => {
  const app = await anApp(t)
  const preflight = {
    'access-control-allow-methods': 'GET, POST, PUT, DELETE',
    'access-control-allow-headers': 'authorization, content-type, range',
    'access-control-max-age': '7200',
  }
  const paths = ['/api/v1/secrets', `/api/v1/secrets/${secret.id}/claim`, '/api/v1/secrets/x', '/api/v1/requests', '/api/nowhere', '/api/']
  for (const path of paths) {
    const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' }
    empty(await app.send({ method: 'OPTIONS', path, headers }), preflight)
  }
  assert.deepEqual(app.asked, [])
})

test('a narrowed origin is the one that every reply names, whoever asks', async (t) => {
  const app = await anApp(t, { env: { LETTERLOCK_CORS_ORIGIN: 'https://pages.example' } })
  const replies: readonly RawRequest[] = [
    { path: '/api/v1/instance' },
    { path: '/api/v1/nowhere' },
    { method: 'OPTIONS', path: '/api/v1/secrets' },
    calls.peek(secret),
    { method: 'PUT', path: '/api/v1/secrets' },
    calls.create({ create: {} }),
  ]
  for (const request of replies) {
    const reply = await app.send({ ...request, headers: { ...request.headers, origin: 'https://elsewhere.example' } })
    const { 'access-control-allow-origin': origin, vary } = listOwnHeaders(reply)
    assert.deepEqual({ origin, vary }, { origin: 'https://pages.example', vary: 'Origin' })
  }
})

test('nobody is ever allowed to send credentials of a browser along', async (t) => {
  const app = await anApp(t)
  const reply = await app.send({ path: '/api/v1/instance', headers: { origin: 'null', cookie: 'a=b' } })
  assert.ok(!('access-control-allow-credentials' in reply.headers))
  assert.ok(!('set-cookie' in reply.headers))
  assert.equal(reply.headers['access-control-allow-origin'], API_HEADERS['access-control-allow-origin'])
})

test('a body on a call that takes none is not looked at', async (t) => {
  const app = await anApp(t)
  assert.equal((await app.send(calls.create(secret))).status, 201)
  const body = Buffer.concat([Buffer.from('{"__proto__":'), Buffer.alloc(2000, 0xff)])
  const withBody = (call: RawRequest) => ({ ...call, body, headers: { ...call.headers, 'content-length': String(body.length) } })
  assert.equal((await app.send(withBody(calls.peek(secret)))).status, 200)
  assert.equal((await app.send(withBody(calls.burn(secret)))).status, 204)
})

function withHeaders(headers: Record<string, string | string[]>): RawRequest {
  return { ...calls.create(secret), headers }
}

/** 413, and the socket is not used again. */
function assertTooLarge(reply: RawReply): void {
  assertProblem(reply, 'too_large')
  assert.equal(reply.headers['connection'], 'close')
}

/** Send the head of a create that says how long its body will be, and none of the body. */
function announce(app: App, length: number): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': String(length) }
    const sent = request(new URL('api/v1/secrets', app.url), { method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const body = Buffer.concat(chunks)
        const { statusCode: status = 0, headers: found, rawHeaders } = response
        const json = () => JSON.parse(body.toString('utf8')) as Record<string, unknown>
        resolve({ status, headers: found as RawReply['headers'], rawHeaders, body, json })
        sent.destroy()
      })
    })
    sent.on('error', reject)
    sent.flushHeaders()
  })
}
