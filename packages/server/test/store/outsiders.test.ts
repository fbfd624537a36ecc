import assert from 'node:assert/strict'
import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { test } from 'node:test'
import { type SecretId, encodeHex, randomBytes } from '@letterlock/protocol'
import { openDatabase } from '../../src/secrets/database.ts'
import { beginLife } from '../../src/secrets/life.ts'
import { type Rows, prepareRows } from '../../src/secrets/rows.ts'
import { T0, aClaim, aSecret, aWorkspace } from './fixtures.ts'

/** A database whose every read is written down: the statement, and whether a row came. */
function listenTo(database: DatabaseSync, reads: string[]): DatabaseSync {
  const prepare: DatabaseSync['prepare'] = (sql) => {
    const statement = database.prepare(sql)
    const get = statement.get.bind(statement)
    statement.get = (id: unknown) => {
      const found = get(id as SQLInputValue)
      reads.push(`${found === undefined ? 'nothing' : `${Object.keys(found).length} columns`} by ${sql}`)
      return found
    }
    return statement
  }
  return { prepare } as DatabaseSync
}

const NAMED = ['40', '80', 'c0'].map((first) => `${first}${'0'.repeat(30)}` as SecretId)
/** Before, between and behind the ids that are there. */
const UNNAMED = ['00', '41', '7f', 'ff'].map((first) => `${first}${'1'.repeat(30)}` as SecretId)

function insertNamed(rows: Rows): void {
  for (const id of NAMED) {
    const secret = aSecret({ id })
    const life = beginLife(T0, secret.lifetimeMs, secret.sealed.length, null)
    assert.ok(rows.insert(secret, { ...secret, life, claimHash: null }, { slot: 0, name: randomBytes(16) }))
  }
}

test('looking for an id that is not there reads as much as looking for one that is', (t) => {
  const database = openDatabase(join(aWorkspace(t).directory(), 'secrets.db'))
  t.after(() => database.close())
  const reads: string[] = []
  const rows = prepareRows(listenTo(database, reads))
  insertNamed(rows)
  const readFor = (id: SecretId, find: 'find' | 'findToProve') => {
    reads.length = 0
    const row = rows[find](id)
    return { row, read: reads.join('; ') }
  }
  const wanted = readFor(NAMED[0] as SecretId, 'findToProve').read
  assert.match(wanted, /^16 columns by SELECT/)
  for (const id of [...NAMED, ...UNNAMED]) assert.equal(readFor(id, 'findToProve').read, wanted, id)
  assert.notEqual(
    readFor(UNNAMED[0] as SecretId, 'find').read,
    readFor(NAMED[0] as SecretId, 'find').read,
    'a plain look tells them apart: the control',
  )
})

test('the row that stands for one that is not there is nobody’s, and cannot be changed', (t) => {
  const database = openDatabase(join(aWorkspace(t).directory(), 'secrets.db'))
  t.after(() => database.close())
  const rows = prepareRows(database)
  insertNamed(rows)
  const hashesOf = (id: SecretId) => {
    const { accessHash, ackHash, receiptHash } = rows.findToProve(id)?.record ?? assert.fail('there is a row')
    return [accessHash, ackHash, receiptHash].map(encodeHex)
  }
  const known = new Set(NAMED.flatMap(hashesOf))
  for (const id of UNNAMED) {
    assert.ok(hashesOf(id).every((hash) => !known.has(hash)))
    const row = rows.findToProve(id)
    assert.ok(row !== null)
    assert.throws(() => rows.change(row, row.record), /met 0 rows/)
  }
})

test('what belongs to one secret opens nothing under an id that is not there', (t) => {
  const workspace = aWorkspace(t)
  const store = workspace.open(workspace.directory())
  const [waiting, claimed] = [aSecret(), aSecret()]
  const claim = aClaim(claimed)
  for (const secret of [waiting, claimed]) store.create(secret)
  assert.equal(store.claim(claim).outcome, 'claimed')
  for (const id of ['00', 'ff', waiting.id.slice(0, 2)].map((first) => `${first}${'0'.repeat(30)}` as SecretId)) {
    for (const secret of [waiting, claimed]) {
      const moved = { ...secret, id }
      assert.equal(store.peek(moved).outcome, 'unknown')
      assert.equal(store.claim(aClaim(moved)).outcome, 'unknown')
      assert.equal(store.receipt(moved).outcome, 'unknown')
      assert.equal(store.burn(moved).outcome, 'unknown')
      assert.equal(store.readSealed({ ...claim, id }).outcome, 'unknown')
      assert.equal(store.ack({ ...claim, id }, secret.ackHash).outcome, 'unknown')
    }
  }
  assert.equal(store.peek(waiting).outcome, 'sealed')
  assert.equal(store.readSealed(claim).outcome, 'read')
})

test('nobody without access has the vault read, whatever it costs', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const store = workspace.open(directory)
  const secret = aSecret()
  store.create(secret)
  // A vault that cannot be read any more shows who has it read.
  truncateSync(join(directory, 'vault', 'shares'), 128)
  assert.equal(store.claim(aClaim(secret, { accessHash: randomBytes(32) })).outcome, 'unknown')
  assert.throws(() => store.claim(aClaim(secret)), /the vault is shorter than it was/, 'its holder does: the control')
})
