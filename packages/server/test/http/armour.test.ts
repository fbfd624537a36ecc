import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { aListening } from '../support/listening.ts'
import { type RawReply, type RawRequest, calls, makeSecret } from '../support/raw-client.ts'
import { listRawHeaders, sendRaw } from '../support/raw-socket.ts'
import { StoreError } from '../../src/secrets/store.ts'
import { anApp } from '../support/in-process.ts'
import { DATA_ARMOUR, aSecret, assertArmour, listHeaders, same } from './replies.ts'

interface ManifestFile {
  readonly cache: 'page' | 'immutable' | 'hour'
  readonly type: string
  readonly armour: 'page' | 'worker' | 'offline-worker'
  readonly brotli: boolean
}
const dist = new URL('../../../web/dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('manifest.json', dist), 'utf8')) as {
  readonly files: Readonly<Record<string, ManifestFile>>
}
const assets = Object.keys(manifest.files).filter((path) => path.startsWith('/assets/'))
const isWorker = (path: string) => manifest.files[path]?.armour === 'worker'
const PAGES = ['/', '/s', '/receipt', '/about', '/accessibility', '/offline']
/** What browsers, systems and chats ask for by a name of its own. */
const KNOWN = Object.keys(manifest.files).filter((path) => /\.(?:ico|svg|png|webmanifest|txt)$/.test(path))

const stranger = makeSecret()
const tooLarge: RawRequest = { ...calls.create(stranger), body: ' '.repeat(98_305) }

/** Requests whose answers are of every kind there is, and the status that each must have to be that kind. */
function listKinds(
  waiting: Parameters<typeof calls.peek>[0] & Parameters<typeof calls.burn>[0],
): readonly (readonly [number, RawRequest])[] {
  return [
    ...[...PAGES, ...assets, ...KNOWN, '/.well-known/security.txt'].map((path) => [200, { path }] as const),
    [404, { path: '/nowhere' }],
    [405, { path: '/', method: 'POST' }],
    [201, calls.create(makeSecret())],
    [200, calls.peek(waiting)],
    [200, { path: '/api/v1/instance' }],
    [200, { path: '/healthz' }],
    [200, { path: '/readyz' }],
    [204, { path: '/api/v1/secrets', method: 'OPTIONS' }],
    [400, calls.create({ create: {} })],
    [401, { path: `/api/v1/secrets/${stranger.id}` }],
    [404, calls.peek(stranger)],
    [404, { path: '/api/v1/nowhere' }],
    [405, { path: '/api/v1/secrets', method: 'PUT' }],
    [413, tooLarge],
    [415, { path: '/api/v1/secrets', method: 'POST' }],
    [204, calls.burn(waiting)],
  ]
}

test('every kind of response wears the armour, letter for letter', async (t) => {
  const server = await aListening(t)
  const waiting = await aSecret(server)
  const claimed = await aSecret(server)
  assertArmour(listHeaders(await server.send(calls.claim(claimed))), 'data')
  assertArmour(listHeaders(await server.send(calls.sealed(claimed))), 'data')
  const part = { ...calls.sealed(claimed), headers: { ...calls.sealed(claimed).headers, range: 'bytes=0-1' } }
  assertArmour(listHeaders(await server.send(part)), 'data')
  for (const [status, request] of [...listKinds(waiting), [410, calls.burn(claimed)] as const]) {
    const reply = await server.send(request)
    assert.equal(reply.status, status, `${request.method} ${request.path}`)
    const isData = status === 405 || ['/healthz', '/readyz', '/.well-known/security.txt'].includes(request.path)
    if (isWorker(request.path)) continue
    assertArmour(listHeaders(reply), isData || request.path.startsWith('/api/') ? 'data' : 'page')
  }
})

