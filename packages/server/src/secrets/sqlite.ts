import { Worker } from 'node:worker_threads'
import { StartError } from './database.ts'
import type { EngineOptions, Started } from './engine.ts'
import { type SecretStore, StoreError } from './store.ts'
import { type Operation, encodeOperation } from './message.ts'
import type { Call, FromWorker, ToWorker } from './worker.ts'

/** Calls that may wait for the store at once; beyond, the store is unavailable. */
export const PENDING_CALLS_MAX = 4096

/** Calls that travel to the store's thread in one message, at most. */
const MESSAGE_CALLS_MAX = 8

/** The embedded store, seen from the threads that do not own its files. */
export interface SqliteStore extends SecretStore {
  readonly started: Started
}

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * Start the store's thread and wait until it has the files.
 *
 * @param workerUrl - the built or the source file of `worker.ts`.
 * @param onBroken - told once if the disk fails; the process must then end.
 * @throws StartError with one sentence for the operator.
 */
export async function openSqliteStore(options: EngineOptions, workerUrl: URL, onBroken: (reason: string) => void): Promise<SqliteStore> {
  const thread = new StoreThread(options, workerUrl, onBroken)
  const started = await thread.started
  return {
    started,
    create: (secret, now) => thread.call({ op: 'create', secret, now }),
    peek: (id, accessHash, now) => thread.call({ op: 'peek', id, accessHash, now }),
    claim: (claim, now) => thread.call({ op: 'claim', claim, now }),
    readSealed: (id, claimHash, keepsAlive, now) => thread.call({ op: 'readSealed', id, claimHash, keepsAlive, now }),
    ack: (id, claimHash, ackHash, now) => thread.call({ op: 'ack', id, claimHash, ackHash, now }),
    receipt: (id, receiptHash, now) => thread.call({ op: 'receipt', id, receiptHash, now }),
    burn: (id, receiptHash, now) => thread.call({ op: 'burn', id, receiptHash, now }),
    sweep: (now) => thread.call({ op: 'sweep', now }),
    health: () => thread.call({ op: 'health' }),
    close: () => thread.close(),
  }
}

/** The thread that owns the files, and the calls that wait for it. */
class StoreThread {
  readonly started: Promise<Started>
  readonly #worker: Worker
  readonly #arrivals = new Int32Array(new SharedArrayBuffer(4))
  readonly #waiting = new Map<number, Waiting>()
  readonly #onBroken: (reason: string) => void
  readonly #closed = Promise.withResolvers<void>()
  #sequence = 0
  #outbox: Call[] = []
  #state: 'open' | 'closing' | 'closed' = 'open'

  constructor(options: EngineOptions, workerUrl: URL, onBroken: (reason: string) => void) {
    const started = Promise.withResolvers<Started>()
    this.started = started.promise
    this.#onBroken = onBroken
    this.#worker = new Worker(workerUrl, { workerData: { options, arrivals: this.#arrivals } })
    this.#worker.on('message', (message: FromWorker) => {
      if ('answers' in message) this.#settle(message.answers)
      else if ('started' in message) started.resolve(message.started)
      else if ('closed' in message) {
        this.#state = 'closed'
        this.#closed.resolve()
      } else if ('broken' in message) this.#fail(message.broken)
      else {
        this.#state = 'closed'
        started.reject(new StartError(message.refused))
      }
    })
    this.#worker.on('error', (cause) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      started.reject(new StartError(`The store's thread cannot start: ${reason}.`))
      this.#fail(reason)
    })
    this.#worker.on('exit', () => this.#fail('the thread of the store has ended'))
  }

  call<Answer>(operation: Operation): Promise<Answer> {
    if (this.#state !== 'open') return Promise.reject(new StoreError('the store is closed'))
    if (this.#waiting.size >= PENDING_CALLS_MAX)
      return Promise.reject(new StoreError(`${PENDING_CALLS_MAX} calls wait for the store already`))
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#sequence, { resolve: resolve as (answer: unknown) => void, reject })
      // The calls of one turn of the event loop travel together, but no more of them than let the
      // thread work on some while the next are read.
      const held = this.#outbox.push([this.#sequence, encodeOperation(operation)])
      if (held === 1) setImmediate(() => this.#flush())
      else if (held >= MESSAGE_CALLS_MAX) this.#flush()
    })
  }

  /** @throws StoreError if the end was not a good one. */
  async close(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#flush()
    this.#post({ close: true })
    await this.#closed.promise
    await this.#worker.terminate()
  }

  #flush(): void {
    if (this.#outbox.length === 0) return
    this.#post({ calls: this.#outbox })
    this.#outbox = []
  }

  /** Hand a message over, and wake the thread where it waits for more. */
  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
    Atomics.add(this.#arrivals, 0, 1)
    Atomics.notify(this.#arrivals, 0)
  }

  #settle(answers: readonly (readonly [number, unknown])[]): void {
    for (const [sequence, answer] of answers) {
      this.#waiting.get(sequence)?.resolve(answer)
      this.#waiting.delete(sequence)
    }
  }

  #fail(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new StoreError(reason))
    this.#waiting.clear()
    if (this.#state === 'closed') return
    if (this.#state === 'closing') this.#closed.reject(new StoreError(reason))
    this.#state = 'closed'
    this.#onBroken(reason)
  }
}
