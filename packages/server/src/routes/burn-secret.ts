import { burnSecretRoute } from '@letterlock/protocol'
import { type Answer, NO_CONTENT } from '../guard/answer.ts'
import { type Call, type Deps, type Route, answerMissing, hashKey, noteDecision } from './route.ts'

export const burnSecret: Route = { ...burnSecretRoute, needsBearer: true, hasBody: false, answer }

async function answer({ id, bearer }: Call, deps: Deps): Promise<Answer> {
  const burned = await deps.secrets.burn(id, hashKey(bearer), deps.now())
  noteDecision(deps, id, burned)
  return burned.outcome === 'burned' ? NO_CONTENT : answerMissing(burned)
}
