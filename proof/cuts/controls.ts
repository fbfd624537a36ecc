import type { Patch } from '../mutate.ts'
import type { Call } from './prove-cuts.ts'

/** Something broken on purpose, and the call whose cuts notice it. */
export interface BrokenCall {
  readonly what: string
  readonly call: Call
  readonly patches: readonly Patch[]
}

const SECRETS = 'packages/server/src/secrets'

export const BROKEN_CALLS: readonly BrokenCall[] = [
  {
    what: 'a store that erases a share when it has sent it',
    call: 'claim',
    patches: [
      {
        file: `${SECRETS}/engine.ts`,
        from: 'held?.wasReleased === false && row.handle !== null) work.releases.push(row.handle)',
        to: 'held?.wasReleased === false && row.handle !== null) work.erasures.push(row.handle)',
      },
    ],
  },
  {
    what: 'a claim that forgets its claimant',
    call: 'claim',
    patches: [
      {
        file: `${SECRETS}/decide.ts`,
        from: 'return { answer: claimed, record: { ...aged, life, claimHash: claim.claimHash } }',
        to: 'return { answer: claimed, record: { ...aged, life, claimHash: new Uint8Array(32) } }',
      },
    ],
  },
  {
    what: 'a claim that takes everybody for its claimant',
    call: 'claim',
    patches: [{ file: `${SECRETS}/decide.ts`, from: 'isClaimant: equal(aged.claimHash, claim.claimHash)', to: 'isClaimant: true' }],
  },
  {
    what: 'a create that does not know its own',
    call: 'create',
    patches: [
      {
        file: `${SECRETS}/decide.ts`,
        from: "if (!isSame) return { answer: { outcome: 'id_taken' }, record }",
        to: "if (isSame) return { answer: { outcome: 'id_taken' }, record }",
      },
    ],
  },
  {
    what: 'an ack that counts once',
    call: 'ack',
    patches: [
      {
        file: `${SECRETS}/life.ts`,
        from: "if (life.state !== 'claimed' && life.state !== 'opened') return { outcome: 'gone', life }",
        to: "if (life.state !== 'claimed') return { outcome: 'gone', life }",
      },
    ],
  },
]
