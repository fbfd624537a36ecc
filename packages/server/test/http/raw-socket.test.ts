import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { test } from 'node:test'
import { type Listening, aListening } from '../support/listening.ts'
import { CRLF, WELL_FORMED_AT_FIRST, chunk, join, length, listMalformed, more, write } from '../support/malformed.ts'
import { calls, makeSecret } from '../support/raw-client.ts'
import { sendRaw } from '../support/raw-socket.ts'
import { until } from '../support/server-process.ts'
import { aSecret } from './replies.ts'

/** What reached a route that can change the store, and was not refused there. */
function listReached({ lines }: Listening, from: number) {
  return lines.slice(from).filter(({ method, status }) => ['POST', 'DELETE'].includes(method) && status < 400)
}

test('bytes that are not one well-formed request reach no call, and end the socket', async (t) => {
  const server = await aListening(t)
  const names = Object.keys(listMalformed(write({ path: '/' }), write({ path: '/' })))
  assert.ok(names.length >= 40)
  const seen = await Promise.all(
    names.map(async (name) => {
      const waiting = await aSecret(server)
      const fresh = makeSecret()
      const bytes = listMalformed(write(calls.burn(waiting)), write(calls.create(fresh)))[name] as string
      const { statuses, isClosed } = await sendRaw(server.url, `${bytes}${CRLF}${CRLF}`)
      const after = [await server.send(calls.peek(waiting)), await server.send(calls.peek(fresh))].map(({ status }) => status)
      return { name, statuses, isClosed, after }
    }),
  )
  const failures = seen.flatMap(({ name, statuses, isClosed, after }) => [
    ...(after[0] === 200 ? [] : [`${name}: a secret was burned`]),
    ...(after[1] === 404 ? [] : [`${name}: a secret was made`]),
    ...(isClosed ? [] : [`${name}: the socket was kept`]),
    // What was well-formed before the fault may have been answered; it was a page at most.
    ...(statuses.every((status) => status >= 400 || WELL_FORMED_AT_FIRST.has(name)) ? [] : [`${name}: answered ${statuses.join(' and ')}`]),
  ])
  assert.deepEqual(failures, [])
  assert.equal(listReached(server, 0).length, names.length, 'nothing but the creates of this test has reached a call')
})

test('the same bytes without a fault do reach the call: the control', async (t) => {
  const server = await aListening(t)
  const waiting = await aSecret(server)
  const fresh = makeSecret()
  const create = write(calls.create(fresh))
  const burn = write(calls.burn(waiting))
  const from = server.lines.length
  assert.deepEqual((await sendRaw(server.url, more(create, [length(create), 'Connection: close']))).statuses, [201])
  assert.deepEqual(
    (await sendRaw(server.url, more(create, ['Transfer-Encoding: chunked', 'Connection: close'], chunk(create)))).statuses,
    [201],
  )
  const piped = join(burn) + more(burn, ['Connection: close'])
  assert.deepEqual((await sendRaw(server.url, piped)).statuses, [204, 204])
  const oneByOne = more(burn, ['Connection: close']).split(/(?=.)/s)
  assert.deepEqual((await sendRaw(server.url, ...oneByOne)).statuses, [204])
  assert.equal(listReached(server, from).length, 5)
})

test('headers that come too slowly are cut', async (t) => {
  const server = await aListening(t)
  const heads = ['', 'GET', `GET /healthz HTTP/1.1${CRLF}Host: localhost${CRLF}X: `]
  for (const { statuses, isClosed } of await Promise.all(heads.map((head) => sendRaw(server.url, head)))) {
    assert.ok(isClosed, 'the socket is closed')
    assert.ok(statuses.length === 0 || statuses.join() === '408', statuses.join())
  }
  assert.deepEqual(server.lines, [])
})

test('a body that comes too slowly is cut, and so is one that is shorter than it says', async (t) => {
  const server = await aListening(t)
  const create = write(calls.create(makeSecret()))
  const half = create.body.slice(0, 100)
  const answers = await Promise.all([
    sendRaw(server.url, more(create, [length(create)], half)),
    sendRaw(server.url, more(create, ['Transfer-Encoding: chunked'], `64${CRLF}${half}${CRLF}`)),
  ])
  for (const { statuses, isClosed } of answers) {
    assert.ok(isClosed, 'the socket is closed')
    assert.ok(statuses.length === 0 || statuses.join() === '408', statuses.join())
  }
  assert.deepEqual(listReached(server, 0), [])
})

/** Bytes that are refused below HTTP's semantics; after those of a tunnel, nobody in the server reads on by itself. */
const REFUSED = [`CONNECT localhost:80 HTTP/1.1${CRLF}Host: localhost:80${CRLF}${CRLF}`, `this is not HTTP${CRLF}${CRLF}`]

/** A socket that is reset is a socket that is closed. */
function closing(socket: Socket): Promise<void> {
  socket.on('error', () => {})
  return new Promise((resolve) => void socket.once('close', () => resolve()))
}

test('a socket that was refused takes no place once its other end is gone, whatever came on it after the refusal', async (t) => {
  const server = await aListening(t, { LETTERLOCK_CONNECTIONS_MAX: '4' })
  for (const bytes of [...REFUSED, ...REFUSED, ...REFUSED]) {
    const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1' })
    const closed = closing(socket)
    socket.write(bytes)
    await once(socket, 'data')
    socket.end('and more')
    socket.resume()
    await closed
  }
  assert.equal((await until('there to be a place', () => server.send({ path: '/healthz' }).catch(() => null))).status, 200)
})

test('a caller who was refused and does not let go is let go', async (t) => {
  const server = await aListening(t)
  const ends = REFUSED.map(async (bytes) => {
    const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', allowHalfOpen: true })
    socket.resume()
    socket.write(bytes)
    const sending = setInterval(() => socket.write('and more'), 50)
    await closing(socket).finally(() => clearInterval(sending))
  })
  await Promise.all(ends)
})
