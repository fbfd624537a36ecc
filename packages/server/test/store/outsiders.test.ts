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

/** What a statement counts of itself; the types of Node do not have it yet. */
interface Counted {
  resetStats(): void
  stat(name: 'vmStep'): number
}

/** A database whose every read is written down: the statement, what came, and how many steps of SQLite's machine it took. */
function listenTo(database: DatabaseSync, reads: string[]): DatabaseSync {
  const prepare: DatabaseSync['prepare'] = (sql) => {
    const statement = database.prepare(sql)
    const get = statement.get.bind(statement)
    const counted = statement as unknown as Counted
    statement.get = (id: unknown) => {
      counted.resetStats()
      const found = get(id as SQLInputValue)
      reads.push(`${found === undefined ? 'nothing' : `${Object.keys(found).length} columns`} in ${counted.stat('vmStep')} steps by ${sql}`)
      return found
    }
    return statement
  }
  return { prepare } as DatabaseSync
}

const NAMED = ['40', '80', 'c0'].map((first) => `${first}${'0'.repeat(30)}` as SecretId)
/** Before, between and behind the ids that are there. */
const UNNAMED = ['00', '41', '7f', 'ff'].map((first) => `${first}${'1'.repeat(30)}` as SecretId)

function insertNamed(rows: Rows, named = NAMED): void {
  for (const id of named) {
    const secret = aSecret({ id })
    const life = beginLife(T0, secret.lifetimeMs, secret.sealed.length, null)
    assert.ok(rows.insert(secret, { ...secret, life, claimHash: null }, { slot: 0, name: randomBytes(16) }))
  }
}

/** Looks for the first id only where no next one is found: what lies behind all others takes longer, and is never there. */
const SHORT_CIRCUIT = `SELECT n, id FROM secrets WHERE n = coalesce(
  (SELECT n FROM secrets WHERE id >= ? ORDER BY id LIMIT 1), (SELECT n FROM secrets ORDER BY id LIMIT 1))`

for (const named of [NAMED, NAMED.slice(0, 1), NAMED.slice(-1)]) {
  test(`looking for an id that is not there takes the steps of looking for one that is, among ${named.length} from ${named[0]}`, (t) => {
    const database = openDatabase(join(aWorkspace(t).directory(), 'secrets.db'))
    t.after(() => database.close())
    const reads: string[] = []
    const listening = listenTo(database, reads)
    const rows = prepareRows(listening)
    insertNamed(rows, named)
    const short = listening.prepare(SHORT_CIRCUIT)
    const readFor = (read: () => unknown) => {
      reads.length = 0
      read()
      return reads.join('; ')
    }
    const wanted = readFor(() => rows.findToProve(named[0] as SecretId))
    assert.match(wanted, /^16 columns in [1-9]\d* steps by SELECT/)
    for (const id of [...named, ...UNNAMED])
      assert.equal(
        readFor(() => rows.findToProve(id)),
        wanted,
        id,
      )

    const stepsOf = (read: (id: SecretId) => unknown) => new Set([...named, ...UNNAMED].map((id) => readFor(() => read(id))))
    assert.equal(stepsOf((id) => rows.find(id)).size, 2, 'a plain look tells them apart: a control')
    assert.equal(stepsOf((id) => short.get(Buffer.from(id, 'hex'))).size, 2, 'a look that does the one or the other tells, too: a control')
  })
}

test('looking for an id finds it wherever it is, and nothing where there is nothing', (t) => {
  const database = openDatabase(join(aWorkspace(t).directory(), 'secrets.db'))
  t.after(() => database.close())
  const rows = prepareRows(database)
  for (const id of [...NAMED, ...UNNAMED]) assert.equal(rows.findToProve(id), null)
  insertNamed(rows)
  for (const id of NAMED) assert.deepEqual(rows.findToProve(id), rows.find(id))
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
