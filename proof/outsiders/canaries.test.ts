import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SETTINGS, searchRun } from './canaries.ts'
import { LEAKS, findPlanted } from './leaks.ts'

test('nothing that a caller sends is put out by servers that are made to answer everything, crash and refuse', async (t) => {
  const { found, missing } = await searchRun(t, SETTINGS[0] ?? {}, false)
  assert.deepEqual({ found, missing }, { found: [], missing: [] })
})

test('the same search catches every logger that leaks, and sees every spelling', async (t) => {
  const { found } = await searchRun(
    t,
    SETTINGS[0] ?? {},
    false,
    LEAKS.map(({ patch }) => patch),
  )
  for (const { what, sign } of LEAKS)
    assert.ok(
      found.some((line) => sign.test(line)),
      `${what} is not noticed`,
    )
  assert.deepEqual(findPlanted(t), [])
})
