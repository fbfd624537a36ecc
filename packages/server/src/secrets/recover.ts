import { timingSafeEqual } from 'node:crypto'
import type { FoundShare, SlotFile } from '../vault/slot-file.ts'
import type { Handle } from '../vault/vault.ts'
import type { SecretRecord } from './decide.ts'
import { decideRecovery } from './life.ts'
import type { Row, Rows } from './rows.ts'

/** Wrong PINs of a secret, for the vault to remember. */
export interface Failure {
  readonly handle: Handle
  readonly attemptsFailed: number
}

/** What a start must mend. */
export interface Recovery {
  /** Rows that a crash or a restore left without their share, and what they become. */
  readonly changes: readonly { readonly row: Row; readonly record: SecretRecord }[]
  /** Shares whose claim was decided, and of which the vault does not remember that they may have left. */
  readonly releases: readonly Handle[]
  /** Shares that no row names. */
  readonly strays: readonly Handle[]
  /** Attempts that the database has counted and the vault does not know of. */
  readonly failures: readonly Failure[]
}

/**
 * Go through vault and database side by side, in the order of the slots, and tell the vault
 * which of its slots are free. SPEC §6.9.
 */
export function planRecovery(rows: Rows, vault: SlotFile, ms: number): Recovery {
  const changes: { row: Row; record: SecretRecord }[] = []
  const releases: Handle[] = []
  const strays: Handle[] = []
  const failures: Failure[] = []
  const holders = rows.listHolders()[Symbol.iterator]()
  let holder = holders.next()

  const check = (row: Row, share: FoundShare | null) => {
    const { wasReleased = false, attemptsFailed = 0 } = share ?? {}
    const life = decideRecovery(row.record.life, { isHere: share !== null, wasReleased, attemptsFailed }, ms)
    if (life !== row.record.life) changes.push({ row, record: { ...row.record, life } })
    if (share !== null && life.state === 'sealed' && life.attemptsFailed > attemptsFailed)
      failures.push({ handle: share.handle, attemptsFailed: life.attemptsFailed })
    // That it is taken will be told from now on: a copy of the database from before must not offer it again.
    if (life.state === 'claimed' && share?.wasReleased === false) releases.push(share.handle)
  }

  for (const { slot, found } of vault.scan()) {
    let isNamed = false
    // In a sound database no two rows name one slot. In any other, the share's name tells whose it is.
    for (; holder.done !== true && holder.value.handle?.slot === slot; holder = holders.next()) {
      const isWhose = found === null || isSame(holder.value.handle, found.handle)
      // Whoever names another's share ends without erasing it.
      check(isWhose ? holder.value : { ...holder.value, handle: null }, isWhose ? found : null)
      isNamed ||= isWhose
    }
    // A slot that a row names is let go of with the row; one that nothing names, here.
    if (isNamed) continue
    if (found === null) vault.free(slot)
    else strays.push(found.handle)
  }
  for (; holder.done !== true; holder = holders.next()) check(holder.value, null)
  return { changes, releases, strays, failures }
}

function isSame(a: Handle | null, b: Handle): boolean {
  return a !== null && a.slot === b.slot && timingSafeEqual(a.name, b.name)
}
