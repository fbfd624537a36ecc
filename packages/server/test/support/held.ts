import { type Socket, connect } from 'node:net'
import type { RawRequest } from './raw-client.ts'

/** A request whose last byte is held back, on a socket of its own. */
export interface Held {
  /** The port at this end: what tells the sockets apart in a trace. */
  readonly localPort: number
  /** Send the last byte; the whole answer once the server has closed the socket, or what there was of it. */
  release(): Promise<string>
  /** Send the last byte and never read a byte of the answer. */
  releaseUnread(): void
  destroy(): void
}

/**
 * Send everything but the last byte.
 *
 * @param localAddress - where from, of this machine's own. A port may then be one that was used just before.
 */
export function hold(url: string, request: string, localAddress?: string): Promise<Held> {
  const { hostname, port } = new URL(url)
  const bytes = Buffer.from(request, 'latin1')
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(
      { host: hostname, port: Number(port), ...(localAddress === undefined ? {} : { localAddress }), noDelay: true },
      () => {
        socket.write(bytes.subarray(0, -1), () => {
          socket.off('error', reject)
          // A socket that is reset is one whose answer is empty.
          socket.on('error', () => {})
          resolve({ localPort: socket.localPort as number, release, releaseUnread, destroy: () => socket.destroy() })
        })
      },
    )
    socket.on('error', reject)
    const releaseUnread = () => {
      socket.pause()
      socket.write(bytes.subarray(-1))
    }
    const release = () =>
      new Promise<string>((done) => {
        let text = ''
        socket.setEncoding('latin1')
        socket.on('data', (more: string) => (text += more))
        socket.on('close', () => done(text))
        socket.write(bytes.subarray(-1))
      })
  })
}

/** The status of an answer, or `NaN` if it is none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1])
}

/** A request as bytes, after which the server closes the socket. */
export function formatRequest({ headers, ...request }: RawRequest): string {
  return formatNext({ ...request, headers: { ...headers, connection: 'close' } })
}

/** A request as bytes, after which another one may come on the same socket. */
export function formatNext({ method = 'GET', path, headers, body = '' }: RawRequest): string {
  const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': String(body.length) })
  return [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', body.toString()].join('\r\n')
}
