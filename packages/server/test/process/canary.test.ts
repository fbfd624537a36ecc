import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { type RawRequest, type RawSecret, calls, makeSecret, openSealed, send, writeToken } from '../support/raw-client.ts'
import { findCanaries, listSpellings, readPlaces } from '../support/scan.ts'
import { sendRaw } from '../support/raw-socket.ts'
import { listen } from '../support/in-process.ts'
import { anInstance } from '../support/server-process.ts'

const TEXT = 'canary: the safe opens with Kanarienvogel-7261 ✓'
/** An address of this machine that nothing else of a test comes from. */
const ADDRESS = process.platform === 'linux' ? '127.83.61.9' : undefined
const AGENT = 'CanaryBrowser/9.75 (of one person)'

/** What only a holder has: never in a log, and never in a file. */
function listKept(secret: RawSecret): Readonly<Record<string, Buffer>> {
  const { linkKey, access, proof, ack, claim, receiptKey } = secret
  const token = Buffer.from(writeToken(linkKey))
  return {
    'the text': Buffer.from(TEXT),
    'the link key': linkKey,
    'the token': token,
    access,
    proof,
    ack,
    claim,
    'the receipt key': receiptKey,
  }
}

/** What a server must know for a while, and still never logs. */
function listUnlogged(secret: RawSecret): Readonly<Record<string, Buffer>> {
  return {
    ...listKept(secret),
    'the share': secret.share,
    'sealed bytes': secret.sealed.subarray(0, 64),
    'the id': Buffer.from(secret.id, 'hex'),
    'the user agent': Buffer.from(AGENT),
    'an address that a proxy names': Buffer.from('203.0.113.77'),
    'a referrer': Buffer.from('elsewhere.example'),
    'a query': Buffer.from('utm_canary'),
    ...(ADDRESS === undefined ? {} : { 'the address': Buffer.from(ADDRESS) }),
  }
}

/** One whole life of secrets, and much that is refused, with canaries wherever a caller can put them. */
async function live(url: string, secret: RawSecret, burned: RawSecret): Promise<void> {
  const token = writeToken(secret.linkKey)
  const told = { 'user-agent': AGENT, 'x-forwarded-for': '203.0.113.77', referer: 'https://elsewhere.example/' }
  const ask = (request: RawRequest) =>
    send(url, { ...request, path: `${request.path}?utm_canary=${token}`, headers: { ...told, ...request.headers }, ...from })
  const from = ADDRESS === undefined ? {} : { localAddress: ADDRESS }
  for (const path of [
    '/',
    '/s',
    `/s%23${token}`,
    `/s%2523${token}`,
    `/S/${token}`,
    `/s.${token}`,
    `/${token}`,
    `/api/v1/${token}`,
    `/assets/${token}.js`,
  ])
    await ask({ path })
  for (const one of [secret, burned]) assert.equal((await ask(calls.create(one))).status, 201)
  assert.equal((await ask(calls.peek(secret))).status, 200)
  assert.equal((await ask(calls.claim({ ...secret, proof: secret.ack }))).status, 403)
  const { share, sealed } = (await ask(calls.claim(secret))).json() as { share: string; sealed: string }
  assert.equal(openSealed(secret.linkKey, Buffer.from(share, 'base64url'), Buffer.from(sealed, 'base64url')).text, TEXT)
  assert.equal((await ask(calls.sealed(secret))).status, 200)
  assert.equal((await ask(calls.claim({ ...secret, claim: burned.claim }))).status, 410)
  assert.equal((await ask(calls.ack({ ...secret, ack: secret.proof }))).status, 400)
  assert.equal((await ask(calls.ack(secret))).status, 204)
  assert.equal((await ask(calls.receipt(secret))).status, 200)
  assert.equal((await ask(calls.events(secret))).status, 200)
  assert.equal((await ask(calls.burn(burned))).status, 204)
  const { create } = secret
  const faults = [
    { ...create, [token]: 1 },
    { ...create, share: secret.access.toString('hex') },
    { ...create, id: secret.id.toUpperCase() },
  ]
  for (const fault of faults) assert.equal((await ask(calls.create({ create: fault }))).status, 400)
  await ask({ path: '/api/v1/secrets', method: token.toUpperCase().slice(0, 5) }).catch(() => null)
  await sendRaw(url, `${token} ${secret.access.toString('base64url')}\r\n\r\n`)
}

