import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import type { TestContext } from 'node:test'
import { listSpellings } from '../../packages/server/test/support/scan.ts'

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

/** In which spellings the bytes are found. */
export function findSpellings(secret: Buffer, within: Buffer): readonly string[] {
  return Object.entries(listSpellings(secret)).flatMap(([name, spelling]) => (within.includes(spelling) ? [name] : []))
}
