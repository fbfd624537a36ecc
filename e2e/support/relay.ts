import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A relay before a server, for browsers whose driver neither shows nor stops what their pages send. */
export interface Relay {
  /** Ends in a slash; stands in place of the server's own. */
  readonly url: string
  /** Every request so far: method and path. */
  readonly asked: string[]
  /** What the browser or a page has complained of. */
  readonly faults: string[]
  /** Let something happen to calls like this, once so many have passed; gives what ends that. */
  meet(call: RegExp, mishap: Mishap, passes?: number): () => void
  close(): void
}

/**
 * A call is broken off, is never answered, or is refused in the server's place, and does not reach
 * it; or the bytes of its answer are changed.
 */
export type Mishap = 'lost' | 'held' | 'spoiled' | Refusal

interface Refusal {
  readonly status: number
  readonly body: object
}

/** Where faults are told. */
const FAULT = 'POST /fault'

/** A report quotes the whole policy. */
const FAULT_CHARACTERS_MAX = 8192

/** Open a relay on a port of its own. Every policy that passes gets an address for reports: violations become faults. */
export async function openRelay(serverUrl: string): Promise<Relay> {
  const asked: string[] = []
  const faults: string[] = []
  const mishaps = new Map<RegExp, { readonly mishap: Mishap; passesLeft: number }>()
  const relay = createServer((asking, answering) => {
    const call = `${asking.method ?? ''} ${asking.url ?? ''}`
    if (call === FAULT) return note(asking, answering, faults)
    asked.push(call)
    const met = [...mishaps].find(([some]) => some.test(call))?.[1]
    const mishap = met === undefined || met.passesLeft-- > 0 ? null : met.mishap
    if (mishap === 'lost') asking.destroy()
    else if (mishap !== null && typeof mishap === 'object') refuse(answering, mishap)
    else if (mishap !== 'held') pass(serverUrl, asking, answering, mishap === 'spoiled')
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(relay.address() as AddressInfo).port}/`
  return {
    url,
    asked,
    faults,
    meet(call, mishap, passes = 0) {
      mishaps.set(call, { mishap, passesLeft: passes })
      return () => void mishaps.delete(call)
    },
    close() {
      relay.close()
      relay.closeAllConnections()
    },
  }
}

function note(asking: IncomingMessage, answering: ServerResponse, faults: string[]): void {
  let fault = ''
  asking.on('data', (piece) => (fault = (fault + String(piece)).slice(0, FAULT_CHARACTERS_MAX)))
  asking.on('end', () => {
    faults.push(nameViolation(fault) ?? fault)
    answering.writeHead(204).end()
  })
}

/** What a report of a violation says in a line; `null` if it is no such report. */
function nameViolation(fault: string): string | null {
  const [, directive] = /"effective-directive":"([^"]*)"/.exec(fault) ?? []
  const [, blocked] = /"blocked-uri":"([^"]*)"/.exec(fault) ?? []
  return directive === undefined ? null : `the policy refuses by ${directive}: ${blocked ?? 'something'}`
}

function refuse(answering: ServerResponse, { status, body }: Refusal): void {
  answering.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function pass(serverUrl: string, asking: IncomingMessage, answering: ServerResponse, isSpoiled: boolean): void {
  const { hostname, port } = new URL(serverUrl)
  const headers = { ...asking.headers, ...(isSpoiled ? { 'accept-encoding': 'identity' } : {}) }
  const passed = request({ hostname, port, method: asking.method, path: asking.url, headers, agent: false }, (answer) => {
    const policy = answer.headers['content-security-policy']
    if (policy !== undefined) answering.setHeader('content-security-policy', `${String(policy)}; report-uri /fault`)
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined && name !== 'content-security-policy' && !(isSpoiled && name === 'content-length'))
        answering.setHeader(name, value)
    }
    answering.writeHead(answer.statusCode ?? 502)
    answer.pipe(answering, { end: !isSpoiled })
    if (isSpoiled) answer.on('end', () => answering.end('\n'))
  })
  passed.on('error', () => asking.destroy())
  answering.on('close', () => passed.destroy())
  asking.pipe(passed)
}
