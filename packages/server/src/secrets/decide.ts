import { timingSafeEqual } from 'node:crypto'
import type { Bytes } from '@letterlock/protocol'
import type { Life, Now } from './life.ts'
import { age, ageNow, decideAck, decideBurn, decideClaim, decideRead, forgetAtMs, isEnd, tellGone } from './life.ts'
import type { Acked, Burned, Claim, Claimed, Created, NewSecret, Peeked, ReceiptRead, SealedRead } from './store.ts'

/** What a store remembers of a secret, apart from its share and its sealed bytes. */
export interface SecretRecord {
  readonly life: Life
  readonly accessHash: Bytes
  readonly ackHash: Bytes
  readonly receiptHash: Bytes
  readonly claimHash: Bytes | null
}

/** What the vault holds for a secret. */
export interface Held {
  readonly share: Bytes
  readonly proofHash: Bytes
  /** Whether the share has ever left. */
  readonly wasReleased: boolean
}

/** An answer, and the record to write first if it changed. */
export interface Step<Answer> {
  readonly answer: Answer
  readonly record: SecretRecord
}

/** A wrong try that was counted: its hash, and the attempts that it left. */
export interface Try {
  readonly hash: Bytes
  readonly attemptsLeft: number
}

/** What a store keeps apart from the record, fetched only where it decides. */
export interface Aside {
  /** Only for the one claimant. */
  readonly readSealed: () => Bytes
  /** The tries that were counted; only for a wrong proof of a secret with a PIN. */
  readonly listTries: () => readonly Try[]
}

/** A step that may have counted a try, to be kept with the record. */
export interface ClaimStep extends Step<Claimed> {
  readonly counted: Try | null
}

const UNKNOWN = { outcome: 'unknown' } as const
const UNAVAILABLE = { outcome: 'unavailable' } as const

/**
 * Every decision about an existing secret, the same for each store: compare what was shown,
 * let time pass, ask the life. Nothing here touches a disk. SPEC §6.
 */
export function stepCreateAgain(record: SecretRecord, held: Held | null, secret: NewSecret, now: Now): Step<Created> {
  const isSame =
    equal(record.accessHash, secret.accessHash) && equal(record.ackHash, secret.ackHash) && equal(record.receiptHash, secret.receiptHash)
  if (!isSame) return { answer: { outcome: 'id_taken' }, record }
  const life = ageNow(record.life, now)
  if (life === null) return { answer: UNAVAILABLE, record }
  const aged = life === record.life ? record : { ...record, life }
  if (isEnd(life.state)) return { answer: { outcome: 'gone', gone: tellGone(life) }, record: aged }
  if (held !== null && !equal(held.proofHash, secret.proofHash)) return { answer: { outcome: 'id_taken' }, record: aged }
  return { answer: { outcome: 'created', expiresAtMs: life.expiresAtMs }, record: aged }
}

export function stepPeek(record: SecretRecord, accessHash: Bytes, now: Now): Step<Peeked> {
  if (!hasAccess(record, accessHash)) return { answer: UNKNOWN, record }
  return passTime<Peeked>(record, now, (aged) => {
    const { life } = aged
    if (life.state === 'draft') return { answer: UNKNOWN, record: aged }
    if (life.state !== 'sealed') return { answer: { outcome: 'gone', gone: tellGone(life) }, record: aged }
    const { attemptsLeft, sealedBytes, expiresAtMs } = life
    return { answer: { outcome: 'sealed', attemptsLeft, sealedBytes, expiresAtMs }, record: aged }
  })
}

/** Whether whoever asks holds the link. */
export function hasAccess(record: SecretRecord, accessHash: Bytes): boolean {
  return equal(record.accessHash, accessHash)
}

