import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { StartError } from './database.ts'
import { type Engine, type EngineOptions, type Started, openEngine } from './engine.ts'
import { type Message, decodeOperation } from './message.ts'

/** Messages to the thread that owns the files. */
export type ToWorker = { readonly calls: readonly Call[] } | { readonly close: true }

/** One call, and the number that its answer will carry. */
export type Call = readonly [sequence: number, message: Message]

/** Messages from it. */
export type FromWorker =
  | { readonly started: Started }
  | { readonly refused: string }
  | { readonly answers: readonly (readonly [sequence: number, answer: unknown])[] }
  | { readonly broken: string }
  | { readonly closed: true }

/** Longest time between an end and the checkpoint that takes it out of the log, in ms. SPEC §9.2. */
const SETTLE_MS = 1000
/** Shortest time from a change to settling, in ms, so that what comes together is settled together. */
const SETTLE_MS_MIN = 100
/** How long a batch waits for calls that are on their way, in ms, and for how many at most. */
const GATHER_MS_MAX = 3
const GATHER_CALLS_MAX = 8

/** Calls that find out and change nothing but what time has changed anyway. */
const LOOKS: ReadonlySet<Message[0]> = new Set(['peek', 'receipt', 'health'])

if (parentPort !== null) serve(parentPort, workerData as { options: EngineOptions; arrivals: Int32Array })

/** Own the files: take calls in batches, answer each batch once it is durable, settle in between. */
function serve(port: MessagePort, { options, arrivals }: { options: EngineOptions; arrivals: Int32Array }): void {
  const send = (message: FromWorker) => port.postMessage(message)
  let engine: Engine
  try {
    engine = openEngine(options)
  } catch (error) {
    send({ refused: explain(error, options.directory) })
    return
  }
  send({ started: engine.started })

  let settledAtMs = Number.NEGATIVE_INFINITY
  let settling: NodeJS.Timeout | null = null
  let lastBatch = 1

  const settle = () => {
    settling = null
    settledAtMs = performance.now()
    guard(() => engine.settle())
  }
  let isBroken = false
  const guard = (act: () => void) => {
    if (isBroken) return
    try {
      act()
    } catch (error) {
      // After an I/O error nothing more is released: recovery from disk is the only truth. SPEC §9.2.
      isBroken = true
      send({ broken: error instanceof Error ? error.message : String(error) })
      port.close()
    }
  }
  const answer = (calls: readonly Call[]) => {
    if (calls.length === 0) return
    const answers = engine.run(calls.map(([, message]) => decodeOperation(message)))
    send({ answers: calls.map(([sequence], n) => [sequence, answers[n]] as const) })
  }
  const run = (calls: readonly Call[]) => {
    // Whoever only looks need not wait for what the others write.
    answer(calls.filter(([, [op]]) => LOOKS.has(op)))
    answer(calls.filter(([, [op]]) => !LOOKS.has(op)))
    if (settling === null && engine.isUnsettled()) {
      settling = setTimeout(settle, Math.max(SETTLE_MS_MIN, settledAtMs + SETTLE_MS - performance.now()))
    }
  }

  port.on('message', (first: ToWorker) => {
    const calls: Call[] = []
    let isClosing = take(first, calls)
    isClosing ||= gather(port, arrivals, calls, Math.min(GATHER_CALLS_MAX, lastBatch))
    lastBatch = calls.length
    if (calls.length > 0) guard(() => run(calls))
    if (isClosing) {
      if (settling !== null) clearTimeout(settling)
      guard(() => {
        engine.close()
        send({ closed: true })
        port.close()
      })
    }
  })
}

/**
 * Take what has arrived meanwhile into the same batch. Where calls come many at a time, wait a
 * little for as many as came last: one flush of the disk then serves them all.
 */
function gather(port: MessagePort, arrivals: Int32Array, calls: Call[], wanted: number): boolean {
  const untilMs = performance.now() + GATHER_MS_MAX
  for (;;) {
    const seen = Atomics.load(arrivals, 0)
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      if (take(next.message as ToWorker, calls)) return true
    }
    const leftMs = untilMs - performance.now()
    if (calls.length >= wanted || leftMs <= 0) return false
    Atomics.wait(arrivals, 0, seen, leftMs)
  }
}

function take(message: ToWorker, calls: Call[]): boolean {
  if ('close' in message) return true
  calls.push(...message.calls)
  return false
}

function explain(error: unknown, directory: string): string {
  if (error instanceof StartError) return error.message
  const code = (error as { code?: unknown }).code
  const message = error instanceof Error ? error.message : String(error)
  return `The data directory ${directory} cannot be used (${typeof code === 'string' ? `${code}: ` : ''}${message}); mend it, or set LETTERLOCK_DATA_DIR to another one.`
}
