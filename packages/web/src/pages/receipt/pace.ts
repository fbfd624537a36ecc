// When to ask what became of a secret, and by which way: decided here, from what has happened
// and the time that is handed in. Nothing here asks or waits.

/** How long a stream has to last to count as a good one, in ms. */
export const STEADY_MS = 10_000
/** The first wait before the server is asked again, in ms; each failure doubles it. */
export const RETRY_MS_MIN = 1_000
/** The longest wait before the server is asked again, in ms. */
export const RETRY_MS_MAX = 60_000
/** Streams in a row that come to nothing, although the server answers, until it is asked from time to time instead. */
export const VAIN_STREAMS_MAX = 3
/** How often the server is asked where nothing can be followed, in ms. */
export const POLL_MS = 5_000
/** Questions in a row that bring nothing new, until the next come less often. */
export const QUICK_POLLS_MAX = 60
/** How often it is asked then, in ms. */
export const POLL_SLOW_MS = 10_000
/** How long the server is asked, until following is tried once more, in ms. */
export const STREAM_AGAIN_MS = 300_000

/**
 * How near the receipt is: not followed yet, followed, asked for from time to time, just out of
 * reach (nobody needs to be interrupted yet), or out of reach.
 */
export type Touch = 'starting' | 'live' | 'polled' | 'breaking' | 'lost'

/** What is remembered from one try to the next. */
export interface Pace {
  /** Tries in a row that got no answer. */
  readonly failures: number
  /** Streams in a row that came to nothing, although the server answers. */
  readonly vainStreams: number
  /** Questions in a row that brought nothing new. */
  readonly quietPolls: number
  /** Until when it is asked instead of followed; `null` as long as it is followed. */
  readonly pollUntilMs: number | null
}

/** What is done next. */
export interface Step {
  readonly act: 'follow' | 'read'
  readonly afterMs: number
  /** How near the receipt is meanwhile; `null` if that stays as it was. */
  readonly touch: Touch | null
}

/** How the last try went. */
export type Happened =
  /** A stream had begun, and was closed in good order or broke off. */
  | { readonly type: 'closed' | 'broken'; readonly lastedMs: number }
  /** The server, or something on the way, will not have it followed now. */
  | { readonly type: 'refused' }
  /** Asking brought a receipt. */
  | { readonly type: 'answered'; readonly isNews: boolean }
  /** There was no answer, by whatever way. */
  | { readonly type: 'failed' }

export const FRESH_PACE: Pace = { failures: 0, vainStreams: 0, quietPolls: 0, pollUntilMs: null }

/** What comes first, and first again when somebody looks at the page anew. */
export function beginStep({ pollUntilMs }: Pace, nowMs: number): Step {
  return { act: pollUntilMs !== null && nowMs < pollUntilMs ? 'read' : 'follow', afterMs: 0, touch: null }
}

/**
 * What follows.
 *
 * @param random - from 0 to 1: many who were let go together do not come back together.
 */
export function planStep(pace: Pace, happened: Happened, nowMs: number, random: number): readonly [Pace, Step] {
  switch (happened.type) {
    case 'closed':
    case 'broken':
      return planAfterStream(pace, happened, nowMs, random)
    case 'refused':
      return pollFrom(pace, nowMs)
    case 'answered':
      return planAfterAnswer(pace, happened.isNews, nowMs)
    case 'failed': {
      const failures = pace.failures + 1
      return [
        { ...pace, failures },
        { act: 'read', afterMs: spread(failures, random), touch: failures === 1 ? 'breaking' : 'lost' },
      ]
    }
  }
}

function planAfterStream(
  pace: Pace,
  { type, lastedMs }: Extract<Happened, { type: 'closed' | 'broken' }>,
  nowMs: number,
  random: number,
): readonly [Pace, Step] {
  if (lastedMs >= STEADY_MS)
    return [FRESH_PACE, { act: 'follow', afterMs: spread(1, random), touch: type === 'closed' ? null : 'breaking' }]
  const vainStreams = pace.vainStreams + 1
  if (vainStreams >= VAIN_STREAMS_MAX) return pollFrom(pace, nowMs)
  return [
    { ...FRESH_PACE, vainStreams },
    { act: 'follow', afterMs: spread(vainStreams, random), touch: 'breaking' },
  ]
}

function planAfterAnswer(pace: Pace, isNews: boolean, nowMs: number): readonly [Pace, Step] {
  if (pace.pollUntilMs === null) {
    // Following failed, and asking does not: the server is back, or only streams do not get through.
    const vainStreams = pace.vainStreams + 1
    if (vainStreams >= VAIN_STREAMS_MAX) return pollFrom(pace, nowMs, POLL_MS)
    return [
      { ...FRESH_PACE, vainStreams },
      { act: 'follow', afterMs: 0, touch: null },
    ]
  }
  if (nowMs >= pace.pollUntilMs) {
    // One stream more that comes to nothing is enough to go on asking.
    return [
      { ...FRESH_PACE, vainStreams: VAIN_STREAMS_MAX - 1 },
      { act: 'follow', afterMs: 0, touch: 'polled' },
    ]
  }
  const quietPolls = isNews ? 0 : pace.quietPolls + 1
  return [
    { ...pace, failures: 0, quietPolls },
    { act: 'read', afterMs: quietPolls < QUICK_POLLS_MAX ? POLL_MS : POLL_SLOW_MS, touch: 'polled' },
  ]
}

/** Ask from time to time, for a while. */
function pollFrom(pace: Pace, nowMs: number, afterMs = 0): readonly [Pace, Step] {
  return [
    { ...FRESH_PACE, quietPolls: pace.quietPolls, pollUntilMs: nowMs + STREAM_AGAIN_MS },
    { act: 'read', afterMs, touch: 'polled' },
  ]
}

/** The wait before so many tries in a row have failed once more, in ms: half of it is chance. */
function spread(failures: number, random: number): number {
  const longestMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(failures - 1, 10))
  return longestMs * (0.5 + random / 2)
}
