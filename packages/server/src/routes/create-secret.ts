import { hash } from 'node:crypto'
import { type CreateSecret, createSecretRoute, formatIdPreimage, isMalformed, parseCreateSecret } from '@letterlock/protocol'
import { type Answer, json, problem } from '../guard/answer.ts'
import { type Call, type Deps, type Route, answerMissing, noteDecision } from './route.ts'

export const createSecret: Route = { ...createSecretRoute, needsBearer: false, hasBody: true, answer }

async function answer({ body, address }: Call, deps: Deps): Promise<Answer> {
  const waitMs = deps.limitCreate(address)
  if (waitMs !== null) return problem('rate_limited', {}, { 'retry-after': String(Math.ceil(waitMs / 1000)) })

  const create = parseCreateSecret(body)
  if (isMalformed(create)) return problem('malformed', { field: create.malformed })
  if (!isIdOf(create)) return problem('malformed', { field: 'id' })
  if (create.sealed.length > deps.settings.inlineBytes) return problem('too_large')
  if (!deps.settings.lifetimesMs.includes(create.lifetimeMs)) return problem('lifetime_refused')

  const { pin, ...secret } = create
  const created = await deps.secrets.create({ ...secret, attempts: pin?.attempts ?? null }, deps.now())
  noteDecision(deps, secret.id, created)
  switch (created.outcome) {
    case 'created':
      return json(201, { expiresAt: created.expiresAtMs })
    case 'id_taken':
      return problem('id_taken')
    case 'full':
      return problem('storage_full')
    case 'gone':
    case 'unavailable':
      return answerMissing(created)
  }
}

/** Nobody may take an id without the link that it comes from. SPEC §2.2. */
function isIdOf({ id, accessHash }: CreateSecret): boolean {
  // Nothing here is a secret: whoever sends the one can work out the other.
  return hash('sha256', formatIdPreimage(accessHash), 'hex').startsWith(id)
}
