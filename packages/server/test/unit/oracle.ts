/** What somebody does to a secret. Claimants are numbered. */
export type Event =
  | { readonly kind: 'claim'; readonly by: number; readonly isRight: boolean }
  | { readonly kind: 'read'; readonly by: number }
  | { readonly kind: 'ack'; readonly by: number; readonly isRight: boolean }
  | { readonly kind: 'burn' | 'peek' | 'receipt' }

export interface Told {
  readonly outcome: string
  readonly leaseUntilMs?: number
}

/** Everything that ever happened to a secret, written down and never changed. */
interface Facts {
  claim: { readonly by: number; readonly atMs: number } | null
  leaseUntilMs: number
  cutShortAtMs: number | null
  ackedInTimeAtMs: number | null
  isConfirmed: boolean
  burnedAtMs: number | null
}

const LEASE_MS = 10 * 60 * 1000
const SIX_HOURS_MS = 6 * 60 * 60 * 1000
const SEVEN_DAYS_MS = 7 * 24 * 60 * 60 * 1000

/**
 * What SPEC §6 says of a secret without a PIN, read again from nothing but the page: a list of
 * facts from which state and answers are worked out anew each time. It shares no code with the
 * server, and no shape: there is no stored state that could be left or kept by mistake.
 */
export function anOracle(made: { readonly createdAtMs: number; readonly lifetimeMs: number; readonly sealedBytes: number }) {
  const expiresAtMs = made.createdAtMs + made.lifetimeMs
  const facts: Facts = {
    claim: null,
    leaseUntilMs: 0,
    cutShortAtMs: null,
    ackedInTimeAtMs: null,
    isConfirmed: false,
    burnedAtMs: null,
  }

  /** §6.1: the state is always judged at now. */
  const stateAt = (ms: number): { readonly state: string; readonly endedAtMs: number | null } => {
    if (facts.burnedAtMs !== null) return { state: 'burned', endedAtMs: facts.burnedAtMs }
    if (facts.claim === null) return ms >= expiresAtMs ? { state: 'expired', endedAtMs: expiresAtMs } : { state: 'sealed', endedAtMs: null }
    const endedAtMs = facts.ackedInTimeAtMs ?? facts.cutShortAtMs ?? (ms >= facts.leaseUntilMs ? facts.leaseUntilMs : null)
    return { state: endedAtMs === null ? 'claimed' : 'opened', endedAtMs }
  }

  /** §6.8: a tombstone stays until the later of the two. */
  const isForgottenAt = (ms: number) => {
    const { endedAtMs } = stateAt(ms)
    return endedAtMs !== null && ms >= expiresAtMs && ms >= endedAtMs + SEVEN_DAYS_MS
  }

  /** §6.4: the whole table. */
  const claim = (by: number, isRight: boolean, ms: number): Told => {
    const { state } = stateAt(ms)
    if (state === 'sealed') {
      if (!isRight) return { outcome: 'pin_wrong' }
      facts.claim = { by, atMs: ms }
      const leaseMs = Math.max(LEASE_MS, Number((BigInt(made.sealedBytes) * 1000n) / 65_536n))
      facts.leaseUntilMs = ms + Math.min(leaseMs, SIX_HOURS_MS)
      return { outcome: 'claimed', leaseUntilMs: facts.leaseUntilMs }
    }
    if (state !== 'claimed' || facts.claim?.by !== by) return { outcome: 'gone' }
    return isRight ? { outcome: 'claimed', leaseUntilMs: facts.leaseUntilMs } : { outcome: 'pin_wrong' }
  }

  /** §6.4 and §7.8: a read by the claimant moves the lease to at least ten minutes from now, never beyond six hours. */
  const read = (by: number, ms: number): Told => {
    if (facts.claim?.by !== by) return { outcome: 'unknown' }
    if (stateAt(ms).state !== 'claimed') return { outcome: 'gone' }
    facts.leaseUntilMs = Math.min(Math.max(facts.leaseUntilMs, ms + LEASE_MS), facts.claim.atMs + SIX_HOURS_MS)
    return { outcome: 'read' }
  }

  /** §6.5. */
  const ack = (by: number, isRight: boolean, ms: number): Told => {
    if (facts.claim?.by !== by) return { outcome: 'unknown' }
    if (!isRight) return { outcome: 'ack_wrong' }
    if (stateAt(ms).state === 'claimed') facts.ackedInTimeAtMs = ms
    facts.isConfirmed = true
    return { outcome: 'acked' }
  }

  /** §6.6. */
  const burn = (ms: number): Told => {
    const { state } = stateAt(ms)
    if (state === 'sealed') facts.burnedAtMs = ms
    if (state === 'claimed') facts.cutShortAtMs = ms
    return { outcome: state === 'sealed' || state === 'burned' ? 'burned' : 'gone' }
  }

  return {
    tell(event: Event, ms: number): Told {
      // A claim or an ack tells apart who has a claim before it tells how old it is; all forget alike.
      if (isForgottenAt(ms)) return { outcome: 'unknown' }
      switch (event.kind) {
        case 'claim':
          return claim(event.by, event.isRight, ms)
        case 'read':
          return read(event.by, ms)
        case 'ack':
          return ack(event.by, event.isRight, ms)
        case 'burn':
          return burn(ms)
        case 'peek':
          return { outcome: stateAt(ms).state === 'sealed' ? 'sealed' : 'gone' }
        case 'receipt':
          return { outcome: 'receipt' }
      }
    },
    /** §7.10, before times are cut down to seconds; `null` once forgotten. */
    receipt(ms: number) {
      if (isForgottenAt(ms)) return null
      const { state, endedAtMs } = stateAt(ms)
      return {
        state,
        confirmed: facts.isConfirmed,
        by: state === 'burned' ? 'sender' : null,
        createdAtMs: made.createdAtMs,
        expiresAtMs,
        claimedAtMs: facts.claim?.atMs ?? null,
        endedAtMs,
      }
    },
  }
}
