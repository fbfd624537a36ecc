import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { listBroken, listClauses } from './contract.ts'
import { MUTANTS, openOriginal } from './mutants.ts'

const CLAUSES = listClauses(['break', 'crash'])

describe('the contract', () => {
  test('finds nothing broken in the store that all the broken ones are made from', async () => {
    assert.deepEqual(await listBroken(CLAUSES, openOriginal), [])
  })

  test('has a broken store for each of its promises', () => {
    assert.deepEqual([...new Set(MUTANTS.map(({ breaks }) => breaks))], [1, 2, 3, 4, 5, 6, 7, 8])
  })

  for (const { breaks, by, open } of MUTANTS) {
    test(`finds promise ${breaks}, and no other, broken by ${by}`, async () => {
      const broken = await listBroken(CLAUSES, open)
      const others = broken.filter(({ promise }) => promise !== breaks).map(({ says }) => says)
      assert.deepEqual(others, [], 'promises that hold are said to be broken')
      assert.notEqual(broken.length, 0, `nobody notices a store that breaks its promise by ${by}`)
    })
  }
})
