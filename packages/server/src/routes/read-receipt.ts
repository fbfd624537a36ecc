import { readReceiptRoute } from '@letterlock/protocol'
import { type Answer, json } from '../guard/answer.ts'
import type { Life } from '../secrets/life.ts'
import { type Call, type Deps, type Route, answerMissing, hashKey } from './route.ts'

export const readReceipt: Route = { ...readReceiptRoute, needsBearer: true, hasBody: false, answer }

async function answer({ id, bearer }: Call, deps: Deps): Promise<Answer> {
  const read = await deps.secrets.receipt(id, hashKey(bearer), deps.now())
  return read.outcome === 'receipt' ? json(200, describeReceipt(read.life)) : answerMissing(read)
}

/** A receipt as it is told, in the order of SPEC §7.10. */
export function describeReceipt(life: Life): object {
  const isWaiting = life.state === 'draft' || life.state === 'sealed'
  return {
    state: life.state,
    confirmed: life.confirmed,
    ...(life.by === null ? {} : { by: life.by }),
    createdAt: cutToSecond(life.createdAtMs),
    expiresAt: cutToSecond(life.expiresAtMs),
    ...(life.claimedAtMs === null ? {} : { claimedAt: cutToSecond(life.claimedAtMs) }),
    ...(life.endedAtMs === null ? {} : { endedAt: cutToSecond(life.endedAtMs) }),
    attemptsFailed: life.attemptsFailed,
    ...(life.attemptsLeft === null || !isWaiting ? {} : { attemptsLeft: life.attemptsLeft }),
  }
}

function cutToSecond(ms: number): number {
  return ms - (ms % 1000)
}