const asPlaces = (outputs: Readonly<Record<string, string>>) =>
  Object.entries(outputs).map(([name, text]) => ({ name, bytes: Buffer.from(text) }))

test('nothing that only people have is in the output of a server or in any of its files', async (t) => {
  const instance = anInstance(t)
  const [secret, burned] = [makeSecret(TEXT), makeSecret(TEXT)]
  const server = await instance.start({ LETTERLOCK_LOG: 'requests' })
  await live(server.url, secret, burned)
  for (const one of [secret, burned]) assert.deepEqual(findCanaries(readPlaces(instance.directory), listKept(one)), [])
  await server.stop()
  const outputs = asPlaces({ stdout: server.stdout(), stderr: server.stderr() })
  assert.match(server.stderr(), / POST \/api\/v1\/secrets\/:id\/claim 200 /, 'calls are logged')
  for (const one of [secret, burned]) {
    assert.deepEqual(findCanaries(readPlaces(instance.directory), listKept(one)), [])
    assert.deepEqual(findCanaries(outputs, listUnlogged(one)), [])
  }
})

test('a secret that still waits when the power goes is in no file in a form that its finder could read', async (t) => {
  const instance = anInstance(t)
  const server = await instance.start()
  const [waiting, claimed] = [makeSecret(TEXT), makeSecret(TEXT)]
  for (const one of [waiting, claimed]) assert.equal((await send(server.url, calls.create(one))).status, 201)
  assert.equal((await send(server.url, calls.claim(claimed))).status, 200)
  await server.kill()
  const places = readPlaces(instance.directory)
  for (const one of [waiting, claimed]) {
    assert.deepEqual(findCanaries(places, listKept(one)), [])
    assert.ok(findCanaries(places, { 'the share': one.share }).length > 0, 'the same search finds the share, which is there: the control')
  }
})

test('the same search catches a server that logs what it is sent', async (t) => {
  const instance = anInstance(t)
  const inner = await instance.start({ LETTERLOCK_LOG: 'events' })
  let log = ''
  // Stands in front of the real one, as a careless proxy does, and writes everything down.
  const leaking = createServer((request, response) => {
    const { method = '', url = '', headers, socket } = request
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      log += `${socket.remoteAddress} ${method} ${url} ${JSON.stringify(headers)} ${body.toString('utf8')}\n`
      void send(inner.url, { method, path: url, headers: headers as Record<string, string>, body }).then((reply) => {
        response.writeHead(reply.status, [...reply.rawHeaders])
        response.end(reply.body)
      })
    })
  })
  const url = await listen(leaking)
  t.after(() => leaking.close())
  const [secret, burned] = [makeSecret(TEXT), makeSecret(TEXT)]
  await live(url, secret, burned)
  const caught = findCanaries(asPlaces({ log }), listUnlogged(secret)).join('\n')
  // The text and the link key themselves never reach a server, however it is made.
  const { 'the text': _text, 'the link key': _linkKey, ...sent } = listUnlogged(secret)
  for (const name of Object.keys(sent)) assert.ok(caught.includes(`${name} stands `), `${name} is not caught`)
})

test('the same search finds each canary in each spelling, in a log and in a file, wherever it begins', (t) => {
  const { directory } = anInstance(t)
  const secret = makeSecret(TEXT)
  for (const [name, what] of Object.entries(listUnlogged(secret))) {
    for (const [how, spelling] of Object.entries(listSpellings(what))) {
      writeFileSync(join(directory, 'leak'), Buffer.concat([Buffer.from('\0\x01before'), spelling, Buffer.from('after\n')]))
      assert.ok(findCanaries(readPlaces(directory), { [name]: what }).includes(`${name} stands ${how} in leak`), `${name} ${how}`)
    }
    for (const offset of [0, 1, 2, 3]) {
      const around = Buffer.concat([Buffer.alloc(offset, 0x5a), what, Buffer.from('behind')])
      for (const encoding of ['base64', 'base64url'] as const) {
        writeFileSync(join(directory, 'leak'), around.toString(encoding))
        assert.ok(findCanaries(readPlaces(directory), { [name]: what }).length > 0, `${name} as ${encoding} behind ${offset} bytes`)
      }
    }
  }
})
