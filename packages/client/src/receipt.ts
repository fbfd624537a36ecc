import {
  type Bytes,
  type Gone,
  type Receipt,
  type SecretId,
  encodeBurnSecret,
  encodeReadReceipt,
  parseGone,
  parseReceipt,
} from '@letterlock/protocol'
import { type Server, refuse, send } from './connect.ts'

/** What became of a secret; `null` if this server does not know the receipt (any more). @throws ClientError */
export async function readReceipt(server: Server, id: SecretId, receiptKey: Bytes): Promise<Receipt | null> {
  const reply = await send(server, encodeReadReceipt(id, receiptKey))
  if (reply.problem === 'not_found') return null
  const receipt = reply.problem === null ? parseReceipt(reply.json) : null
  if (receipt === null) throw refuse(reply)
  return receipt
}

/** What became of an attempt to burn. */
export type Burned = { readonly outcome: 'burned' } | { readonly outcome: 'gone'; readonly gone: Gone } | { readonly outcome: 'unknown' }

/** End a secret before anybody opens it. If somebody has, the answer says so. @throws ClientError */
export async function burnSecret(server: Server, id: SecretId, receiptKey: Bytes): Promise<Burned> {
  const reply = await send(server, encodeBurnSecret(id, receiptKey))
  if (reply.status === 204) return { outcome: 'burned' }
  if (reply.problem === 'not_found') return { outcome: 'unknown' }
  const gone = reply.problem === 'gone' ? parseGone(reply.json) : null
  if (gone === null) throw refuse(reply)
  return { outcome: 'gone', gone }
}