test('the worker alone may compile wasm, and its reply says that and no more', async (t) => {
  const server = await aListening(t)
  const [path = '', ...others] = Object.keys(manifest.files).filter(isWorker)
  assert.deepEqual({ isStretch: /^\/assets\/stretch-[0-9a-f]{12}\.js$/.test(path), others }, { isStretch: true, others: [] })
  const reply = await server.send({ path })
  assert.deepEqual(listHeaders(reply), {
    'content-security-policy': "default-src 'none'; script-src 'wasm-unsafe-eval'",
    'cross-origin-embedder-policy': 'require-corp',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'content-type': 'text/javascript; charset=utf-8',
    'content-length': String(reply.body.length),
    'cache-control': 'public, max-age=31536000, immutable, no-transform',
    vary: 'Accept-Encoding',
  })
  for (const [, request] of listKinds(makeSecret()).filter((kind) => !isWorker(kind[1].path))) {
    const policy = (await server.send(request)).headers['content-security-policy']
    assert.match(String(policy), /^default-src 'none'; /)
    assert.doesNotMatch(String(policy), /wasm|unsafe/, request.path)
  }
})

test('the worker that shows the offline page may ask its own origin, and its reply says that and no more', async (t) => {
  const server = await aListening(t)
  const reply = await server.send({ path: '/offline-worker.js' })
  assert.deepEqual(listHeaders(reply), {
    'content-security-policy': "default-src 'none'; connect-src 'self'",
    'cross-origin-embedder-policy': 'require-corp',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'content-type': 'text/javascript; charset=utf-8',
    'content-length': String(reply.body.length),
    'cache-control': 'no-store, no-transform',
    vary: 'Accept-Encoding',
  })
  const others = Object.entries(manifest.files).filter(([, { armour }]) => armour === 'offline-worker')
  assert.deepEqual(
    others.map(([path]) => path),
    ['/offline-worker.js'],
  )
  // Where it stands is what it may see: nowhere else is it found.
  for (const path of ['/under/offline-worker.js', '/assets/offline-worker.js', '/s/offline-worker.js'])
    assert.notEqual((await server.send({ path })).headers['content-type'], 'text/javascript; charset=utf-8', path)
})

