/** Receipts that are asked for at once. */
export const READS_MAX = 2
/** The time between one round and the next, in ms. */
export const ROUND_MS = 10_000
/** The longest time between two rounds, while there are no answers, in ms. */
export const ROUND_MS_MAX = 80_000
/** Questions of one round that may go unanswered, until the others are not asked any more. */
export const FAILURES_MAX = 3

/** What reading receipts in rounds needs. */
export interface RoundsDeps {
  /** The tokens of those that can still change, by now. */
  readonly list: () => readonly string[]
  /** Ask for one; `false` if there was no answer. */
  readonly read: (token: string) => Promise<boolean>
  /** A round broke in a way that nobody has thought of; the next one comes all the same. */
  readonly report: (error: unknown) => void
  /** This one is not asked for in this round, since nobody answers. */
  readonly skip: (token: string) => void
  /** A round begins. */
  readonly onRound: () => void
  /** Wait so many ms, or until it is cut short. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}

export interface Rounds {
  /** Go round and round from now on; does nothing if it does already. */
  readonly start: () => void
  /** Ask for nothing more. What has been asked for is still answered. */
  readonly stop: () => void
  /** Begin the next round now, or right after this one. */
  readonly hurry: () => void
}

/** Ask for every receipt that can still change, a few at a time, over and over. */
export function makeRounds(deps: RoundsDeps): Rounds {
  let going: AbortController | null = null
  let nap = new AbortController()
  let last = Promise.resolve()

  const goRound = async (signal: AbortSignal) => {
    for (let failedRounds = 0; !signal.aborted;) {
      nap = new AbortController()
      deps.onRound()
      const isAnswered = await readAll(deps, signal).catch((error: unknown) => {
        deps.report(error)
        return false
      })
      failedRounds = isAnswered ? 0 : failedRounds + 1
      if (signal.aborted) return
      await deps.wait(Math.min(ROUND_MS_MAX, ROUND_MS * 2 ** Math.min(failedRounds, 10)), nap.signal)
    }
  }
  return {
    start() {
      if (going !== null) return
      going = new AbortController()
      const { signal } = going
      // What was asked for before is answered first: there are never more at once.
      last = last.then(() => goRound(signal))
    },
    stop() {
      going?.abort()
      going = null
      nap.abort()
    },
    hurry: () => nap.abort(),
  }
}

/** One round; `false` if any question went unanswered. */
async function readAll({ list, read, skip }: RoundsDeps, signal: AbortSignal): Promise<boolean> {
  const left = [...list()]
  let failures = 0
  const readOn = async () => {
    while (!signal.aborted && failures < FAILURES_MAX) {
      const token = left.shift()
      if (token === undefined) return
      if (!(await read(token))) failures++
    }
  }
  await Promise.all(Array.from({ length: READS_MAX }, readOn))
  if (!signal.aborted) left.forEach(skip)
  return failures === 0
}
