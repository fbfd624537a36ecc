// Whether what clients were answered about one secret can be explained by calls that took place
// one after another, each at some instant between its request and its answer: linearizability,
// searched for as Wing and Gong did (1993), remembering what was tried as Lowe does (2017).

/** What was asked. Claimants are numbered; an ack is right if it could only be made from the content. */
export type Asked =
  | { readonly kind: 'create' | 'peek' | 'receipt' | 'burn' }
  | { readonly kind: 'claim'; readonly by: number }
  | { readonly kind: 'ack'; readonly by: number; readonly isRight: boolean }

/** One call, as its client saw it. Times are of one clock for all clients. */
export type Call = Asked & {
  /** Before the request could have been read. */
  readonly start: number
  /** After the answer had arrived; `null` if none ever did, so that nobody knows whether the call took place. */
  readonly end: number | null
  /** As {@link step} names answers; `null` if there was none. */
  readonly answer: string | null
}

/** What a secret is, as far as these calls can tell: SPEC §6.1, without the passing of time and without a PIN. */
export interface State {
  readonly at: 'absent' | 'sealed' | 'claimed' | 'opened' | 'burned'
  readonly claimant: number | null
  readonly confirmed: boolean
}

export const ABSENT: State = { at: 'absent', claimant: null, confirmed: false }

/** What one call is answered, and what it leaves. SPEC §6.2 to §6.6. */
export function step(state: State, asked: Asked): { readonly answer: string; readonly state: State } {
  const { at, claimant } = state
  const told = (answer: string, after: State = state) => ({ answer, state: after })
  const isEnded = at === 'opened' || at === 'burned'
  switch (asked.kind) {
    case 'create':
      if (at === 'absent') return told('created', { ...state, at: 'sealed' })
      return told(isEnded ? 'gone' : 'created')
    case 'peek':
      return told(at === 'absent' ? 'unknown' : at === 'sealed' ? 'sealed' : 'gone')
    case 'receipt':
      return told(at === 'absent' ? 'unknown' : state.confirmed ? `${at}, confirmed` : at)
    case 'claim':
      if (at === 'absent') return told('unknown')
      if (at === 'sealed') return told('claimed', { ...state, at: 'claimed', claimant: asked.by })
      return told(at === 'claimed' && claimant === asked.by ? 'claimed' : 'gone')
    case 'ack':
      if (claimant === null || claimant !== asked.by) return told('unknown')
      if (!asked.isRight) return told('ack_wrong')
      return told('acked', state.confirmed ? state : { at: 'opened', claimant, confirmed: true })
    case 'burn':
      if (at === 'absent') return told('unknown')
      if (at === 'sealed') return told('burned', { ...state, at: 'burned' })
      return told(at === 'burned' ? 'burned' : 'gone', at === 'claimed' ? { ...state, at: 'opened' } : state)
  }
}

/** Whether some order of the calls explains every answer. */
export function isLinearizable(calls: readonly Call[], begin: State = ABSENT): boolean {
  const tried = new Set<string>()
  return goOn(new Set(calls), begin)

  function goOn(given: ReadonlySet<Call>, state: State): boolean {
    const left = takeQuiet(given, state)
    if (isExplained(left)) return true
    const key = `${[...left].map((call) => calls.indexOf(call)).join()} ${JSON.stringify(state)}`
    if (tried.has(key)) return false
    tried.add(key)
    return listNext(left).some((call) => {
      const { answer, state: after } = step(state, call)
      return (call.answer === null || call.answer === answer) && goOn(without(left, call), after)
    })
  }
}

/**
 * Leave out every call that may come next, is answered as it was, and changes nothing: wherever
 * else an order has it, it can as well come first. So what is left to be tried are changes.
 */
function takeQuiet(given: ReadonlySet<Call>, state: State): ReadonlySet<Call> {
  const left = new Set(given)
  for (;;) {
    const quiet = listNext(left).filter((call) => {
      const { answer, state: after } = step(state, call)
      return call.answer === answer && after === state
    })
    if (quiet.length === 0) return left
    for (const call of quiet) left.delete(call)
  }
}

/** The calls that no other must have come before: none was answered before they were sent. */
function listNext(left: ReadonlySet<Call>): readonly Call[] {
  let first = Number.POSITIVE_INFINITY
  for (const { end } of left) first = Math.min(first, end ?? Number.POSITIVE_INFINITY)
  return [...left].filter(({ start }) => start <= first)
}

/** A call that was never answered may never have taken place. */
function isExplained(left: ReadonlySet<Call>): boolean {
  for (const { answer } of left) if (answer !== null) return false
  return true
}

function without(left: ReadonlySet<Call>, call: Call): ReadonlySet<Call> {
  const fewer = new Set(left)
  fewer.delete(call)
  return fewer
}
