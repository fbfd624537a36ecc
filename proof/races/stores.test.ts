import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore } from '../../packages/server/src/secrets/memory.ts'
import { openSqliteSubject } from '../../packages/server/test/store/subjects.ts'
import { TOLD_BY_HISTORIES, compareMutant } from './mutants.ts'
import { compareStores } from './stores.ts'

/** All that these calls can be answered, but that there is no room. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  create: ['created', 'gone', 'id_taken', 'unavailable'],
  peek: ['sealed', 'gone', 'unknown', 'unavailable'],
  claim: ['claimed', 'pin_wrong', 'gone', 'unknown', 'unavailable'],
  read: ['read', 'gone', 'unknown', 'unavailable'],
  ack: ['acked', 'ack_wrong', 'unknown', 'unavailable'],
  receipt: ['receipt', 'unknown', 'unavailable'],
  burn: ['burned', 'gone', 'unknown', 'unavailable'],
}

test('the store in memory and the one on disk answer the same histories alike', async (t) => {
  const subject = await openSqliteSubject()
  t.after(() => subject.dispose())
  const { different, met } = await compareStores({ one: createMemoryStore(), other: subject.store }, 7, 6)
  assert.deepEqual(different, [])
  const every = Object.entries(ANSWERS).flatMap(([kind, outcomes]) => outcomes.map((outcome) => `${kind}: ${outcome}`))
  assert.deepEqual([...met].toSorted(), every.toSorted(), 'every answer was met, and no other')
})

test('a store that is wrong in one way answers some history otherwise', async () => {
  for (const mutant of TOLD_BY_HISTORIES) {
    const { what, isCaught } = await compareMutant(mutant, 7, 30)
    assert.ok(isCaught, what)
  }
})
