import { ENDS, type BurnedBy, type End, type Gone } from '@letterlock/protocol'

/** Where a secret stands. SPEC §6.1. */
export type State = 'draft' | 'sealed' | 'claimed' | End

/** All that decides what may happen to a secret next. Times in ms by the server's clock. */
export interface Life {
  readonly state: State
  /** Whether the reader proved that it was decrypted. */
  readonly confirmed: boolean
  readonly by: BurnedBy | null
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly claimedAtMs: number | null
  readonly leaseUntilMs: number | null
  readonly endedAtMs: number | null
  readonly attemptsFailed: number
  /** `null` without a PIN. */
  readonly attemptsLeft: number | null
  readonly sealedBytes: number
}

/**
 * The time, and how far it can be trusted. While `doubt` is there, nobody knows whether it
 * is `fromMs` or `toMs`: what the two would decide differently must wait. SPEC §6.11.
 */
export interface Now {
  /** What is written down as the time of what happens now. */
  readonly ms: number
  readonly doubt: null | { readonly fromMs: number; readonly toMs: number; readonly isCreatingHeld: boolean }
}

/** What the holder of a claim, a link or a receipt is told, and what the secret has become. */
export interface Decision<Outcome> {
  readonly outcome: Outcome
  readonly life: Life
}

/** Shortest lease, in ms. SPEC §6.4. */
export const LEASE_MS_MIN = 600_000
/** No lease is longer than this, however often it is read, in ms. SPEC §6.4. */
export const LEASE_MS_MAX = 6 * 3_600_000
/** A lease gives this many sealed bytes a second to arrive. SPEC §6.4. */
export const LEASE_BYTES_PER_SECOND = 65_536
/** How long a tombstone answers after the end, in ms, if the lifetime was not longer. SPEC §6.8. */
export const TOMBSTONE_MS = 7 * 86_400_000

/** A secret as it begins. SPEC §6.2. */
export function beginLife(createdAtMs: number, lifetimeMs: number, sealedBytes: number, attempts: number | null): Life {
  return {
    state: 'sealed',
    confirmed: false,
    by: null,
    createdAtMs,
    expiresAtMs: createdAtMs + lifetimeMs,
    claimedAtMs: null,
    leaseUntilMs: null,
    endedAtMs: null,
    attemptsFailed: 0,
    attemptsLeft: attempts,
    sealedBytes,
  }
}

export function isEnd(state: State): state is End {
  return (ENDS as readonly State[]).includes(state)
}

/** What a secret has become by the mere passing of time. SPEC §6.7. */
export function age(life: Life, ms: number): Life {
  if ((life.state === 'sealed' || life.state === 'draft') && ms >= life.expiresAtMs) return end(life, 'expired', life.expiresAtMs)
  if (life.state === 'claimed' && life.leaseUntilMs !== null && ms >= life.leaseUntilMs) return end(life, 'opened', life.leaseUntilMs)
  return life
}

/** Like {@link age}, but `null` where the time is in doubt and would decide. SPEC §6.11. */
export function ageNow(life: Life, now: Now): Life | null {
  if (now.doubt !== null && age(life, now.doubt.fromMs).state !== age(life, now.doubt.toMs).state) return null
  return age(life, now.ms)
}

/** When nothing is left to be known of an ended secret, in ms; `null` before its end. SPEC §6.8. */
export function forgetAtMs(life: Life): number | null {
  return life.endedAtMs === null ? null : Math.max(life.expiresAtMs, life.endedAtMs + TOMBSTONE_MS)
}

/** When time will next change something, in ms: expiry, the lease's end, or forgetting. */
export function dueAtMs(life: Life): number {
  return forgetAtMs(life) ?? (life.state === 'claimed' ? (life.leaseUntilMs ?? life.expiresAtMs) : life.expiresAtMs)
}

/** What is told of a secret that is gone, or is somebody else's by now. SPEC §7.3. */
export function tellGone(life: Life): Gone {
  const isOpened = life.state === 'claimed' || life.state === 'opened'
  const at = (isOpened ? (life.claimedAtMs ?? life.endedAtMs) : life.endedAtMs) ?? life.expiresAtMs
  return { state: isOpened ? 'opened' : (life.state as End), at: at - (at % 60_000) }
}

export type ClaimOutcome = 'claimed' | 'claimed_again' | 'pin_wrong' | 'gone' | 'unknown'

/** What a claimant shows, already compared. */
export interface ClaimEvidence {
  readonly isClaimant: boolean
  readonly isProofRight: boolean
  /** The share is in the vault. */
  readonly isShareHere: boolean
  /** The vault remembers that the share has left before, whatever the state says. */
  readonly wasReleased: boolean
  /** The attempts that were left after this very try, if it has been counted before; else `null`. */
  readonly countedBefore: number | null
}

export interface ClaimDecision extends Decision<ClaimOutcome> {
  /** What a wrong proof is told: the attempts left, where it cost one; else `null`. */
  readonly attemptsLeft: number | null
}

