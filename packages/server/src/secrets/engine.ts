import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { SecretId } from '@letterlock/protocol'
import { tagAsCache } from '../vault/cache-tag.ts'
import { type SlotFile, openSlotFile } from '../vault/slot-file.ts'
import type { Handle } from '../vault/vault.ts'
import { type Witness, openWitness } from '../vault/witness.ts'
import { forgetCopies, openDatabase, refuseNewer } from './database.ts'
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
import { type Now, age, beginLife, dueAtMs, isEnd } from './life.ts'
import { type Failure, planRecovery } from './recover.ts'
import type { Operation } from './message.ts'
import { watchRoom } from './room.ts'
import { type Row, type Rows, prepareRows } from './rows.ts'
import { type Created, type NewSecret, SWEEP_ROWS_MAX, type StoreHealth, type Swept } from './store.ts'

/** What the engine is given at its start. */
export interface EngineOptions {
  readonly directory: string
  /** The wall clock at the start, for what recovery ends. */
  readonly startMs: number
  readonly acceptRestore: number | null
  readonly acceptClock: number | null
  readonly storedBytesMax: number
  readonly freeBytesMin: number
  readonly warnings: readonly string[]
}

/** What became of the start. */
export interface Started {
  /** The last time that was durably seen, in ms; `null` in a new directory. SPEC §6.11. */
  readonly floorMs: number | null
  readonly fencedGeneration: number | null
}

/** The embedded store, in the one thread that owns its files. */
export interface Engine {
  readonly started: Started
  /** Carry out calls that came together: one durable commit, then one durable vault, then the answers. */
  run(operations: readonly Operation[]): readonly unknown[]
  /** Move generation and witness on, and take ended bytes out of the write-ahead log. */
  settle(): void
  /** Whether something has happened that {@link settle} must follow. */
  isUnsettled(): boolean
  close(): void
}

/** What a batch leaves for the vault to do once its commit is durable. */
interface VaultWork {
  readonly releases: Handle[]
  readonly failures: Failure[]
  readonly erasures: Handle[]
}

const UNAVAILABLE = { outcome: 'unavailable' } as const

export function openEngine(options: EngineOptions): Engine {
  const vaultDirectory = join(options.directory, 'vault')
  const databasePath = join(options.directory, 'secrets.db')
  refuseNewer(databasePath)
  tagAsCache(vaultDirectory)
  const vault = openSlotFile(join(vaultDirectory, 'shares'))
  const witness = openWitness(join(vaultDirectory, 'witness'))
  const database = openDatabase(databasePath)
  const engine = new FileEngine(options, database, prepareRows(database), vault, witness)
  if (engine.started.fencedGeneration === null) forgetCopies(databasePath)
  return engine
}

class FileEngine implements Engine {
  readonly started: Started
  readonly #options: EngineOptions
  readonly #database: DatabaseSync
  readonly #rows: Rows
  readonly #vault: SlotFile
  readonly #witness: Witness
  readonly #isFull: (liveBytes: number) => boolean
  #generation: number
  #floorMs: number
  #liveBytes: number
  #hasChanged = false
  #hasEnded = false
  #isWriting = false

