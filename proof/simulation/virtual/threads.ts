// Stands in for `node:worker_threads` in the shipped modules: the thread of the store takes its turns among all others.
import { theWorld } from '../world.ts'

/** The shipped thread is not started by loading its file, but by the worker below. */
export const parentPort = null
export const workerData = null

type Listener = (message: unknown) => void

/** One end of a channel between threads; what arrives waits until its thread has a turn. */
class Port {
  readonly waiting: unknown[] = []
  readonly #process = theWorld().living()
  #listener: Listener | null = null
  #other: Port | null = null
  #isClosed = false

  link(other: Port): void {
    this.#other = other
  }

  on(event: string, listener: Listener): this {
    if (event === 'message') this.#listener = listener
    return this
  }

  postMessage(message: unknown): void {
    if (!this.#process.isDead) this.#other?.take(structuredClone(message))
  }

  close(): void {
    this.#isClosed = true
  }

  take(message: unknown): void {
    this.waiting.push(message)
    this.#process.turn('message', () => {
      if (this.waiting.length === 0 || this.#isClosed) return
      this.#listener?.(this.waiting.shift())
    })
  }
}

export function receiveMessageOnPort(port: Port): { readonly message: unknown } | undefined {
  if (port.waiting.length === 0) return undefined
  theWorld().batches++
  return { message: port.waiting.shift() }
}

export class Worker {
  readonly #port = new Port()

  constructor(_url: URL, { workerData }: { readonly workerData: unknown }) {
    const inside = new Port()
    this.#port.link(inside)
    inside.link(this.#port)
    const process = theWorld().living()
    process.turn('thread', () => process.serve(inside, workerData))
  }

  on(event: string, listener: Listener): this {
    this.#port.on(event, listener)
    return this
  }

  postMessage(message: unknown): void {
    this.#port.postMessage(message)
  }

  async terminate(): Promise<number> {
    return 0
  }
}
