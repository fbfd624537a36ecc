import { createMemoryStore } from '../../packages/server/src/secrets/memory.ts'
import { listBroken, listClauses } from '../../packages/server/test/store/contract.ts'
import { MUTANTS, type Mutant } from '../../packages/server/test/store/mutants.ts'
import type { Control } from '../stage.ts'
import { compareStores } from './stores.ts'

/** What calls in turn cannot show of a store, whatever they are: that takes a crash, a failing disk, a race, or a clock. */
const BEYOND_HISTORIES: ReadonlySet<string> = new Set([
  'reading whether it is free, and then taking it',
  'answering a claim before it is durable',
  'calling unknown what it cannot reach',
  'calling gone what it cannot reach',
  'answering a create before it is durable',
  'reading the clock of its machine',
  'reading how many attempts are left, and then counting',
])

/** Broken stores that histories must tell from a sound one. */
export const TOLD_BY_HISTORIES: readonly Mutant[] = MUTANTS.filter(({ by }) => !BEYOND_HISTORIES.has(by))

/** Hold a broken store to the contract: it must break the promise that it breaks, and seem to break no other. */
export async function holdMutant({ breaks, by, open }: Mutant): Promise<Control> {
  const broken = await listBroken(listClauses(['break', 'crash']), open)
  const isCaught = broken.length > 0 && broken.every(({ promise }) => promise === breaks)
  return { what: `a store ${by}`, isCaught, how: `${broken.length} clauses of promise ${breaks} fail` }
}

/** Compare a broken store with a sound one, until they differ. */
export async function compareMutant({ by, open }: Mutant, seed: number, runs: number): Promise<Control> {
  const { store, dispose } = await open()
  const { different, histories } = await compareStores({ one: createMemoryStore(), other: store }, seed, runs, true)
  await dispose()
  return { what: `a store ${by}`, isCaught: different.length > 0, how: `${different.length} of ${histories} histories differ` }
}