/** One claimant, ever; a wrong PIN costs an attempt, not the secret. SPEC §6.4. */
export function decideClaim(life: Life, evidence: ClaimEvidence, ms: number): ClaimDecision {
  const told = (outcome: ClaimOutcome, after: Life, attemptsLeft: number | null = null) => ({ outcome, life: after, attemptsLeft })
  if (life.state === 'draft') return told('unknown', life)
  if (life.state === 'sealed') {
    if (!evidence.isShareHere) return told('gone', end(life, 'lost', ms))
    if (evidence.wasReleased) return told('gone', end(life, 'opened', ms))
    if (!evidence.isProofRight) {
      const after = evidence.countedBefore === null ? countAttempt(life, ms) : life
      return told('pin_wrong', after, evidence.countedBefore ?? after.attemptsLeft)
    }
    const arrivalMs = Math.floor((life.sealedBytes * 1000) / LEASE_BYTES_PER_SECOND)
    const leaseMs = Math.min(Math.max(LEASE_MS_MIN, arrivalMs), LEASE_MS_MAX)
    return told('claimed', { ...life, state: 'claimed', claimedAtMs: ms, leaseUntilMs: ms + leaseMs })
  }
  if (life.state !== 'claimed' || !evidence.isClaimant) return told('gone', life)
  if (!evidence.isShareHere) return told('gone', end(life, 'opened', ms))
  return told(evidence.isProofRight ? 'claimed_again' : 'pin_wrong', life)
}

/** The last attempt destroys. Without a PIN there is nothing to guess, and nothing is counted. */
function countAttempt(life: Life, ms: number): Life {
  if (life.attemptsLeft === null) return life
  const counted = { ...life, attemptsFailed: life.attemptsFailed + 1, attemptsLeft: life.attemptsLeft - 1 }
  return counted.attemptsLeft === 0 ? end(counted, 'locked', ms) : counted
}

/** The claimant's own reads keep the lease alive, within bounds. SPEC §6.4. */
export function decideRead(life: Life, ms: number): Decision<'read' | 'gone'> {
  if (life.state !== 'claimed' || life.claimedAtMs === null || life.leaseUntilMs === null) return { outcome: 'gone', life }
  const leaseUntilMs = Math.min(Math.max(life.leaseUntilMs, ms + LEASE_MS_MIN), life.claimedAtMs + LEASE_MS_MAX)
  return { outcome: 'read', life: leaseUntilMs === life.leaseUntilMs ? life : { ...life, leaseUntilMs } }
}

/** Opened means opened: only a right ack confirms, and it does so after the lease, too. SPEC §6.5. */
export function decideAck(life: Life, isAckRight: boolean, ms: number): Decision<'acked' | 'ack_wrong' | 'gone'> {
  if (life.state !== 'claimed' && life.state !== 'opened') return { outcome: 'gone', life }
  if (!isAckRight) return { outcome: 'ack_wrong', life }
  if (life.state === 'opened') return { outcome: 'acked', life: life.confirmed ? life : { ...life, confirmed: true } }
  return { outcome: 'acked', life: { ...end(life, 'opened', ms), confirmed: true } }
}

/** Burning tells the truth about what it came too late for. SPEC §6.6. */
export function decideBurn(life: Life, by: BurnedBy, ms: number): Decision<'burned' | 'gone'> {
  if (life.state === 'burned') return { outcome: 'burned', life }
  if (life.state === 'draft' || life.state === 'sealed') return { outcome: 'burned', life: { ...end(life, 'burned', ms), by } }
  if (life.state === 'claimed') return { outcome: 'gone', life: end(life, 'opened', ms) }
  return { outcome: 'gone', life }
}

/** What the vault knows of a secret at a start. */
export interface KeptShare {
  readonly isHere: boolean
  readonly wasReleased: boolean
  readonly attemptsFailed: number
}

/** What a start finds, when a crash came between a share and its row, or the row was set back. SPEC §6.9. */
export function decideRecovery(life: Life, share: KeptShare, ms: number): Life {
  if (isEnd(life.state)) return life
  if (life.state === 'claimed') return share.isHere ? life : end(life, 'opened', ms)
  if (!share.isHere) return end(life, 'lost', ms)
  return share.wasReleased ? end(life, 'opened', ms) : recallAttempts(life, share.attemptsFailed, ms)
}

/** A database that was set back has forgotten attempts that were used since. */
function recallAttempts(life: Life, attemptsFailed: number, ms: number): Life {
  if (life.attemptsLeft === null || attemptsFailed <= life.attemptsFailed) return life
  const attemptsLeft = Math.max(0, life.attemptsLeft + life.attemptsFailed - attemptsFailed)
  const recalled = { ...life, attemptsFailed, attemptsLeft }
  return attemptsLeft === 0 ? end(recalled, 'locked', ms) : recalled
}

function end(life: Life, state: End, endedAtMs: number): Life {
  return { ...life, state, endedAtMs, leaseUntilMs: null }
}
