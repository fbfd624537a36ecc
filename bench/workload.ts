import { hash, randomBytes } from 'node:crypto'
import {
  type Bytes,
  type SecretId,
  type WireRequest,
  KEY_BYTES,
  encodeAckSecret,
  encodeClaimSecret,
  encodeCreateSecret,
  encodePeekSecret,
  formatIdPreimage,
} from '@letterlock/protocol'

/** Sealed bytes of a password, which padding brings to one size. */
export const SEALED_BYTES = 1096
const LIFETIME_MS = 86_400_000

/** A request that is ready to be written to a socket, and the one status that answers it. */
export interface Step {
  readonly request: Buffer
  readonly status: number
}

/** What one measured operation sends, one after the other. */
export type Task = readonly Step[]

export interface Workload {
  readonly creates: readonly Task[]
  /** Peek, claim and ack of each secret of `creates`, in the same order. */
  readonly openings: readonly Task[]
}

/**
 * Draw secrets and write down every request of their lives. A server cannot tell these from
 * real ones: it sees hashes and sealed bytes, and so their content is left out.
 */
export function prepareWorkload(host: string, count: number): Workload {
  const creates: Task[] = []
  const openings: Task[] = []
  for (let i = 0; i < count; i++) {
    const [access, proof, ack, receiptKey, share, claim] = Array.from({ length: 6 }, () => draw(KEY_BYTES)) as [
      Bytes,
      Bytes,
      Bytes,
      Bytes,
      Bytes,
      Bytes,
    ]
    const accessHash = sha256(access)
    const id = hash('sha256', formatIdPreimage(accessHash), 'hex').slice(0, 32) as SecretId
    const hashes = { accessHash, proofHash: sha256(proof), ackHash: sha256(ack), receiptHash: sha256(receiptKey) }
    const create = encodeCreateSecret({ id, ...hashes, share, lifetimeMs: LIFETIME_MS, pin: null, sealed: draw(SEALED_BYTES) })
    creates.push([formatStep(host, create, 201)])
    openings.push([
      formatStep(host, encodePeekSecret(id, access), 200),
      formatStep(host, encodeClaimSecret(id, access, { claim, proof }), 200),
      formatStep(host, encodeAckSecret(id, claim, { ack }), 204),
    ])
  }
  return { creates, openings }
}

function formatStep(host: string, { method, path, bearer, body }: WireRequest, status: number): Step {
  const lines = [`${method} /${path} HTTP/1.1`, `Host: ${host}`]
  if (bearer !== undefined) lines.push(`Authorization: Bearer ${bearer}`)
  if (body !== undefined) lines.push('Content-Type: application/json', `Content-Length: ${body.length}`)
  return { request: Buffer.from([...lines, '', body ?? ''].join('\r\n'), 'latin1'), status }
}

function draw(bytes: number): Bytes {
  return new Uint8Array(randomBytes(bytes))
}

function sha256(bytes: Bytes): Bytes {
  return new Uint8Array(hash('sha256', bytes, 'buffer'))
}
