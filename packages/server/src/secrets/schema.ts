import type { DatabaseSync } from 'node:sqlite'

/** A step from one version of the database to the next. */
export type Migration = (database: DatabaseSync) => void

/**
 * Every change that the database has gone through, oldest first: the nth makes version n.
 * Changes are added, never edited.
 */
export const MIGRATIONS: readonly Migration[] = [begin, joinKeys, countTries]

/**
 * Rows are ordinary rowid rows in order of arrival, with the sealed bytes apart: a table keyed
 * by random ids that holds them too falls to an eighth of its speed at ten million rows.
 */
function begin(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE secrets (
      n             INTEGER PRIMARY KEY,
      id            BLOB NOT NULL UNIQUE,
      state         TEXT NOT NULL,
      confirmed     INTEGER NOT NULL DEFAULT 0,
      by            TEXT,
      created_at    INTEGER NOT NULL,
      expires_at    INTEGER NOT NULL,
      claimed_at    INTEGER,
      lease_until   INTEGER,
      ended_at      INTEGER,
      due_at        INTEGER NOT NULL,
      attempts_failed INTEGER NOT NULL DEFAULT 0,
      attempts_left INTEGER,
      sealed_bytes  INTEGER NOT NULL,
      access_hash   BLOB NOT NULL,
      ack_hash      BLOB NOT NULL,
      receipt_hash  BLOB NOT NULL,
      claim_hash    BLOB,
      slot          INTEGER,
      share_name    BLOB
    ) STRICT;
    CREATE INDEX secrets_due ON secrets (due_at);
    CREATE TABLE sealed (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
    INSERT INTO facts VALUES ('generation', 0), ('floor_ms', 0);
  `)
}

/**
 * `keys` is what a secret is born with and never changes: the hashes of access, ack and receipt
 * key, 32 bytes each, and the 16 bytes that name its share in the vault. Together they are read
 * in a third of the time that four columns take.
 *
 * `due_at` becomes when to look at a secret next: never too late, but for leases, which get an
 * index of their own; often too early, since a claim and an end now leave it where it is. Every
 * opening moved it about twice, at most of an opening's cost.
 */
function joinKeys(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE secrets_2 (
      n             INTEGER PRIMARY KEY,
      id            BLOB NOT NULL UNIQUE,
      state         TEXT NOT NULL,
      confirmed     INTEGER NOT NULL DEFAULT 0,
      by            TEXT,
      created_at    INTEGER NOT NULL,
      expires_at    INTEGER NOT NULL,
      claimed_at    INTEGER,
      lease_until   INTEGER,
      ended_at      INTEGER,
      due_at        INTEGER NOT NULL,
      attempts_failed INTEGER NOT NULL DEFAULT 0,
      attempts_left INTEGER,
      sealed_bytes  INTEGER NOT NULL,
      keys          BLOB NOT NULL CHECK (length(keys) = 112),
      claim_hash    BLOB,
      slot          INTEGER
    ) STRICT;
    INSERT INTO secrets_2
      SELECT n, id, state, confirmed, by, created_at, expires_at, claimed_at, lease_until, ended_at, due_at, attempts_failed,
        attempts_left, sealed_bytes,
        CAST(access_hash || ack_hash || receipt_hash || coalesce(share_name, zeroblob(16)) AS BLOB), claim_hash, slot
      FROM secrets;
    DROP TABLE secrets;
    ALTER TABLE secrets_2 RENAME TO secrets;
    CREATE INDEX secrets_due ON secrets (due_at);
    CREATE INDEX secrets_leases ON secrets (lease_until) WHERE state = 'claimed';
  `)
}

/** Wrong PINs that were counted, until their secret is claimed or ends: hashes of claim and proof together, never of a proof alone. */
function countTries(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE tries (
      n             INTEGER NOT NULL,
      hash          BLOB NOT NULL,
      attempts_left INTEGER NOT NULL,
      PRIMARY KEY (n, hash)
    ) STRICT, WITHOUT ROWID;
  `)
}
