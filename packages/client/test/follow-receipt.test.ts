import assert from 'node:assert/strict'
import { type RequestListener, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ClientError, type Followed, type Server, followReceipt } from '@letterlock/client'
import {
  HEARTBEAT,
  type Receipt,
  SILENCE_MS_MAX,
  encodeBase64url,
  encodeUtf8,
  formatReceiptEvent,
  parseSecretId,
} from '@letterlock/protocol'

const ID = parseSecretId('0123456789abcdef'.repeat(2))!
const KEY = new Uint8Array(32).fill(7)
const FIRST_MS_MAX = 10_000

const eventOf = (state: string) =>
  formatReceiptEvent(JSON.stringify({ state, confirmed: false, createdAt: 1000, expiresAt: 2000, attemptsFailed: 0 }))
const problemOf = (status: number, code: string) => JSON.stringify({ type: 'about:blank', title: '', status, code })

/** What came of following: what was told, and how it ended or with which error. */
interface Outcome {
  readonly told: readonly string[]
  readonly end: Followed | ClientError
}

async function outcomeOf(server: Server, signal?: AbortSignal, onReceipt: (receipt: Receipt) => void = () => {}): Promise<Outcome> {
  const told: string[] = []
  const tell = (receipt: Receipt) => {
    told.push(receipt.state)
    onReceipt(receipt)
  }
  const end = await followReceipt(server, ID, KEY, { onReceipt: tell, ...(signal === undefined ? {} : { signal }) }).catch(
    (error: unknown) => {
      if (error instanceof ClientError) return error
      throw error
    },
  )
  return { told, end }
}

