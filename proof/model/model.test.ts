import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { ENDS } from '@letterlock/protocol'
import type { State } from '../../packages/server/src/secrets/life.ts'
import { aWorkspace } from '../../packages/server/test/store/fixtures.ts'
import { isProven } from '../stage.ts'
import { MUTANTS } from './mutants.ts'
import { play, playRuns } from './play.ts'
import { MODEL, listMissing, readSearch, search } from './spin.ts'
import { findMutant, tellFigure } from './stage.ts'
import { WRONG_ENGINES } from './wrong-engines.ts'

const model = readFileSync(MODEL, 'utf8')
const missing = listMissing()
const reason = missing.length === 0 ? false : `the model needs ${missing.join(', ')}; npm run prove -- model installs them`
const silent = () => {}

describe('the model of the protocol', () => {
  test('has the states of the specification, and those of the server', () => {
    const states = /^mtype:state = \{ (.+) \}$/m.exec(model)?.[1]?.split(', ')
    // DRAFT is reserved; what was never created has no state on the server.
    const server: readonly Exclude<State, 'draft'>[] = ['sealed', 'claimed', ...ENDS]
    assert.deepEqual(states, ['absent', ...server])
    const spec = readFileSync(new URL('../../SPEC.md', import.meta.url), 'utf8')
    const drawn = /### 6\.1 States\n+```\n(.+?)```/s.exec(spec)?.[1]?.match(/\b[A-Z]{4,}\b/g) ?? []
    assert.deepEqual(new Set(drawn), new Set(['DRAFT', ...server.map((state) => state.toUpperCase())]))
  })

  test('has every mutant that is listed, and no other', () => {
    const flags = new Set(model.match(/\bM_[A-Z_]+\b/g))
    assert.deepEqual([...flags].toSorted(), MUTANTS.map(({ flag }) => flag).toSorted())
  })

  test('is true in every state that one crash, one copy and one wrong PIN each can reach', { skip: reason }, async (t) => {
    const bounds = ['CRASHES=1', 'WRONG=1']
    const found = await search({ after: (clean) => t.after(clean) }, bounds)
    assert.equal(found.violated, null, found.steps.join('\n'))
    assert.ok(found.states > 100_000)
    const control = { what: '', isCaught: true, how: '' }
    assert.ok(isProven(tellFigure(found, bounds, [control])))
  })

  test('is found untrue without its rules', { skip: reason }, async (t) => {
    // One of each kind here; all of them in the stage.
    for (const flag of ['M_READ_THEN_DELETE', 'M_UNFENCED']) {
      const mutant = MUTANTS.find((mutant) => mutant.flag === flag)
      assert.ok(mutant)
      const { isCaught, how } = await findMutant({ say: silent, after: (clean) => t.after(clean) }, mutant)
      assert.ok(isCaught, how)
    }
  })
})

describe('a run of the model', () => {
  const answered = (call: string, answer: string) => [call, 'commit', `answer ${answer}`]
  const lines = [
    ...answered('create', 'sealed 0 2'),
    ...answered('guess 0 0', 'sealed 0 1'),
    ...answered('claim 0', 'claimed 0 1'),
    ...answered('ack 0 wrong', 'claimed 0 1'),
    'lease',
    ...answered('peek', 'opened 0 1'),
    ...answered('ack 0 right', 'opened 1 1'),
  ]

  test('is what the shipped engine does', (t) => {
    assert.deepEqual(play(aWorkspace(t), lines), { compared: 6, restored: 0, difference: null })
  })

  for (const wrong of WRONG_ENGINES) {
    test(`is not what comes of ${wrong.what}`, (t) => {
      assert.equal(play(aWorkspace(t), wrong.run).difference, null)
      assert.notEqual(play(aWorkspace(t), wrong.run, wrong).difference, null)
    })
  }

  test('is what the shipped engine does, whatever is drawn', { skip: reason }, async () => {
    const { compared, differences } = await playRuns(1001, 10)
    assert.deepEqual(differences, [])
    assert.ok(compared > 50)
  })
})

describe('a search', () => {
  const report = (errors: number, more = '') => `${more}
State-vector 64 byte, depth reached 79, errors: ${errors}
   402895 states, stored
  1345266 transitions (= stored+matched)`

  test('is whole if nothing stopped it', () => {
    assert.deepEqual(readSearch(report(0)), { states: 402_895, depth: 79, isWhole: true, violated: null })
  })

  test('is not whole if it was not deep enough, and then proves nothing', () => {
    const found = readSearch(report(0, 'error: max search depth too small'))
    assert.equal(found.isWhole, false)
    assert.throws(() => tellFigure({ ...found, steps: [] }, [], []), /left out/)
  })

  test('tells what is untrue, and never counts that as proven', () => {
    const found = readSearch(report(1, 'pan:1: assertion violated is_restored (at depth 23)'))
    assert.equal(found.violated, 'assertion violated is_restored')
    assert.equal(tellFigure({ ...found, steps: [] }, [], []).violations, 1)
  })

  test('that reports something else is an error', () => {
    assert.throws(() => readSearch('Segmentation fault'), /the search reported/)
    assert.throws(() => readSearch(report(1)), /the search reported/)
  })
})
