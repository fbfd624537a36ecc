import * as fc from 'fast-check'
import type { Fate } from './house.ts'

/** What a person's browser does next. Who reads is numbered; the sender and who only looks have names. */
export interface Act {
  readonly who: 'sender' | 'watcher' | 0 | 1 | 2
  readonly kind: 'create' | 'peek' | 'receipt' | 'burn' | 'claim' | 'guess' | 'read' | 'ack' | 'wrongAck'
  readonly secret: number
  readonly fate: Fate
}

/** What happens to the machine. */
export type Weather =
  | { readonly kind: 'cut'; readonly acts: number; readonly death: 'kill' | 'power'; readonly isAfter: boolean }
  | { readonly kind: 'stop' }
  | { readonly kind: 'pause'; readonly ms: number }
  | { readonly kind: 'step'; readonly ms: number }

export interface History {
  readonly secrets: readonly { readonly lifetimeMs: number; readonly attempts: number | null }[]
  readonly acts: readonly Act[]
  readonly weather: readonly Weather[]
  /** Whether the data directory is a new one; otherwise its files have grown and been emptied before. */
  readonly isNew: boolean
  readonly chance: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** Most messages arrive; some never do, some twice. */
const copies = fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: fc.constant(0) }, fc.constantFrom(2, 3))
const fate = fc.record({ request: copies, reply: copies })
const secret = fc.nat({ max: 1 })

const anAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      who: fc.constantFrom(0 as const, 1 as const, 2 as const),
      kind: fc.constantFrom<Act['kind']>('claim', 'claim', 'claim', 'guess', 'guess', 'read', 'ack', 'ack', 'wrongAck', 'peek'),
      secret,
      fate,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      who: fc.constant('sender' as const),
      kind: fc.constantFrom<Act['kind']>('create', 'receipt', 'receipt', 'burn'),
      secret,
      fate,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      who: fc.constant('watcher' as const),
      kind: fc.constantFrom<Act['kind']>('receipt', 'receipt', 'peek'),
      secret,
      fate,
    }),
  },
)

/** Pauses that land on, before and behind the moments at which time decides something. */
const aPause = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(50, 1000, MINUTE_MS, 599_000) },
  { weight: 3, arbitrary: fc.constantFrom(600_000, 601_000, HOUR_MS - 1000, HOUR_MS) },
  fc.nat({ max: 2 * HOUR_MS }),
)
const aStep = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(-90 * MINUTE_MS, -2 * HOUR_MS, -5 * HOUR_MS) },
  { weight: 2, arbitrary: fc.constantFrom(MINUTE_MS, 50 * MINUTE_MS, 3 * HOUR_MS, 30 * HOUR_MS) },
)

const aWeather: fc.Arbitrary<Weather> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('cut' as const),
      acts: fc.nat({ max: 24 }),
      death: fc.constantFrom('kill' as const, 'power' as const),
      isAfter: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'stop' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pause' as const), ms: aPause }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('step' as const), ms: aStep }) },
)

export const aHistory: fc.Arbitrary<History> = fc.record({
  secrets: fc.array(
    fc.record({
      lifetimeMs: fc.constantFrom(HOUR_MS, HOUR_MS, 24 * HOUR_MS),
      attempts: fc.constantFrom(null, 3),
    }),
    { minLength: 2, maxLength: 2 },
  ),
  acts: fc.array(anAct, { minLength: 3, maxLength: 16, size: 'max' }),
  weather: fc.array(aWeather, { maxLength: 5, size: 'max' }),
  isNew: fc.nat({ max: 15 }).map((draw) => draw === 0),
  chance: fc.nat(),
})
