/**
 * What a log line may hold, and nothing else: no id, path, address, name or text ever has a
 * field to go into. Values are numbers or come from lists of ours.
 */
export interface RequestLine {
  readonly method: string
  /** The template, such as `/api/v1/secrets/:id`, never the path. */
  readonly route: string
  readonly status: number
  readonly ms: number
}

export interface Log {
  request(line: RequestLine): void
  /** Something of the server's own: a sentence of ours, with nothing of a request in it. */
  event(sentence: string): void
  /** Write what is held back, now. */
  flush(): void
}

/** Longest time that a line is held back, in ms, and most lines that are. */
const FLUSH_MS = 100
const LINES_MAX = 256

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']

export function createLog(write: (text: string) => void, nowMs: () => number, what: 'requests' | 'events'): Log {
  let lines: string[] = []
  let timer: NodeJS.Timeout | null = null

  // Many lines share a millisecond, and writing it out costs as much as the rest of a line.
  let stampMs = Number.NaN
  let stamp = ''
  const formatNow = () => {
    const ms = nowMs()
    if (ms !== stampMs) stamp = new Date(ms).toISOString()
    stampMs = ms
    return stamp
  }
  const flush = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (lines.length > 0) write(lines.join(''))
    lines = []
  }
  const add = (text: string) => {
    lines.push(`${formatNow()} ${text}\n`)
    if (lines.length >= LINES_MAX) flush()
    else timer ??= setTimeout(flush, FLUSH_MS).unref()
  }

  return {
    request({ method, route, status, ms }) {
      if (what === 'events') return
      add(`${METHODS.includes(method) ? method : 'OTHER'} ${route} ${status} ${ms.toFixed(1)}ms`)
    },
    event(sentence) {
      add(sentence)
      flush()
    },
    flush,
  }
}
