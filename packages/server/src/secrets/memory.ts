import type { Bytes, SecretId } from '@letterlock/protocol'
import {
  type Held,
  type SecretRecord,
  type Step,
  type Try,
  isForgotten,
  stepAck,
  stepBurn,
  stepClaim,
  stepCreateAgain,
  stepPeek,
  stepReadSealed,
  stepReceipt,
} from './decide.ts'
import { type Now, age, beginLife, dueAtMs, isEnd } from './life.ts'
import { type Created, type NewSecret, SWEEP_ROWS_MAX, type SecretStore, StoreError } from './store.ts'

interface Entry {
  record: SecretRecord
  held: Held | null
  sealed: Bytes | null
  /** Wrong tries that were counted, while it is sealed. */
  tries: readonly Try[]
}

/**
 * A store that keeps everything in this process's memory, and nothing after it: for tests,
 * and as the plainest reading of what every store promises.
 */
export function createMemoryStore(): SecretStore {
  const entries = new Map<SecretId, Entry>()
  let isClosed = false

  const find = (id: SecretId) => {
    if (isClosed) throw new StoreError('the store is closed')
    return entries.get(id)
  }
  const step = <Answer>(id: SecretId, decide: (entry: Entry) => Step<Answer>): Answer | { outcome: 'unknown' } => {
    const entry = find(id)
    if (entry === undefined) return { outcome: 'unknown' }
    const { answer, record } = decide(entry)
    change(entry, record)
    return answer
  }
  const create = (secret: NewSecret, now: Now): Created => {
    const entry = find(secret.id)
    if (entry !== undefined && !isForgotten(entry.record.life, now)) {
      const { answer, record } = stepCreateAgain(entry.record, entry.held, secret, now)
      change(entry, record)
      return answer
    }
    if (now.doubt?.isCreatingHeld === true) return { outcome: 'unavailable' }
    const begun = begin(secret, now)
    entries.set(secret.id, begun)
    return { outcome: 'created', expiresAtMs: begun.record.life.expiresAtMs }
  }
  const readSealed = (entry: Entry) => () => (entry.sealed as Bytes).slice()

  return {
    create: async (secret, now) => create(secret, now),
    peek: async (id, accessHash, now) => step(id, ({ record }) => stepPeek(record, accessHash, now)),
    claim: async (claim, now) =>
      step(claim.id, (entry) => {
        const aside = { readSealed: readSealed(entry), listTries: () => entry.tries }
        const taken = stepClaim(entry.record, entry.held, claim, now, aside)
        if (taken.counted !== null) entry.tries = [...entry.tries, taken.counted]
        if (taken.answer.outcome !== 'claimed') return taken
        if (entry.held !== null && entry.record.life.state === 'sealed') entry.held = { ...entry.held, wasReleased: true }
        return { ...taken, answer: { ...taken.answer, share: taken.answer.share.slice() } }
      }),
    readSealed: async (id, claimHash, keepsAlive, now) =>
      step(id, (entry) => stepReadSealed(entry.record, claimHash, keepsAlive, now, readSealed(entry))),
    ack: async (id, claimHash, ackHash, now) => step(id, ({ record }) => stepAck(record, claimHash, ackHash, now)),
    receipt: async (id, receiptHash, now) => step(id, ({ record }) => stepReceipt(record, receiptHash, now)),
    burn: async (id, receiptHash, now) => step(id, ({ record }) => stepBurn(record, receiptHash, now)),
    async sweep(now) {
      const ms = now.doubt?.fromMs ?? now.ms
      const due = [...entries].filter(([, { record }]) => dueAtMs(record.life) <= ms).slice(0, SWEEP_ROWS_MAX)
      for (const [id, entry] of due) {
        change(entry, { ...entry.record, life: age(entry.record.life, ms) })
        if (isForgotten(entry.record.life, now)) entries.delete(id)
      }
      return { swept: due.length, isMoreDue: due.length === SWEEP_ROWS_MAX }
    },
    health: async () => ({ fencedGeneration: null, isFull: false, warnings: [] }),
    async close() {
      isClosed = true
      entries.clear()
    },
  }
}

function begin(secret: NewSecret, now: Now): Entry {
  const { accessHash, ackHash, receiptHash, proofHash } = secret
  const life = beginLife(now.ms, secret.lifetimeMs, secret.sealed.length, secret.attempts)
  return {
    record: { life, accessHash, ackHash, receiptHash, claimHash: null },
    held: { share: secret.share.slice(), proofHash, wasReleased: false },
    sealed: secret.sealed.slice(),
    tries: [],
  }
}

/** Write a record; an end erases the share and the sealed bytes. */
function change(entry: Entry, record: SecretRecord): void {
  entry.record = record
  if (record.life.state !== 'sealed') entry.tries = []
  if (!isEnd(record.life.state)) return
  entry.held?.share.fill(0)
  entry.sealed?.fill(0)
  entry.held = null
  entry.sealed = null
}
