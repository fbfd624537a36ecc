import type { Writable } from 'node:stream'
import { HEARTBEAT, type SecretId, formatReceiptEvent } from '@letterlock/protocol'
import { StoreError } from './secrets/store.ts'

/** Streams at a time for one receipt. SPEC §7.15. */
export const RECEIPT_STREAMS_MAX = 2
/** Streams at a time in this process. */
export const STREAMS_MAX = 1000
/** Heartbeats in the life of a stream: an hour of them. Whoever still follows comes back. */
export const BEATS_MAX = 240
/** Heartbeats that a reader may leave what it was sent before, until it is let go. */
const BLOCKED_BEATS_MAX = 2

/** A receipt as it is told. */
export interface Told {
  readonly json: string
  readonly isEnd: boolean
  /** When time alone will change it, in ms from now. */
  readonly dueInMs: number
}

/** Look at a receipt again, for somebody who has shown that they may. @throws StoreError */
export type Look = () => Promise<Told | 'unknown' | 'unavailable'>

/** Everyone who follows a receipt over this process. */
export interface ReceiptStreams {
  /** Whether one more may follow this receipt now. */
  findRoom(id: SecretId): 'free' | 'full' | 'stopped'
  /**
   * Take a place for one more, which there must be room for.
   *
   * @returns begins the stream; it must be called, and the place is free again once its sink has closed.
   */
  open(id: SecretId, now: Told, look: Look): (sink: Writable) => void
  /** Something about this secret has been decided, and is durable: whoever follows its receipt looks again. */
  notify(id: SecretId): void
  /** End every stream at once, and let nobody begin another. */
  stop(): void
}

export interface StreamLimits {
  readonly heartbeatMs: number
  readonly beatsMax: number
  readonly streamsMax: number
}

/** @param onMistake - told the name of an error that is none of the store's. */
export function createReceiptStreams(limits: StreamLimits, onMistake: (name: string) => void): ReceiptStreams {
  const streams = new Map<SecretId, Set<Stream>>()
  let count = 0
  let isStopped = false

  const leave = (id: SecretId, stream: Stream) => {
    const others = streams.get(id)
    if (others?.delete(stream) !== true) return
    count--
    if (others.size === 0) streams.delete(id)
  }
  return {
    findRoom(id) {
      if (isStopped) return 'stopped'
      return count < limits.streamsMax && (streams.get(id)?.size ?? 0) < RECEIPT_STREAMS_MAX ? 'free' : 'full'
    },
    open(id, now, look) {
      const stream = new Stream(limits, now, look, { onGone: () => leave(id, stream), onMistake })
      const others = streams.get(id)
      if (others === undefined) streams.set(id, new Set([stream]))
      else others.add(stream)
      count++
      return (sink) => stream.begin(sink)
    },
    notify(id) {
      const found = streams.get(id)
      if (found !== undefined) for (const stream of found) stream.lookAgain()
    },
    stop() {
      isStopped = true
      for (const found of streams.values()) for (const stream of found) stream.stop()
    },
  }
}

/**
 * One reader of one receipt. At most one write waits for it, and what changes meanwhile is told
 * once it has taken that, as it then is: so a slow reader costs no memory.
 */
class Stream {
  readonly #limits: StreamLimits
  readonly #look: Look
  readonly #hooks: { readonly onGone: () => void; readonly onMistake: (name: string) => void }
  #newest: Told
  #toldJson = ''
  #sink: Writable | null = null
  #isEnding = false
  #isLooking = false
  #mustLookAgain = false
  #isWriting = false
  #beats = 0
  #blockedBeats = 0
  #heart: NodeJS.Timeout | undefined
  #due: NodeJS.Timeout | undefined

  constructor(
    limits: StreamLimits,
    now: Told,
    look: Look,
    hooks: { readonly onGone: () => void; readonly onMistake: (name: string) => void },
  ) {
    this.#limits = limits
    this.#newest = now
    this.#look = look
    this.#hooks = hooks
  }

  begin(sink: Writable): void {
    // A reader that has left meanwhile will not say so again.
    if (sink.destroyed) return this.#leave()
    this.#sink = sink
    // An error closes the sink, and that is heard.
    sink.on('error', () => {})
    sink.on('close', () => this.#leave())
    this.#heart = setInterval(() => this.#beat(), this.#limits.heartbeatMs)
    if (this.#isEnding) sink.end()
    this.#take(this.#newest)
    // What was decided after the first look and before this stream was there to be told of it.
    this.lookAgain()
  }

  /** Looks that are asked for while one is under way become one. */
  lookAgain(): void {
    this.#mustLookAgain = true
    if (!this.#isLooking) void this.#lookOn()
  }

  stop(): void {
    this.#end()
    // What a reader has not taken by now is not waited for.
    if (this.#isWriting) this.#sink?.destroy()
  }

  async #lookOn(): Promise<void> {
    this.#isLooking = true
    try {
      while (this.#mustLookAgain && !this.#isEnding) {
        this.#mustLookAgain = false
        this.#take(await this.#look())
      }
    } catch (error) {
      // A store that cannot answer now is asked again with the next heartbeat.
      if (!(error instanceof StoreError)) {
        this.#hooks.onMistake(error instanceof Error ? error.name : 'unknown')
        this.#end()
      }
    } finally {
      this.#isLooking = false
    }
  }

  #take(found: Awaited<ReturnType<Look>>): void {
    if (found === 'unavailable' || this.#isEnding) return
    if (found === 'unknown') return this.#end()
    this.#newest = found
    clearTimeout(this.#due)
    // What is due later than the next heartbeat is found by that.
    if (found.dueInMs <= this.#limits.heartbeatMs) this.#due = setTimeout(() => this.lookAgain(), Math.max(1, found.dueInMs))
    this.#tell()
  }

  #tell(): void {
    if (this.#sink === null || this.#isEnding || this.#isWriting) return
    const { json, isEnd } = this.#newest
    if (json !== this.#toldJson) this.#write(formatReceiptEvent(json))
    this.#toldJson = json
    if (isEnd) this.#end()
  }

  #write(text: string): void {
    this.#isWriting = true
    this.#sink?.write(text, (error) => {
      if (error) return
      this.#isWriting = false
      this.#blockedBeats = 0
      this.#tell()
    })
  }

  #beat(): void {
    const isBlocked = this.#isWriting && ++this.#blockedBeats >= BLOCKED_BEATS_MAX
    if (this.#isEnding || isBlocked) return void this.#sink?.destroy()
    if (++this.#beats >= this.#limits.beatsMax) return this.#end()
    if (!this.#isWriting) this.#write(HEARTBEAT)
    this.lookAgain()
  }

  #end(): void {
    if (this.#isEnding) return
    this.#isEnding = true
    clearTimeout(this.#due)
    this.#sink?.end()
  }

  #leave(): void {
    this.#isEnding = true
    clearTimeout(this.#due)
    clearInterval(this.#heart)
    this.#hooks.onGone()
  }
}
