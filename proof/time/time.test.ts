import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { patching } from '../mutate.ts'
import { BELIEVES, IGNORES } from './controls.ts'
import { endDoubt } from './ends.ts'
import { findFaketime } from './faked.ts'
import { walkThroughTime } from './walk.ts'

const SEED = 6
const MOVES = 12
const library = findFaketime()
const NO_LIBRARY = library === null ? 'faketime is not installed here' : false

const walk = (t: TestContext, env: Readonly<Record<string, string>> = {}) =>
  walkThroughTime({ after: (clean) => t.after(clean) }, library ?? '', SEED, { moves: MOVES, env })

test(
  'a clock that is set forward and back, while the server runs and between, ends nothing early and brings nothing back',
  { skip: NO_LIBRARY },
  async (t) => {
    const { violations, ended, doubted } = await walk(t)
    assert.deepEqual(violations, [])
    assert.ok(ended > 0 && doubted > 0, `${ended} ended, ${doubted} in doubt`)
  },
)

test('the same walk finds a server that believes its clock', { skip: NO_LIBRARY }, async (t) => {
  const believer = patching({ after: (clean) => t.after(clean) }, BELIEVES)
  const { violations } = await walk(t, believer.env)
  believer.assertApplied()
  for (const found of [/lives beyond its end|is back/, /has ended early/])
    assert.ok(
      violations.some((line) => found.test(line)),
      violations.join('\n'),
    )
})

test(
  'a step that stands is followed, and what a wrong clock has left is lowered by its operator alone',
  { skip: NO_LIBRARY },
  async (t) => {
    const { looks, violations } = await endDoubt({ after: (clean) => t.after(clean) }, library ?? '')
    assert.deepEqual(violations, [])
    assert.ok(looks > 10)
  },
)

test('the same finds a server that ignores LETTERLOCK_ACCEPT_CLOCK', { skip: NO_LIBRARY }, async (t) => {
  const { violations } = await endDoubt({ after: (clean) => t.after(clean) }, library ?? '', IGNORES)
  assert.deepEqual(violations, ['the time that was shown does not lower the floor'])
})
