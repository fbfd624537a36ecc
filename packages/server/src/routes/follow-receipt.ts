import { type Bytes, type SecretId, followReceiptRoute } from '@letterlock/protocol'
import { type Answer, type StreamAnswer, UNAVAILABLE, problem } from '../guard/answer.ts'
import type { Look } from '../receipt-streams.ts'
import { dueAtMs, isEnd } from '../secrets/life.ts'
import { describeReceipt } from './read-receipt.ts'
import { type Call, type Deps, type Route, answerMissing, hashKey } from './route.ts'

export const followReceipt: Route = { ...followReceiptRoute, needsBearer: true, hasBody: false, answer }

/** When somebody for whom there is no room may come again, in seconds. */
const RETRY_SECONDS = 60
const NO_ROOM = problem('rate_limited', {}, { 'retry-after': String(RETRY_SECONDS) })
/** Nginx holds back what comes a little at a time, unless it is told not to. */
const HEADERS = { 'x-accel-buffering': 'no' }

async function answer({ id, bearer, isHead, isQueued }: Call, deps: Deps): Promise<Answer | StreamAnswer> {
  const look = () => lookAt(id, receiptHash, deps)
  const receiptHash = hashKey(bearer)
  const now = await look()
  if (typeof now === 'string') return answerMissing({ outcome: now })

  const { receiptStreams } = deps
  switch (receiptStreams.findRoom(id)) {
    case 'stopped':
      return UNAVAILABLE
    case 'full':
      return NO_ROOM
    case 'free':
      // Behind an answer that is not there yet, a stream would not hear its reader leave.
      if (isQueued) return NO_ROOM
      return { status: 200, headers: HEADERS, begin: isHead ? (sink) => sink.end() : receiptStreams.open(id, now, look) }
  }
}

async function lookAt(id: SecretId, receiptHash: Bytes, { secrets, now }: Deps): ReturnType<Look> {
  const lookedAt = now()
  const read = await secrets.receipt(id, receiptHash, lookedAt)
  if (read.outcome !== 'receipt') return read.outcome
  const { life } = read
  return { json: JSON.stringify(describeReceipt(life)), isEnd: isEnd(life.state), dueInMs: dueAtMs(life) - lookedAt.ms }
}
