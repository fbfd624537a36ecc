import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PAGE_MUTANTS, visitUnpressed } from './unpressed.ts'

test('a page whose button nobody presses opens nothing, whatever a script, a timer or the browser does', async (t) => {
  const { opened } = await visitUnpressed(t, { visits: 8 })
  assert.deepEqual(opened, [])
})

test(`the same visits catch ${PAGE_MUTANTS[0]?.what}`, async (t) => {
  const { patches, visits } = PAGE_MUTANTS[0] ?? assert.fail('there is one')
  assert.notDeepEqual((await visitUnpressed(t, { visits }, patches)).opened, [])
})
