import { randomBytes } from '@letterlock/protocol'
import type { Life } from '../../packages/server/src/secrets/life.ts'
import type { Claim, NewSecret } from '../../packages/server/src/secrets/store.ts'
import { type Asked, DAY_MS, HOUR_MS, aClaim, aSecret, at } from '../../packages/server/test/store/fixtures.ts'
import type { Chance } from '../chance.ts'

/** A secret, and what its holders were told: what really became of it. */
export interface Known {
  readonly secret: NewSecret
  readonly createdAtStep: number
  readonly expiresAtMs: number
  /** The one who was given the share. */
  claim: Claim | null
  isAcked: boolean
  isBurned: boolean
  /** Wrong PINs that were answered. */
  failed: number
}

/** A run of one store, one call after the other. */
export interface Run {
  readonly secrets: Known[]
  nowMs: number
}

export type Truth = 'waiting' | 'claimed' | 'opened' | 'burned' | 'locked' | 'expired'

/** What a secret has become by now, told from its answers alone. */
export function truthOf({ secret, claim, isAcked, isBurned, failed, expiresAtMs }: Known, nowMs: number): Truth {
  if (isBurned) return 'burned'
  if (claim !== null) return isAcked ? 'opened' : 'claimed'
  if (secret.attempts !== null && failed >= secret.attempts) return 'locked'
  return nowMs >= expiresAtMs ? 'expired' : 'waiting'
}

/** One call that somebody makes, by chance, and what it tells. Leases never end within a run. */
export function act(chance: Chance, run: Run, store: Asked, step: number): void {
  const kind = chance.pick([
    'create',
    'create',
    'create',
    'claim',
    'claim',
    'guess',
    'guess',
    'guess',
    'ack',
    'burn',
    'look',
    'pass',
  ] as const)
  const now = at(run.nowMs)
  if (kind === 'create' || run.secrets.length === 0) {
    const secret = aSecret({ attempts: chance.pick([null, 3, 5, 5]), lifetimeMs: chance.pick([HOUR_MS / 60, DAY_MS, DAY_MS]) })
    const created = store.create(secret, now)
    if (created.outcome !== 'created') throw new Error(`a create is ${created.outcome}`)
    const { expiresAtMs } = created
    run.secrets.push({ secret, createdAtStep: step, expiresAtMs, claim: null, isAcked: false, isBurned: false, failed: 0 })
    return
  }
  const guarded = run.secrets.filter(({ secret }) => secret.attempts !== null)
  const one = chance.pick(kind === 'guess' && guarded.length > 0 ? guarded : run.secrets)
  if (kind === 'claim') {
    const claim = aClaim(one.secret)
    if (store.claim(claim, now).outcome === 'claimed') one.claim = claim
  } else if (kind === 'guess') {
    const guessed = store.claim(aClaim(one.secret, { proofHash: randomBytes(32) }), now)
    if (guessed.outcome === 'pin_wrong' && guessed.attemptsLeft !== null) one.failed++
  } else if (kind === 'ack') {
    if (one.claim !== null && store.ack(one.claim, one.secret.ackHash, now).outcome === 'acked') one.isAcked = true
  } else if (kind === 'burn') {
    // A burn that comes after a claim destroys what has been opened, and the claimant can still confirm.
    if (one.claim === null && store.burn(one.secret, now).outcome === 'burned') one.isBurned = true
  } else if (kind === 'look') {
    store.peek(one.secret, now)
    store.receipt(one.secret, now)
  } else {
    run.nowMs += chance.pick([1000, 30_000, 61_000])
    store.sweep(at(run.nowMs))
  }
}

/** What a receipt may say after a restore: never less than has happened to the secret, and never more. */
const TOLD: Readonly<Record<Truth, readonly string[]>> = {
  waiting: ['sealed'],
  claimed: ['claimed', 'opened'],
  opened: ['opened', 'opened confirmed', 'lost'],
  burned: ['burned', 'lost'],
  locked: ['locked', 'lost'],
  expired: ['expired', 'lost'],
}

/** How a receipt contradicts what really happened; `null` if it does not. */
export function contradict(truth: Truth, { state, confirmed, attemptsFailed }: Life, failed: number): string | null {
  const told = confirmed ? `${state} confirmed` : state
  if (!TOLD[truth].includes(told)) return `a secret that is ${truth} has the receipt "${told}"`
  if (truth === 'waiting' && attemptsFailed !== failed) return `${failed} wrong PINs were answered, and the receipt says ${attemptsFailed}`
  return null
}
