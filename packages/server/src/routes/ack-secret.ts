import { ackSecretRoute, isMalformed, parseAckSecret } from '@letterlock/protocol'
import { type Answer, NO_CONTENT, problem } from '../guard/answer.ts'
import { type Call, type Deps, type Route, answerMissing, hashKey, noteDecision } from './route.ts'

export const ackSecret: Route = { ...ackSecretRoute, needsBearer: true, hasBody: true, answer }

async function answer({ id, bearer, body }: Call, deps: Deps): Promise<Answer> {
  const request = parseAckSecret(body)
  if (isMalformed(request)) return problem('malformed', { field: request.malformed })

  const acked = await deps.secrets.ack(id, hashKey(bearer), hashKey(request.ack), deps.now())
  noteDecision(deps, id, acked)
  switch (acked.outcome) {
    case 'acked':
      return NO_CONTENT
    case 'ack_wrong':
      return problem('malformed', { field: 'ack' })
    case 'gone':
    case 'unknown':
    case 'unavailable':
      return answerMissing(acked)
  }
}
