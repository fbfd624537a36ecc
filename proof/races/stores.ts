import { isDeepStrictEqual } from 'node:util'
import { hash } from 'node:crypto'
import { type Bytes, type SecretId, concatBytes } from '@letterlock/protocol'
import * as fc from 'fast-check'
import type { Now } from '../../packages/server/src/secrets/life.ts'
import type { Claim, NewSecret, SecretStore } from '../../packages/server/src/secrets/store.ts'
import { T0 } from '../../packages/server/test/store/fixtures.ts'
import { aPause } from '../../packages/server/test/unit/histories.ts'

/** Two stores that are asked the same. */
export interface Pair {
  readonly one: SecretStore
  readonly other: SecretStore
}

export interface Comparison {
  /** Histories, of one secret each. */
  readonly histories: number
  /** Answers that were compared. */
  readonly answers: number
  /** The histories of which an answer differed, and the first call that was answered differently. */
  readonly different: readonly string[]
  /** Every kind of answer that was met, such as "claim: pin_wrong". */
  readonly met: ReadonlySet<string>
}

/** Histories that take place at once, and share commits. */
export const LANES = 64
const ROUNDS = 24
/** From one run's chances to the next one's. */
const SEED_STEP = 7919

type Act =
  | { readonly kind: 'create'; readonly isOther: boolean }
  | { readonly kind: 'peek' | 'receipt' | 'burn'; readonly isRight: boolean }
  | { readonly kind: 'claim'; readonly by: number; readonly proof: number; readonly isAccessRight: boolean }
  | { readonly kind: 'read'; readonly by: number; readonly keepsAlive: boolean }
  | { readonly kind: 'ack'; readonly by: number; readonly isRight: boolean }

const mostly = fc.oneof({ weight: 7, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) })
const by = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) })
const anAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('create' as const), isOther: mostly.map((is) => !is) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('claim' as const),
      by,
      // The first is the right one, and seldom: most of what is to be compared lies before it.
      proof: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) }),
      isAccessRight: mostly,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), by, keepsAlive: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ack' as const), by, isRight: mostly }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('peek' as const), isRight: mostly }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('receipt' as const), isRight: mostly }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('burn' as const), isRight: fc.boolean() }) },
)
const aLane = fc.record({
  attempts: fc.option(fc.integer({ min: 3, max: 10 })),
  lifetimeMs: fc.constantFrom(600_000, 3_600_000, 86_400_000, 10 * 86_400_000),
  sealedBytes: fc.constantFrom(72, 1096, 5000),
  // Nearly all begin with a create: of a secret that is not there, there is little to tell.
  first: fc.oneof({ weight: 15, arbitrary: fc.constant<Act>({ kind: 'create', isOther: false }) }, { weight: 1, arbitrary: anAct }),
  others: fc.array(anAct, { minLength: ROUNDS - 1, maxLength: ROUNDS - 1 }),
})
const aRound = fc.record({
  pause: fc.oneof(
    { weight: 16, arbitrary: fc.nat({ max: 60_000 }) },
    { weight: 4, arbitrary: aPause },
    // Long enough for a tombstone to be forgotten.
    { weight: 1, arbitrary: fc.constant(8 * 86_400_000) },
  ),
  isSwept: fc.nat({ max: 5 }).map((n) => n === 0),
  doubtMs: fc.oneof({ weight: 7, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 * 86_400_000 }) }),
  isStart: fc.boolean(),
})
const aRun = fc.record({
  lanes: fc.array(aLane, { minLength: LANES, maxLength: LANES }),
  rounds: fc.array(aRound, { minLength: ROUNDS, maxLength: ROUNDS }),
})

type Drawn = typeof aRun extends fc.Arbitrary<infer Value> ? Value : never

/**
 * Ask two stores the same, history by history and answer by answer. In a round every history makes one
 * call, all at once; between rounds time passes, is sometimes in doubt, and what is due is swept.
 *
 * @param runs - of {@link LANES} histories each.
 * @param isFirstEnough - to end with the run that has the first difference.
 */
