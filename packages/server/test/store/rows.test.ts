import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { randomBytes } from '@letterlock/protocol'
import type { SecretRecord } from '../../src/secrets/decide.ts'
import { openDatabase } from '../../src/secrets/database.ts'
import { beginLife } from '../../src/secrets/life.ts'
import { type Rows, prepareRows } from '../../src/secrets/rows.ts'
import { T0, aSecret, aWorkspace } from './fixtures.ts'

const DECIDED_BY_ANOTHER = /met 0 rows/

/** What a change names of the row that it was decided on, what stands there by now, and how the change reads without naming it. */
const NAMED: Readonly<
  Record<string, { readonly named: string; readonly unnamed: string; readonly stands: (was: SecretRecord) => SecretRecord }>
> = {
  'the state': {
    named: 'AND state = ?',
    unnamed: 'AND ? IS NOT NULL',
    stands: (was) => ({ ...was, life: { ...was.life, state: 'burned', by: 'sender', endedAtMs: T0 + 1 } }),
  },
  'the claimant': {
    named: 'AND claim_hash IS ?',
    unnamed: 'AND coalesce(?, 1) IS NOT NULL',
    stands: (was) => ({ ...was, claimHash: randomBytes(32) }),
  },
  'the count of wrong PINs': {
    named: 'AND attempts_failed = ?',
    unnamed: 'AND ? IS NOT NULL',
    stands: (was) => ({ ...was, life: { ...was.life, attemptsFailed: 1, attemptsLeft: 4 } }),
  },
}

/** A database, and one secret with a PIN in it. */
function aRow(t: TestContext) {
  const database = openDatabase(join(aWorkspace(t).directory(), 'secrets.db'))
  t.after(() => database.close())
  const rows = prepareRows(database)
  const secret = aSecret({ attempts: 5 })
  const life = beginLife(T0, secret.lifetimeMs, secret.sealed.length, 5)
  assert.ok(rows.insert(secret, { ...secret, life, claimHash: null }, { slot: 0, name: randomBytes(16) }))
  return { database, rows, find: () => rows.find(secret.id) ?? assert.fail('it is there') }
}

/** Claim a secret, as was decided when its row was like this. */
function claim(rows: Rows, row: ReturnType<ReturnType<typeof aRow>['find']>): void {
  const life = { ...row.record.life, state: 'claimed', claimedAtMs: T0 + 2, leaseUntilMs: T0 + 3 } as const
  rows.change(row, { ...row.record, life, claimHash: randomBytes(32) })
}

for (const [what, { named, unnamed, stands }] of Object.entries(NAMED)) {
  test(`a claim that was decided before another changed ${what} changes nothing`, (t) => {
    const { database, rows, find } = aRow(t)
    const row = find()
    rows.change(row, stands(row.record))
    const now = find()
    assert.throws(() => claim(rows, row), DECIDED_BY_ANOTHER)
    assert.deepEqual(find(), now)
    const careless = { prepare: (sql: string) => database.prepare(sql.replace(named, unnamed)) } as DatabaseSync
    assert.doesNotThrow(() => claim(prepareRows(careless), row), 'one that does not name it does: a control')
    assert.notDeepEqual(find(), now)
  })
}

test('only what has ended is forgotten', (t) => {
  const { rows, find } = aRow(t)
  const row = find()
  assert.throws(() => rows.forget(row), DECIDED_BY_ANOTHER)
  rows.change(row, { ...row.record, life: { ...row.record.life, state: 'expired', endedAtMs: T0 + 1 } })
  rows.forget(row)
  assert.equal(rows.isEmpty(), true)
})
