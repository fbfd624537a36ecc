// What ours is measured against: the same requests and replies over node:http and a Map.
// Nothing is durable here, nothing is checked, and nobody is refused.
import { type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'

interface Kept {
  readonly share: string
  readonly sealed: string
  readonly expiresAt: number
}

const LEASE_MS = 900_000
const ID_AT = '/api/v1/secrets/'.length
const ID_CHARACTERS = 32

const secrets = new Map<string, Kept>()

const server = createServer((request, response) => {
  if (request.method === 'GET') return peek(idOf(request.url), response)
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>
    if (request.url === '/api/v1/secrets') create(body, response)
    else if (request.url?.endsWith('/claim') === true) claim(idOf(request.url), response)
    else ack(idOf(request.url), response)
  })
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`))
process.on('SIGTERM', () => process.exit(0))
process.on('disconnect', () => process.exit(0))

function create(body: Record<string, unknown>, response: ServerResponse): void {
  const expiresAt = Date.now() + (body['lifetimeMs'] as number)
  secrets.set(body['id'] as string, { share: body['share'] as string, sealed: body['sealed'] as string, expiresAt })
  send(response, 201, { expiresAt })
}

function peek(id: string, response: ServerResponse): void {
  const kept = secrets.get(id)
  if (kept === undefined) return send(response, 404, {})
  send(response, 200, { state: 'sealed', pin: null, sealedBytes: countBytes(kept), expiresAt: kept.expiresAt })
}

function claim(id: string, response: ServerResponse): void {
  const kept = secrets.get(id)
  if (kept === undefined) return send(response, 404, {})
  send(response, 200, { share: kept.share, leaseUntil: Date.now() + LEASE_MS, sealedBytes: countBytes(kept), sealed: kept.sealed })
}

function ack(id: string, response: ServerResponse): void {
  secrets.delete(id)
  response.writeHead(204)
  response.end()
}

function send(response: ServerResponse, status: number, value: object): void {
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': body.length })
  response.end(body)
}

function idOf(url: string | undefined): string {
  return (url ?? '').slice(ID_AT, ID_AT + ID_CHARACTERS)
}

function countBytes({ sealed }: Kept): number {
  return Math.floor((sealed.length * 3) / 4)
}
