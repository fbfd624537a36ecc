import { type Bytes, type SecretId, randomBytes } from '@letterlock/protocol'
import type { Now } from '../../src/secrets/life.ts'
import { createMemoryStore } from '../../src/secrets/memory.ts'
import { type NewSecret, type SecretStore, StoreError } from '../../src/secrets/store.ts'
import type { PromiseNumber, Subject } from './contract.ts'

/** A store that is wrong in one way. */
export interface Mutant {
  readonly breaks: PromiseNumber
  readonly by: string
  readonly open: () => Promise<Subject>
}

/** One way to be wrong: what to do instead, given a sound store and what was created in it. */
type Twist = (sound: SecretStore, made: ReadonlyMap<SecretId, NewSecret>) => Partial<SecretStore>

type Call = (store: SecretStore) => Promise<unknown>

/**
 * A memory store with a journal for a disk: a crash leaves what the journal holds, and the
 * disk can be made to fail. With `late`, calls of that name are answered before they are in the
 * journal, which they reach with the next call.
 */
function aJournaledStore(late: 'create' | 'claim' | null): Subject {
  const store = createMemoryStore()
  const journal: Call[] = []
  let waiting: Call[] = []
  let isBroken = false
  const handler: ProxyHandler<SecretStore> = {
    get: (target, name: keyof SecretStore) =>
      isBroken
        ? () => Promise.reject(new StoreError('the disk has failed'))
        : (...given: never[]) => {
            const call: Call = (other) => (other[name] as (...given: never[]) => Promise<unknown>)(...given)
            journal.push(...waiting)
            waiting = name === late ? [call] : []
            if (name !== late) journal.push(call)
            return call(target)
          },
  }
  return {
    store: new Proxy(store, handler),
    async crash() {
      const found = createMemoryStore()
      for (const call of journal) await call(found)
      return found
    },
    break() {
      isBroken = true
    },
    dispose: async () => {},
  }
}

/** A sound store in which nothing is twisted: what every mutant was before. */
export async function openOriginal(): Promise<Subject> {
  return aJournaledStore(null)
}

function mutant(breaks: PromiseNumber, by: string, twist: Twist, late: 'create' | 'claim' | null = null): Mutant {
  return {
    breaks,
    by,
    async open() {
      const subject = aJournaledStore(late)
      const made = new Map<SecretId, NewSecret>()
      const calls = listCalls(subject.store)
      const wrong: SecretStore = { ...calls, ...twist(calls, made) }
      // A secret with a PIN is there for promise 8: only who breaks that is wrong about it.
      const pick = (secret: NewSecret | undefined) => (breaks === 8 || typeof secret?.attempts !== 'number' ? wrong : calls)
      const twisted: SecretStore = {
        ...wrong,
        create: (secret, now) => pick(secret).create(secret, now),
        peek: (id, ...rest) => pick(made.get(id)).peek(id, ...rest),
        claim: (claim, now) => pick(made.get(claim.id)).claim(claim, now),
        readSealed: (id, ...rest) => pick(made.get(id)).readSealed(id, ...rest),
        ack: (id, ...rest) => pick(made.get(id)).ack(id, ...rest),
        receipt: (id, ...rest) => pick(made.get(id)).receipt(id, ...rest),
        burn: (id, ...rest) => pick(made.get(id)).burn(id, ...rest),
      }
      const store: SecretStore = {
        ...twisted,
        async create(secret, now) {
          const created = await twisted.create(secret, now)
          const isNew = made.get(secret.id)?.accessHash !== secret.accessHash
          if (created.outcome === 'created' && isNew) made.set(secret.id, secret)
          return created
        },
      }
      return { ...subject, store }
    },
  }
}

/** The calls of a store, each as a function of its own. */
function listCalls(store: SecretStore): SecretStore {
  return {
    create: (...given) => store.create(...given),
    peek: (...given) => store.peek(...given),
    claim: (...given) => store.claim(...given),
    readSealed: (...given) => store.readSealed(...given),
    ack: (...given) => store.ack(...given),
    receipt: (...given) => store.receipt(...given),
    burn: (...given) => store.burn(...given),
    sweep: (...given) => store.sweep(...given),
    health: () => store.health(),
    close: () => store.close(),
  }
}

