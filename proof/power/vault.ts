import type { Act } from '../history.ts'
import type { Subject } from '../subject.ts'
import type { Image } from './disk.ts'

/** A secret, and what was asked of it and answered. */
export interface Answered {
  readonly subject: Subject
  readonly acts: readonly Pick<Act, 'kind' | 'outcome'>[]
}

const PATH = 'data/vault/shares'
/** Where a slot has them, from the first byte of the share: read again from SPEC §9.3 alone. */
const RELEASED_AT = 80
const FAILED_AT = 81

/** What the vault may have forgotten of what was answered. */
export const FORGOTTEN = {
  release: 'a share that has left is not marked',
  end: 'a share that was erased is there',
  guess: 'a wrong PIN is not counted',
} as const

/**
 * Compare a vault as the power left it with what had been answered. Recovery asks the database
 * first, and mends the vault after it: what the vault itself remembers counts once the database
 * is set back, and whoever has the disk reads an erased share without asking.
 */
export function checkVault(image: Image, answered: readonly Answered[]): readonly { readonly what: string; readonly where: string }[] {
  const vault = image.get(PATH)
  if (vault === undefined || vault === 'directory') return []
  return answered.flatMap(({ subject, acts }) => {
    // A share that is missing too early is for recovery to tell.
    const at = vault.indexOf(subject.secret.share)
    if (at === -1) return []
    const [released = 0, failed = 0] = [vault[at + RELEASED_AT], vault[at + FAILED_AT]]
    return acts.flatMap(({ kind, outcome }) => {
      const told = (what: string) => [{ what, where: `${kind}: ${outcome}` }]
      if (outcome === null) return []
      if (isEnd(kind, outcome)) return told(FORGOTTEN.end)
      if (outcome === 'claimed') return released === 1 ? [] : told(FORGOTTEN.release)
      const left = /^wrong, (\d+) left$/.exec(outcome)?.[1]
      return left === undefined || failed >= (subject.attempts ?? 0) - Number(left) ? [] : told(FORGOTTEN.guess)
    })
  })
}

/** Whether an answer tells that the secret has ended. A burn ends whatever it meets. */
function isEnd(kind: Act['kind'], outcome: string): boolean {
  if (kind === 'burn') return outcome === 'burned' || outcome === 'gone'
  return outcome === 'acked' || outcome === 'wrong, 0 left' || (kind === 'create' && outcome === 'gone')
}
