import type { Patch } from '../mutate.ts'
import type { PromiseName } from '../stage.ts'
import { Violation } from './knowledge.ts'

/** A patch of shipped files that breaks a promise. */
export interface Mutant {
  readonly name: string
  /** What is broken, as the page of proofs calls it. */
  readonly what: string
  readonly breaks: Extract<PromiseName, 'P3' | 'P23'>
  /** What the violation says by which it is to be found. */
  readonly says: RegExp
  readonly patches: readonly Patch[]
}

/** Whether this is what a mutant is to be found by: another violation is not, nor is anything else that is thrown. */
export function isFoundBy({ breaks, says }: Pick<Mutant, 'breaks' | 'says'>, error: unknown): boolean {
  return error instanceof Violation && (breaks === 'P3' || error.promise === breaks) && says.test(error.message)
}

const SECRETS = 'packages/server/src/secrets'
const VAULT = 'packages/server/src/vault'

/** Takes the vault's own memory of what has left out of the way, so that what is broken shows. */
const NO_SECOND_NET: readonly Patch[] = [
  {
    file: `${SECRETS}/life.ts`,
    from: `    if (evidence.wasReleased) return told('gone', end(life, 'opened', ms))\n`,
    to: '',
  },
]

/** Takes the fence out of the way, which stands before a database that has lost what its witness knows of. */
const NO_FENCE: Patch = {
  file: `${SECRETS}/engine.ts`,
  from: 'const isRestored = witness.generation === null ? !rows.isEmpty() : generation < witness.generation',
  to: 'const isRestored = false',
}

const CLAIMS: readonly Mutant[] = [
  {
    name: 'read-then-write',
    what: 'a store that reads for a whole batch, and then writes without looking again',
    breaks: 'P3',
    says: /^two claimants were given the share$/,
    patches: [
      {
        file: `${SECRETS}/engine.ts`,
        from: `      this.#putShares(operations, handles)\n`,
        to: `      this.seen = new Map()\n      this.#putShares(operations, handles)\n`,
      },
      {
        file: `${SECRETS}/engine.ts`,
        from: `    const row = this.#rows.findToProve(id)\n    if (row === null) return { outcome: 'unknown' }\n`,
        to: `    const row = this.seen.get(id) ?? this.#rows.findToProve(id)\n    this.seen.set(id, row)\n    if (row === null) return { outcome: 'unknown' }\n`,
      },
      {
        file: `${SECRETS}/engine.ts`,
        from: `  #generation: number\n`,
        to: `  seen: Map<SecretId, Row | null> = new Map()\n  #generation: number\n`,
      },
      {
        file: `${SECRETS}/rows.ts`,
        from: 'WHERE n = ? AND state = ? AND claim_hash IS ? AND attempts_failed = ?',
        to: 'WHERE n = ? AND ? IS NOT NULL AND coalesce(?, 1) IS NOT NULL AND ? IS NOT NULL',
      },
    ],
  },
  {
    name: 'any-claimant',
    what: 'a second claimant is let in while the lease lasts',
    breaks: 'P3',
    says: /^two claimants were given the share$/,
    patches: [
      {
        file: `${SECRETS}/life.ts`,
        from: `if (life.state !== 'claimed' || !evidence.isClaimant) return`,
        to: `if (life.state !== 'claimed') return`,
      },
    ],
  },
  {
    name: 'lease-reopens',
    what: 'a lease that ends opens the secret again',
    breaks: 'P3',
    says: /^called waiting after it was opened$/,
    patches: [
      {
        file: `${SECRETS}/life.ts`,
        from: `ms >= life.leaseUntilMs) return end(life, 'opened', life.leaseUntilMs)`,
        to: `ms >= life.leaseUntilMs) return { ...life, state: 'sealed', claimedAtMs: null, leaseUntilMs: null }`,
      },
      ...NO_SECOND_NET,
    ],
  },
  {
    name: 'no-retry',
    what: 'a claimant who asks again is told that it is gone',
    breaks: 'P3',
    says: /^the one claimant asked again within the lease, and was refused$/,
    patches: [
      {
        file: `${SECRETS}/life.ts`,
        from: `return told(evidence.isProofRight ? 'claimed_again' : 'pin_wrong', life)`,
        to: `return told('gone', life)`,
      },
    ],
  },
  {
    name: 'any-ack',
    what: 'an ack is taken from anyone',
    breaks: 'P3',
    // Of a secret that waits, whoever has not claimed it learns more than that it is unknown.
    says: /^(?:an ack was taken from another than the claimant|called sealed, which is no end)$/,
    patches: [
      {
        file: `${SECRETS}/decide.ts`,
        from: `ackHash: Bytes, now: Now): Step<Acked> {\n  if (!equal(record.claimHash, claimHash)) return { answer: UNKNOWN, record }\n`,
        to: `ackHash: Bytes, now: Now): Step<Acked> {\n  if (claimHash.length === 0) return { answer: UNKNOWN, record }\n`,
      },
    ],
  },
  {
    name: 'wrong-ack',
    what: 'any ack is taken for a right one',
    breaks: 'P3',
    says: /^a wrong ack was taken$/,
    patches: [{ file: `${SECRETS}/decide.ts`, from: 'equal(aged.ackHash, ackHash), now.ms', to: 'aged.ackHash !== ackHash, now.ms' }],
  },
  {
    name: 'count-again',
    what: 'a repeated wrong PIN costs another attempt',
    breaks: 'P3',
    says: /^more tries were counted than there were$/,
    patches: [
      {
        file: `${SECRETS}/decide.ts`,
        from: 'equal(hash, claim.tryHash))?.attemptsLeft ?? null',
        to: 'hash === claim.tryHash)?.attemptsLeft ?? null',
      },
      { file: `${SECRETS}/rows.ts`, from: `'INSERT INTO tries`, to: `'INSERT OR REPLACE INTO tries` },
    ],
  },
]

