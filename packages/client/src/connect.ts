import { type ProblemCode, type WireRequest, isProblemCode } from '@letterlock/protocol'

/** An instance to talk to. */
export interface Server {
  /** Absolute address that ends with a slash, such as `https://example.org/letterlock/`. */
  readonly baseUrl: string
  readonly fetch: typeof fetch
}

/**
 * Why an answer could not be had: `unreachable` (no reply), `damaged` (a reply that is not
 * one of ours, from a proxy say), `unavailable` (the server says it cannot tell now),
 * `refused` (it will not do this; see `problem`). None of them means *gone*.
 */
export type ClientErrorCode = 'unreachable' | 'damaged' | 'unavailable' | 'refused'

export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientErrorCode
  readonly problem: ProblemCode | null
  constructor(code: ClientErrorCode, message: string, problem: ProblemCode | null = null, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.problem = problem
  }
}

/** A reply: its status, and its JSON if there was any. */
export interface Reply {
  readonly status: number
  readonly json: unknown
  /** The code of a refusal, `null` for a success. */
  readonly problem: ProblemCode | null
}

/** How long one try of a call may take before it counts as unreachable, in ms. */
const REPLY_MS_MAX = 30_000

/**
 * Send one request and read its reply. Refusals come back as replies; what is no answer at
 * all is thrown.
 *
 * @throws ClientError `unreachable`, `damaged` or `unavailable`.
 */
export async function send(server: Server, request: WireRequest): Promise<Reply> {
  return readReply(await sendRaw(server, request, AbortSignal.timeout(REPLY_MS_MAX)))
}

/** Read a whole reply. @throws ClientError as {@link send} does. */
export async function readReply(response: Response): Promise<Reply> {
  const problem = await readJson(response)
  if (response.ok) return { status: response.status, json: problem, problem: null }
  const code = (problem as { code?: unknown } | null)?.code
  if (!isProblemCode(code)) {
    throw new ClientError(
      response.status >= 500 ? 'unavailable' : 'damaged',
      `the reply has status ${response.status} and is not Letterlock's`,
    )
  }
  if (code === 'unavailable' || code === 'internal' || code === 'rate_limited')
    throw new ClientError('unavailable', `the server answers ${response.status}`, code, response)
  return { status: response.status, json: problem, problem: code }
}

/** Send one request; its reply has begun. @throws ClientError `unreachable`. */
export async function sendRaw(server: Server, request: WireRequest, signal: AbortSignal, accept = 'application/json'): Promise<Response> {
  const headers: Record<string, string> = { accept }
  if (request.bearer !== undefined) headers['authorization'] = `Bearer ${request.bearer}`
  if (request.body !== undefined) headers['content-type'] = 'application/json'
  try {
    return await server.fetch(new URL(request.path, server.baseUrl), {
      method: request.method,
      headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal,
    })
  } catch (cause) {
    throw new ClientError('unreachable', 'no reply from the server', null, cause)
  }
}

async function readJson(response: Response): Promise<unknown> {
  let text: string
  try {
    text = await response.text()
  } catch (cause) {
    throw new ClientError('unreachable', 'the connection broke off within the reply', null, cause)
  }
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}

/** Turn a refusal that the caller has no case for into an error. */
export function refuse(reply: Reply): ClientError {
  return reply.problem === null
    ? new ClientError('damaged', `the reply with status ${reply.status} lacks what it should say`)
    : new ClientError('refused', `the server refused: ${reply.problem}`, reply.problem)
}
