import { readReceiptRoute } from '@letterlock/protocol'
import { type Answer, json } from '../guard/answer.ts'
import { type Call, type Deps, type Route, answerMissing, hashKey } from './route.ts'

export const readReceipt: Route = { ...readReceiptRoute, needsBearer: true, hasBody: false, answer }

async function answer({ id, bearer }: Call, deps: Deps): Promise<Answer> {
  const read = await deps.secrets.receipt(id, hashKey(bearer), deps.now())
  if (read.outcome !== 'receipt') return answerMissing(read)

  const { life } = read
  const isWaiting = life.state === 'draft' || life.state === 'sealed'
  return json(200, {
    state: life.state,
    confirmed: life.confirmed,
    ...(life.by === null ? {} : { by: life.by }),
    createdAt: cutToSecond(life.createdAtMs),
    expiresAt: cutToSecond(life.expiresAtMs),
    ...(life.claimedAtMs === null ? {} : { claimedAt: cutToSecond(life.claimedAtMs) }),
    ...(life.endedAtMs === null ? {} : { endedAt: cutToSecond(life.endedAtMs) }),
    attemptsFailed: life.attemptsFailed,
    ...(life.attemptsLeft === null || !isWaiting ? {} : { attemptsLeft: life.attemptsLeft }),
  })
}

function cutToSecond(ms: number): number {
  return ms - (ms % 1000)
}
