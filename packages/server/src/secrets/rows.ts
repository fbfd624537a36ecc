import { timingSafeEqual } from 'node:crypto'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { type Bytes, KEY_BYTES, type SecretId, concatBytes, decodeHex, randomBytes } from '@letterlock/protocol'
import type { Handle } from '../vault/vault.ts'
import type { SecretRecord, Try } from './decide.ts'
import { type State, dueAtMs, isEnd } from './life.ts'
import type { NewSecret } from './store.ts'

/** A secret as the database has it: the record, and where its row and its share are. */
export interface Row {
  readonly n: number
  readonly record: SecretRecord
  readonly handle: Handle | null
}

/** What the database remembers of itself. SPEC §9.4, §6.11. */
export type Fact = 'generation' | 'floor_ms'

/** What {@link COLUMNS} names. */
type Columns = readonly [
  n: number,
  state: State,
  confirmed: number,
  by: SecretRecord['life']['by'],
  createdAtMs: number,
  expiresAtMs: number,
  claimedAtMs: number | null,
  leaseUntilMs: number | null,
  endedAtMs: number | null,
  attemptsFailed: number,
  attemptsLeft: number | null,
  sealedBytes: number,
  keys: Bytes,
  claimHash: Bytes | null,
  slot: number | null,
]

/** The statements of the store, prepared once. Every change of state names the state that it changes. */
export interface Rows {
  /** Begin a transaction, for all that one batch reads and writes. */
  begin(): void
  commit(): void
  /** Undo what a transaction has done, if there is one. */
  rollBack(): void
  find(id: SecretId): Row | null
  /**
   * The row of an id, for somebody who has yet to prove something. Where there is none, one that takes
   * the same work, that nothing can be proven to, and that cannot be changed: how long an answer takes
   * must not tell what is there. SPEC §7.2.
   */
  findToProve(id: SecretId): Row | null
  insert(secret: NewSecret, record: SecretRecord, handle: Handle): boolean
  /** Write a record if the row is still as it was read; an end lets go of the share and the sealed bytes. */
  change(row: Row, record: SecretRecord): void
  forget(row: Row): void
  readSealed(row: Row): Bytes
  listTries(row: Row): readonly Try[]
  addTry(row: Row, counted: Try): void
  /** Claimed secrets whose lease has run out. */
  listLapsed(ms: number, most: number): readonly Row[]
  /** Secrets to look at: their time may have come. */
  listDue(ms: number, most: number): readonly Row[]
  /** Look at a secret again when its time comes, and not before. */
  defer(row: Row, untilMs: number): void
  /** Rows that name a share, by slot. */
  listHolders(): Iterable<Row>
  countLiveBytes(): number
  isEmpty(): boolean
  readFact(name: Fact): number
  writeFact(name: Fact, value: number): void
}

/** The order in which {@link readRow} takes them. */
const COLUMNS = `n, state, confirmed, by, created_at, expires_at, claimed_at, lease_until, ended_at, attempts_failed, attempts_left,
  sealed_bytes, keys, claim_hash, slot`

/** Where the id stands behind {@link COLUMNS}. */
const ID_AT = 15
/** No row has this number: what would change it throws. */
const NOWHERE = -1

