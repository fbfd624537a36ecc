// Whether what was answered about one secret can be explained by calls that took place one after
// another, each at some instant between its request and its answer: linearizability, searched for
// as Wing and Gong did (1993), remembering what was tried as Lowe does (2017).

/** What somebody asked of one secret, and what was seen of the answer from outside. Times are of one clock for all. */
export interface Act {
  readonly kind: 'create' | 'peek' | 'claim' | 'guess' | 'ack' | 'wrongAck' | 'burn' | 'receipt'
  /** Who claims, with the right PIN or with a wrong one, or acknowledges, as only the content allows or otherwise. */
  readonly by: string
  readonly beganAt: number
  /** When the answer had come or, without one, when the server had died: until then it may be carried out. */
  readonly endedAt: number
  /** `null` if no answer came: it may have been carried out, or not. */
  readonly outcome: string | null
}

/** All that SPEC §6.1 lets a secret be before its time runs out, read again from the page alone; those who guessed wrong stand in order. */
export type State =
  | 'unknown'
  | 'burned'
  | 'locked'
  | `sealed${string}`
  | `claimed by ${string}`
  | `opened by ${string}`
  | `confirmed by ${string}`

interface Followed {
  readonly outcome: string
  readonly next: State
}

/** What an act is answered in a state, and what the state is then. SPEC §6.2 to §6.6. */
export function follow(state: State, { kind, by }: Pick<Act, 'kind' | 'by'>, attempts: number | null = null): Followed {
  const told = (outcome: string, next: State = state) => ({ outcome, next })
  const isSealed = state.startsWith('sealed')
  const isGone = ['burned', 'locked', 'opened', 'confirmed'].some((end) => state.startsWith(end))
  if (kind === 'create') return isGone ? told('gone') : told('created', state === 'unknown' ? 'sealed' : state)
  if (state === 'unknown') return told('unknown')
  switch (kind) {
    case 'peek':
      return told(isSealed ? 'sealed' : 'gone')
    case 'claim':
      if (isSealed) return told('claimed', `claimed by ${by}`)
      return told(state === `claimed by ${by}` ? 'claimed' : 'gone')
    case 'guess':
      if (!isSealed) return told(state === `claimed by ${by}` ? 'wrong' : 'gone')
      return attempts === null ? told('wrong') : guess(state, by, attempts)
    case 'ack':
    case 'wrongAck': {
      const isTheirs = [`claimed by ${by}`, `opened by ${by}`, `confirmed by ${by}`].includes(state)
      if (!isTheirs) return told('unknown')
      return kind === 'ack' ? told('acked', `confirmed by ${by}`) : told('ack_wrong')
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
 * server's death, or never: strict linearizability.
 *
 * @param attempts - how many wrong PINs the secret bears; `null` without a PIN.
 */
export function isExplained(acts: readonly Act[], attempts: number | null = null): boolean {
  const seen = new Set<string>()
  const search = (given: readonly Act[], state: State): boolean => {
    const left = leaveOutQuiet(given, state, attempts)
    if (left.every(isUnanswered)) return true
    const key = `${left.map((act) => acts.indexOf(act)).join()} ${state}`
    if (seen.has(key)) return false
    seen.add(key)
    return listNext(left).some((act) => {
      const { outcome, next } = follow(state, act, attempts)
      // What had no answer and changes nothing may as well never have happened.
      const mayCome = isUnanswered(act) ? next !== state : act.outcome === outcome
      return mayCome && search(goOn(left, act), next)
    })
  }
  return search(acts, 'unknown')
}

/**
 * Leave out every act that may come next, is answered as it was, and changes nothing: wherever
 * else an order has it, it can as well come first. So what is left to be tried are changes.
 */
function leaveOutQuiet(given: readonly Act[], state: State, attempts: number | null): readonly Act[] {
  let left = given
  for (;;) {
    const quiet = listNext(left).find((act) => {
      const { outcome, next } = follow(state, act, attempts)
      // What had no answer, and had to come before this one or never, may change what this one meets.
      return act.outcome === outcome && next === state && goOn(left, act).length === left.length - 1
    })
    if (quiet === undefined) return left
    left = goOn(left, quiet)
  }
}

/** The acts that no other must have come before: none was answered before they began. */
function listNext(left: readonly Act[]): readonly Act[] {
  let firstEndAt = Number.POSITIVE_INFINITY
  for (const act of left) if (!isUnanswered(act)) firstEndAt = Math.min(firstEndAt, act.endedAt)
  return left.filter(({ beganAt }) => beganAt <= firstEndAt)
}

/** What is left behind an act: what had no answer and ended before it began is too late by then. */
function goOn(left: readonly Act[], act: Act): readonly Act[] {
  return left.filter((other) => other !== act && !(isUnanswered(other) && other.endedAt < act.beganAt))
}

function isUnanswered({ outcome }: Act): boolean {
  return outcome === null
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
