import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { TEXT, asPlaces, listKept, listUnlogged, live } from '../support/canaries.ts'
import { calls, makeSecret, send } from '../support/raw-client.ts'
import { findCanaries, listSpellings, readPlaces } from '../support/scan.ts'
import { listen } from '../support/in-process.ts'
import { anInstance } from '../support/server-process.ts'

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
