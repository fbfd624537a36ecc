// A client process, one of several: it holds requests back by their last byte, says so, and
// releases all of them together when told. Times are of the machine's one monotonic clock.
import process from 'node:process'
import { type Held, hold, statusOf } from './held.ts'

/** A request to hold, and whether its answer is to be lost on the way. */
export interface Order {
  readonly request: string
  readonly isLost: boolean
}

/** What became of one request. */
export interface Told {
  /** In µs. */
  readonly start: number
  /** `null` if no answer came. */
  readonly end: number | null
  /** `NaN` if no answer came, which arrives as `null`. */
  readonly status: number | null
  /** Of the body of the answer, what is compared. */
  readonly body: { readonly share?: string; readonly state?: string; readonly confirmed?: boolean }
}

export type ToRunner = { readonly hold: readonly Order[]; readonly url: string } | { readonly release: true }
export type FromRunner = { readonly held: true } | { readonly told: readonly Told[] }

let orders: readonly Order[] = []
let held: readonly Held[] = []

const say = (message: FromRunner) => process.send?.(message)
const nowUs = () => Number(process.hrtime.bigint() / 1000n)

process.on('message', (message: ToRunner) => {
  void ('hold' in message ? holdAll(message.url, message.hold) : releaseAll())
})
process.on('disconnect', () => process.exit(0))

async function holdAll(url: string, given: readonly Order[]): Promise<void> {
  orders = given
  held = await Promise.all(orders.map(({ request }) => hold(url, request)))
  say({ held: true })
}

async function releaseAll(): Promise<void> {
  const told = await Promise.all(held.map((one, i) => (orders[i]?.isLost === true ? lose(one) : release(one))))
  say({ told })
}

async function release(one: Held): Promise<Told> {
  const start = nowUs()
  const answer = await one.release()
  const status = statusOf(answer)
  if (Number.isNaN(status)) return { start, end: null, status: null, body: {} }
  const end = nowUs()
  const body = status === 204 ? {} : (JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Told['body'])
  const { share, state, confirmed } = body
  return { start, end, status, body: { ...(share && { share }), ...(state && { state }), ...(confirmed !== undefined && { confirmed }) } }
}

/** Send the last byte and let go: nobody will know what was answered. */
async function lose(one: Held): Promise<Told> {
  const start = nowUs()
  one.releaseUnread()
  setImmediate(() => one.destroy())
  return { start, end: null, status: null, body: {} }
}
