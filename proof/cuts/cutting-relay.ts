import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net'

/** Where a connection breaks: behind so many bytes of what is asked, or of what is answered. */
export interface Cut {
  readonly side: 'request' | 'reply'
  readonly bytes: number
  /** Whether both ends see a reset connection, or one that was closed in good order. */
  readonly how: 'reset' | 'close'
}

/** A relay between a client and a server that cuts connections. */
export interface CuttingRelay {
  /** Ends in a slash; stands in place of the server's own. */
  readonly url: string
  /** Cut the connection that comes from this port. It has to be told before the first byte is sent. */
  plan(localPort: number, cut: Cut): void
  /** Cut the next connections that bring or get as many bytes as that, wherever they come from. `null`: none any more. */
  planNext(cut: Cut | null): void
  /** How many connections were cut. */
  readonly cuts: () => number
  close(): Promise<void>
}

export async function openCuttingRelay(serverUrl: string): Promise<CuttingRelay> {
  const { hostname, port } = new URL(serverUrl)
  const plans = new Map<number, Cut>()
  const sockets = new Set<Socket>()
  let next: Cut | null = null
  let cuts = 0

  const relay: Server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true, allowHalfOpen: true })
    const passed = { request: 0, reply: 0 }
    let isCut = false
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    const end = (socket: Socket, how: Cut['how']) => (how === 'reset' ? socket.resetAndDestroy() : socket.end(() => socket.destroy()))
    const pass = (side: Cut['side'], from: Socket, to: Socket) => {
      from.on('data', (bytes: Buffer) => {
        if (isCut) return
        const cut = plans.get(near.remotePort as number) ?? next
        const left = cut?.side === side ? cut.bytes - passed[side] : Number.POSITIVE_INFINITY
        if (cut === null || left > bytes.length) {
          passed[side] += bytes.length
          to.write(bytes)
          return
        }
        isCut = true
        cuts++
        plans.delete(near.remotePort as number)
        // What was let through is on its way before the connection breaks.
        to.write(bytes.subarray(0, left), () => {
          end(near, cut.how)
          end(far, cut.how)
        })
      })
      from.on('end', () => isCut || to.end())
      from.on('close', () => isCut || to.destroy())
    }
    pass('request', near, far)
    pass('reply', far, near)
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', 512, resolve))
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}/`,
    plan: (localPort, cut) => void plans.set(localPort, cut),
    planNext: (cut) => void (next = cut),
    cuts: () => cuts,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        relay.close(() => resolve())
      }),
  }
}

/** Send a request through the relay and read what comes until the connection ends, however it does. */
export function askThrough(relay: CuttingRelay, request: string, cut: Cut | null): Promise<Buffer> {
  const { hostname, port } = new URL(relay.url)
  return new Promise((resolve) => {
    const got: Buffer[] = []
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => {
      if (cut !== null) relay.plan(socket.localPort as number, cut)
      socket.write(request, 'latin1')
    })
    socket.on('data', (bytes: Buffer) => got.push(bytes))
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(got)))
  })
}
