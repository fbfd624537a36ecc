import type { PromiseName } from '../stage.ts'
import { type Asked, type Certain, type Told, Violation, nothingCertain, nothingPossible } from './knowledge.ts'
import type { World } from './world.ts'

/** The ends that are not an opening. SPEC §6.1. */
const ENDS: readonly string[] = ['expired', 'burned', 'locked', 'lost']
const LEASE_MS = 600_000
const TOMBSTONE_MS = 7 * 86_400_000

/**
 * What is known of one secret from the outside: what was asked, and what was told. An answer is
 * judged by what was certain when its question reached the server, and by what was possible when
 * it left. Read from SPEC §6 alone; it shares no code with the server, and no state.
 */
export class Oracle {
  readonly #world: World
  readonly #made: { readonly lifetimeMs: number; readonly attempts: number | null }
  #certain = nothingCertain
  readonly #possible = nothingPossible()
  /** Receipts that were compared. */
  receipts = 0

  constructor(world: World, made: { readonly lifetimeMs: number; readonly attempts: number | null }) {
    this.#world = world
    this.#made = made
  }

  /** A question has reached the server. The answer, if there ever is one, is given to what this returns. */
  ask(asked: Asked): (told: Told) => void {
    const before = { ...this.#certain, seenMs: this.#world.seenMs }
    const possible = this.#possible
    const isFirst = asked.kind === 'claim' && (asked.isRight ? !possible.rightClaims.has(asked.by) : !possible.wrongTries.has(tryOf(asked)))
    if (asked.kind === 'create') possible.firstCreateMs ??= this.#world.seenMs
    if (asked.kind === 'burn') possible.isBurned = true
    if (asked.kind === 'claim' && asked.isRight && isFirst) possible.rightClaims.set(asked.by, this.#world.seenMs)
    if (asked.kind === 'claim' && !asked.isRight) possible.wrongTries.add(tryOf(asked))
    if (asked.kind === 'ack' && asked.isRight) possible.rightAcks.add(asked.by)
    if (asked.kind === 'read') possible.readsOpen++
    return (told) => {
      if (asked.kind === 'read') {
        possible.readsOpen--
        possible.readMs = Math.max(possible.readMs, this.#world.latestMs())
      }
      this.#judge(asked, told, before, isFirst)
    }
  }

  #judge(asked: Asked, told: Told, before: Certain, isFirst: boolean): void {
    if (told.status === 503) {
      if (!this.#world.mayDoubt) this.#fail('unavailable, although nothing was in doubt')
      return
    }
    switch (asked.kind) {
      case 'create':
        return this.#judgeCreate(told, before)
      case 'peek':
        if (told.status === 200) return this.#judgeWaiting(told.body, before, 'P3')
        break
      case 'receipt':
        if (told.status === 200) return this.#judgeReceipt(told.body, before)
        break
      case 'burn':
        if (told.status === 204) return this.#judgeEnd('burned', before, 'P23')
        if (told.status === 410 && told.body['state'] === 'opened') this.#endAs('opened')
        break
      case 'claim':
        return this.#judgeClaim(asked, told, before, isFirst)
      case 'read':
        return this.#judgeRead(asked.by, told, before)
      case 'ack':
        return this.#judgeAck(asked, told, before)
    }
    this.#judgeMissing(told, before)
  }

  #judgeCreate({ status, body }: Told, before: Certain): void {
    if (status !== 201) return status === 410 ? this.#judgeGone(body, before) : this.#fail(`a create is answered ${status}`)
    const expiresAtMs = Number(body['expiresAt'])
    if (before.end !== null) this.#fail(`created again after it was ${before.end}`)
    if (before.expiresAtMs !== null && before.expiresAtMs !== expiresAtMs) this.#fail('a repeated create has another time')
    const createdAtMs = expiresAtMs - this.#made.lifetimeMs
    if (createdAtMs < (this.#possible.firstCreateMs ?? 0)) this.#fail('time went backwards: it was created before what was durably seen')
    this.#certain = { ...this.#certain, expiresAtMs }
    this.#world.see(createdAtMs)
  }

  #judgeClaim(asked: Asked & { readonly kind: 'claim' }, told: Told, before: Certain, isFirst: boolean): void {
    const { status, body } = told
    const { by, isRight } = asked
    if (status === 403) return this.#judgeWrong(asked, body, before, isFirst)
    if (status !== 200) {
      this.#judgeMissing(told, before)
      return this.#mustServe(by, isRight)
    }
    if (!isRight) this.#fail('opened with a wrong proof')
    if (this.#certain.claimant !== null && this.#certain.claimant !== by) this.#fail('two claimants were given the share')
    const { end } = this.#certain
    if (end !== null && (end !== 'opened' || before.end !== null)) this.#fail(`opened, although it was ${end}`)
    if (before.isTaken && isFirst && before.claimant === null) this.#fail('opened by another after it was known to be opened')
    if (!told.isWhole) this.#fail('the claimant was given other bytes')
    const leaseUntilMs = Number(body['leaseUntil'])
    if (isFirst && before.expiresAtMs !== null && before.expiresAtMs <= before.seenMs) this.#fail('opened after its time was over')
    if (leaseUntilMs - LEASE_MS < (this.#possible.rightClaims.get(by) ?? 0))
      this.#fail('time went backwards: opened before what was durably seen')
    if (leaseUntilMs <= before.seenMs) this.#fail('given again after the lease was over')
    if (before.leaseUntilMs !== null && leaseUntilMs < before.leaseUntilMs) this.#fail('the lease became shorter')
    if (leaseUntilMs > this.#world.latestMs() + LEASE_MS && !this.#world.mayDoubt) this.#fail('the lease is too long')
    this.#certain = { ...this.#certain, claimant: by, isTaken: true, leaseUntilMs: Math.max(leaseUntilMs, this.#certain.leaseUntilMs ?? 0) }
    this.#world.see(leaseUntilMs - LEASE_MS)
  }

  /** A wrong proof, and what it cost. */
  #judgeWrong(asked: Asked & { readonly kind: 'claim' }, body: Told['body'], before: Certain, isFirst: boolean): void {
    const { attempts } = this.#made
    if (asked.isRight) this.#fail('a right proof was called wrong')
    const left = body['attemptsLeft']
    if (left === undefined) {
      if (attempts !== null && !this.#possible.rightClaims.has(asked.by)) this.#fail('a wrong PIN was not counted')
      return
    }
    const failed = (attempts ?? 0) - Number(left)
    if (failed > this.#possible.wrongTries.size) this.#fail('more tries were counted than there were')
    const known = before.tries.get(tryOf(asked))
    if (known === undefined ? isFirst && failed <= before.tries.size : known !== left)
      this.#fail('a try was not counted, or counted otherwise than before')
    if (before.end !== null || before.isTaken) this.#fail('a try was counted of a secret that was gone')
    this.#certain = { ...this.#certain, tries: new Map(this.#certain.tries).set(tryOf(asked), Number(left)) }
    if (left === 0) this.#endAs('locked')
  }

  #judgeRead(by: number, told: Told, before: Certain): void {
    if (told.status !== 200) {
      if (told.status !== 404 || before.claimant === by) this.#judgeMissing(told, before)
      return before.claimant === by ? this.#mustServe(by, true) : undefined
    }
    if (!this.#possible.rightClaims.has(by)) this.#fail('read by somebody who has never claimed it')
    if (this.#certain.claimant !== null && this.#certain.claimant !== by) this.#fail('read by another than the claimant')
    if (before.end !== null) this.#fail(`read after it was ${before.end}`)
    if (!told.isWhole) this.#fail('other bytes were read')
    this.#certain = { ...this.#certain, claimant: by, isTaken: true }
  }

  #judgeAck({ by, isRight }: Asked & { readonly kind: 'ack' }, told: Told, before: Certain): void {
    if (told.status === 404 && before.claimant !== by) return
    if (told.status === 400) return isRight ? this.#fail('a right ack was called wrong') : undefined
    if (told.status !== 204) return this.#judgeMissing(told, before)
    if (!isRight) this.#fail('a wrong ack was taken')
    if (!this.#possible.rightClaims.has(by)) this.#fail('an ack was taken from somebody who has never claimed it')
    if (this.#certain.claimant !== null && this.#certain.claimant !== by) this.#fail('an ack was taken from another than the claimant')
    if (before.end !== null && before.end !== 'opened') this.#fail(`an ack was taken after it was ${before.end}`)
    this.#certain = { ...this.#certain, claimant: by, isConfirmed: true }
    this.#endAs('opened')
  }

  /** Whoever alone can be the claimant is served again, for as long as the lease certainly lasts. */
  #mustServe(by: number, isRight: boolean): void {
    const { rightClaims, rightAcks, isBurned, wrongTries } = this.#possible
    const isAlone = this.#certain.claimant === by || (rightClaims.size === 1 && rightClaims.has(by) && this.#certain.isTaken)
    const untilMs = this.#certain.leaseUntilMs ?? (rightClaims.get(by) ?? 0) + LEASE_MS
    const mayBeLocked = this.#made.attempts !== null && wrongTries.size >= this.#made.attempts && this.#certain.claimant !== by
    if (!isRight || !isAlone || isBurned || mayBeLocked || rightAcks.has(by) || this.#world.latestMs() >= untilMs) return
    this.#fail('the one claimant asked again within the lease, and was refused')
  }

  #judgeMissing({ status, body }: Told, before: Certain): void {
    if (status === 410) return this.#judgeGone(body, before)
    if (status !== 404) this.#fail(`an answer ${status} that nothing calls for`)
    if (before.expiresAtMs === null || this.#mayBeForgotten(before)) return
    this.#fail('an acknowledged create is unknown')
  }

  #mayBeForgotten({ expiresAtMs, endedAtMs }: Certain): boolean {
    const latestMs = this.#world.latestMs()
    return latestMs >= (expiresAtMs ?? 0) && latestMs >= (endedAtMs ?? this.#possible.firstCreateMs ?? 0) + TOMBSTONE_MS
  }

  /** What a 410 says is either an end, or that somebody else has it. */
  #judgeGone(body: Told['body'], before: Certain): void {
    const state = String(body['state'])
    if (state === 'opened') this.#judgeTaken('P3')
    else this.#judgeEnd(state, before, 'P3')
  }

  #judgeTaken(promise: PromiseName): void {
    if (this.#possible.rightClaims.size === 0) this.#fail('called opened, although nobody could', promise)
    const { end } = this.#certain
    if (end !== null && end !== 'opened') this.#fail(`called opened, although it was ${end}`, promise)
    this.#certain = { ...this.#certain, isTaken: true }
  }

  #judgeEnd(state: string, before: Certain, promise: PromiseName): void {
    const { wrongTries, isBurned, firstCreateMs } = this.#possible
    const { attempts, lifetimeMs } = this.#made
    if (!ENDS.includes(state)) this.#fail(`called ${state}, which is no end`, promise)
    if (before.end !== null && before.end !== state) this.#fail(`called ${state} after it was ${before.end}`, promise)
    if (this.#certain.isTaken) this.#fail(`called ${state}, although it was opened`, promise)
    if (state === 'lost') this.#fail('a secret was lost', promise)
    if (state === 'burned' && !isBurned) this.#fail('called burned, although nobody asked for it', promise)
    if (state === 'locked' && (attempts === null || wrongTries.size < attempts)) this.#fail('locked before all attempts were used', promise)
    const dueMs = before.expiresAtMs ?? (firstCreateMs ?? 0) + lifetimeMs
    if (state === 'expired' && this.#world.latestMs() < dueMs) this.#fail('called expired before its time', promise)
    this.#endAs(state)
  }

  #endAs(end: string): void {
    this.#certain = { ...this.#certain, end, isTaken: this.#certain.isTaken || end === 'opened' }
  }

  /** What says that a secret waits. */
  #judgeWaiting(body: Told['body'], before: Certain, promise: PromiseName): void {
    if (before.isTaken) this.#fail('called waiting after it was opened', promise)
    if (before.end !== null) this.#fail(`called waiting after it was ${before.end}`, promise)
    const expiresAtMs = Number(body['expiresAt'])
    if (before.expiresAtMs !== null && cut(expiresAtMs) !== cut(before.expiresAtMs)) this.#fail('another time of expiry', promise)
    if (before.expiresAtMs !== null && before.expiresAtMs <= before.seenMs) this.#fail('called waiting after its time was over', promise)
    const pin = body['pin'] as { readonly attemptsLeft: number } | null | undefined
    const left = pin === undefined ? body['attemptsLeft'] : pin?.attemptsLeft
    this.#judgeFailed(left === undefined ? null : (this.#made.attempts ?? 0) - Number(left), before, promise)
  }

  /** How many wrong tries are told of; `null` where there is no PIN. */
  #judgeFailed(failed: number | null, before: Certain, promise: PromiseName): void {
    if ((failed === null) !== (this.#made.attempts === null))
      this.#fail('attempts of a secret without a PIN, or none of one with it', promise)
    if (failed === null) return
    if (failed < before.tries.size || failed < before.failed) this.#fail('fewer wrong tries than were answered', promise)
    if (failed > this.#possible.wrongTries.size) this.#fail('more wrong tries than there were', promise)
  }

  #judgeReceipt(body: Told['body'], before: Certain): void {
    this.receipts++
    const state = String(body['state'])
    const fail = (what: string) => this.#fail(`a receipt lies: ${what}`, 'P23')
    if (state === 'sealed') this.#judgeWaiting(body, before, 'P23')
    else if (state === 'claimed' || state === 'opened') this.#judgeTaken('P23')
    else this.#judgeEnd(state, before, 'P23')
    if (state === 'claimed') this.#judgeClaimed(before, fail)
    if (state === 'opened' && before.end !== 'opened') this.#judgeOpened(fail)
    const isConfirmed = body['confirmed'] === true
    if (isConfirmed && state !== 'opened') fail(`confirmed while ${state}`)
    if (isConfirmed && this.#possible.rightAcks.size === 0) fail('confirmed without an ack')
    if (!isConfirmed && before.isConfirmed) fail('not confirmed after an ack was taken')
    if ((body['by'] === 'sender') !== (state === 'burned')) fail('the wrong one burned it')
    this.#judgeTimes(body, state, before, fail)
    const failed = Number(body['attemptsFailed'])
    if (this.#made.attempts !== null) this.#judgeFailed(failed, before, 'P23')
    else if (failed !== 0) fail('wrong tries of a secret without a PIN')
    if (state === 'sealed' && this.#made.attempts !== null && failed + Number(body['attemptsLeft']) !== this.#made.attempts)
      fail('tries and attempts left do not add up')
    const end = state === 'opened' ? state : this.#certain.end
    this.#certain = { ...this.#certain, failed, isConfirmed: this.#certain.isConfirmed || isConfirmed, end }
  }

  #judgeClaimed(before: Certain, fail: (what: string) => void): void {
    if (before.end !== null) fail(`being opened after it was ${before.end}`)
    const { readsOpen, readMs } = this.#possible
    if (before.leaseUntilMs === null || readsOpen > 0) return
    if (Math.max(before.leaseUntilMs, readMs + LEASE_MS) <= before.seenMs) fail('being opened after the lease was over')
  }

  /** It is over only with an ack, with a burn, or with the lease. */
  #judgeOpened(fail: (what: string) => void): void {
    const { rightAcks, isBurned, rightClaims } = this.#possible
    const untilMs = this.#certain.leaseUntilMs ?? Math.min(...rightClaims.values()) + LEASE_MS
    if (rightAcks.size === 0 && !isBurned && this.#world.latestMs() < untilMs) fail('opened and over before the lease was')
  }

  #judgeTimes(body: Told['body'], state: string, before: Certain, fail: (what: string) => void): void {
    const { expiresAtMs } = before
    const [createdAt, expiresAt] = [body['createdAt'], body['expiresAt']]
    if (expiresAtMs !== null && (expiresAt !== cut(expiresAtMs) || createdAt !== cut(expiresAtMs - this.#made.lifetimeMs)))
      fail('another time of creation or expiry')
    const claimedAtMs = body['claimedAt'] === undefined ? null : Number(body['claimedAt'])
    const endedAtMs = body['endedAt'] === undefined ? null : Number(body['endedAt'])
    if ((claimedAtMs !== null) !== (state === 'claimed' || state === 'opened')) fail(`a time of opening while ${state}`)
    if ((endedAtMs !== null) !== (state !== 'sealed' && state !== 'claimed')) fail(`a time of the end while ${state}`)
    if (before.claimedAtMs !== null && before.claimedAtMs !== claimedAtMs) fail('the time of opening has changed')
    if (before.endedAtMs !== null && before.endedAtMs !== endedAtMs) fail('the time of the end has changed')
    if (state === 'expired' && endedAtMs !== expiresAt) fail('expired at another time')
    const fromMs = cut(Math.min(...this.#possible.rightClaims.values()))
    if (claimedAtMs !== null && claimedAtMs < fromMs) fail('opened before anybody could')
    if (claimedAtMs !== null && endedAtMs !== null && endedAtMs < claimedAtMs) fail('over before it was opened')
    const latestMs = Math.max(this.#world.latestMs(), this.#world.latestWallMs)
    if (Math.max(claimedAtMs ?? 0, endedAtMs ?? 0) > latestMs) fail('a time that is still to come')
    const { leaseUntilMs } = before
    if (
      claimedAtMs !== null &&
      leaseUntilMs !== null &&
      this.#possible.readMs + this.#possible.readsOpen === 0 &&
      claimedAtMs !== cut(leaseUntilMs - LEASE_MS)
    )
      fail('opened at another time than the claimant was told')
    this.#certain = { ...this.#certain, claimedAtMs, endedAtMs }
  }

  #fail(what: string, promise: PromiseName = 'P3'): never {
    throw new Violation(promise, what)
  }
}

function tryOf({ by, attempt }: { readonly by: number; readonly attempt: number }): string {
  return `${by}/${attempt}`
}

function cut(ms: number): number {
  return ms - (ms % 1000)
}
