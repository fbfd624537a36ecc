import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promises } from './promises.ts'
import { count, describeProofs } from './report.ts'
import { type Result, isSameSubject, root } from './results.ts'
import { type Figure, type PromiseName, boundUnseen, isProven } from './stage.ts'
import { STAGES, type StageName, loadStage } from './stages.ts'

const subject = { commit: 'c'.repeat(40), isChanged: false, node: 'v26.10.0' }
const figure: Figure = {
  promise: 'P1',
  what: 'claims that race',
  tried: 1000,
  unit: 'secrets',
  violations: 0,
  kind: 'sampled',
  controls: [{ what: 'a store that reads, and then writes', isCaught: true, how: 'two winners in 61 of 64' }],
}
const aResult = (more: Partial<Result> = {}): Result => ({
  subject,
  seed: 7,
  endedAtMs: Date.UTC(2026, 10, 26, 12),
  tookMs: 60_000,
  figures: [figure],
  failure: null,
  ...more,
})
const describeP1 = (...results: [StageName, Result][]) =>
  /^## P1\..*?(?=^## P2)/ms.exec(describeProofs(new Map(results), subject, '2 × CPU'))?.[0] ?? ''

describe('the page of proofs', () => {
  test('has every promise with its proof, its control and a command', () => {
    const page = describeProofs(new Map(), subject, '2 × CPU')
    for (const [name, { sentence, proof, control, stages }] of Object.entries(promises)) {
      for (const text of [`## ${name}. ${sentence}`, proof, control, `npm run prove -- ${stages.join(' ')}`])
        assert.ok(page.includes(text), `${name}: ${text}`)
    }
  })

  test('names tests that are there', () => {
    for (const test of Object.values(promises).flatMap(({ tests }) => tests)) assert.ok(existsSync(join(root, test)), test)
  })

  test('shows no figure of a stage that did not run', () => {
    assert.match(describeP1(), /races: \*\*not run\*\*/)
    assert.match(describeP1(['races', aResult({ figures: [{ ...figure, promise: 'P16' }] })]), /races: \*\*not run\*\*/)
    assert.match(describeP1(['races', aResult({ figures: [], failure: 'Error' })]), /races: \*\*failed\*\*/)
  })

  test('says what a figure means, and whether its control was noticed', () => {
    const good = describeP1(['races', aResult()])
    assert.match(good, /\*\*0 violations in 1\u202f000 secrets\*\*\. Sampled: below 0\.3 % at 95 %\./)
    assert.match(good, /control, a store that reads, and then writes: noticed, two winners in 61 of 64/)
    assert.match(describeP1(['races', aResult({ figures: [{ ...figure, kind: 'exhaustive' }] })]), /Every case\./)
    assert.match(describeP1(['races', aResult({ figures: [{ ...figure, kind: 'measured' }] })]), /secrets\*\*\. Measured\.\n/)
    assert.match(describeP1(['races', aResult({ figures: [{ ...figure, violations: 1 }] })]), /NOT PROVEN.*The promise is broken/s)
    const blind = { ...figure, controls: [{ what: 'x', isCaught: false, how: 'y' }] }
    assert.match(describeP1(['races', aResult({ figures: [blind] })]), /NOT PROVEN.*NOT NOTICED/s)
  })

  test('names commit, seed, Node, machine and date of the run', () => {
    const page = describeProofs(new Map([['races', aResult()]]), { ...subject, isChanged: true }, '2 × CPU')
    for (const text of [subject.commit, 'changes that are not committed', '| Seed | 7 |', 'v26.10.0', '2 × CPU', '2026-11-26 12:00 UTC']) {
      assert.ok(page.includes(text), text)
    }
  })
})

describe('a figure', () => {
  test('is worth something on the very same sources alone', () => {
    assert.equal(isSameSubject(subject, { ...subject }), true)
    for (const more of [{ commit: 'd'.repeat(40) }, { node: 'v26.11.0' }, { isChanged: true }]) {
      assert.equal(isSameSubject(subject, { ...subject, ...more }), false)
      assert.equal(isSameSubject({ ...subject, ...more }, subject), false)
    }
  })
})

describe('a proof', () => {
  test('holds only if something was tried, nothing broke, and every control was noticed', () => {
    assert.equal(isProven(figure), true)
    const control = figure.controls[0] as Figure['controls'][0]
    for (const more of [
      { tried: 0 },
      { violations: 1 },
      { controls: [] },
      { controls: [control, { ...control, isCaught: false }] },
    ] satisfies Partial<Figure>[])
      assert.equal(isProven({ ...figure, ...more }), false, JSON.stringify(more))
  })

  test('says how often what it has not seen may still happen', () => {
    assert.ok(Math.abs(boundUnseen(1) - 0.95) < 1e-12)
    // 0 of 7 673 is below 0.04 %.
    assert.equal(boundUnseen(7673).toFixed(6), '0.000390')
    assert.deepEqual([0, 999, 1000, 1234567].map(count), ['0', '999', '1\u202f000', '1\u202f234\u202f567'])
  })

  test('has a stage that can be loaded, and every stage has a promise', async () => {
    const named = new Set((Object.keys(promises) as PromiseName[]).flatMap((name) => promises[name].stages))
    assert.deepEqual([...named].toSorted(), [...STAGES].toSorted())
    for (const name of STAGES) assert.ok((await loadStage(name)).minutesMax <= 15, name)
  })
})
