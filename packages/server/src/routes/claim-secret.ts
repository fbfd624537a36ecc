import { claimSecretRoute, concatBytes, encodeBase64url, isMalformed, parseClaimSecret } from '@letterlock/protocol'
import { type Answer, json, problem } from '../guard/answer.ts'
import { type Call, type Deps, type Route, answerMissing, hashKey, noteDecision } from './route.ts'

export const claimSecret: Route = { ...claimSecretRoute, needsBearer: true, hasBody: true, answer }

async function answer({ id, bearer, body }: Call, deps: Deps): Promise<Answer> {
  const request = parseClaimSecret(body)
  if (isMalformed(request)) return problem('malformed', { field: request.malformed })

  const claim = {
    id,
    accessHash: hashKey(bearer),
    claimHash: hashKey(request.claim),
    proofHash: hashKey(request.proof),
    tryHash: hashKey(concatBytes(request.claim, request.proof)),
  }
  const claimed = await deps.secrets.claim(claim, deps.now())
  noteDecision(deps, id, claimed)
  switch (claimed.outcome) {
    case 'claimed':
      return json(200, {
        share: encodeBase64url(claimed.share),
        leaseUntil: claimed.leaseUntilMs,
        sealedBytes: claimed.sealed.length,
        sealed: encodeBase64url(claimed.sealed),
      })
    case 'pin_wrong':
      return problem('pin_wrong', claimed.attemptsLeft === null ? {} : { attemptsLeft: claimed.attemptsLeft })
    case 'gone':
    case 'unknown':
    case 'unavailable':
      return answerMissing(claimed)
  }
}
