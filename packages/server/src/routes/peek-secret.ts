import { peekSecretRoute } from '@letterlock/protocol'
import { type Answer, json } from '../guard/answer.ts'
import { type Call, type Deps, type Route, answerMissing, hashKey } from './route.ts'

export const peekSecret: Route = { ...peekSecretRoute, needsBearer: true, hasBody: false, answer }

async function answer({ id, bearer }: Call, deps: Deps): Promise<Answer> {
  const peeked = await deps.secrets.peek(id, hashKey(bearer), deps.now())
  if (peeked.outcome !== 'sealed') return answerMissing(peeked)
  const { attemptsLeft, sealedBytes, expiresAtMs } = peeked
  return json(200, { state: 'sealed', pin: attemptsLeft === null ? null : { attemptsLeft }, sealedBytes, expiresAt: expiresAtMs })
}
