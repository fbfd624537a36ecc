import { type Bytes, encodeBase64url } from '../bytes.ts'
import type { SecretId } from '../keys.ts'
import { type Receipt, parseReceipt } from './read-receipt.ts'
import { type WireRequest, formatSecretPath, parseJson } from './wire.ts'

/** Following a receipt: it is told at once, and anew whenever it has changed. SPEC §7.15. */
export const followReceiptRoute = { method: 'GET', path: '/api/v1/secrets/:id/receipt/events' } as const

// ---- Specification: SPEC §7.15. ----

export const EVENT_STREAM_TYPE = 'text/event-stream'
/** How often a stream is heard of, whatever there is to tell, in ms. */
export const HEARTBEAT_MS = 15_000
/** A stream that has not been heard of for so long is broken, in ms. */
export const SILENCE_MS_MAX = 45_000
/** A comment with nothing in it, which every reader passes over. */
export const HEARTBEAT = ':\n\n'
/** The one event that there is. */
const EVENT_NAME = 'receipt'

// ---- Implementation: ours to tune, invisible on the wire. ----

/** Longest line, and most data of one event, in characters: many times those of a receipt. */
export const EVENT_CHARACTERS_MAX = 16_384

export function encodeFollowReceipt(id: SecretId, receiptKey: Bytes): WireRequest {
  return { method: followReceiptRoute.method, path: formatSecretPath(id, '/receipt/events'), bearer: encodeBase64url(receiptKey) }
}

/** One event. @param json - a receipt as JSON, which has no line break outside of its strings, nor in them. */
export function formatReceiptEvent(json: string): string {
  return `event: ${EVENT_NAME}\ndata: ${json}\n\n`
}

/**
 * Parse a stream of events as its bytes come, in whatever pieces (WHATWG HTML §9.2.6). Comments,
 * other events and other fields are passed over; what is unfinished when the stream ends is none.
 *
 * @returns takes the next bytes and hands on each receipt that they complete. `false` says that
 * this is no stream of receipts, or has a line without an end: nothing more is to be read of it.
 */
export function parseReceiptEvents(onReceipt: (receipt: Receipt) => void): (bytes: Bytes) => boolean {
  // It also takes a byte order mark away, and no more than the one at the beginning.
  const decoder = new TextDecoder()
  let rest = ''
  let endsInReturn = false
  let name = ''
  let data: string | null = null

  const dispatch = (): boolean => {
    const receipt = name === EVENT_NAME && data !== null ? parseReceipt(parseJson(data)) : undefined
    name = ''
    data = null
    if (receipt) onReceipt(receipt)
    return receipt !== null
  }
  const takeLine = (line: string): boolean => {
    if (line === '') return dispatch()
    const [, field, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
    if (field === 'event') name = value
    else if (field === 'data') data = data === null ? value : `${data}\n${value}`
    return line.length <= EVENT_CHARACTERS_MAX && (data ?? '').length <= EVENT_CHARACTERS_MAX
  }

  return (bytes) => {
    let text = decoder.decode(bytes, { stream: true })
    if (text === '') return true
    // The second half of a line end that was cut in two.
    if (endsInReturn && text.startsWith('\n')) text = text.slice(1)
    endsInReturn = text.endsWith('\r')
    const lines = (rest + text).split(/\r\n|\r|\n/)
    rest = lines.pop() ?? ''
    return lines.every(takeLine) && rest.length <= EVENT_CHARACTERS_MAX
  }
}
