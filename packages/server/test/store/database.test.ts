import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { StartError, forgetCopies, openDatabase, readPragma } from '../../src/secrets/database.ts'
import type { Migration } from '../../src/secrets/schema.ts'
import { aWorkspace, putDatabase } from './fixtures.ts'

const WANTED = { journal_mode: 'wal', synchronous: 2, secure_delete: 1, temp_store: 2, cell_size_check: 1, trusted_schema: 0 }

const MADE_BY_A_NEWER_ONE = ['CREATE TABLE future (x)', 'PRAGMA user_version = 99']

/** The path of a database that is not there yet. */
function aPath(t: TestContext): string {
  return join(aWorkspace(t).directory(), 'secrets.db')
}

function digest(path: string): string {
  return hash('sha256', readFileSync(path))
}

/** Make a database by hand, as something other than this version would leave it. */
function made(path: string, ...statements: string[]): void {
  const database = new DatabaseSync(path)
  for (const statement of statements) database.exec(statement)
  database.close()
}

/** Migrations that make one table each. */
function steps(...names: string[]): readonly Migration[] {
  return names.map(
    (name): Migration =>
      (database) =>
        database.exec(`CREATE TABLE ${name} (x INTEGER) STRICT`),
  )
}

function tablesOf(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true })
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
  database.close()
  return names.map(({ name }) => name as string)
}

test('every open of a database has all the settings that its promises rest on', (t) => {
  const path = aPath(t)
  for (let i = 0; i < 2; i++) {
    const database = openDatabase(path)
    for (const [name, wanted] of Object.entries(WANTED)) assert.equal(readPragma(database, name), wanted, name)
    database.close()
  }
})

test('a database opened without us has other settings, so that reading them back means something', (t) => {
  const path = aPath(t)
  made(path, 'CREATE TABLE something (x)')
  const database = new DatabaseSync(path)
  assert.notEqual(readPragma(database, 'journal_mode'), WANTED.journal_mode)
  assert.notEqual(readPragma(database, 'secure_delete'), WANTED.secure_delete)
  database.close()
})

test('a database that was left in another journal mode is brought back to the write-ahead log', (t) => {
  const path = aPath(t)
  openDatabase(path).close()
  made(path, 'PRAGMA journal_mode = DELETE')
  const database = openDatabase(path)
  assert.equal(readPragma(database, 'journal_mode'), 'wal')
  database.close()
})

test('a database that does not take the write-ahead log is refused by the name of the setting', () => {
  assert.throws(
    () => openDatabase(':memory:'),
    (error: Error) => error instanceof StartError && error.message.includes('journal_mode'),
  )
})

test('a database whose journal mode somebody else holds fast is refused', (t) => {
  const path = aPath(t)
  made(path, 'CREATE TABLE something (x)')
  const other = new DatabaseSync(path)
  other.exec('BEGIN; SELECT * FROM something')
  t.after(() => other.close())
  other.exec('INSERT INTO something VALUES (1)')
  assert.throws(() => openDatabase(path))
})

for (const [how, mode] of [
  ['closed in good order', 'WAL'],
  ['left in another journal mode', 'DELETE'],
] as const) {
  test(`a database of a newer version, ${how}, is refused by its version and keeps every byte`, (t) => {
    const workspace = aWorkspace(t)
    const directory = workspace.directory()
    const path = join(directory, 'secrets.db')
    made(path, `PRAGMA journal_mode = ${mode}`, ...MADE_BY_A_NEWER_ONE)
    const before = readFileSync(path)
    assert.throws(() => workspace.open(directory), { name: 'StartError', message: /newer Letterlock.*99/ })
    assert(readFileSync(path).equals(before))
    assert.deepEqual(readdirSync(join(directory, 'vault')), [], 'nor is anything made beside it')
  })
}

test('a database of a newer version whose log has not been merged is refused and keeps every byte, log included', (t) => {
  const path = aPath(t)
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const writer = new DatabaseSync(path)
  for (const statement of ['PRAGMA journal_mode = WAL', ...MADE_BY_A_NEWER_ONE]) writer.exec(statement)
  const killed = join(directory, 'secrets.db')
  putDatabase(dirname(path), directory)
  writer.close()
  const read = () => ['', '-wal'].map((end) => (existsSync(`${killed}${end}`) ? digest(`${killed}${end}`) : 'not there'))
  const before = read()
  assert.throws(() => workspace.open(directory), { name: 'StartError', message: /newer Letterlock.*99/ })
  assert.deepEqual(read(), before)
})

test('a database whose making a crash cut short, with a rollback journal to be carried out, opens again', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const path = join(directory, 'secrets.db')
  made(path, 'CREATE TABLE something (x)')
  const database = new DatabaseSync(path)
  // More than the cache holds: pages are in the file, and what was there before in the journal.
  database.exec('PRAGMA cache_size = 1; BEGIN; CREATE TABLE half (x)')
  for (let i = 0; i < 50; i++) database.prepare('INSERT INTO half VALUES (zeroblob(4000))').run()
  const killed = join(workspace.copyOf(directory), 'secrets.db')
  database.close()
  assert.ok(existsSync(`${killed}-journal`))
  const reader = new DatabaseSync(killed, { readOnly: true })
  assert.throws(() => readPragma(reader, 'user_version'), { errcode: 776 }, 'whoever may not write cannot carry it out')
  reader.close()

  openDatabase(killed, steps('a')).close()
  assert.deepEqual(tablesOf(killed), ['a', 'something'])
})