export function stepClaim(record: SecretRecord, held: Held | null, claim: Claim, now: Now, aside: Aside): ClaimStep {
  if (!hasAccess(record, claim.accessHash)) return { answer: UNKNOWN, record, counted: null }
  let counted: Try | null = null
  const step = passTime<Claimed>(record, now, (aged) => {
    const isProofRight = held !== null && equal(held.proofHash, claim.proofHash)
    const mayCount = !isProofRight && aged.life.state === 'sealed' && aged.life.attemptsLeft !== null
    const evidence = {
      isClaimant: equal(aged.claimHash, claim.claimHash),
      isProofRight,
      isShareHere: held !== null,
      wasReleased: held?.wasReleased ?? false,
      countedBefore: mayCount ? (aside.listTries().find(({ hash }) => equal(hash, claim.tryHash))?.attemptsLeft ?? null) : null,
    }
    const { outcome, life, attemptsLeft } = decideClaim(aged.life, evidence, now.ms)
    if (outcome === 'pin_wrong' && attemptsLeft !== null && life !== aged.life) counted = { hash: claim.tryHash, attemptsLeft }
    switch (outcome) {
      case 'claimed':
      case 'claimed_again': {
        if (held === null || life.leaseUntilMs === null) throw new TypeError('a claimed secret has a share and a lease')
        const claimed = { outcome: 'claimed', share: held.share, sealed: aside.readSealed(), leaseUntilMs: life.leaseUntilMs } as const
        return { answer: claimed, record: { ...aged, life, claimHash: claim.claimHash } }
      }
      case 'pin_wrong':
        return { answer: { outcome, attemptsLeft }, record: life === aged.life ? aged : { ...aged, life } }
      case 'gone':
        return { answer: { outcome, gone: tellGone(life) }, record: { ...aged, life } }
      case 'unknown':
        return { answer: UNKNOWN, record: aged }
    }
  })
  return { ...step, counted }
}

export function stepReadSealed(
  record: SecretRecord,
  claimHash: Bytes,
  keepsAlive: boolean,
  now: Now,
  readSealed: () => Bytes,
): Step<SealedRead> {
  if (!equal(record.claimHash, claimHash)) return { answer: UNKNOWN, record }
  return passTime<SealedRead>(record, now, (aged) => {
    const { outcome, life } = decideRead(aged.life, now.ms)
    const answer: SealedRead = outcome === 'read' ? { outcome, sealed: readSealed() } : { outcome, gone: tellGone(life) }
    return { answer, record: life === aged.life || !keepsAlive ? aged : { ...aged, life } }
  })
}

export function stepAck(record: SecretRecord, claimHash: Bytes, ackHash: Bytes, now: Now): Step<Acked> {
  if (!equal(record.claimHash, claimHash)) return { answer: UNKNOWN, record }
  return passTime<Acked>(record, now, (aged) => {
    const { outcome, life } = decideAck(aged.life, equal(aged.ackHash, ackHash), now.ms)
    const answer: Acked = outcome === 'gone' ? { outcome, gone: tellGone(life) } : { outcome }
    return { answer, record: life === aged.life ? aged : { ...aged, life } }
  })
}

export function stepReceipt(record: SecretRecord, receiptHash: Bytes, now: Now): Step<ReceiptRead> {
  if (!equal(record.receiptHash, receiptHash)) return { answer: UNKNOWN, record }
  return passTime<ReceiptRead>(record, now, (aged) => ({ answer: { outcome: 'receipt', life: aged.life }, record: aged }))
}

export function stepBurn(record: SecretRecord, receiptHash: Bytes, now: Now): Step<Burned> {
  if (!equal(record.receiptHash, receiptHash)) return { answer: UNKNOWN, record }
  return passTime<Burned>(record, now, (aged) => {
    const { outcome, life } = decideBurn(aged.life, 'sender', now.ms)
    const answer: Burned = outcome === 'gone' ? { outcome, gone: tellGone(life) } : { outcome }
    return { answer, record: life === aged.life ? aged : { ...aged, life } }
  })
}

/** Whether a tombstone has stood long enough: it is as if there had never been a secret. SPEC §6.8. */
export function isForgotten(life: Life, now: Now): boolean {
  const ms = now.doubt?.fromMs ?? now.ms
  const forgetMs = forgetAtMs(age(life, ms))
  return forgetMs !== null && ms >= forgetMs
}

/** Let time end what it ends, then decide; forgotten secrets are unknown to everyone. */
function passTime<Answer>(
  record: SecretRecord,
  now: Now,
  decide: (aged: SecretRecord) => Step<Answer>,
): Step<Answer | typeof UNKNOWN | typeof UNAVAILABLE> {
  const life = ageNow(record.life, now)
  if (life === null) return { answer: UNAVAILABLE, record }
  if (isForgotten(life, now)) return { answer: UNKNOWN, record }
  return decide(life === record.life ? record : { ...record, life })
}

function equal(a: Bytes | null, b: Bytes): boolean {
  return a !== null && a.length === b.length && timingSafeEqual(a, b)
}