const DISKS: readonly Mutant[] = [
  {
    name: 'answers-before-commit',
    what: 'answers leave before their commit, which comes with the next batch',
    breaks: 'P3',
    says: /^an acknowledged create is unknown$/,
    patches: [
      {
        file: `${SECRETS}/rows.ts`,
        from: 'begin: () => void run.begin.run(),\n    commit: () => void run.commit.run(),',
        to: 'begin: () => void (database.isTransaction && run.commit.run(), run.begin.run()),\n    commit: () => {},',
      },
      NO_FENCE,
    ],
  },
  {
    name: 'answers-before-flush',
    what: 'commits that are not flushed (synchronous=NORMAL)',
    breaks: 'P3',
    says: /^an acknowledged create is unknown$/,
    patches: [{ file: `${SECRETS}/database.ts`, from: `['synchronous', 2]`, to: `['synchronous', 1]` }, NO_FENCE],
  },
  {
    name: 'vault-without-flush',
    what: 'shares that are not flushed before the create is answered',
    breaks: 'P3',
    says: /^a secret was lost$/,
    patches: [{ file: `${VAULT}/slot-file.ts`, from: '      if (isDirty) fdatasyncSync(file)\n', to: '' }],
  },
  {
    name: 'row-before-share',
    what: 'a row that is durable before its share',
    breaks: 'P3',
    says: /^a secret was lost$/,
    patches: [{ file: `${SECRETS}/engine.ts`, from: '    this.#vault.sync()\n  }\n\n  #answer(', to: '  }\n\n  #answer(' }],
  },
  {
    name: 'witness-first',
    what: 'a witness that runs ahead of its database',
    breaks: 'P3',
    says: /^fenced, although nothing was restored$/,
    patches: [
      {
        file: `${SECRETS}/engine.ts`,
        from: `    this.#rows.writeFact('generation', next)\n    this.#generation = next\n    this.#files.witness.advance(next)\n`,
        to: `    this.#files.witness.advance(next)\n    this.#rows.writeFact('generation', next)\n    this.#generation = next\n`,
      },
    ],
  },
  {
    name: 'frees-named-slots',
    what: 'a recovery that takes the slots of waiting secrets for free ones',
    breaks: 'P3',
    says: /^a secret was lost$/,
    patches: [
      {
        file: `${SECRETS}/recover.ts`,
        from: '    if (isNamed) continue\n    if (found === null) vault',
        to: '    if (isNamed || found === null) vault',
      },
    ],
  },
]