/** The same store, told another time. */
function retimed(sound: SecretStore, change: (now: Now) => Now): Partial<SecretStore> {
  return {
    create: (secret, now) => sound.create(secret, change(now)),
    peek: (id, accessHash, now) => sound.peek(id, accessHash, change(now)),
    claim: (claim, now) => sound.claim(claim, change(now)),
    readSealed: (id, claimHash, keepsAlive, now) => sound.readSealed(id, claimHash, keepsAlive, change(now)),
    ack: (id, claimHash, ackHash, now) => sound.ack(id, claimHash, ackHash, change(now)),
    receipt: (id, receiptHash, now) => sound.receipt(id, receiptHash, change(now)),
    burn: (id, receiptHash, now) => sound.burn(id, receiptHash, change(now)),
    sweep: (now) => sound.sweep(change(now)),
  }
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

/** What a claimant is given, taken from what was created instead of what is left. */
function handOut({ share, sealed }: NewSecret, ms: number) {
  return { outcome: 'claimed', share, sealed, leaseUntilMs: ms + 600_000 } as const
}

const ONE_CLAIMANT: readonly Mutant[] = [
  mutant(1, 'reading whether it is free, and then taking it', (sound, made) => ({
    async claim(claim, now) {
      const seen = await sound.peek(claim.id, claim.accessHash, now)
      await turn()
      const taken = await sound.claim(claim, now)
      const secret = made.get(claim.id)
      return seen.outcome === 'sealed' && taken.outcome === 'gone' && secret !== undefined ? handOut(secret, now.ms) : taken
    },
  })),
  mutant(1, 'letting in whoever comes while the lease lasts', (sound) => {
    const claimants = new Map<SecretId, Bytes>()
    return {
      async claim(claim, now) {
        const taken = await sound.claim(claim, now)
        if (taken.outcome === 'claimed') claimants.set(claim.id, claim.claimHash)
        const claimHash = claimants.get(claim.id)
        return taken.outcome === 'gone' && claimHash !== undefined ? sound.claim({ ...claim, claimHash }, now) : taken
      },
    }
  }),
  mutant(1, 'answering a claim before it is durable', () => ({}), 'claim'),
]

const LEASE: readonly Mutant[] = [
  mutant(2, 'opening the secret again when its lease is over', (sound, made) => ({
    async claim(claim, now) {
      const taken = await sound.claim(claim, now)
      const secret = made.get(claim.id)
      if (taken.outcome !== 'gone' || secret === undefined) return taken
      const read = await sound.receipt(claim.id, secret.receiptHash, now)
      const ranOut = read.outcome === 'receipt' && read.life.endedAtMs === (read.life.claimedAtMs ?? 0) + 600_000
      return ranOut ? handOut(secret, now.ms) : taken
    },
  })),
  mutant(2, 'giving another share when the claimant asks again', (sound) => {
    const seen = new Set<Bytes>()
    return {
      async claim(claim, now) {
        const taken = await sound.claim(claim, now)
        const isFirst = !seen.has(claim.claimHash)
        seen.add(claim.claimHash)
        return taken.outcome !== 'claimed' || isFirst ? taken : { ...taken, share: randomBytes(32) }
      },
    }
  }),
  mutant(2, 'calling it gone when the claimant asks again', (sound) => {
    const seen = new Set<Bytes>()
    return {
      async claim(claim, now) {
        const taken = await sound.claim(claim, now)
        const isFirst = !seen.has(claim.claimHash)
        seen.add(claim.claimHash)
        return taken.outcome !== 'claimed' || isFirst ? taken : { outcome: 'gone', gone: { state: 'opened', at: 0 } }
      },
    }
  }),
]

const NO_GUESSES: readonly Mutant[] = [
  mutant(3, 'calling unknown what it cannot reach', (sound) => ({
    peek: (...given) => sound.peek(...given).catch(() => ({ outcome: 'unknown' })),
  })),
  mutant(3, 'calling gone what it cannot reach', (sound) => ({
    claim: (...given) => sound.claim(...given).catch(() => ({ outcome: 'gone', gone: { state: 'lost', at: 0 } })),
  })),
]

const CREATES: readonly Mutant[] = [
  mutant(4, 'answering a create before it is durable', () => ({}), 'create'),
  mutant(4, 'writing a second create over the first', (sound) => {
    const over = new Map<SecretId, SecretStore>()
    const of = (id: SecretId) => over.get(id) ?? sound
    return {
      async create(secret, now) {
        const seen = await sound.receipt(secret.id, secret.receiptHash, now)
        const created = await sound.create(secret, now)
        if (seen.outcome !== 'receipt' || created.outcome !== 'created') return created
        over.set(secret.id, createMemoryStore())
        return of(secret.id).create(secret, now)
      },
      claim: (claim, now) => of(claim.id).claim(claim, now),
    }
  }),
  mutant(4, 'not comparing the hashes of a second create', (sound, made) => ({
    async create(secret, now) {
      const first = made.get(secret.id) ?? secret
      const seen = await sound.receipt(first.id, first.receiptHash, now)
      return sound.create(seen.outcome === 'unknown' ? secret : first, now)
    },
  })),
]

const ENDS: readonly Mutant[] = [
  mutant(5, 'keeping the sealed bytes for the claimant after an ack', (sound, made) => {
    const acked = new Set<Bytes>()
    return {
      ack(id, claimHash, ackHash, now) {
        acked.add(claimHash)
        return sound.ack(id, claimHash, ackHash, now)
      },
      async readSealed(id, claimHash, keepsAlive, now) {
        const read = await sound.readSealed(id, claimHash, keepsAlive, now)
        const secret = made.get(id)
        return read.outcome === 'gone' && acked.has(claimHash) && secret !== undefined ? { outcome: 'read', sealed: secret.sealed } : read
      },
    }
  }),
  mutant(5, 'forgetting a burned secret at once', (sound) => ({
    async receipt(id, receiptHash, now) {
      const read = await sound.receipt(id, receiptHash, now)
      return read.outcome === 'receipt' && read.life.state === 'burned' ? { outcome: 'unknown' } : read
    },
  })),
  mutant(5, 'remembering what has ended for ever', (sound) => {
    const last = new Map<Bytes, Awaited<ReturnType<SecretStore['receipt']>>>()
    return {
      async receipt(id, receiptHash, now) {
        const read = await sound.receipt(id, receiptHash, now)
        if (read.outcome === 'receipt' && read.life.endedAtMs !== null) last.set(receiptHash, read)
        return read.outcome === 'unknown' ? (last.get(receiptHash) ?? read) : read
      },
    }
  }),
]

const PROOFS: readonly Mutant[] = [
  mutant(6, 'answering a peek without comparing access', (sound, made) => ({
    peek: (id, accessHash, now) => sound.peek(id, made.get(id)?.accessHash ?? accessHash, now),
  })),
  mutant(6, 'letting in without access', (sound, made) => ({
    claim: (claim, now) => sound.claim({ ...claim, accessHash: made.get(claim.id)?.accessHash ?? claim.accessHash }, now),
  })),
  mutant(6, 'letting in without the proof', (sound, made) => ({
    claim: (claim, now) => sound.claim({ ...claim, proofHash: made.get(claim.id)?.proofHash ?? claim.proofHash }, now),
  })),
  mutant(6, 'burning for anyone who knows the id', (sound, made) => ({
    burn: (id, receiptHash, now) => sound.burn(id, made.get(id)?.receiptHash ?? receiptHash, now),
  })),
  mutant(6, 'confirming whatever the claimant sends as an ack', (sound, made) => ({
    ack: (id, claimHash, ackHash, now) => sound.ack(id, claimHash, made.get(id)?.ackHash ?? ackHash, now),
  })),
]

const COUNTS: readonly Mutant[] = [
  mutant(8, 'counting the same try as often as it comes', (sound) => ({
    claim: (claim, now) => sound.claim({ ...claim, tryHash: randomBytes(32) }, now),
  })),
  mutant(8, 'taking the same proof for the same try, whoever sends it', (sound) => ({
    claim: (claim, now) => sound.claim({ ...claim, tryHash: claim.proofHash }, now),
  })),
  mutant(8, 'reading how many attempts are left, and then counting', (sound) => ({
    async claim(claim, now) {
      const seen = await sound.peek(claim.id, claim.accessHash, now)
      await turn()
      const taken = await sound.claim(claim, now)
      const isLocked = taken.outcome === 'gone' && taken.gone.state === 'locked'
      if (!isLocked || seen.outcome !== 'sealed' || seen.attemptsLeft === null) return taken
      return { outcome: 'pin_wrong', attemptsLeft: seen.attemptsLeft - 1 }
    },
  })),
  mutant(8, 'counting for whoever knows the id', (sound, made) => ({
    async claim(claim, now) {
      const taken = await sound.claim(claim, now)
      const secret = made.get(claim.id)
      if (taken.outcome === 'unknown' && secret !== undefined && typeof secret.attempts === 'number')
        await sound.claim({ ...claim, accessHash: secret.accessHash }, now)
      return taken
    },
  })),
  mutant(8, 'counting beside the secret, where the reader of the receipt and a crash see nothing of it', (sound, made) => {
    const counted = new Map<SecretId, number>()
    return {
      async claim(claim, now) {
        const secret = made.get(claim.id)
        if (secret === undefined || secret.attempts === null) return sound.claim(claim, now)
        const isRight = Buffer.from(secret.proofHash).equals(claim.proofHash) && Buffer.from(secret.accessHash).equals(claim.accessHash)
        const failed = counted.get(claim.id) ?? 0
        if (isRight || failed >= secret.attempts) return sound.claim(claim, now)
        counted.set(claim.id, failed + 1)
        return { outcome: 'pin_wrong', attemptsLeft: secret.attempts - failed - 1 }
      },
    }
  }),
]

const TIMES: readonly Mutant[] = [
  mutant(7, 'reading the clock of its machine', (sound) => retimed(sound, (now) => ({ ...now, ms: Math.max(now.ms, Date.now()) }))),
  mutant(7, 'ending what only a doubtful time would end', (sound) =>
    retimed(sound, ({ ms, doubt }) => ({ ms: doubt?.toMs ?? ms, doubt: null })),
  ),
  mutant(7, 'creating while a step is in doubt', (sound) => ({
    create: (secret, now) => sound.create(secret, now.doubt === null ? now : { ...now, doubt: { ...now.doubt, isCreatingHeld: false } }),
  })),
]

export const MUTANTS: readonly Mutant[] = [...ONE_CLAIMANT, ...LEASE, ...NO_GUESSES, ...CREATES, ...ENDS, ...PROOFS, ...TIMES, ...COUNTS]
