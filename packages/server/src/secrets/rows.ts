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

export function prepareRows(database: DatabaseSync): Rows {
  const prepare = (sql: string) => database.prepare(sql)
  const find = prepare(`SELECT ${COLUMNS} FROM secrets WHERE id = ?`)
  const insert = prepare(
    `INSERT INTO secrets (id, state, created_at, expires_at, due_at, attempts_left, sealed_bytes, access_hash, ack_hash, receipt_hash, slot, share_name)
     VALUES (?, 'sealed', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  )
  const insertSealed = prepare('INSERT INTO sealed (n, bytes) VALUES (?, ?)')
  const change = prepare(
    `UPDATE secrets SET state = ?, confirmed = ?, by = ?, claimed_at = ?, lease_until = ?, ended_at = ?, due_at = ?, attempts_failed = ?,
       attempts_left = ?, claim_hash = ?, slot = ?, share_name = ?
     WHERE n = ? AND state = ? AND claim_hash IS ?`,
  )
  const eraseSealed = prepare('DELETE FROM sealed WHERE n = ?')
  const forget = prepare('DELETE FROM secrets WHERE n = ? AND ended_at IS NOT NULL')
  const readSealed = prepare('SELECT bytes FROM sealed WHERE n = ?')
  const listDue = prepare(`SELECT ${COLUMNS} FROM secrets WHERE due_at <= ? ORDER BY due_at LIMIT ?`)
  const listHolders = prepare(`SELECT ${COLUMNS} FROM secrets WHERE slot IS NOT NULL ORDER BY slot`)
  const countLive = prepare('SELECT coalesce(sum(sealed_bytes), 0) AS bytes FROM secrets WHERE ended_at IS NULL')
  const readFact = prepare('SELECT value FROM facts WHERE name = ?')
  const writeFact = prepare('UPDATE facts SET value = ? WHERE name = ?')

  return {
    find: (id) => readRow(find.get(decodeHex(id) as Bytes)),
    insert(secret, { life, ...hashes }, handle) {
      const done = insert.run(
        decodeHex(secret.id) as Bytes,
        life.createdAtMs,
        life.expiresAtMs,
        dueAtMs(life),
        life.attemptsLeft,
        life.sealedBytes,
        hashes.accessHash,
        hashes.ackHash,
        hashes.receiptHash,
        handle.slot,
        handle.name,
      )
      if (done.changes !== 1) return false
      insertSealed.run(done.lastInsertRowid, secret.sealed)
      return true
    },
    change(row, { life, claimHash }) {
      const handle = isEnd(life.state) ? null : row.handle
      const before = row.record
      mustChangeOne(change, [
        life.state,
        Number(life.confirmed),
        life.by,
        life.claimedAtMs,
        life.leaseUntilMs,
        life.endedAtMs,
        dueAtMs(life),
        life.attemptsFailed,
        life.attemptsLeft,
        claimHash,
        handle?.slot ?? null,
        handle?.name ?? null,
        row.n,
        before.life.state,
        before.claimHash,
      ])
      if (isEnd(life.state) && !isEnd(before.life.state)) eraseSealed.run(row.n)
    },
    forget: (row) => mustChangeOne(forget, [row.n]),
    readSealed(row) {
      const found = readSealed.get(row.n)
      if (found === undefined) throw new Error('a row without an end has lost its sealed bytes')
      return found['bytes'] as Bytes
    },
    listDue: (ms, most) => listDue.all(ms, most).map((columns) => readRow(columns) as Row),
    *listHolders() {
      for (const columns of listHolders.iterate()) yield readRow(columns) as Row
    },
    countLiveBytes: () => countLive.get()?.['bytes'] as number,
    isEmpty: () => database.prepare('SELECT 1 FROM secrets LIMIT 1').get() === undefined,
    readFact: (name) => readFact.get(name)?.['value'] as number,
    writeFact: (name, value) => mustChangeOne(writeFact, [value, name]),
  }
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