const TIMES: readonly Mutant[] = [
  {
    name: 'forgets-the-time',
    what: 'a start that believes a clock that was set back',
    breaks: 'P3',
    says: /^time went backwards: /,
    patches: [{ file: `${SECRETS}/clock.ts`, from: 'let anchorMs = floorMs ?? sources.wallMs()', to: 'let anchorMs = sources.wallMs()' }],
  },
  {
    name: 'follows-backwards',
    what: 'a clock that is followed backwards',
    breaks: 'P3',
    says: /^time went backwards: /,
    patches: [{ file: `${SECRETS}/clock.ts`, from: 'follow(Math.max(wallMs, expectedMs), elapsedMs)', to: 'follow(wallMs, elapsedMs)' }],
  },
  {
    name: 'no-floor',
    what: 'a store that does not keep the time that it has seen',
    breaks: 'P3',
    says: /^time went backwards: /,
    patches: [
      { file: `${SECRETS}/engine.ts`, from: `      if (this.#isWriting) this.#rows.writeFact('floor_ms', this.#floorMs)\n`, to: '' },
    ],
  },
  {
    name: 'believes-leaps',
    what: 'a clock that leaps forward is believed at once',
    breaks: 'P3',
    says: /^called expired before its time$/,
    patches: [{ file: `${SECRETS}/clock.ts`, from: 'STEP_HELD_MS = 600_000', to: 'STEP_HELD_MS = 0' }],
  },
]

const RECEIPTS: readonly Mutant[] = [
  {
    name: 'receipt-confirms',
    what: 'a receipt that says confirmed of everything that was opened',
    breaks: 'P23',
    says: /^a receipt lies: confirmed without an ack$/,
    patches: [
      {
        file: 'packages/server/src/routes/read-receipt.ts',
        from: 'confirmed: life.confirmed,',
        to: `confirmed: life.claimedAtMs !== null,`,
      },
    ],
  },
  {
    name: 'receipt-waits',
    what: 'a receipt that says waiting until the lease is over',
    breaks: 'P23',
    says: /^called waiting after it was opened$/,
    patches: [
      {
        file: 'packages/server/src/routes/read-receipt.ts',
        from: '    state: life.state,\n',
        to: `    state: life.state === 'claimed' ? 'sealed' : life.state,\n`,
      },
    ],
  },
  {
    name: 'burns-too-late',
    what: 'a burn that came too late says that it was in time',
    breaks: 'P23',
    says: /^called burned, although it was opened$/,
    patches: [
      {
        file: `${SECRETS}/life.ts`,
        from: `if (life.state === 'claimed') return { outcome: 'gone', life: end(life, 'opened', ms) }`,
        to: `if (life.state === 'claimed') return { outcome: 'burned', life: { ...end(life, 'burned', ms), by } }`,
      },
    ],
  },
  {
    name: 'receipt-ends-now',
    what: 'a receipt whose time of the end is the time of asking',
    breaks: 'P23',
    says: /^a receipt lies: the time of the end has changed$/,
    patches: [
      {
        file: `${SECRETS}/decide.ts`,
        from: `answer: { outcome: 'receipt', life: aged.life }`,
        to: `answer: { outcome: 'receipt', life: aged.life.endedAtMs === null ? aged.life : { ...aged.life, endedAtMs: now.ms } }`,
      },
    ],
  },
  {
    name: 'receipt-hides-tries',
    what: 'a receipt that does not tell the last wrong PIN',
    breaks: 'P23',
    says: /^fewer wrong tries than were answered$/,
    patches: [
      {
        file: 'packages/server/src/routes/read-receipt.ts',
        from: 'attemptsFailed: life.attemptsFailed,',
        to: 'attemptsFailed: Math.max(0, life.attemptsFailed - 1),',
      },
    ],
  },
]

export const MUTANTS: readonly Mutant[] = [...CLAIMS, ...DISKS, ...TIMES, ...RECEIPTS]
