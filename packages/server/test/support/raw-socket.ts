import { connect } from 'node:net'

/** What came back on a socket, until the other side closed it or had nothing more to say. */
export interface RawAnswer {
  /** Everything, one character a byte. */
  readonly text: string
  /** The statuses of the answers in it, in order. */
  readonly statuses: readonly number[]
  /** Whether the server closed the socket. */
  readonly isClosed: boolean
  /** The port at this end. */
  readonly localPort: number
}

/** Longest time that a server may keep a socket which it has nothing more to say on, in ms. */
const PATIENCE_MS = 30_000

/**
 * Send bytes as they are and read until the server closes the socket.
 *
 * @param pieces - sent one after the other, the next one once the one before has left.
 */
export function sendRaw(url: string, ...pieces: readonly (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) })
    let text = ''
    let isClosed = true
    let localPort = 0
    const deadline = setTimeout(() => {
      isClosed = false
      socket.destroy()
    }, PATIENCE_MS)
    socket.setEncoding('latin1')
    socket.on('data', (more: string) => (text += more))
    // A socket that is reset is a socket that is closed.
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(deadline)
      resolve({ text, statuses: listStatuses(text), isClosed, localPort })
    })
    const write = (index: number) => {
      const piece = pieces[index]
      if (piece === undefined || socket.destroyed) return
      socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece, () => write(index + 1))
    }
    socket.on('connect', () => {
      localPort = socket.localPort ?? 0
      write(0)
    })
  })
}

/** The statuses of answers that come one after the other; bodies are skipped by their length. */
function listStatuses(text: string): readonly number[] {
  const statuses: number[] = []
  for (let at = 0; at < text.length;) {
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(text.slice(at, at + 20))?.[1]
    const headEnd = text.indexOf('\r\n\r\n', at)
    if (status === undefined || headEnd < 0) return [...statuses, Number.NaN]
    statuses.push(Number(status))
    const head = text.slice(at, headEnd + 2)
    // Ours all say how long they are; one that does not is the last that is looked at.
    if (/\r\ntransfer-encoding:/i.test(head)) return statuses
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1]
    at = headEnd + 4 + Number(length ?? 0)
  }
  return statuses
}

/** The headers of the first answer, names in lower case. */
export function listRawHeaders({ text }: RawAnswer): Record<string, string> {
  const [, ...lines] = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n')
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
}
