import { PADDED_BYTES_MIN, type SecretId, countSealedBytes } from '@letterlock/protocol'
import type { SlotFile } from '../vault/slot-file.ts'
import type { Handle } from '../vault/vault.ts'
import { isOutOfRoom } from './ballast.ts'
import { forgetCopies } from './database.ts'
import {
  type Held,
  type SecretRecord,
  type Step,
  hasAccess,
  isForgotten,
  stepAck,
  stepBurn,
  stepClaim,
  stepCreateAgain,
  stepPeek,
  stepReadSealed,
  stepReceipt,
} from './decide.ts'
import type { Engine, EngineOptions, Started } from './engine-port.ts'
import { type Attempts, goOnWhenFull } from './full-disk.ts'
import { type Now, age, beginLife, dueAtMs, isEnd } from './life.ts'
import { type Files, openFiles } from './open-files.ts'
import { type Failure, planRecovery } from './recover.ts'
import type { Operation } from './message.ts'
import type { Spare } from './spare.ts'
import type { Row, Rows } from './rows.ts'
import { type Created, type NewSecret, SWEEP_ROWS_MAX, type StoreHealth, type Swept } from './store.ts'

/** What a batch leaves for the vault to do once its commit is durable. */
interface VaultWork {
  readonly releases: Handle[]
  readonly failures: Failure[]
  readonly erasures: Handle[]
}

export type { Engine, EngineOptions, Started } from './engine-port.ts'

const UNAVAILABLE = { outcome: 'unavailable' } as const

export function openEngine(options: EngineOptions): Engine {
  const files = openFiles(options)
  const engine = new FileEngine(options, files)
  if (engine.started.fencedGeneration === null) forgetCopies(files.databasePath)
  return goOnWhenFull(engine, files)
}

class FileEngine implements Attempts {
  readonly started: Started
  /** Secrets that a sweep takes at most; fewer where the disk has no room for more. */
  sweepRowsMax = SWEEP_ROWS_MAX
  readonly #options: EngineOptions
  readonly #rows: Rows
  readonly #vault: SlotFile
  readonly #spare: Spare
  readonly #files: Files
  #generation: number
  #floorMs: number
  #liveBytes: number
  #hasChanged = false
  #hasEnded = false
  #isWriting = false

