import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { type Bytes, type SecretId, decodeHex } from '@letterlock/protocol'
import type { Handle } from '../vault/vault.ts'
import type { SecretRecord } from './decide.ts'
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

type Columns = Record<string, unknown>

/** The statements of the store, prepared once. Every change of state names the state that it changes. */
export interface Rows {
  find(id: SecretId): Row | null
  insert(secret: NewSecret, record: SecretRecord, handle: Handle): boolean
  /** Write a record if the row is still as it was read; an end lets go of the share and the sealed bytes. */
  change(row: Row, record: SecretRecord): void
  forget(row: Row): void
  readSealed(row: Row): Bytes
  listDue(ms: number, most: number): readonly Row[]
  /** Rows that name a share, by slot. */
  listHolders(): Iterable<Row>
  countLiveBytes(): number
  isEmpty(): boolean
  readFact(name: Fact): number
  writeFact(name: Fact, value: number): void
}

const COLUMNS = `n, state, confirmed, by, created_at, expires_at, claimed_at, lease_until, ended_at, attempts_failed, attempts_left,
  sealed_bytes, access_hash, ack_hash, receipt_hash, claim_hash, slot, share_name`

const SQL = {
  find: `SELECT ${COLUMNS} FROM secrets WHERE id = ?`,
  insert: `INSERT INTO secrets
      (id, state, created_at, expires_at, due_at, attempts_left, sealed_bytes, access_hash, ack_hash, receipt_hash, slot, share_name)
    VALUES (?, 'sealed', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  insertSealed: 'INSERT INTO sealed (n, bytes) VALUES (?, ?)',
  // The state and the claimant that were decided upon are named: one claimant, ever.
  change: `UPDATE secrets SET state = ?, confirmed = ?, by = ?, claimed_at = ?, lease_until = ?, ended_at = ?, due_at = ?,
      attempts_failed = ?, attempts_left = ?, claim_hash = ?, slot = ?, share_name = ?
    WHERE n = ? AND state = ? AND claim_hash IS ?`,
  eraseSealed: 'DELETE FROM sealed WHERE n = ?',
  forget: 'DELETE FROM secrets WHERE n = ? AND ended_at IS NOT NULL',
  readSealed: 'SELECT bytes FROM sealed WHERE n = ?',
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
  return {
    find: (id) => readRow(run.find.get(decodeHex(id) as Bytes)),
    insert(secret, record, handle) {
      const done = run.insert.run(...listNew(secret, record, handle))
      if (done.changes !== 1) return false
      run.insertSealed.run(done.lastInsertRowid, secret.sealed)
      return true
    },
    change(row, record) {
      const before = row.record
      mustChangeOne(run.change, [...listChanged(row, record), row.n, before.life.state, before.claimHash])
      if (isEnd(record.life.state) && !isEnd(before.life.state)) run.eraseSealed.run(row.n)
    },
    forget: (row) => mustChangeOne(run.forget, [row.n]),
    readSealed(row) {
      const found = run.readSealed.get(row.n)
      if (found === undefined) throw new Error('a row without an end has lost its sealed bytes')
      return found['bytes'] as Bytes
    },
    listDue: (ms, most) => run.listDue.all(ms, most).map((columns) => readRow(columns) as Row),
    *listHolders() {
      for (const columns of run.listHolders.iterate()) yield readRow(columns) as Row
    },
    countLiveBytes: () => run.countLive.get()?.['bytes'] as number,
    isEmpty: () => run.findAny.get() === undefined,
    readFact: (name) => run.readFact.get(name)?.['value'] as number,
    writeFact: (name, value) => mustChangeOne(run.writeFact, [value, name]),
  }
}

function listNew(secret: NewSecret, { life, ...hashes }: SecretRecord, handle: Handle): SQLInputValue[] {
  const id = decodeHex(secret.id) as Bytes
  const { accessHash, ackHash, receiptHash } = hashes
  const times = [life.createdAtMs, life.expiresAtMs, dueAtMs(life)]
  return [id, ...times, life.attemptsLeft, life.sealedBytes, accessHash, ackHash, receiptHash, handle.slot, handle.name]
}

/** An end lets go of the share. */
function listChanged(row: Row, { life, claimHash }: SecretRecord): SQLInputValue[] {
  const handle = isEnd(life.state) ? null : row.handle
  const state = [life.state, Number(life.confirmed), life.by]
  const times = [life.claimedAtMs, life.leaseUntilMs, life.endedAtMs, dueAtMs(life)]
  return [...state, ...times, life.attemptsFailed, life.attemptsLeft, claimHash, handle?.slot ?? null, handle?.name ?? null]
}

/** One row, neither none nor two: else what was decided upon is no longer so, and the batch must not stand. */
function mustChangeOne(statement: StatementSync, values: SQLInputValue[]): void {
  const { changes } = statement.run(...values)
  if (changes !== 1) throw new Error(`a change that was decided met ${changes} rows`)
}

function readRow(columns: Columns | undefined): Row | null {
  if (columns === undefined) return null
  return {
    n: columns['n'] as number,
    handle: columns['slot'] === null ? null : { slot: columns['slot'] as number, name: columns['share_name'] as Bytes },
    record: {
      accessHash: columns['access_hash'] as Bytes,
      ackHash: columns['ack_hash'] as Bytes,
      receiptHash: columns['receipt_hash'] as Bytes,
      claimHash: columns['claim_hash'] as Bytes | null,
      life: {
        state: columns['state'] as State,
        confirmed: columns['confirmed'] === 1,
        by: columns['by'] as SecretRecord['life']['by'],
        createdAtMs: columns['created_at'] as number,
        expiresAtMs: columns['expires_at'] as number,
        claimedAtMs: columns['claimed_at'] as number | null,
        leaseUntilMs: columns['lease_until'] as number | null,
        endedAtMs: columns['ended_at'] as number | null,
        attemptsFailed: columns['attempts_failed'] as number,
        attemptsLeft: columns['attempts_left'] as number | null,
        sealedBytes: columns['sealed_bytes'] as number,
      },
    },
  }
}
