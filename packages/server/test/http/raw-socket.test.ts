import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Listening, aListening } from '../support/listening.ts'
import { type RawRequest, calls, makeSecret } from '../support/raw-client.ts'
import { sendRaw } from '../support/raw-socket.ts'
import { aSecret } from './replies.ts'

/** A request that would burn, claim or create if it were understood: its lines, and its body. */
interface Dangerous {
  readonly line: string
  readonly headers: readonly string[]
  readonly body: string
}

const CRLF = '\r\n'

function write({ method = 'GET', path, headers = {}, body = '' }: RawRequest): Dangerous {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`)
  return { line: `${method} ${path} HTTP/1.1`, headers: ['Host: localhost', ...lines], body: String(body) }
}

function join({ line, headers, body }: Dangerous, ending = CRLF): string {
  return [line, ...headers, '', body].join(ending)
}

function length({ body }: Dangerous): string {
  return `Content-Length: ${body.length}`
}

function chunk({ body }: Dangerous): string {
  return `${body.length.toString(16)}${CRLF}${body}${CRLF}0${CRLF}${CRLF}`
}

/** More of the head, and perhaps another body. */
function more(request: Dangerous, headers: readonly string[], body = request.body): string {
  return join({ ...request, headers: [...request.headers, ...headers], body })
}

/** Bytes that no server may take for the call that is hidden in them. */
function listMalformed(burn: Dangerous, create: Dangerous): Readonly<Record<string, string>> {
  const [, ...afterHost] = burn.headers
  const chunked = (size: string, after = '') =>
    more(create, ['Transfer-Encoding: chunked'], `${size}${CRLF}${create.body}${CRLF}0${CRLF}${after}${CRLF}`)
  const hex = create.body.length.toString(16)
  return {
    'two hosts': more(burn, ['Host: localhost']),
    'two hosts, one in capitals': more(burn, ['HOST: other']),
    'two hosts, the second behind a thousand headers': more(burn, [...Array.from({ length: 1100 }, () => 'a:'), 'Host: other']),
    'no host': join({ ...burn, headers: afterHost }),
    'a host with a space': join({ ...burn, headers: ['Host: local host', ...afterHost] }),
    'a host with a path': join({ ...burn, headers: ['Host: localhost/x', ...afterHost] }),
    'a host with a user': join({ ...burn, headers: ['Host: user@localhost', ...afterHost] }),
    'length and chunks': more(create, [length(create), 'Transfer-Encoding: chunked'], chunk(create)),
    'chunks and length': more(create, ['Transfer-Encoding: chunked', length(create)], chunk(create)),
    'length and chunks, in other letters': more(create, [length(create), 'tRANSFER-eNCODING: Chunked'], chunk(create)),
    'two lengths that differ': more(create, [length(create), 'Content-Length: 5']),
    'two lengths that agree': more(create, [length(create), length(create)]),
    'a list of lengths': more(create, [`Content-Length: ${create.body.length}, ${create.body.length}`]),
    'a negative length': more(create, ['Content-Length: -1']),
    'a signed length': more(create, [`Content-Length: +${create.body.length}`]),
    'a hexadecimal length': more(create, [`Content-Length: 0x${hex}`]),
    'an empty length': more(create, ['Content-Length:']),
    'a length beyond every number': more(create, ['Content-Length: 99999999999999999999999']),
    'a length with letters': more(create, [`Content-Length: ${create.body.length}abc`]),
    'an unknown coding': more(create, ['Transfer-Encoding: xchunked'], chunk(create)),
    'chunks that are not last': more(create, ['Transfer-Encoding: chunked, identity'], chunk(create)),
    'chunks twice': more(create, ['Transfer-Encoding: chunked, chunked'], chunk(create)),
    'a coding before chunks': more(create, ['Transfer-Encoding: gzip, chunked'], chunk(create)),
    'two lines of codings': more(create, ['Transfer-Encoding: identity', 'Transfer-Encoding: chunked'], chunk(create)),
    'a coding with a tab': more(create, ['Transfer-Encoding:\tchunked\u000b'], chunk(create)),
    'a chunk without a size': chunked(''),
    'a chunk of a negative size': chunked('-5'),
    'a chunk of size 0x': chunked(`0x${hex}`),
    'a chunk size with a space before': chunked(` ${hex}`),
    'a chunk size beyond every number': chunked('fffffffffffffffff'),
    'a chunk that is longer than its size': chunked('5'),
    'a chunk that ends with a bare line feed': more(create, ['Transfer-Encoding: chunked'], `${hex}\n${create.body}\n0\n\n`),
    'a folded header': more(burn, ['X: a', ' b']),
    'a folded header with a tab': more(burn, ['X: a', '\tb']),
    'a first header that is folded': join({ ...burn, headers: [' Host: localhost', ...afterHost] }),
    'a NUL in a value': more(burn, ['X: a\0b']),
    'a NUL in a name': more(burn, ['X\0Y: a']),
    'a NUL in the target': join({ ...burn, line: burn.line.replace(' HTTP', '\0 HTTP') }),
    'a carriage return in a value': more(burn, ['X: a\rb']),
    'bare line feeds': join(burn, '\n'),
    'bare carriage returns': join(burn, '\r'),
    'a bare line feed after one header': join(burn).replace('Host: localhost\r\n', 'Host: localhost\n'),
    'a space before the colon': join({ ...burn, headers: ['Host : localhost', ...afterHost] }),
    'a space before the colon of the length': more(create, [`Content-Length : ${create.body.length}`]),
    'a header without a colon': more(burn, ['no colon here']),
    'a header without a name': more(burn, [': no name']),
    'a name with a space': more(burn, ['two words: x']),
    'a name in brackets': more(burn, ['[x]: y']),
    'a name beyond ASCII': more(burn, ['näme: x']),
    'an absolute target': join({ ...burn, line: burn.line.replace(' /', ' http://localhost/') }),
    'an absolute target of elsewhere': join({ ...burn, line: burn.line.replace(' /', ' http://other.example/') }),
    'a target without a slash': join({ ...burn, line: burn.line.replace(' /', ' ') }),
    'a target with a space': join({ ...burn, line: burn.line.replace(' HTTP', ' x HTTP') }),
    'a target with a fragment': join({ ...burn, line: burn.line.replace(' HTTP', '#x HTTP') }),
    'a tab for a space': join({ ...burn, line: burn.line.replaceAll(' ', '\t') }),
    'HTTP/0.9': `${burn.line.split(' ').slice(0, 2).join(' ')}${CRLF}`,
    'HTTP/0.9 by its name': join({ ...burn, line: burn.line.replace('1.1', '0.9') }),
    'HTTP/2.0': join({ ...burn, line: burn.line.replace('1.1', '2.0') }),
    'HTTP/1.2': join({ ...burn, line: burn.line.replace('1.1', '1.2') }),
    'http in small letters': join({ ...burn, line: burn.line.replace('HTTP', 'http') }),
    'the preface of HTTP/2': `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}${join(burn)}`,
    'a method in small letters': join({ ...burn, line: burn.line.replace('DELETE', 'delete') }),
    'an unknown method': join({ ...burn, line: burn.line.replace('DELETE', 'REMOVE') }),
    'a tunnel': `CONNECT localhost:80 HTTP/1.1${CRLF}Host: localhost:80${CRLF}${CRLF}${join(burn)}`,
    'a greeting of TLS': `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${'\0'.repeat(64)}${join(burn)}`,
    'one huge header': more(burn, [`X: ${'x'.repeat(17_000)}`]),
    'many headers': more(
      burn,
      Array.from({ length: 2000 }, (_, i) => `X${i}: ${i}`),
    ),
    'a huge target': join({ ...burn, line: burn.line.replace(' HTTP', `?${'x'.repeat(17_000)} HTTP`) }),
    'a body that hides a request': `${more(create, ['Content-Length: 0'], '')}X${join(burn)}`,
    'a length that is too short': more(create, [`Content-Length: ${create.body.length - 1}`], `${create.body}${join(burn)}`),
    'a request split by an encoded line end': `GET /?%0d%0a${join(burn).replaceAll('\r\n', '%0d%0a')} HTTP/1.1${CRLF}Host: localhost${CRLF}Connection: close${CRLF}${CRLF}`,
    'an announced upgrade': more(burn, ['Connection: Upgrade', 'Upgrade: h2c', 'Host: x']),
    'nothing but line ends': CRLF.repeat(3000),
    'nothing that is text': Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256)).toString('latin1'),
  }
}

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
    ...(statuses.every((status) => status >= 400 || name.includes('split')) ? [] : [`${name}: answered ${statuses.join(' and ')}`]),
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