  constructor(options: EngineOptions, files: Files) {
    const { rows, vault, witness, spare } = files
    this.#options = options
    this.#rows = rows
    this.#vault = vault
    this.#spare = spare
    this.#files = files
    const generation = rows.readFact('generation')
    const isRestored = witness.generation === null ? !rows.isEmpty() : generation < witness.generation
    const shown = witness.generation ?? generation
    this.#generation = Math.max(generation, shown)
    const floorMs = rows.readFact('floor_ms')
    const isPoisoned = options.acceptClock !== null && options.acceptClock === floorMs
    this.#floorMs = isPoisoned ? options.startMs : floorMs
    const fencedGeneration = isRestored && options.acceptRestore !== shown ? shown : null
    this.started = { floorMs: this.#floorMs === 0 ? null : this.#floorMs, fencedGeneration }
    if (fencedGeneration === null) {
      if (isPoisoned) spare.insist(() => this.#transact(1, () => rows.writeFact('floor_ms', this.#floorMs)))
      spare.insist(() => this.#advance())
      spare.insist(() => this.#recover(options.startMs))
      spare.insist(() => this.#truncateLog())
    }
    this.#liveBytes = rows.countLiveBytes()
  }

  attempt(operations: readonly Operation[]): readonly unknown[] {
    if (this.started.fencedGeneration !== null) {
      return operations.map((operation) => (operation.op === 'health' ? this.#health() : UNAVAILABLE))
    }
    const liveBytes = this.#liveBytes
    const handles = new Map<NewSecret, Handle>()
    const work: VaultWork = { releases: [], failures: [], erasures: [] }
    let answers: readonly unknown[]
    try {
      this.#putShares(operations, handles)
      const secrets = operations.reduce((sum, { op }) => sum + (op === 'sweep' ? this.sweepRowsMax : Number(op !== 'health')), 0)
      answers = this.#transact(secrets, () => operations.map((operation) => this.#answer(operation, handles, work)))
    } catch (error) {
      if (!isOutOfRoom(error)) throw error
      // Nothing has happened, so no row names what was put for one.
      this.#liveBytes = liveBytes
      this.#finish({ releases: [], failures: [], erasures: [...handles.values()] })
      throw error
    }
    this.#finish(work)
    this.#spare.shortenLog()
    return answers
  }

  settle(): void {
    if (this.#hasChanged) this.#spare.insist(() => this.#advance())
    if (this.#hasEnded) this.#spare.insist(() => this.#truncateLog())
  }

  isUnsettled(): boolean {
    return this.#hasChanged || this.#hasEnded
  }

  close(): void {
    if (this.started.fencedGeneration === null) this.#spare.insist(() => this.#advance())
    this.#spare.insist(() => this.#truncateLog())
    this.#files.close()
  }

  /** Shares of new secrets become durable before any row names them. SPEC §6.2. */
  #putShares(operations: readonly Operation[], handles: Map<NewSecret, Handle>): void {
    let bytes = 0
    for (const operation of operations) {
      if (operation.op !== 'create' || operation.now.doubt?.isCreatingHeld === true) continue
      const { share, proofHash, sealed } = operation.secret
      if (this.#files.room.isFull(this.#liveBytes + bytes + sealed.length)) continue
      bytes += sealed.length
      this.#files.room.take(sealed.length)
      handles.set(operation.secret, this.#vault.put(share, proofHash))
    }
    this.#vault.sync()
  }

  #answer(operation: Operation, handles: Map<NewSecret, Handle>, work: VaultWork): unknown {
    switch (operation.op) {
      case 'create':
        return this.#create(operation.secret, operation.now, handles.get(operation.secret) ?? null, work)
      case 'peek':
        return this.#step(operation.id, operation.now, work, (record) => stepPeek(record, operation.accessHash, operation.now))
      case 'claim':
        return this.#step(operation.claim.id, operation.now, work, (record, row) => {
          // Nobody without access has the vault read: that would take its time, and tell that there is a secret.
          const held = hasAccess(record, operation.claim.accessHash) ? this.#hold(row) : null
          const aside = { readSealed: () => this.#rows.readSealed(row), listTries: () => this.#rows.listTries(row) }
          const step = stepClaim(record, held, operation.claim, operation.now, aside)
          const { counted } = step
          // The last wrong try ends the secret, and what is remembered goes with it.
          if (counted !== null && counted.attemptsLeft > 0) {
            this.#record(operation.now, () => this.#rows.addTry(row, counted))
            if (row.handle !== null) work.failures.push({ handle: row.handle, attemptsFailed: step.record.life.attemptsFailed })
          }
          if (step.answer.outcome === 'claimed' && held?.wasReleased === false && row.handle !== null) work.releases.push(row.handle)
          return step
        })
      case 'readSealed':
        return this.#step(operation.id, operation.now, work, (record, row) =>
          stepReadSealed(record, operation.claimHash, operation.keepsAlive, operation.now, () => this.#rows.readSealed(row)),
        )
      case 'ack':
        return this.#step(operation.id, operation.now, work, (record) =>
          stepAck(record, operation.claimHash, operation.ackHash, operation.now),
        )
      case 'receipt':
        return this.#step(operation.id, operation.now, work, (record) => stepReceipt(record, operation.receiptHash, operation.now))
      case 'burn':
        return this.#step(operation.id, operation.now, work, (record) => stepBurn(record, operation.receiptHash, operation.now))
      case 'sweep':
        return this.#sweep(operation.now, work)
      case 'health':
        return this.#health()
    }
  }

  #create(secret: NewSecret, now: Now, handle: Handle | null, work: VaultWork): Created {
    const begun = handle === null ? null : this.#insert(secret, now, handle)
    if (begun !== null) return begun
    const row = this.#rows.find(secret.id)
    if (row !== null && !isForgotten(row.record.life, now)) {
      if (handle !== null) work.erasures.push(handle)
      const step = stepCreateAgain(row.record, this.#hold(row), secret, now)
      this.#change(row, step.record, work, now)
      return step.answer
    }
    if (now.doubt?.isCreatingHeld === true) return UNAVAILABLE
    if (handle === null) return { outcome: 'full' }
    // A tombstone that has stood long enough makes room.
    if (row !== null) this.#forget(row, now, work)
    const again = this.#insert(secret, now, handle)
    if (again === null) throw new Error('an id that was free is taken')
    return again
  }

  /** Begin a secret's life; `null` if its id is there already. */
  #insert(secret: NewSecret, now: Now, handle: Handle): Created | null {
    const { accessHash, ackHash, receiptHash, sealed } = secret
    const life = beginLife(now.ms, secret.lifetimeMs, sealed.length, secret.attempts)
    const record = { life, accessHash, ackHash, receiptHash, claimHash: null }
    if (!this.#record(now, () => this.#rows.insert(secret, record, handle))) return null
    this.#liveBytes += sealed.length
    return { outcome: 'created', expiresAtMs: life.expiresAtMs }
  }

  /** Find a secret, decide, and write what the decision changed. */
  #step<Answer>(
    id: SecretId,
    now: Now,
    work: VaultWork,
    decide: (record: SecretRecord, row: Row) => Step<Answer>,
  ): Answer | { readonly outcome: 'unknown' } {
    const row = this.#rows.findToProve(id)
    if (row === null) return { outcome: 'unknown' }
    const { answer, record } = decide(row.record, row)
    this.#change(row, record, work, now)
    return answer
  }

  #hold(row: Row): Held | null {
    return row.handle === null ? null : this.#vault.read(row.handle)
  }

  #change(row: Row, record: SecretRecord, work: VaultWork, now: Now): void {
    if (record === row.record) return
    this.#record(now, () => this.#rows.change(row, record))
    // What is remembered of wrong tries leaves the log with the claim, too.
    if (row.record.life.attemptsFailed > 0 && record.life.state === 'claimed') this.#hasEnded = true
    if (!isEnd(record.life.state) || isEnd(row.record.life.state)) return
    if (row.handle !== null) work.erasures.push(row.handle)
    this.#liveBytes -= record.life.sealedBytes
    this.#hasEnded = true
  }

  /** Drop a tombstone; a secret that ended unnoticed ends first. */
  #forget(row: Row, now: Now, work: VaultWork): void {
    const life = age(row.record.life, now.doubt?.fromMs ?? now.ms)
    if (life !== row.record.life) this.#change(row, { ...row.record, life }, work, now)
    this.#record(now, () => this.#rows.forget(row))
  }

  #sweep(now: Now, work: VaultWork): Swept {
    const sweepMs = now.doubt?.fromMs ?? now.ms
    const swept = new Set<number>()
    const end = (row: Row) => {
      const life = age(row.record.life, sweepMs)
      if (life === row.record.life) return life
      this.#change(row, { ...row.record, life }, work, now)
      swept.add(row.n)
      return life
    }
    const most = this.sweepRowsMax
    const lapsed = this.#rows.listLapsed(sweepMs, most)
    for (const row of lapsed) end(row)
    const due = this.#rows.listDue(sweepMs, most - lapsed.length)
    for (const row of due) {
      const life = end(row)
      if (isForgotten(life, now)) {
        this.#record(now, () => this.#rows.forget(row))
        swept.add(row.n)
      } else this.#record(now, () => this.#rows.defer(row, dueAtMs(life)))
    }
    return { swept: swept.size, isMoreDue: lapsed.length + due.length === most }
  }

  /** Finish what a crash cut short. SPEC §6.9. */
  #recover(ms: number): void {
    // The clock of a start is not yet trusted to move the floor.
    const now: Now = { ms: Math.max(ms, this.#floorMs), doubt: { fromMs: this.#floorMs, toMs: ms, isCreatingHeld: false } }
    const { changes, releases, strays, failures } = planRecovery(this.#rows, this.#vault, now.ms)
    const work: VaultWork = { releases: [...releases], failures: [...failures], erasures: [...strays] }
    // Some at a time: all that a lost vault ends may be more than there is room for in the log.
    for (let i = 0; i < changes.length; i += this.#spare.changesMax) {
      const some = changes.slice(i, i + this.#spare.changesMax)
      this.#spare.insist(() => this.#transact(some.length, () => some.forEach(({ row, record }) => this.#change(row, record, work, now))))
      this.#spare.shortenLog()
    }
    this.#finish(work)
  }

  /** Leave nothing of what has ended in the write-ahead log. SPEC §9.2. */
  #truncateLog(): void {
    // Whoever reads the database from outside, a backup say, can hold the log open: then it is tried again.
    this.#hasEnded = !this.#spare.truncateLog()
  }

  /** Move the generation on in the database, then in its witness. SPEC §9.4. */
  #advance(): void {
    const next = this.#generation + 1
    this.#spare.coverChanges(1)
    this.#rows.writeFact('generation', next)
    this.#generation = next
    this.#files.witness.advance(next)
    this.#hasChanged = false
  }

  /** What is durable in the database is now carried out in the vault, and made durable there. */
  #finish(work: VaultWork): void {
    this.#spare.mustDo(() => {
      for (const handle of work.releases) this.#vault.markReleased(handle)
      for (const { handle, attemptsFailed } of work.failures) this.#vault.writeFailed(handle, attemptsFailed)
      for (const handle of work.erasures) this.#vault.erase(handle)
    })
    this.#vault.sync()
  }

  /** Do in one transaction what reads and may write, of so many secrets at most. */
  #transact<Result>(secrets: number, act: () => Result): Result {
    try {
      this.#spare.coverChanges(secrets)
      this.#rows.begin()
      const result = act()
      if (this.#isWriting) this.#rows.writeFact('floor_ms', this.#floorMs)
      this.#rows.commit()
      return result
    } catch (error) {
      this.#rows.rollBack()
      throw error
    } finally {
      this.#isWriting = false
    }
  }

  #record<Result>(now: Now, act: () => Result): Result {
    this.#isWriting = true
    this.#hasChanged = true
    this.#floorMs = Math.max(this.#floorMs, now.doubt?.fromMs ?? now.ms)
    return act()
  }

  #health(): StoreHealth {
    const { warnings } = this.#options
    return {
      fencedGeneration: this.started.fencedGeneration,
      isFull: this.#files.room.isFull(this.#liveBytes + countSealedBytes(PADDED_BYTES_MIN)),
      warnings: this.#files.ballast.isWhole() ? warnings : [...warnings, 'ballast_short'],
    }
  }
}
