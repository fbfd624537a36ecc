import type { Bytes } from '@letterlock/protocol'
import type { SecretStore } from '../../src/secrets/store.ts'
import { CLAIMING } from './contract-claiming.ts'
import { COUNTING } from './contract-counting.ts'
import { CREATING } from './contract-creating.ts'
import { ENDING } from './contract-ending.ts'
import { PROVING } from './contract-proving.ts'

/** A store under test, and what a test may do to it from below. */
export interface Subject {
  readonly store: SecretStore
  /** The store that a start finds after this one was killed now; absent where nothing outlives the process. */
  readonly crash?: () => Promise<SecretStore>
  /** Makes whatever the store stands on fail from now on. */
  readonly break?: () => void
  /** Whether the store keeps these bytes anywhere, once it has had the time to let go of what ended. */
  readonly keeps?: (bytes: Bytes, isEnded: boolean) => Promise<boolean>
  readonly dispose: () => Promise<void>
}

export type OpenSubject = () => Promise<Subject>

export type PromiseNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** One sentence that a store must not make untrue. */
export interface Clause {
  /** The number of the promise in the doc comment of `SecretStore`. */
  readonly promise: PromiseNumber
  readonly says: string
  /** What a subject must be able to undergo for the clause to mean anything. */
  readonly needs?: 'crash' | 'break' | 'keeps'
  readonly hold: (subject: Subject) => Promise<void>
}

/** What every adapter of `SecretStore` is held to, by the numbers of its promises. */
export const CONTRACT: readonly Clause[] = [...CLAIMING, ...COUNTING, ...CREATING, ...ENDING, ...PROVING].toSorted(
  (a, b) => a.promise - b.promise,
)

/** The clauses that a subject with these abilities can be held to. */
export function listClauses(abilities: readonly Clause['needs'][]): readonly Clause[] {
  return CONTRACT.filter(({ needs }) => needs === undefined || abilities.includes(needs))
}

/** Hold a new subject to one clause; throws what the clause throws. */
export async function holdTo(clause: Clause, open: OpenSubject): Promise<void> {
  const subject = await open()
  try {
    await clause.hold(subject)
  } finally {
    await subject.dispose()
  }
}

/** The promises that a store breaks, and by which sentences that shows. */
export async function listBroken(clauses: readonly Clause[], open: OpenSubject): Promise<readonly Clause[]> {
  const broken: Clause[] = []
  for (const clause of clauses) {
    await holdTo(clause, open).catch(() => broken.push(clause))
  }
  return broken
}
