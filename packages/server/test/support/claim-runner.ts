// A client process that sends claims as one of several: it opens a socket for each, sends
// everything but the last byte, says so, and releases all of them together when told.
import process from 'node:process'
import { type Held, hold, statusOf } from './held.ts'

/** What a runner is told. */
export type ToRunner = { readonly hold: readonly string[]; readonly url: string } | { readonly release: true }
/** What it says: that everything is held, then the status that each request was answered. */
export type FromRunner = { readonly held: true } | { readonly statuses: readonly number[] }

let held: readonly Held[] = []

const say = (message: FromRunner) => process.send?.(message)

process.on('message', (message: ToRunner) => {
  void ('hold' in message ? holdAll(message.url, message.hold) : releaseAll())
})
process.on('disconnect', () => process.exit(0))

async function holdAll(url: string, requests: readonly string[]): Promise<void> {
  held = await Promise.all(requests.map((request) => hold(url, request)))
  say({ held: true })
}

async function releaseAll(): Promise<void> {
  const answers = await Promise.all(held.map((one) => one.release()))
  say({ statuses: answers.map(statusOf) })
}
