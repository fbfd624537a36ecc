import assert from 'node:assert/strict'
import { test } from 'node:test'
import { controlErasure, controlKill } from './guess-controls.ts'

for (const control of [controlKill, controlErasure]) {
  test(`guesses notice what ${control.name} breaks`, async (t) => {
    const { isCaught, how } = await control(t)
    assert.ok(isCaught, how)
  })
}
