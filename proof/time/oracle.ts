/** What SPEC §6.11 says of the time, read from the page: it shares no line with the server. */
export interface Time {
  readonly ms: number
  /** Between which times nobody knows; both are the same where there is no doubt. */
  readonly fromMs: number
  readonly toMs: number
  readonly mayCreate: boolean
}

const HOUR_MS = 3_600_000

export interface TimeOracle {
  /** What the server must take for the time. */
  read(): Time
  /** Something durable was written just now: the floor follows, but not into a doubt. */
  write(): void
  /** A new server starts, with nothing but the floor. */
  restart(): void
}

/** @param wallMs - the server's wall clock as it is now. */
export function aTimeOracle(wallMs: () => number): TimeOracle {
  let floorMs: number | null = null
  let last = { ms: wallMs(), atMs: performance.now() }
  let isFirst = true
  const read = (): Time => {
    const atMs = performance.now()
    const evenMs = last.ms + atMs - last.atMs
    const wall = wallMs()
    if (wall - evenMs > HOUR_MS) return { ms: isFirst ? wall : evenMs, fromMs: evenMs, toMs: wall, mayCreate: isFirst }
    last = { ms: Math.max(wall, evenMs), atMs }
    isFirst = false
    return { ms: last.ms, fromMs: last.ms, toMs: last.ms, mayCreate: true }
  }
  return {
    read,
    write: () => void (floorMs = Math.max(floorMs ?? 0, read().fromMs)),
    restart() {
      last = { ms: floorMs ?? wallMs(), atMs: performance.now() }
      isFirst = true
    },
  }
}

/** What a holder of the link, or of the claim, must be told; `null` so close to the end that a slow machine decides. */
export function judge(dueMs: number, hasEnded: boolean, { ms, fromMs, toMs }: Time, slackMs: number): 200 | 410 | 503 | null {
  if (hasEnded) return 410
  if ([ms, fromMs, toMs].some((time) => Math.abs(time - dueMs) < slackMs)) return null
  if (fromMs >= dueMs !== toMs >= dueMs) return 503
  return ms >= dueMs ? 410 : 200
}
