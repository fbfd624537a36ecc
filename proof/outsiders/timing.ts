import { type Socket, connect } from 'node:net'
import { formatNext } from '../../packages/server/test/support/held.ts'
import { type RawRequest, type RawSecret, calls, makeSecret } from '../../packages/server/test/support/raw-client.ts'
import type { Behind } from '../../packages/server/test/support/server-process.ts'
import type { Patch } from '../mutate.ts'
import { type Peopled, withPeopledServer } from './states.ts'
import { drawChance } from '../chance.ts'

/** The bound of dudect (Reparaz, Balasch and Verbauwhede, 2017), below which nothing is said to leak. */
export const T_MAX = 4.5

/** What is asked with an id alone: every route that takes one, with each method that it answers. */
export const ID_CALLS = {
  peek: calls.peek,
  claim: calls.claim,
  sealed: calls.sealed,
  ack: calls.ack,
  receipt: calls.receipt,
  events: calls.events,
  burn: calls.burn,
} as const satisfies Record<string, (secret: RawSecret) => RawRequest>

export type IdCall = keyof typeof ID_CALLS

export interface Timed {
  readonly call: IdCall
  readonly pairs: number
  /** The t of everything that was measured. */
  readonly t: number
  /** The largest |t| of all and of each cropping. */
  readonly tWorst: number
  /** How much longer the middle one of the real ids takes, in µs. */
  readonly medianUs: number
}

export interface TimingSize {
  readonly pairs: number
  /** Secrets in each state, and as many ids that name nothing. */
  readonly each: number
  readonly seed: number
}

/** Where each cropping ends, as a share of what was measured: dudect's own hundred, and everything. */
const CROPS = [1, ...Array.from({ length: 100 }, (_, i) => 1 - 0.5 ** ((10 * (i + 1)) / 100))]
/** Fewer than this many of either kind say nothing about it. */
const CROPPED_MIN = 500
/** Pairs of each call before it is measured: what is compiled while it runs is compiled by then. */
const WARM_PAIRS = 500
/** Pairs of one call in a row: what changes on the machine meanwhile meets every call alike. */
const BLOCK_PAIRS = 100

/**
 * Ask every route with ids of real secrets and with random ones, one after the other on one
 * connection, in an order that is drawn for each pair, and compare how long the answers take.
 * Sample, bound and cropping are fixed before.
 */
export function timeIds(
  t: Behind,
  size: TimingSize,
  patches: readonly Patch[] = [],
  only: readonly IdCall[] = Object.keys(ID_CALLS) as IdCall[],
): Promise<readonly Timed[]> {
  return withPeopledServer(t, { each: size.each, env: { LETTERLOCK_LOG: 'events' }, patches }, async (peopled) => {
    const asker = await openAsker(peopled.server.url)
    try {
      return await timeAll(asker, peopled, size, only)
    } finally {
      asker.close()
    }
  })
}

async function timeAll(asker: Asker, { secrets }: Peopled, { pairs, seed }: TimingSize, only: readonly IdCall[]) {
  const real = secrets.map(({ secret }) => secret.id)
  const random = real.map(() => makeSecret('', { sealed: Buffer.alloc(72) }).id)
  const { below } = drawChance(seed)
  const measured = new Map(only.map((call) => [call, { real: new Float64Array(pairs), random: new Float64Array(pairs) }]))
  const requests = new Map(only.map((call) => [call, { real: writeAll(call, real), random: writeAll(call, random) }]))

  const measure = async (call: IdCall, first: number, count: number, isKept: boolean) => {
    const to = measured.get(call) as { real: Float64Array; random: Float64Array }
    const from = requests.get(call) as { real: readonly Buffer[]; random: readonly Buffer[] }
    for (let i = first; i < first + count; i++) {
      const isRealFirst = below(2) === 0
      for (const isReal of [isRealFirst, !isRealFirst]) {
        const list = isReal ? from.real : from.random
        const us = await asker.ask(list[below(list.length)] as Buffer)
        if (isKept) (isReal ? to.real : to.random)[i] = us
      }
    }
  }
  for (const call of only) await measure(call, 0, WARM_PAIRS, false)
  for (let done = 0; done < pairs; done += BLOCK_PAIRS) {
    for (const call of only) await measure(call, done, Math.min(BLOCK_PAIRS, pairs - done), true)
  }
  return only.map((call) => ({ call, pairs, ...compareTimes(measured.get(call) as { real: Float64Array; random: Float64Array }) }))
}

/** A wrong capability of one and the same spelling, whatever the id: requests differ in nothing but that. */
function writeAll(call: IdCall, ids: readonly string[]): readonly Buffer[] {
  const stranger = makeSecret('', { sealed: Buffer.alloc(72) })
  return ids.map((id) => Buffer.from(formatNext(ID_CALLS[call]({ ...stranger, id }))))
}

