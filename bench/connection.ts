import { type Socket, connect } from 'node:net'

/** Bytes that one read takes from a socket at most. */
const READ_BYTES = 64 * 1024

/** How long a reply may take, in ms. */
const REPLY_MS_MAX = 10_000

/** One keep-alive connection that has one request on its way at a time. */
export interface Connection {
  /** Send a whole request; the status of the reply, once all of the reply has come. */
  send(request: Buffer): Promise<number>
  close(): void
}

/**
 * Open a connection that costs as little as it can, so that a measurement is one of the
 * server: no agent, no streams, and a parser for no more than what these servers send.
 */
export async function openConnection(host: string, port: number): Promise<Connection> {
  const connection = new RawConnection(host, port)
  await connection.opened.promise
  return connection
}

class RawConnection implements Connection {
  readonly opened = Promise.withResolvers<void>()
  readonly #socket: Socket
  #reply = ''
  #waiting: PromiseWithResolvers<number> | null = null

  constructor(host: string, port: number) {
    const onread = { buffer: Buffer.allocUnsafe(READ_BYTES), callback: (bytes: number, buffer: Uint8Array) => this.#read(bytes, buffer) }
    this.#socket = connect({ host, port, noDelay: true, onread })
    this.#socket.setTimeout(REPLY_MS_MAX, () => this.#fail(new Error(`no reply within ${REPLY_MS_MAX} ms`)))
    this.#socket.on('connect', () => this.opened.resolve())
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  send(request: Buffer): Promise<number> {
    this.#waiting = Promise.withResolvers<number>()
    this.#socket.write(request)
    return this.#waiting.promise
  }

  close(): void {
    this.#waiting = null
    this.#socket.destroy()
  }

  #read(bytes: number, buffer: Uint8Array): boolean {
    this.#reply += (buffer as Buffer).toString('latin1', 0, bytes)
    const length = measureReply(this.#reply)
    if (length === null || this.#reply.length < length) return true
    const status = Number(this.#reply.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
    const isExact = this.#reply.length === length
    this.#reply = ''
    if (!isExact) this.#fail(new Error('the server sent more than one reply'))
    this.#waiting?.resolve(status)
    return true
  }

  #fail(error: Error): void {
    this.opened.reject(error)
    this.#waiting?.reject(error)
    this.#socket.destroy()
  }
}

/** Bytes of the whole reply, or `null` while its head is not there. */
function measureReply(reply: string): number | null {
  const headEnd = reply.indexOf('\r\n\r\n')
  if (headEnd === -1) return null
  if (reply.startsWith('204', 'HTTP/1.1 '.length)) return headEnd + 4
  const [, length] = /\r\ncontent-length: (\d+)\r\n/i.exec(reply.slice(0, headEnd + 2)) ?? []
  if (length === undefined) throw new Error('the server sent a reply without Content-Length')
  return headEnd + 4 + Number(length)
}