test('what never becomes a request is refused in the armour, too, and is not kept', async (t) => {
  const server = await aListening(t)
  const head = 'GET / HTTP/1.1\r\nHost: localhost\r\n'
  const refusals: readonly (readonly [number, string])[] = [
    [400, 'NOT HTTP\r\n\r\n'],
    [400, `${head}Host: other\r\n\r\n`],
    [400, 'GET / HTTP/1.1\r\n\r\n'],
    [400, `${head}Content-Length: x\r\n\r\n`],
    [431, `${head}X: ${'x'.repeat(20_000)}\r\n\r\n`],
    [405, 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n'],
    [417, `${head}Expect: 200-ok\r\n\r\n`],
  ]
  const failures: string[] = []
  for (const [status, bytes] of refusals) {
    const answer = await sendRaw(server.url, bytes)
    assert.deepEqual({ statuses: answer.statuses, isClosed: answer.isClosed }, { statuses: [status], isClosed: true }, bytes.slice(0, 60))
    const headers = listRawHeaders(answer)
    const length = String(answer.text.length - answer.text.indexOf('\r\n\r\n') - 4)
    const wanted = { ...DATA_ARMOUR, 'cache-control': 'no-store, no-transform', connection: 'close', 'content-length': length }
    const wrong = Object.entries(wanted).filter(([name, value]) => headers[name] !== value)
    if (wrong.length > 0) failures.push(`${status} for ${JSON.stringify(bytes.slice(0, 60))}: ${wrong.map(([name]) => name).join(', ')}`)
  }
  assert.deepEqual(failures, [])
})

test('a refused method always says which ones there are', async (t) => {
  const server = await aListening(t)
  const answer = await sendRaw(server.url, 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n')
  assert.deepEqual(answer.statuses, [405])
  assert.ok('allow' in listRawHeaders(answer), 'RFC 9110 §15.5.6: a 405 carries Allow')
})

test('a mistake of ours and a store that cannot answer wear the armour, too', async (t) => {
  const broken = { peek: () => Promise.reject(new StoreError('closed')), receipt: () => Promise.reject(new TypeError('ours')) }
  const app = await anApp(t, { wrap: (store) => ({ ...store, ...broken }) })
  for (const [status, call] of [
    [503, calls.peek(stranger)],
    [500, calls.receipt(stranger)],
  ] as const) {
    const reply = await app.send(call)
    assert.equal(reply.status, status)
    assertArmour(listHeaders(reply), 'data')
  }
})

test('browsers are told to insist on https exactly when the public address is https', async (t) => {
  const publicUrls = [null, 'http://secrets.example/', 'https://secrets.example/', 'HTTPS://secrets.example/under/']
  for (const publicUrl of publicUrls) {
    const env: Record<string, string> = publicUrl === null ? {} : { LETTERLOCK_PUBLIC_URL: publicUrl }
    const server = await aListening(t, env)
    const wanted = publicUrl?.toLowerCase().startsWith('https:') === true ? 'max-age=63072000' : undefined
    for (const [, request] of listKinds(makeSecret())) {
      assert.equal((await server.send(request)).headers['strict-transport-security'], wanted, `${publicUrl} ${request.path}`)
    }
    const raw = listRawHeaders(await sendRaw(server.url, 'NOT HTTP\r\n\r\n'))
    assert.equal(raw['strict-transport-security'], wanted)
  }
})

test('nothing ever redirects, whatever the public address and the host are', async (t) => {
  const server = await aListening(t, { LETTERLOCK_PUBLIC_URL: 'https://secrets.example/under/' })
  const paths = [
    ...PAGES,
    '/s/',
    '/receipt/',
    '/about/',
    '/S',
    '//',
    '//other.example',
    '/\\other.example',
    '/under/',
    '/under/s',
    '/index.html',
  ]
  for (const path of [...paths, '/.well-known/', '/assets', '/assets/', '/api', '/..', '/%2e%2e/etc/passwd', '/s?x=//other.example']) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const reply = await server.send({ path, method, headers: { host: 'other.example', 'x-forwarded-proto': 'http' } })
      assert.ok(reply.status < 300 || reply.status >= 400, `${method} ${path} is ${reply.status}`)
      assert.ok(!('location' in reply.headers) && !('refresh' in reply.headers))
    }
  }
})

test('what is named after its content is kept for ever, pages never, and nobody may change a byte', async (t) => {
  const server = await aListening(t)
  const words = {
    page: 'no-store, no-transform',
    immutable: 'public, max-age=31536000, immutable, no-transform',
    hour: 'public, max-age=3600, no-transform',
  }
  for (const [path, { cache, type }] of Object.entries(manifest.files)) {
    const { headers } = await server.send({ path })
    assert.deepEqual({ cache: headers['cache-control'], type: headers['content-type'] }, { cache: words[cache], type }, path)
    assert.equal(cache === 'immutable', /-[0-9a-f]{12}\.\w+$/.test(path), path)
  }
  for (const [, request] of listKinds(makeSecret()).filter(([, { path }]) => !(path in manifest.files))) {
    assert.equal((await server.send(request)).headers['cache-control'], 'no-store, no-transform', request.path)
  }
})

test('an asset is found at any depth, and only under its own name', async (t) => {
  const server = await aListening(t)
  for (const path of assets) {
    const plain = await server.send({ path })
    for (const base of ['/under', '/a/b/c', '/s%23token', '/apiary']) same(await server.send({ path: `${base}${path}` }), plain)
    for (const wrong of [`${path}/`, `${path}x`, path.replace('/assets/', '/assets/../'), path.replace('/assets/', '/assets//')]) {
      assert.equal((await server.send({ path: wrong })).status, 404, wrong)
    }
  }
  for (const path of [
    '/assets/manifest.json',
    '/manifest.json',
    '/assets/..%2fmanifest.json',
    '/index.html',
    '/about.html',
    '/about.html.br',
  ]) {
    assert.equal((await server.send({ path })).status, 404, path)
  }
})