interface Asker {
  /** Send one request, and say how long its answer took, in µs. */
  ask(request: Buffer): Promise<number>
  close(): void
}

/** A connection that is kept, for one request at a time; every answer must be the same 404. */
async function openAsker(url: string): Promise<Asker> {
  const { hostname, port } = new URL(url)
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connect({ host: hostname, port: Number(port), noDelay: true }, () => resolve(opening))
    opening.on('error', reject)
  })
  socket.setNoDelay(true)
  let length = 0
  let got = 0
  let head = ''
  let begunNs = 0n
  let waiting: { readonly resolve: (us: number) => void; readonly reject: (error: Error) => void } | null = null
  socket.on('data', (chunk: Buffer) => {
    got += chunk.length
    if (length === 0) {
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      const bytes = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
      if (end < 0 || bytes === undefined || got < end + 4 + Number(bytes)) return
      if (!head.startsWith('HTTP/1.1 404 ')) return waiting?.reject(new Error(`this is no 404: ${head}`))
      length = got
    }
    if (got < length) return
    const tookNs = process.hrtime.bigint() - begunNs
    if (got > length) waiting?.reject(new Error('an answer is longer than the others'))
    else waiting?.resolve(Number(tookNs) / 1000)
  })
  const fail = () => waiting?.reject(new Error('the server has closed the connection'))
  socket.on('error', fail)
  socket.on('close', fail)
  return {
    ask(request) {
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        got = 0
        begunNs = process.hrtime.bigint()
        socket.write(request)
      })
    },
    close: () => socket.destroy(),
  }
}

/** Welch's t of all that was measured, and the worst of all croppings. */
export function compareTimes({ real, random }: { readonly real: Float64Array; readonly random: Float64Array }) {
  const sorted = Float64Array.from([...real, ...random]).toSorted()
  const ts = CROPS.map((share) => {
    const limit = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] as number
    const cropped = [real.filter((us) => us <= limit), random.filter((us) => us <= limit)] as const
    return cropped.every((times) => times.length >= CROPPED_MIN) ? welch(...cropped) : 0
  })
  const middle = (times: Float64Array) => times.toSorted()[Math.floor(times.length / 2)] as number
  return { t: ts[0] as number, tWorst: Math.max(...ts.map(Math.abs)), medianUs: middle(real) - middle(random) }
}

/** Welch's t: how many standard errors two means lie apart, whatever their variances are. */
export function welch(a: Float64Array, b: Float64Array): number {
  const { mean: meanA, error: errorA } = describe(a)
  const { mean: meanB, error: errorB } = describe(b)
  return errorA + errorB === 0 ? 0 : (meanA - meanB) / Math.sqrt(errorA + errorB)
}

function describe(times: Float64Array): { readonly mean: number; readonly error: number } {
  if (times.length < 2) return { mean: 0, error: 0 }
  const mean = times.reduce((sum, us) => sum + us, 0) / times.length
  const squares = times.reduce((sum, us) => sum + (us - mean) ** 2, 0)
  return { mean, error: squares / (times.length - 1) / times.length }
}

/** What was measured, in a line. */
export function describeTimes({ call, pairs, t, tWorst, medianUs }: Timed): string {
  return `${call}: t ${t.toFixed(2)}, at worst ${tWorst.toFixed(2)}, ${pairs} pairs, medians ${medianUs.toFixed(2)} µs apart`
}

/** Servers that take longer where there is a secret. */
export const SLOW_MUTANTS: readonly { readonly what: string; readonly call: IdCall; readonly patches: readonly Patch[] }[] = [
  {
    what: 'a server that takes 40 µs longer where there is a secret',
    call: 'peek',
    patches: [
      {
        file: 'packages/server/src/secrets/engine.ts',
        from: '    const { answer, record } = decide(row.record, row)\n    this.#change',
        to: '    const untilMs = performance.now() + (row.n > 0 ? 0.04 : 0)\n    while (performance.now() < untilMs);\n    const { answer, record } = decide(row.record, row)\n    this.#change',
      },
    ],
  },
  {
    what: 'the look of version 0.3.0, which reads a row where there is one, and nothing where there is none',
    call: 'peek',
    patches: [
      {
        file: 'packages/server/src/secrets/engine.ts',
        from: 'const row = this.#rows.findToProve(id)',
        to: 'const row = this.#rows.find(id)',
      },
    ],
  },
  {
    what: 'a claim that reads the share of a secret before it knows whether it may',
    call: 'claim',
    patches: [
      {
        file: 'packages/server/src/secrets/engine.ts',
        from: 'const held = hasAccess(record, operation.claim.accessHash) ? this.#hold(row) : null',
        to: 'const held = row.n > 0 ? this.#hold(row) : null',
      },
    ],
  },
]
