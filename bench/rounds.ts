import type { Measured } from './load.ts'
import { type Load, type RunningProcess, readUsage } from './processes.ts'
import { formatTable, median } from './statistics.ts'

export const SIDES = ['ours', 'bare'] as const
export type Side = (typeof SIDES)[number]

/** How each round loads a server: connections, and secrets that are created and then opened. */
const LOADS = [
  { connections: 1, secrets: 600 },
  { connections: 64, secrets: 10_000 },
] as const

/** Shares of the bare server's rate: what we aim for, and what must not be missed. */
const AIM = 0.5
const FLOOR = 0.35
/** The connections that aim and floor are meant for. */
const JUDGED_CONNECTIONS = 64

interface Figures extends Measured {
  /** Processor time for one operation, in µs; not a number where the system does not tell. */
  readonly cpuUs: number
}

/** By what was measured, such as `creates, 64 connections`. */
export type Round = ReadonlyMap<string, Figures>

/** Load a server once in every way. */
export async function runRound(load: Load, { url, pid }: RunningProcess): Promise<Round> {
  const round = new Map<string, Figures>()
  for (const { connections, secrets } of LOADS) {
    const before = readUsage(pid)?.cpuMs ?? Number.NaN
    const { creates, openings } = await load.run({ url, connections, secrets, opens: true })
    const cpuMs = (readUsage(pid)?.cpuMs ?? Number.NaN) - before
    for (const [name, measured] of [['creates', creates] as const, ['openings', openings] as const]) {
      if (measured !== null) round.set(nameRow(name, connections), { ...measured, cpuUs: (cpuMs * 1000) / creates.operations })
    }
  }
  return round
}

/** Rates and times of both sides, and what share of the bare server's rate is ours. */
export function describeRates(done: Readonly<Record<Side, readonly Round[]>>): string {
  const head = ['', 'ours/s', 'bare/s', 'ours/bare', 'ours p50', 'ours p99', 'bare p50', 'bare p99', '']
  const rows = listRows(done).map((name) => {
    const take = (side: Side, figure: keyof Figures) => done[side].map((round) => round.get(name)?.[figure] ?? Number.NaN)
    const bareRates = take('bare', 'perSecond')
    // Each round is compared with its neighbour, so that what disturbs both does not count.
    const ratio = median(take('ours', 'perSecond').map((rate, i) => rate / (bareRates[i] ?? Number.NaN)))
    const showMs = (side: Side, figure: keyof Figures) => `${median(take(side, figure)).toFixed(2)} ms`
    return [
      name,
      median(take('ours', 'perSecond')).toFixed(0),
      median(bareRates).toFixed(0),
      ratio.toFixed(2),
      ...SIDES.flatMap((side) => [showMs(side, 'p50Ms'), showMs(side, 'p99Ms')]),
      name.includes(` ${JUDGED_CONNECTIONS} `) ? judge(ratio) : '',
    ]
  })
  return `${formatTable([head, ...rows])}\n  An opening is a peek, a claim and an ack; its times are those of all three.`
}

export function describeCpu(done: Readonly<Record<Side, readonly Round[]>>): string {
  const rows = LOADS.map(({ connections }) => {
    const name = nameRow('creates', connections)
    const cells = SIDES.map((side) => `${median(done[side].map((round) => round.get(name)?.cpuUs ?? Number.NaN)).toFixed(0)} µs`)
    return [`create and opening, ${connections} connection${connections === 1 ? '' : 's'}`, ...cells]
  })
  return formatTable([['', ...SIDES], ...rows])
}

function judge(ratio: number): string {
  if (ratio >= AIM) return `reaches the aim of ${AIM}`
  return ratio >= FLOOR ? `below the aim of ${AIM}` : `BELOW THE FLOOR of ${FLOOR}`
}

function nameRow(name: string, connections: number): string {
  return `${name}, ${connections} connection${connections === 1 ? '' : 's'}`
}

function listRows(done: Readonly<Record<Side, readonly Round[]>>): readonly string[] {
  return [...(done.ours[0]?.keys() ?? [])].toSorted((a, b) => a.localeCompare(b))
}