export async function compareStores(pair: Pair, seed: number, runs: number, isFirstEnough = false): Promise<Comparison> {
  const different: string[] = []
  const met = new Set<string>()
  let answers = 0
  let ms = T0
  let run = 0
  for (; run < runs; run++) {
    if (isFirstEnough && different.length > 0) break
    const { lanes, rounds } = fc.sample(aRun, { seed: (seed + run * SEED_STEP) | 0, numRuns: 1 })[0] as Drawn
    const casts = lanes.map((lane, i) => aCast(`${seed} ${run} ${i}`, lane))
    const acts = lanes.map(({ first, others }) => [first, ...others])
    const isDifferent = new Set<number>()
    for (const [r, round] of rounds.entries()) {
      ms += round.pause
      const now = tellNow(ms, round)
      const ask = (store: SecretStore) => Promise.all(casts.map((cast, i) => tell(store, cast, acts[i]?.[r] as Act, now)))
      const [told, toldToo] = [await ask(pair.one), await ask(pair.other)]
      told.forEach((answer, i) => {
        answers++
        met.add(`${String(acts[i]?.[r]?.kind)}: ${answer.outcome}`)
        if (isDifferent.has(i) || isDeepStrictEqual(answer, toldToo[i])) return
        isDifferent.add(i)
        different.push(`${JSON.stringify(acts[i]?.[r])}: ${answer.outcome} and ${String(toldToo[i]?.outcome)}`)
      })
      if (round.isSwept) for (const store of [pair.one, pair.other]) while ((await store.sweep(now)).isMoreDue);
    }
  }
  return { histories: run * LANES, answers, different, met }
}

/** While the time is in doubt, nothing of the later one may be believed. */
function tellNow(ms: number, { doubtMs, isStart }: { readonly doubtMs: number; readonly isStart: boolean }): Now {
  if (doubtMs === 0) return { ms, doubt: null }
  return { ms: isStart ? ms + doubtMs : ms, doubt: { fromMs: ms, toMs: ms + doubtMs, isCreatingHeld: !isStart } }
}

interface Given {
  readonly attempts: number | null
  readonly lifetimeMs: number
  readonly sealedBytes: number
}

/** A secret, and all that somebody may show of it. */
interface Cast {
  readonly secret: NewSecret
  readonly wrong: Bytes
  readonly claims: readonly Bytes[]
  readonly proofs: readonly Bytes[]
}

/** A secret whose every byte comes from its name. */
function aCast(name: string, { attempts, lifetimeMs, sealedBytes }: Given): Cast {
  const bytes = (what: string) => bytesOf(`${name} ${what}`)
  const sealed = new Uint8Array(sealedBytes)
  sealed.set(bytes('sealed'))
  const proofs = [0, 1, 2, 3].map((i) => bytes(`proof ${i}`))
  const secret: NewSecret = {
    id: hash('sha256', `${name} id`).slice(0, 32) as SecretId,
    accessHash: bytes('access'),
    proofHash: proofs[0] as Bytes,
    ackHash: bytes('ack'),
    receiptHash: bytes('receipt'),
    share: bytes('share'),
    lifetimeMs,
    attempts,
    sealed,
  }
  return { secret, wrong: bytes('wrong'), claims: [0, 1, 2].map((i) => bytes(`claim ${i}`)), proofs }
}

function bytesOf(name: string): Bytes {
  return new Uint8Array(hash('sha256', name, 'buffer'))
}

function tell(store: SecretStore, { secret, wrong, claims, proofs }: Cast, act: Act, now: Now): Promise<{ readonly outcome: string }> {
  const { id } = secret
  switch (act.kind) {
    case 'create':
      return store.create(act.isOther ? { ...secret, ackHash: wrong } : secret, now)
    case 'peek':
      return store.peek(id, act.isRight ? secret.accessHash : wrong, now)
    case 'receipt':
      return store.receipt(id, act.isRight ? secret.receiptHash : wrong, now)
    case 'burn':
      return store.burn(id, act.isRight ? secret.receiptHash : wrong, now)
    case 'claim': {
      const [claimHash, proofHash] = [claims[act.by] as Bytes, proofs[act.proof] as Bytes]
      const tryHash = new Uint8Array(hash('sha256', concatBytes(claimHash, proofHash), 'buffer'))
      const claim: Claim = { id, accessHash: act.isAccessRight ? secret.accessHash : wrong, proofHash, claimHash, tryHash }
      return store.claim(claim, now)
    }
    case 'read':
      return store.readSealed(id, claims[act.by] as Bytes, act.keepsAlive, now)
    case 'ack':
      return store.ack(id, claims[act.by] as Bytes, act.isRight ? secret.ackHash : wrong, now)
  }
}
