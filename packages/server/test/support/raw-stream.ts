import assert from 'node:assert/strict'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { PATIENCE_MS, until } from './server-process.ts'
import type { RawReply, RawRequest } from './raw-client.ts'

/** A stream of events that has begun, read with nothing of the packages that it tests. SPEC §7.15. */
export interface RawStream {
  /** What came first: its body is empty, since that goes on. */
  readonly head: RawReply
  /** All that has come until now. */
  readonly text: () => string
  /** The receipts that have come until now. */
  readonly receipts: () => readonly Record<string, unknown>[]
  /** Wait until so many receipts have come; the last of them. */
  readonly receipt: (count: number) => Promise<Record<string, unknown>>
  /** How the stream ended, once it does: as it should, or cut off. */
  readonly closed: Promise<'ended' | 'broken'>
  readonly socket: Socket
  /** Leave. */
  readonly leave: () => void
}

/** Send a request whose answer is a stream. Fails if it is anything else. */
export function follow(url: string, { path, headers = {}, agent }: RawRequest): Promise<RawStream> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sent = request({ path, headers, host: hostname, port, agent: agent ?? false }, (response) => {
      const { statusCode: status = 0, rawHeaders } = response
      if (status !== 200) {
        response.resume()
        return reject(new assert.AssertionError({ message: `${status} instead of a stream` }))
      }
      let text = ''
      response.setEncoding('utf8').on('data', (more: string) => (text += more))
      const closed = new Promise<'ended' | 'broken'>((done) => {
        response.on('error', () => {})
        response.on('close', () => done(response.complete ? 'ended' : 'broken'))
      })
      const head = { status, headers: response.headers as RawReply['headers'], rawHeaders, body: Buffer.alloc(0), json: () => ({}) }
      const receipts = () => listReceipts(text)
      const receipt = (count: number) => until(`receipt number ${count}`, () => receipts()[count - 1], PATIENCE_MS)
      resolve({ head, text: () => text, receipts, receipt, closed, socket: response.socket, leave: () => sent.destroy() })
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** Every whole event, each of which must be written as SPEC §7.15 shows it. */
function listReceipts(text: string): Record<string, unknown>[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .filter((block) => !block.startsWith(':'))
    .map((block) => {
      const [, json] = /^event: receipt\ndata: (\{[^\n]*\})$/.exec(block) ?? assert.fail(`this is no receipt: ${JSON.stringify(block)}`)
      return JSON.parse(json as string) as Record<string, unknown>
    })
}
