import type { IncomingMessage } from 'node:http'
import { decodeUtf8 } from '@letterlock/protocol'
import { type Answer, problem } from './answer.ts'

/** Longest JSON body, in bytes: a sealed of the largest size in base64url, and its hashes. SPEC §7.1. */
export const BODY_BYTES_MAX = 98_304

/** Bytes of a refused body that are still taken in, so that the refusal reaches whoever sends it. */
const DRAIN_BYTES_MAX = 1024 ** 2

/** JSON and nothing that claims to be more than it. SPEC §7.1. */
export function isJsonType(contentType: string | undefined): boolean {
  return /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?[ \t]*$/i.test(contentType ?? '')
}

/**
 * Read a whole body into text, counting as it comes: nothing larger than the limit is ever
 * held, whatever its length was said to be. A refusal goes out at once, and the rest is taken
 * in and dropped behind it: a connection that is cut while somebody still sends would lose it.
 *
 * @returns the text, or the refusal; `null` if the caller went away.
 */
export function readBody(request: IncomingMessage): Promise<{ readonly text: string } | Answer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const declared = Number(request.headers['content-length'] ?? 0)
    if (declared > DRAIN_BYTES_MAX) return resolve(problem('too_large', {}, { connection: 'close' }))
    if (declared > BODY_BYTES_MAX) resolve(problem('too_large'))
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= BODY_BYTES_MAX) chunks.push(chunk)
      else resolve(problem('too_large'))
      if (bytes > DRAIN_BYTES_MAX) request.destroy()
    })
    request.on('end', () => {
      const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
      const text = decodeUtf8(whole as Uint8Array as Uint8Array<ArrayBuffer>)
      resolve(text === null ? problem('malformed', { field: 'body' }) : { text })
    })
    request.on('close', () => resolve(null))
    request.on('error', () => resolve(null))
  })
}