  constructor(options: EngineOptions, database: DatabaseSync, rows: Rows, vault: SlotFile, witness: Witness) {
    this.#options = options
    this.#database = database
    this.#rows = rows
    this.#vault = vault
    this.#witness = witness
    this.#isFull = watchRoom(options)
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
      if (isPoisoned) this.#transact(() => rows.writeFact('floor_ms', this.#floorMs))
      this.#advance()
      this.#recover(options.startMs)
      this.#truncateLog()
    }
    this.#liveBytes = rows.countLiveBytes()
  }

  run(operations: readonly Operation[]): readonly unknown[] {
    if (this.started.fencedGeneration !== null) {
      return operations.map((operation) => (operation.op === 'health' ? this.#health() : UNAVAILABLE))
    }
    const handles = this.#putShares(operations)
    const work: VaultWork = { releases: [], failures: [], erasures: [] }
    const answers = this.#transact(() => operations.map((operation) => this.#answer(operation, handles, work)))
    this.#finish(work)
    return answers
  }

  settle(): void {
    if (this.#hasChanged) this.#advance()
    if (this.#hasEnded) this.#truncateLog()
  }

  isUnsettled(): boolean {
    return this.#hasChanged || this.#hasEnded
  }

  close(): void {
    if (this.started.fencedGeneration === null) this.#advance()
    this.#truncateLog()
    this.#database.close()
    this.#vault.close()
    this.#witness.close()
  }

  /** Shares of new secrets become durable before any row names them. SPEC §6.2. */
  #putShares(operations: readonly Operation[]): Map<NewSecret, Handle> {
    const handles = new Map<NewSecret, Handle>()
    let bytes = 0
    for (const operation of operations) {
      if (operation.op !== 'create' || operation.now.doubt?.isCreatingHeld === true) continue
      if (this.#isFull(this.#liveBytes + bytes + operation.secret.sealed.length)) continue
      bytes += operation.secret.sealed.length
      handles.set(operation.secret, this.#vault.put(operation.secret.share, operation.secret.proofHash))
    }
    this.#vault.sync()
    return handles
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
    const lapsed = this.#rows.listLapsed(sweepMs, SWEEP_ROWS_MAX)
    for (const row of lapsed) end(row)
    const due = this.#rows.listDue(sweepMs, SWEEP_ROWS_MAX - lapsed.length)
    for (const row of due) {
      const life = end(row)
      if (isForgotten(life, now)) {
        this.#record(now, () => this.#rows.forget(row))
        swept.add(row.n)
      } else this.#record(now, () => this.#rows.defer(row, dueAtMs(life)))
    }
    return { swept: swept.size, isMoreDue: lapsed.length + due.length === SWEEP_ROWS_MAX }
  }

  /** Finish what a crash cut short. SPEC §6.9. */
  #recover(ms: number): void {
    // The clock of a start is not yet trusted to move the floor.
    const now: Now = { ms: Math.max(ms, this.#floorMs), doubt: { fromMs: this.#floorMs, toMs: ms, isCreatingHeld: false } }
    const { changes, releases, strays, failures } = planRecovery(this.#rows, this.#vault, now.ms)
    const work: VaultWork = { releases: [...releases], failures: [...failures], erasures: [...strays] }
    this.#transact(() => changes.forEach(({ row, record }) => this.#change(row, record, work, now)))
    this.#finish(work)
  }

  /** Leave nothing of what has ended in the write-ahead log. SPEC §9.2. */
  #truncateLog(): void {
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    this.#hasEnded = false
  }

  /** Move the generation on in the database, then in its witness. SPEC §9.4. */
  #advance(): void {
    this.#generation++
    this.#rows.writeFact('generation', this.#generation)
    this.#witness.advance(this.#generation)
    this.#hasChanged = false
  }

  /** What is durable in the database is now carried out in the vault, and made durable there. */
  #finish(work: VaultWork): void {
    for (const handle of work.releases) this.#vault.markReleased(handle)
    for (const { handle, attemptsFailed } of work.failures) this.#vault.writeFailed(handle, attemptsFailed)
    for (const handle of work.erasures) this.#vault.erase(handle)
    this.#vault.sync()
  }

  /** Do in one transaction what reads and may write. */
  #transact<Result>(act: () => Result): Result {
    try {
      this.#rows.begin()
      const result = act()
      if (this.#isWriting) this.#rows.writeFact('floor_ms', this.#floorMs)
      this.#rows.commit()
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
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
    return { fencedGeneration: this.started.fencedGeneration, isFull: this.#isFull(this.#liveBytes), warnings: this.#options.warnings }
  }
}
