import { randomBytes } from 'node:crypto'
import { type RawRequest, type RawSecret, calls, makeSecret } from '../../packages/server/test/support/raw-client.ts'
import type { Act } from './history.ts'

/** What is asked, and by whom. */
export type Asked = Pick<Act, 'kind' | 'by'>

/** A secret, and the claims of those who ask for it. */
export interface Subject {
  readonly secret: RawSecret
  readonly claims: Readonly<Record<string, Buffer>>
}

const SEALED_BYTES = 120

export function aSubject(): Subject {
  const secret = makeSecret('', { sealed: randomBytes(SEALED_BYTES) })
  return { secret, claims: { a: secret.claim, b: randomBytes(32), c: randomBytes(32) } }
}

export function formCall({ secret, claims }: Subject, { kind, by }: Asked): RawRequest {
  return calls[kind]({ ...secret, claim: claims[by] ?? secret.claim })
}

/** What an answer comes to, as a history has it; whatever is not expected is told as it is. */
export function tellOutcome(secret: RawSecret, kind: Act['kind'], status: number, body: string): string {
  const json = () => JSON.parse(body) as Record<string, unknown>
  if (status === 404) return 'unknown'
  if (status === 410) return 'gone'
  if (kind === 'create' && status === 201) return 'created'
  if (kind === 'ack' && status === 204) return 'acked'
  if (kind === 'burn' && status === 204) return 'burned'
  if (kind === 'claim' && status === 200) {
    const { share, sealed } = json()
    const isSame = share === secret.share.toString('base64url') && sealed === secret.sealed.toString('base64url')
    return isSame ? 'claimed' : 'other bytes'
  }
  if (kind === 'receipt' && status === 200) {
    const { state, confirmed } = json()
    return state === 'opened' && confirmed === true ? 'confirmed' : String(state)
  }
  return `answered ${status}`
}
