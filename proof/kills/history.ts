/** What somebody asked of one secret, and what was seen of the answer from outside. */
export interface Act {
  readonly kind: 'create' | 'claim' | 'guess' | 'ack' | 'burn' | 'receipt'
  /** Who claims, with the right PIN or with a wrong one, or acknowledges. */
  readonly by: string
  readonly beganAt: number
  /** When the answer had come or, without one, when the server had died. */
  readonly endedAt: number
  /** `null` if no answer came: it may have been carried out, or not. */
  readonly outcome: string | null
}

/** All that SPEC §6.1 lets a secret be before its time runs out, read again from the page alone; those who guessed wrong stand in order. */
type State = 'unknown' | 'burned' | 'locked' | `sealed${string}` | `claimed by ${string}` | `opened by ${string}` | `confirmed by ${string}`

interface Followed {
  readonly outcome: string
  readonly next: State
}

/** What an act is answered in a state, and what the state is then. SPEC §6.2 to §6.6. */
function follow(state: State, { kind, by }: Act, attempts: number | null): Followed {
  const told = (outcome: string, next: State = state) => ({ outcome, next })
  const isSealed = state.startsWith('sealed')
  const isGone = ['burned', 'locked', 'opened', 'confirmed'].some((end) => state.startsWith(end))
  if (kind === 'create') return isGone ? told('gone') : told('created', state === 'unknown' ? 'sealed' : state)
  if (state === 'unknown') return told('unknown')
  switch (kind) {
    case 'claim':
      if (isSealed) return told('claimed', `claimed by ${by}`)
      return told(state === `claimed by ${by}` ? 'claimed' : 'gone')
    case 'guess':
      if (!isSealed) return told(state === `claimed by ${by}` ? 'wrong' : 'gone')
      return attempts === null ? told('wrong') : guess(state, by, attempts)
    case 'ack': {
      const isTheirs = [`claimed by ${by}`, `opened by ${by}`, `confirmed by ${by}`].includes(state)
      return isTheirs ? told('acked', `confirmed by ${by}`) : told('unknown')
    }
    case 'burn':
      if (isSealed) return told('burned', 'burned')
      if (state === 'burned') return told('burned')
      return told('gone', state.replace('claimed by', 'opened by') as State)
    case 'receipt': {
      const wrong = listGuessers(state).length
      return told(wrong === 0 ? state.replace(/ by .*/, '') : `sealed, ${wrong} wrong`)
    }
  }
}

/** A wrong PIN costs an attempt once, however often it is told; the last one destroys. SPEC §6.4. */
function guess(state: State, by: string, attempts: number): Followed {
  const before = listGuessers(state)
  const all = before.includes(by) ? before : [...before, by]
  const outcome = `wrong, ${attempts - all.indexOf(by) - 1} left`
  if (all === before) return { outcome, next: state }
  return { outcome, next: all.length === attempts ? 'locked' : `sealed behind ${all.join(' ')}` }
}

function listGuessers(state: State): readonly string[] {
  return state.startsWith('sealed') ? state.split(' ').slice(2) : []
}

/**
 * Whether there is an order of these acts in which each answer is the one of SPEC §6, each act
 * taking effect between its beginning and its end. One without an answer takes effect before the
 * server's death, or never (strict linearizability, after Wing and Gong).
 *
 * @param attempts - how many wrong PINs the secret bears; `null` without a PIN.
 */
export function isExplained(acts: readonly Act[], attempts: number | null = null): boolean {
  const seen = new Set<string>()
  const search = (left: readonly number[], state: State): boolean => {
    if (left.every((at) => acts[at]?.outcome === null)) return true
    const key = `${left.join()} ${state}`
    if (seen.has(key)) return false
    seen.add(key)
    const answered = left.flatMap((at) => (acts[at]?.outcome === null ? [] : [(acts[at] as Act).endedAt]))
    const firstEndAt = Math.min(...answered)
    for (const at of left) {
      const act = acts[at] as Act
      if (act.beganAt > firstEndAt) continue
      const { outcome, next } = follow(state, act, attempts)
      if (act.outcome !== null && act.outcome !== outcome) continue
      // What had no answer and ended before this began is too late by now.
      const rest = left.filter(
        (other) => other !== at && !((acts[other] as Act).outcome === null && (acts[other] as Act).endedAt < act.beganAt),
      )
      if (search(rest, next)) return true
    }
    return false
  }
  return search([...acts.keys()], 'unknown')
}

/** What became of a secret whose history nothing explains, in a word or two. */
export function nameViolation(acts: readonly Act[]): string {
  const released = new Set(acts.filter(({ kind, outcome }) => kind === 'claim' && outcome === 'claimed').map(({ by }) => by))
  if (acts.some(({ outcome }) => outcome === 'other bytes')) return 'other bytes'
  if (released.size > 1) return 'opened by two'
  const isAfter = (outcomes: readonly string[], first: (outcome: string | null) => boolean) => {
    const endedAt = acts.find(({ outcome }) => first(outcome))?.endedAt ?? Number.POSITIVE_INFINITY
    return acts.some(({ outcome, beganAt }) => beganAt > endedAt && outcomes.includes(outcome?.split(',')[0] ?? ''))
  }
  const isRevived =
    isAfter(['claimed', 'sealed', 'created'], (outcome) => ['acked', 'burned', 'wrong, 0 left'].includes(outcome ?? '')) ||
    isAfter(['sealed'], (outcome) => outcome === 'claimed')
  if (isRevived) return 'revived'
  const wasCreated = acts.some(({ outcome }) => outcome === 'created')
  return wasCreated && acts.some(({ outcome }) => ['unknown', 'lost', 'gone'].includes(outcome ?? '')) ? 'lost' : 'untrue'
}