test('a database that was being made when the power went, with its journal beside the first bytes of its log, opens again', (t) => {
  const path = aPath(t)
  const killed = join(aWorkspace(t).directory(), 'secrets.db')
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL')
  cpSync(path, killed)
  database.exec('CREATE TABLE half (x)')
  writeFileSync(`${killed}-wal`, readFileSync(`${path}-wal`).subarray(0, WAL_HEADER_BYTES))
  database.close()
  writeFileSync(`${killed}-journal`, journalOfNothing())
  const reader = new DatabaseSync(killed, { readOnly: true })
  assert.throws(() => readPragma(reader, 'user_version'), { errcode: 776 }, 'whoever may not write cannot carry it out')
  reader.close()

  openDatabase(killed, steps('a')).close()
  assert.deepEqual(tablesOf(killed), ['a'])
})

/** Of a log: https://sqlite.org/fileformat.html */
const WAL_HEADER_BYTES = 32

/** A rollback journal that says that there was no page before. */
function journalOfNothing(): Buffer {
  const journal = Buffer.alloc(512)
  journal.write('d9d505f920a163d7', 'hex')
  journal.writeUInt32BE(512, 20)
  journal.writeUInt32BE(4096, 24)
  return journal
}

test('a migration goes forward, and keeps a copy of what was before until a start has gone well', (t) => {
  const path = aPath(t)
  const [one, two] = [steps('one'), steps('one', 'two')]
  openDatabase(path, one).close()
  assert.deepEqual(
    readdirSync(join(path, '..')).filter((name) => name.includes('before')),
    [],
  )
  const database = openDatabase(path, two)
  assert.equal(readPragma(database, 'user_version'), 2)
  database.close()
  assert.deepEqual(tablesOf(path), ['one', 'two'])
  const copy = `${path}.before-v2`
  assert.deepEqual(tablesOf(copy), ['one'])
  forgetCopies(path, two)
  assert.equal(existsSync(copy), false)
})

test('a copy is named for the version that is migrated to, also over several versions', (t) => {
  const path = aPath(t)
  openDatabase(path, steps('one')).close()
  openDatabase(path, steps('one', 'two', 'three')).close()
  const copies = readdirSync(join(path, '..')).filter((name) => name.includes('before'))
  assert.deepEqual(copies, ['secrets.db.before-v3'])
  forgetCopies(path, steps('one', 'two', 'three'))
  assert.deepEqual(
    readdirSync(join(path, '..')).filter((name) => name.includes('before')),
    [],
  )
})

test('a migration that fails midway leaves the old database whole, and the next one that is sound goes through', (t) => {
  const path = aPath(t)
  openDatabase(path, steps('one')).close()
  made(path, 'INSERT INTO one VALUES (7)')
  const failing: readonly Migration[] = [
    ...steps('one', 'two'),
    (database) => {
      database.exec('CREATE TABLE three (x); DELETE FROM one')
      throw new Error('the power of this migration has gone')
    },
  ]
  assert.throws(() => openDatabase(path, failing), /the power of this migration has gone/)
  assert.deepEqual(tablesOf(path), ['one'])
  const old = openDatabase(path, steps('one'))
  assert.equal(readPragma(old, 'user_version'), 1)
  assert.deepEqual(
    old
      .prepare('SELECT x FROM one')
      .all()
      .map(({ x }) => x),
    [7],
  )
  old.close()
  openDatabase(path, steps('one', 'two')).close()
  assert.deepEqual(tablesOf(path), ['one', 'two'])
})

test('a copy is of what was just before, not of what was before a migration that failed', (t) => {
  const path = aPath(t)
  openDatabase(path, steps('one')).close()
  const failing: Migration = () => {
    throw new Error('this migration has failed')
  }
  assert.throws(() => openDatabase(path, [...steps('one'), failing]), /this migration has failed/)
  assert.ok(existsSync(`${path}.before-v2`))
  made(path, 'INSERT INTO one VALUES (8)')
  openDatabase(path, steps('one', 'two')).close()
  const copy = new DatabaseSync(`${path}.before-v2`, { readOnly: true })
  const found = copy.prepare('SELECT x FROM one').all()
  copy.close()
  assert.deepEqual(
    found.map(({ x }) => x),
    [8],
  )
})

test('a database that is to be migrated is not, as long as somebody from outside keeps it from being copied', (t) => {
  const path = aPath(t)
  openDatabase(path, steps('one')).close()
  const reader = new DatabaseSync(path)
  reader.exec('INSERT INTO one VALUES (7); BEGIN; SELECT * FROM one')
  const writer = new DatabaseSync(path)
  writer.exec('INSERT INTO one VALUES (8)')
  assert.throws(() => openDatabase(path, steps('one', 'two')), { name: 'StartError', message: /somebody else reads it/ })
  reader.close()
  writer.close()
  openDatabase(path, steps('one', 'two')).close()
  assert.deepEqual(tablesOf(`${path}.before-v2`), ['one'])
})

test("a copy holds what was only in the database's log", (t) => {
  const path = aPath(t)
  openDatabase(path, steps('one')).close()
  const writer = new DatabaseSync(path)
  writer.exec('INSERT INTO one VALUES (7)')
  const killed = aPath(t)
  putDatabase(dirname(path), dirname(killed))
  writer.close()
  openDatabase(killed, steps('one', 'two')).close()
  const copy = new DatabaseSync(`${killed}.before-v2`, { readOnly: true })
  assert.deepEqual(
    copy
      .prepare('SELECT x FROM one')
      .all()
      .map(({ x }) => x),
    [7],
  )
  copy.close()
})

test('a file that is no database is refused and stays as it was', (t) => {
  const path = aPath(t)
  mkdirSync(join(path, '..'), { recursive: true })
  const before = Buffer.alloc(8192, 'this is a diary')
  writeFileSync(path, before)
  assert.throws(() => openDatabase(path))
  assert(readFileSync(path).equals(before))
})
