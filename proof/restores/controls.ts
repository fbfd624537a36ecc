import type { Patch } from '../mutate.ts'

/** What is broken on purpose, each for what it must be caught by. */
export interface Broken {
  readonly what: string
  readonly patches: readonly Patch[]
  /** What a violation that it causes says. */
  readonly says: RegExp
}

/** A server that does not look at the witness. */
export const BLIND: Patch = {
  file: 'packages/server/src/secrets/engine.ts',
  from: 'const isRestored = witness.generation === null ? !rows.isEmpty() : generation < witness.generation',
  to: 'const isRestored = false',
}

const FORGETS_RELEASES: readonly Patch[] = [
  {
    file: 'packages/server/src/secrets/recover.ts',
    from: 'const { wasReleased = false, attemptsFailed = 0 } = share ?? {}',
    to: 'const wasReleased = false, attemptsFailed = share?.attemptsFailed ?? 0',
  },
  { file: 'packages/server/src/secrets/decide.ts', from: 'wasReleased: held?.wasReleased ?? false,', to: 'wasReleased: false,' },
]

/** A vault that does not remember wrong PINs. */
export const FORGETS_ATTEMPTS: Patch = {
  file: 'packages/server/src/secrets/engine.ts',
  from: 'for (const { handle, attemptsFailed } of work.failures) this.#vault.writeFailed(handle, attemptsFailed)',
  to: '',
}

export const NO_WITNESS: Broken = { what: 'a server that does not look at the witness', patches: [BLIND], says: /not fenced/ }

export const NO_ATTEMPTS: Broken = {
  what: 'a vault that does not remember wrong PINs',
  patches: [FORGETS_ATTEMPTS],
  says: /wrong PINs were answered|a wrong PIN with/,
}

export const BROKEN: readonly Broken[] = [
  NO_WITNESS,
  {
    what: 'a server that looks neither at the witness nor at what the vault remembers of a share that has left',
    patches: [BLIND, ...FORGETS_RELEASES],
    says: /is claimed for somebody else/,
  },
  NO_ATTEMPTS,
]
