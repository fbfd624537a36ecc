import { randomBytes } from 'node:crypto'
import { type RawRequest, type RawSecret, calls, makeSecret } from '../packages/server/test/support/raw-client.ts'
import type { Act } from './history.ts'

/** What is asked, and by whom. */
export type Asked = Pick<Act, 'kind' | 'by'>

/** A secret, and the claims of those who ask for it. */
export interface Subject {
  readonly secret: RawSecret
  readonly claims: Readonly<Record<string, Buffer>>
  /** How many wrong PINs it bears; `null` without a PIN. */
  readonly attempts: number | null
}

const SEALED_BYTES = 120

/** Those who come, and nobody else. */
const NAMES = ['b', 'c', 'x', 'y', 'z']

export function aSubject(attempts: number | null = null): Subject {
  const made = makeSecret('', { sealed: randomBytes(SEALED_BYTES) })
  // The server never learns what a proof is made of: without a PIN it is made at once.
  const secret = attempts === null ? made : { ...made, create: { ...made.create, pin: { attempts } } }
  const others = Object.fromEntries(NAMES.map((name) => [name, randomBytes(32)]))
  return { secret, claims: { a: secret.claim, ...others }, attempts }
}

export function formCall({ secret, claims }: Subject, { kind, by }: Asked): RawRequest {
  const claim = claims[by] ?? secret.claim
  if (kind === 'guess') return calls.claim({ ...secret, claim, proof: guessOf(claim) })
  if (kind === 'wrongAck') return calls.ack({ ...secret, claim, ack: randomBytes(32) })
  return calls[kind]({ ...secret, claim })
}

/** A proof that is wrong, the same whenever the same one guesses. */
export function guessOf(claim: Buffer): Buffer {
  return claim
}

/** What an answer comes to, as a history has it; whatever is not expected is told as it is. */
export function tellOutcome(secret: RawSecret, kind: Act['kind'], status: number, body: string): string {
  const json = () => JSON.parse(body) as Record<string, unknown>
  if (status === 404) return 'unknown'
  if (status === 410) return 'gone'
  if (kind === 'guess' && status === 403) return tellWrong(json()['attemptsLeft'])
  if (kind === 'create' && status === 201) return 'created'
  if (kind === 'ack' && status === 204) return 'acked'
  if (kind === 'burn' && status === 204) return 'burned'
  if (kind === 'claim' && status === 200) {
    const { share, sealed } = json()
    const isSame = share === secret.share.toString('base64url') && sealed === secret.sealed.toString('base64url')
    return isSame ? 'claimed' : 'other bytes'
  }
  if (kind === 'receipt' && status === 200) {
    const { state, confirmed, attemptsFailed } = json()
    if (state === 'sealed' && attemptsFailed !== 0) return `sealed, ${String(attemptsFailed)} wrong`
    return state === 'opened' && confirmed === true ? 'confirmed' : String(state)
  }
  return `answered ${status}`
}

/** What a wrong PIN is told: the attempts left, where it cost one. */
export function tellWrong(attemptsLeft: unknown): string {
  return typeof attemptsLeft === 'number' ? `wrong, ${attemptsLeft} left` : 'wrong'
}