/** A server over real sockets that answers as it is told. */
async function aServer(t: TestContext, listener: RequestListener): Promise<Server> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/under/`, fetch }
}

/** A server whose stream a test writes piece by piece, in a time that a test moves. */
function aWrittenServer(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const written = { controller: null as ReadableStreamDefaultController<Uint8Array> | null, signal: null as AbortSignal | null }
  const write = async (text: string) => {
    written.controller?.enqueue(encodeUtf8(text))
    for (let i = 0; i < 3; i++) await turn()
  }
  const fake: typeof fetch = async (_url, { signal } = {}) => {
    written.signal = signal ?? null
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        written.controller = controller
        signal?.addEventListener('abort', () => controller.error(signal.reason))
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  return { server: { baseUrl: 'https://example.org/', fetch: fake }, write, written }
}

test('asks once, below the path of the instance, with the key in the header alone, and hands on each receipt until the end', async (t) => {
  const asked: unknown[] = []
  const server = await aServer(t, ({ method, url, headers: { authorization, accept } }, response) => {
    asked.push({ method, url, authorization, accept })
    response.writeHead(200, { 'content-type': 'Text/Event-Stream ; charset=utf-8' })
    // It forgets to close the stream, as a careless proxy might.
    response.write(HEARTBEAT + eventOf('sealed') + HEARTBEAT + eventOf('claimed') + eventOf('opened'))
  })
  assert.deepEqual(await outcomeOf(server), { told: ['sealed', 'claimed', 'opened'], end: 'ended' })
  const authorization = `Bearer ${encodeBase64url(KEY)}`
  assert.deepEqual(asked, [
    { method: 'GET', url: `/under/api/v1/secrets/${ID}/receipt/events`, authorization, accept: 'text/event-stream' },
  ])
})

test('lets the connection go when the end was told, though the server would go on', async (t) => {
  const left = Promise.withResolvers<void>()
  const server = await aServer(t, (_request, response) => {
    response.on('close', () => left.resolve())
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(eventOf('burned'))
  })
  assert.equal((await outcomeOf(server)).end, 'ended')
  await left.promise
})

test('a stream that its server closes is one to come back to', async (t) => {
  const server = await aServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(eventOf('sealed') + HEARTBEAT)
  })
  assert.deepEqual(await outcomeOf(server), { told: ['sealed'], end: 'closed' })
})

test('what is no stream is not offered: an older server, an unknown receipt, another type, nothing at all', async (t) => {
  const answers: readonly (readonly [status: number, type: string, body: string])[] = [
    [404, 'application/problem+json', problemOf(404, 'not_found')],
    [200, 'application/json', '{"state":"sealed"}'],
    [200, 'text/html', eventOf('sealed')],
    [200, 'text/event-stream-x', eventOf('sealed')],
    [200, 'text/event-stream', ''],
    [200, 'text/event-stream', HEARTBEAT],
    [204, 'text/event-stream', ''],
  ]
  for (const [status, type, body] of answers) {
    const server = await aServer(t, (_request, response) => {
      response.writeHead(status, { 'content-type': type })
      response.end(body)
    })
    assert.deepEqual(await outcomeOf(server), { told: [], end: 'not_offered' }, `${status} ${type} ${body}`)
  }
})

test('a refusal is thrown as every other call throws it', async (t) => {
  const refusals: readonly (readonly [status: number, body: string, code: string, problem: string | null])[] = [
    [429, problemOf(429, 'rate_limited'), 'unavailable', 'rate_limited'],
    [503, problemOf(503, 'unavailable'), 'unavailable', 'unavailable'],
    [500, problemOf(500, 'internal'), 'unavailable', 'internal'],
    [401, problemOf(401, 'unauthorized'), 'refused', 'unauthorized'],
    [502, '<h1>Bad Gateway</h1>', 'unavailable', null],
    [404, '<h1>Not Found</h1>', 'damaged', null],
  ]
  for (const [status, body, code, problem] of refusals) {
    const server = await aServer(t, (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/problem+json' })
      response.end(body)
    })
    const { told, end } = await outcomeOf(server)
    assert.ok(end instanceof ClientError)
    assert.deepEqual({ told, code: end.code, problem: end.problem }, { told: [], code, problem }, body)
  }
})

test('a connection that breaks off, or is not to be had, is unreachable; what was told before stays told', async (t) => {
  const breaking = await aServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(eventOf('sealed'), () => setImmediate(() => response.destroy()))
  })
  const broken = await outcomeOf(breaking)
  assert.deepEqual(broken.told, ['sealed'])
  const none = await outcomeOf({ baseUrl: 'http://127.0.0.1:1/', fetch })
  assert.deepEqual(none.told, [])
  for (const { end } of [broken, none]) assert.ok(end instanceof ClientError && end.code === 'unreachable')
})

test('a receipt that is none is damaged, whatever came before and after it', async (t) => {
  const server = await aServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(eventOf('sealed') + eventOf('open') + eventOf('opened'))
  })
  const { told, end } = await outcomeOf(server)
  assert.deepEqual(told, ['sealed'])
  assert.ok(end instanceof ClientError && end.code === 'damaged')
})

test('a silent connection is unreachable after 45 s, and one with heartbeats is not', async (t) => {
  const { server, write, written } = aWrittenServer(t)
  const outcome = outcomeOf(server)
  await write(eventOf('sealed'))
  for (let i = 0; i < 100; i++) {
    t.mock.timers.tick(SILENCE_MS_MAX - 1)
    await write(i % 2 === 0 ? HEARTBEAT : ':')
  }
  assert.equal(written.signal?.aborted, false, 'the control')
  t.mock.timers.tick(SILENCE_MS_MAX - 1)
  assert.equal(written.signal?.aborted, false)
  t.mock.timers.tick(1)
  const { told, end } = await outcome
  assert.deepEqual(told, ['sealed'])
  assert.ok(end instanceof ClientError && end.code === 'unreachable')
  assert.equal(written.signal?.aborted, true)
})

test('where the first receipt does not come, nothing is offered, heartbeats or not', async (t) => {
  const { server, write } = aWrittenServer(t)
  const outcome = outcomeOf(server)
  for (let ms = 1000; ms < FIRST_MS_MAX; ms += 1000) {
    await write(HEARTBEAT)
    t.mock.timers.tick(1000)
  }
  t.mock.timers.tick(1000)
  assert.deepEqual(await outcome, { told: [], end: 'not_offered' })
})

test('where the reply does not even begin, nothing is offered', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const never: typeof fetch = (_url, { signal } = {}) =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  const outcome = outcomeOf({ baseUrl: 'https://example.org/', fetch: never })
  t.mock.timers.tick(FIRST_MS_MAX)
  assert.deepEqual(await outcome, { told: [], end: 'not_offered' })
})

test('the caller cancels at any time: before, within and between', async (t) => {
  const { server, write, written } = aWrittenServer(t)
  assert.deepEqual(await outcomeOf(server, AbortSignal.abort()), { told: [], end: 'cancelled' })

  const between = new AbortController()
  const first = outcomeOf(server, between.signal)
  await write(eventOf('sealed'))
  between.abort()
  assert.deepEqual(await first, { told: ['sealed'], end: 'cancelled' })
  assert.equal(written.signal?.aborted, true)

  const within = new AbortController()
  const second = outcomeOf(server, within.signal, () => within.abort())
  await write(eventOf('sealed') + eventOf('claimed') + eventOf('opened'))
  assert.deepEqual(await second, { told: ['sealed'], end: 'cancelled' })
})

test('an error of whoever is told comes through as it is, and the connection goes', async (t) => {
  const { server, write, written } = aWrittenServer(t)
  const outcome = outcomeOf(server, undefined, () => {
    throw new RangeError('of the page')
  })
  const failed = assert.rejects(outcome, RangeError)
  await write(eventOf('sealed'))
  await failed
  assert.equal(written.signal?.aborted, true)
})