test('a page whose path a program has changed is the page, and is logged as nothing but that', async (t) => {
  const server = await aListening(t)
  for (const page of ['/s', '/receipt']) {
    const plain = await server.send({ path: page })
    assert.equal(plain.status, 200)
    const tails = ['%23', '%23TonnpYuTScDdWgHbS4gN', '%23x/y?z', '%2523TonnpYuTScDdWgHbS4gN', '/', '?utm_source=mail', '%23%20%23']
    const junk = [
      '.',
      ',',
      ')',
      '%3E',
      '%22',
      '%E2%80%A6',
      '%',
      '%2',
      '&x',
      ';x',
      '.html',
      '/%23x',
      '/TonnpYuTScDdWgHbS4gN',
      '?TonnpYuTScDdWgHbS4gN',
    ]
    for (const tail of [...tails, ...junk]) same(await server.send({ path: `${page}${tail}` }), plain)
    same(await server.send({ path: page.toUpperCase() }), plain)
    for (const tail of ['x', '1', '-', '_x', 'ecret']) assert.equal((await server.send({ path: `${page}${tail}` })).status, 404, tail)
    assert.equal((await server.send({ path: `/x${page}` })).status, 404)
  }
  assert.deepEqual([...new Set(server.lines.map(({ route }) => route))].toSorted(), ['/receipt', '/s', 'not found'])
})

test('a page is sent as brotli, as gzip or as it is, by what the browser takes, and is the same page', async (t) => {
  const server = await aListening(t)
  const choices: readonly (readonly [string | null, string | undefined])[] = [
    ['gzip, deflate, br, zstd', 'br'],
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['deflate, gzip;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.0', undefined],
    ['gzip;q=0', undefined],
    ['identity', undefined],
    ['deflate', undefined],
    ['x-br, not-gzip', undefined],
    ['', undefined],
    [null, undefined],
  ]
  const decode = { br: brotliDecompressSync, gzip: gunzipSync }
  for (const path of ['/', '/s', '/nowhere', ...assets.slice(0, 1)]) {
    const plain = await server.send({ path })
    for (const [accepted, wanted] of choices) {
      const reply = await server.send({ path, headers: accepted === null ? {} : { 'accept-encoding': accepted } })
      const encoding = reply.headers['content-encoding']
      assert.equal(encoding, wanted, `${path} for ${accepted}`)
      assert.equal(reply.headers['vary'], 'Accept-Encoding')
      assert.equal(reply.headers['content-length'], String(reply.body.length))
      const body = encoding === undefined ? reply.body : decode[encoding as 'br' | 'gzip'](reply.body)
      assert.deepEqual(body, plain.body)
    }
  }
})

test('security.txt says whom to tell, until when it holds, and nothing that RFC 9116 does not know', async (t) => {
  const read = async (env: Record<string, string>): Promise<{ reply: RawReply; fields: Record<string, string> }> => {
    const reply = await (await aListening(t, env)).send({ path: '/.well-known/security.txt' })
    const lines = reply.body.toString('utf8').trimEnd().split('\n')
    return {
      reply,
      fields: Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)])),
    }
  }
  const mail = await read({ LETTERLOCK_ABUSE_CONTACT: 'abuse@secrets.example' })
  assert.equal(mail.reply.headers['content-type'], 'text/plain; charset=utf-8')
  assert.deepEqual(Object.keys(mail.fields).toSorted(), ['Contact', 'Expires', 'Preferred-Languages'])
  assert.equal(mail.fields['Contact'], 'mailto:abuse@secrets.example')
  const expiresMs = Date.parse(mail.fields['Expires'] ?? '')
  assert.match(mail.fields['Expires'] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/)
  assert.ok(expiresMs > Date.now() && expiresMs < Date.now() + 365 * 86_400_000, 'it holds now, and not for longer than a year')

  const web = await read({ LETTERLOCK_PUBLIC_URL: 'https://secrets.example/under/' })
  assert.equal(web.fields['Contact'], 'https://secrets.example/under/about#report')
})
