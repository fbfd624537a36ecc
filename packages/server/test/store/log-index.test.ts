import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openDatabase } from '../../src/secrets/database.ts'
import { openLogIndex } from '../../src/secrets/log-index.ts'
import { aWorkspace } from './fixtures.ts'

const ROWS = 1500
const ROW_BYTES = 4000

/** How many rows a new connection finds, the sum of their numbers, and whether all is sound: it has to look every page up in the index. */
function readAnew(path: string): unknown {
  const reader = new DatabaseSync(path, { readOnly: true })
  try {
    const found = reader.prepare('SELECT count(*) AS rows, sum(n + length(bytes)) AS sum FROM many').get() ?? {}
    return { ...found, ...reader.prepare('PRAGMA integrity_check').get() }
  } finally {
    reader.close()
  }
}

test('an index that is made to grow while it is in use goes on telling where everything is', (t) => {
  const path = join(aWorkspace(t).directory(), 'secrets.db')
  const database = openDatabase(path, [(made) => made.exec('CREATE TABLE many (n INTEGER, bytes BLOB)')])
  const insert = (from: number, to: number) => {
    database.exec('BEGIN')
    for (let n = from; n < to; n++) database.prepare('INSERT INTO many VALUES (?, randomblob(?))').run(n, ROW_BYTES)
    database.exec('COMMIT')
  }
  insert(0, ROWS)
  const expected = (rows: number) => ({ rows, sum: (rows * (rows - 1)) / 2 + rows * ROW_BYTES, integrity_check: 'ok' })
  assert.deepEqual(readAnew(path), expected(ROWS))

  const index = openLogIndex(`${path}-shm`)
  assert.deepEqual(readAnew(path), expected(ROWS))
  index.cover(10_000)
  assert.equal(statSync(`${path}-shm`).size, 128 * 1024)
  assert.deepEqual(readAnew(path), expected(ROWS))
  insert(ROWS, 4 * ROWS)
  assert.deepEqual(readAnew(path), expected(4 * ROWS))
  database.close()
  index.close()
})

test('where nothing is mapped, nothing is made', (t) => {
  const path = join(aWorkspace(t).directory(), 'secrets.db-shm')
  const index = openLogIndex(path)
  index.cover(100_000)
  index.close()
  assert.equal(statSync(path, { throwIfNoEntry: false }), undefined)
})
