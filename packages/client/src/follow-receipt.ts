import {
  type Bytes,
  EVENT_STREAM_TYPE,
  type Receipt,
  SILENCE_MS_MAX,
  type SecretId,
  encodeFollowReceipt,
  hasEnded,
  parseReceiptEvents,
} from '@letterlock/protocol'
import { ClientError, type Server, readReply, refuse, sendRaw } from './connect.ts'

/**
 * Why following is over, in good order: `ended` (an end was told, and nothing more will be),
 * `closed` (the server let go, as it does after a while: follow again), `cancelled` (by the
 * caller), `not_offered` (nothing can be followed here: ask from time to time instead. The
 * server is an older one, or does not know the receipt, or something on the way holds back
 * what comes a little at a time).
 */
export type Followed = 'ended' | 'closed' | 'cancelled' | 'not_offered'

export interface FollowOptions {
  /** Told the receipt as it is, at once, and then whenever it has changed. */
  readonly onReceipt: (receipt: Receipt) => void
  readonly signal?: AbortSignal
}

/** How long the first receipt may take, in ms: it is there at once, unless somebody collects it. */
const FIRST_MS_MAX = 10_000

/**
 * Follow a receipt until its end, over one connection: when to come back is the caller's to say.
 *
 * @throws ClientError: `unavailable` if the server will not have one more now (its `problem`
 * says why); `unreachable` if there is no connection, or it broke off or fell silent; and the
 * others as everywhere. Whether it broke off or never began, `onReceipt` tells.
 */
export async function followReceipt(
  server: Server,
  id: SecretId,
  receiptKey: Bytes,
  { onReceipt, signal }: FollowOptions,
): Promise<Followed> {
  const isCancelled = () => signal?.aborted === true
  if (isCancelled()) return 'cancelled'
  const connection = new AbortController()
  const cut = () => connection.abort()
  const stream = { hasBegun: false, hasEnded: false }
  let silence = setTimeout(cut, FIRST_MS_MAX)
  const feed = parseReceiptEvents((receipt) => {
    if (connection.signal.aborted) return
    stream.hasBegun = true
    stream.hasEnded ||= hasEnded(receipt)
    onReceipt(receipt)
  })
  signal?.addEventListener('abort', cut)
  try {
    const response = await sendRaw(server, encodeFollowReceipt(id, receiptKey), connection.signal, EVENT_STREAM_TYPE)
    if (!response.ok) return await readRefusal(response)
    const reader = isEventStream(response) ? response.body?.getReader() : undefined
    if (reader === undefined) return 'not_offered'
    for (;;) {
      const { done, value } = await read(reader)
      if (done) return stream.hasBegun ? 'closed' : 'not_offered'
      if (!feed(value)) throw new ClientError('damaged', 'the stream holds something else than receipts')
      if (stream.hasEnded) return 'ended'
      if (!stream.hasBegun) continue
      clearTimeout(silence)
      silence = setTimeout(cut, SILENCE_MS_MAX)
    }
  } catch (error) {
    if (isCancelled()) return 'cancelled'
    if (connection.signal.aborted && !stream.hasBegun) return 'not_offered'
    throw error
  } finally {
    clearTimeout(silence)
    signal?.removeEventListener('abort', cut)
    cut()
  }
}

/** A server that knows no streams, and one that does not know the receipt, say the same. */
async function readRefusal(response: Response): Promise<'not_offered'> {
  const reply = await readReply(response)
  if (reply.problem === 'not_found') return 'not_offered'
  throw refuse(reply)
}

function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() === EVENT_STREAM_TYPE
}

async function read(reader: ReadableStreamDefaultReader<Bytes>): Promise<ReadableStreamReadResult<Bytes>> {
  try {
    return await reader.read()
  } catch (cause) {
    throw new ClientError('unreachable', 'the connection broke off within the stream', null, cause)
  }
}
