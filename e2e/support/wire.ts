import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import type { TestContext } from 'node:test'

/** A way to a server that writes down every byte that is sent to it. */
export interface Wire {
  /** Ends in a slash; stands in place of the server's own. */
  readonly url: string
  /** All that went towards the server so far: request lines, headers and bodies. */
  readonly sent: () => Buffer
}

/** Lay a wire to a server, for one test. */
export async function tapWire(t: TestContext, serverUrl: string): Promise<Wire> {
  const chunks: Buffer[] = []
  const sockets = new Set<Socket>()
  const { hostname, port } = new URL(serverUrl)
  const wire = createServer((client) => {
    const server = connect(Number(port), hostname)
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    }
    client.on('data', (chunk: Buffer) => void chunks.push(chunk))
    client.pipe(server)
    server.pipe(client)
  })
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    wire.close()
  })
  return { url: `http://127.0.0.1:${(wire.address() as AddressInfo).port}/`, sent: () => Buffer.concat(chunks) }
}

/** The ways in which bytes may be written down, each with how they would then look. */
export function listSpellings(secret: Buffer): ReadonlyMap<string, Buffer> {
  const hex = secret.toString('hex')
  const spellings = new Map([
    ['literally', secret],
    ['in UTF-16', Buffer.from(secret.toString('latin1'), 'utf16le')],
    ['in hex', Buffer.from(hex)],
    ['in upper-case hex', Buffer.from(hex.toUpperCase())],
    ['percent-encoded', Buffer.from(hex.replaceAll(/../g, (byte) => `%${byte.toUpperCase()}`))],
  ])
  for (const encoding of ['base64', 'base64url'] as const) {
    for (const offset of [0, 1, 2]) spellings.set(`in ${encoding} at offset ${offset}`, Buffer.from(spellWithin(secret, encoding, offset)))
  }
  return spellings
}

/** The characters of base64 that depend on the secret alone, when so many bytes stand before it. */
function spellWithin(secret: Buffer, encoding: 'base64' | 'base64url', offset: number): string {
  const first = Math.ceil((offset * 8) / 6)
  const last = Math.floor(((offset + secret.length) * 8) / 6)
  return Buffer.concat([Buffer.alloc(offset), secret])
    .toString(encoding)
    .slice(first, last)
}

/** In which spellings the bytes are found. */
export function findSpellings(secret: Buffer, within: Buffer): readonly string[] {
  return [...listSpellings(secret)].filter(([, spelling]) => within.includes(spelling)).map(([name]) => name)
}
