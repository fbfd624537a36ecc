import { parseByteRange, readSealedRoute } from '@letterlock/protocol'
import { type Answer, problem } from '../guard/answer.ts'
import { type Call, type Deps, type Route, answerMissing, hashKey } from './route.ts'

export const readSealed: Route = { ...readSealedRoute, needsBearer: true, hasBody: false, answer }

async function answer({ id, bearer, range, isHead }: Call, deps: Deps): Promise<Answer> {
  const read = await deps.secrets.readSealed(id, hashKey(bearer), !isHead, deps.now())
  if (read.outcome !== 'read') return answerMissing(read)

  const { sealed } = read
  const part = parseByteRange(range, sealed.length)
  if (part === 'outside') return problem('range', {}, { 'content-range': `bytes */${sealed.length}` })
  if (part === null) return { status: 200, type: 'bytes', body: sealed, headers: { 'accept-ranges': 'bytes' } }
  return {
    status: 206,
    type: 'bytes',
    body: sealed.slice(part.first, part.last + 1),
    headers: { 'accept-ranges': 'bytes', 'content-range': `bytes ${part.first}-${part.last}/${sealed.length}` },
  }
}