const SQL = {
  begin: 'BEGIN',
  commit: 'COMMIT',
  find: `SELECT ${COLUMNS} FROM secrets WHERE id = ?`,
  // The id that comes next, or the last one there is. Both are always looked for, and nothing here branches on what is
  // found: SQLite takes the very same steps for every id.
  findNearest: `SELECT ${COLUMNS}, id FROM secrets WHERE id >= min(?, (SELECT max(id) FROM secrets)) ORDER BY id LIMIT 1`,
  insert: `INSERT INTO secrets
      (id, state, created_at, expires_at, due_at, attempts_left, sealed_bytes, keys, slot)
    VALUES (?, 'sealed', ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  insertSealed: 'INSERT INTO sealed (n, bytes) VALUES (?, ?)',
  // What was decided upon is named, state, claimant and count: one claimant ever, and no attempt for nothing.
  change: `UPDATE secrets SET state = ?, confirmed = ?, by = ?, claimed_at = ?, lease_until = ?, ended_at = ?,
      attempts_failed = ?, attempts_left = ?, claim_hash = ?, slot = ?
    WHERE n = ? AND state = ? AND claim_hash IS ? AND attempts_failed = ?`,
  listTries: 'SELECT hash, attempts_left FROM tries WHERE n = ?',
  addTry: 'INSERT INTO tries (n, hash, attempts_left) VALUES (?, ?, ?)',
  eraseTries: 'DELETE FROM tries WHERE n = ?',
  eraseSealed: 'DELETE FROM sealed WHERE n = ?',
  forget: 'DELETE FROM secrets WHERE n = ? AND ended_at IS NOT NULL',
  readSealed: 'SELECT bytes FROM sealed WHERE n = ?',
  listLapsed: `SELECT ${COLUMNS} FROM secrets WHERE state = 'claimed' AND lease_until <= ? ORDER BY lease_until LIMIT ?`,
  defer: 'UPDATE secrets SET due_at = ? WHERE n = ?',
  listDue: `SELECT ${COLUMNS} FROM secrets WHERE due_at <= ? ORDER BY due_at LIMIT ?`,
  listHolders: `SELECT ${COLUMNS} FROM secrets WHERE slot IS NOT NULL ORDER BY slot`,
  countLive: 'SELECT coalesce(sum(sealed_bytes), 0) AS bytes FROM secrets WHERE ended_at IS NULL',
  findAny: 'SELECT n FROM secrets LIMIT 1',
  readFact: 'SELECT value FROM facts WHERE name = ?',
  writeFact: 'UPDATE facts SET value = ? WHERE name = ?',
}

export function prepareRows(database: DatabaseSync): Rows {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)])
  const run = Object.fromEntries(prepared) as Record<keyof typeof SQL, StatementSync>
  for (const statement of [run.find, run.findNearest, run.listLapsed, run.listDue, run.listHolders]) statement.setReturnArrays(true)
  const nobody = drawNobody()
  return {
    begin: () => void run.begin.run(),
    commit: () => void run.commit.run(),
    rollBack() {
      if (database.isTransaction) database.exec('ROLLBACK')
    },
    find(id) {
      const found = run.find.get(decodeHex(id) as Bytes) as Columns | undefined
      return found === undefined ? null : readRow(found)
    },
    findToProve(id) {
      const wanted = decodeHex(id) as Bytes
      const found = run.findNearest.get(wanted) as readonly [...Columns, id: Bytes] | undefined
      if (found === undefined) return null
      const row = readRow(found)
      // Made in any case, since making it takes time.
      const disguised = disguise(row, nobody)
      return timingSafeEqual(found[ID_AT], wanted) ? row : disguised
    },
    insert(secret, record, handle) {
      const done = run.insert.run(...listNew(secret, record, handle))
      if (done.changes !== 1) return false
      run.insertSealed.run(done.lastInsertRowid, secret.sealed)
      return true
    },
    change(row, record) {
      const before = row.record
      mustChangeOne(run.change, [...listChanged(row, record), row.n, before.life.state, before.claimHash, before.life.attemptsFailed])
      if (before.life.attemptsFailed > 0 && before.life.state === 'sealed' && record.life.state !== 'sealed') run.eraseTries.run(row.n)
      if (isEnd(record.life.state) && !isEnd(before.life.state)) run.eraseSealed.run(row.n)
    },
    forget: (row) => mustChangeOne(run.forget, [row.n]),
    readSealed(row) {
      const found = run.readSealed.get(row.n)
      if (found === undefined) throw new Error('a row without an end has lost its sealed bytes')
      return found['bytes'] as Bytes
    },
    listTries: (row) =>
      run.listTries.all(row.n).map((found) => ({ hash: found['hash'] as Bytes, attemptsLeft: found['attempts_left'] as number })),
    addTry: (row, { hash, attemptsLeft }) => void run.addTry.run(row.n, hash, attemptsLeft),
    listLapsed: (ms, most) => (run.listLapsed.all(ms, most) as unknown as Columns[]).map(readRow),
    defer: (row, untilMs) => mustChangeOne(run.defer, [untilMs, row.n]),
    listDue: (ms, most) => (run.listDue.all(ms, most) as unknown as Columns[]).map(readRow),
    *listHolders() {
      for (const columns of run.listHolders.iterate()) yield readRow(columns as unknown as Columns)
    },
    countLiveBytes: () => run.countLive.get()?.['bytes'] as number,
    isEmpty: () => run.findAny.get() === undefined,
    readFact: (name) => run.readFact.get(name)?.['value'] as number,
    writeFact: (name, value) => mustChangeOne(run.writeFact, [value, name]),
  }
}

function listNew(secret: NewSecret, { life, ...hashes }: SecretRecord, handle: Handle): SQLInputValue[] {
  const id = decodeHex(secret.id) as Bytes
  const keys = concatBytes(hashes.accessHash, hashes.ackHash, hashes.receiptHash, handle.name)
  return [id, life.createdAtMs, life.expiresAtMs, dueAtMs(life), life.attemptsLeft, life.sealedBytes, keys, handle.slot]
}

/** An end lets go of the share. */
function listChanged(row: Row, { life, claimHash }: SecretRecord): SQLInputValue[] {
  const slot = isEnd(life.state) ? null : (row.handle?.slot ?? null)
  const state = [life.state, Number(life.confirmed), life.by]
  const times = [life.claimedAtMs, life.leaseUntilMs, life.endedAtMs]
  return [...state, ...times, life.attemptsFailed, life.attemptsLeft, claimHash, slot]
}

/** One row, neither none nor two: else what was decided upon is no longer so, and the batch must not stand. */
function mustChangeOne(statement: StatementSync, values: SQLInputValue[]): void {
  const { changes } = statement.run(...values)
  if (changes !== 1) throw new Error(`a change that was decided met ${changes} rows`)
}

/** What no capability fits, drawn anew by each process. */
type Nobody = Readonly<Record<'accessHash' | 'ackHash' | 'receiptHash' | 'claimHash', Bytes>>

function drawNobody(): Nobody {
  const [accessHash, ackHash, receiptHash, claimHash] = [0, 1, 2, 3].map(() => randomBytes(KEY_BYTES)) as [Bytes, Bytes, Bytes, Bytes]
  return { accessHash, ackHash, receiptHash, claimHash }
}

/** A row like this one, of nobody and nowhere. */
function disguise({ handle, record }: Row, nobody: Nobody): Row {
  const claimHash = record.claimHash === null ? null : nobody.claimHash
  return { n: NOWHERE, handle, record: { ...nobody, life: record.life, claimHash } }
}

function readRow(columns: Columns | readonly [...Columns, id: Bytes]): Row {
  const [n, state, confirmed, by, createdAtMs, expiresAtMs, claimedAtMs, leaseUntilMs, endedAtMs, ...more] = columns
  const [attemptsFailed, attemptsLeft, sealedBytes, keys, claimHash, slot] = more
  const hash = (at: number) => keys.subarray(at * KEY_BYTES, (at + 1) * KEY_BYTES)
  return {
    n,
    handle: slot === null ? null : { slot, name: keys.subarray(3 * KEY_BYTES) },
    record: {
      accessHash: hash(0),
      ackHash: hash(1),
      receiptHash: hash(2),
      claimHash,
      life: {
        state,
        confirmed: confirmed === 1,
        by,
        createdAtMs,
        expiresAtMs,
        claimedAtMs,
        leaseUntilMs,
        endedAtMs,
        attemptsFailed,
        attemptsLeft,
        sealedBytes,
      },
    },
  }
}
