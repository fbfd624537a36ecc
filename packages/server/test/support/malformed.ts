import type { RawRequest } from './raw-client.ts'

/** A request that would burn, claim or create if it were understood: its lines, and its body. */
export interface Dangerous {
  readonly line: string
  readonly headers: readonly string[]
  readonly body: string
}

/** What ends a line. */
export const CRLF = '\r\n'

/** A call as its lines and its body; nothing says how long it is. */
export function write({ method = 'GET', path, headers = {}, body = '' }: RawRequest): Dangerous {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`)
  return { line: `${method} ${path} HTTP/1.1`, headers: ['Host: localhost', ...lines], body: String(body) }
}

/** As it is sent, with this at the end of each line. */
export function join({ line, headers, body }: Dangerous, ending = CRLF): string {
  return [line, ...headers, '', body].join(ending)
}

/** The header that says how long it is. */
export function length({ body }: Dangerous): string {
  return `Content-Length: ${body.length}`
}

/** Its body as one chunk. */
export function chunk({ body }: Dangerous): string {
  return `${body.length.toString(16)}${CRLF}${body}${CRLF}0${CRLF}${CRLF}`
}

/** More of the head, and perhaps another body. */
export function more(request: Dangerous, headers: readonly string[], body = request.body): string {
  return join({ ...request, headers: [...request.headers, ...headers], body })
}

/**
 * Bytes that no server may take for the call that is hidden in them. Two spaces in the request
 * line are not among them: whoever reads it word by word may take them for one (RFC 9112 §3).
 */
export function listMalformed(burn: Dangerous, create: Dangerous): Readonly<Record<string, string>> {
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
    'a vertical tab before the value of a coding': more(create, ['Transfer-Encoding:\u000bchunked'], chunk(create)),
    'a coding behind an empty one': more(create, ['Transfer-Encoding: ,chunked'], chunk(create)),
    'a coding in quotes': more(create, ['Transfer-Encoding: "chunked"'], chunk(create)),
    'a coding with a parameter': more(create, ['Transfer-Encoding: chunked;q=1'], chunk(create)),
    'a coding with a space before the colon': more(create, ['Transfer-Encoding : chunked', length(create)], chunk(create)),
    'a coding after a bare line feed': more(create, [`X: a\nTransfer-Encoding: chunked`, length(create)], chunk(create)),
    'a coding in HTTP/1.0': join({
      line: create.line.replace('1.1', '1.0'),
      headers: [...create.headers, 'Transfer-Encoding: chunked', length(create)],
      body: chunk(create),
    }),
    'a chunk whose extension has a bare line feed': chunked(`${hex};a\nb`),
    'a chunk whose extension never ends': chunked(`${hex};${'x'.repeat(17_000)}`),
    'a trailer that is no header': chunked(hex, `no trailer here${CRLF}`),
    'a body for a coding that is not taken': more(create, [length(create), 'Content-Encoding: gzip']),
    'an expectation that is not known': more(create, [length(create), 'Expect: 200-ok']),
    'an upgrade to HTTP/2 by two connections': more(burn, [
      'Connection: Upgrade, HTTP2-Settings',
      'Connection: close',
      'Upgrade: h2c',
      'Host: y',
    ]),
    'a target that is an authority': join({ ...burn, line: `DELETE localhost:80 HTTP/1.1` }),
    'a target that is a star': join({ ...burn, line: 'DELETE * HTTP/1.1' }),
    'an absolute target of another scheme': join({ ...burn, line: burn.line.replace(' /', ' file:///') }),
    'a target with dots': join({ ...burn, line: burn.line.replace(' /api', ' /x/../api') }),
    'a target with encoded dots': join({ ...burn, line: burn.line.replace(' /api', ' /%2e%2e/api') }),
    'a target with two slashes': join({ ...burn, line: burn.line.replace(' /', ' //') }),
    'a target with an encoded slash': join({ ...burn, line: burn.line.replace('/secrets/', '/secrets%2f') }),
    'a target with half of an encoding': join({ ...burn, line: burn.line.replace(' HTTP', '%2 HTTP') }),
    'a target with no encoding': join({ ...burn, line: burn.line.replace(' HTTP', '%zz HTTP') }),
    'a target with an encoded letter': join({ ...burn, line: burn.line.replace('/api', '/%61pi') }),
    'a target with an encoded NUL': join({ ...burn, line: burn.line.replace(' HTTP', '%00 HTTP') }),
    'a target with backslashes': join({ ...burn, line: burn.line.replaceAll('/api/v1', String.raw`\api\v1`) }),
    'a target in UTF-8': join({ ...burn, line: burn.line.replace(' HTTP', '\u00c3\u00a4 HTTP') }),
    'HTTP/1.1.1': join({ ...burn, line: `${burn.line}.1` }),
    'HTTP/11': join({ ...burn, line: burn.line.replace('1.1', '11') }),
    'HTTPS/1.1': join({ ...burn, line: burn.line.replace('HTTP', 'HTTPS') }),
    'no version': join({ ...burn, line: burn.line.replace(' HTTP/1.1', '') }),
    'no method': join({ ...burn, line: burn.line.replace('DELETE', '') }),
    'a method with a colon': join({ ...burn, line: burn.line.replace('DELETE', 'DE:LETE') }),
    'bytes of WebSocket': `\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58${join(burn)}`,
    'a greeting of SSH': `SSH-2.0-OpenSSH_10.0${CRLF}${join(burn)}`,
    'a PROXY line': `PROXY TCP4 203.0.113.7 127.0.0.1 1 80${CRLF}${join(burn)}`,
    'nothing but line ends': CRLF.repeat(3000),
    'nothing that is text': Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256)).toString('latin1'),
  }
}

/** Of these, what begins as a request that is well-formed by itself, and may be answered as such. */
export const WELL_FORMED_AT_FIRST: ReadonlySet<string> = new Set([
  'a body that hides a request',
  'a length that is too short',
  'a request split by an encoded line end',
])
