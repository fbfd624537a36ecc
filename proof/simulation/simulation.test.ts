import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { type TestContext, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkPatches, patchSource, patching } from '../mutate.ts'
import { isProven } from '../stage.ts'
import { type Outcome, work } from './crew.ts'
import { mustBeShipped, prove } from './figures.ts'
import { listShipped } from './graph.ts'
import { Violation } from './knowledge.ts'
import { MUTANTS, type Mutant, isFoundBy } from './mutants.ts'

const SEED = 20_261_126
const root = fileURLToPath(new URL('../../', import.meta.url))

describe('histories of the shipped code', () => {
  test('keep every promise, and every mutant is found in them', async (t) => {
    const lines: string[] = []
    const figures = await prove({ seed: SEED, runs: 1500, say: (line) => lines.push(line), after: (clean) => t.after(clean) })
    assert.deepEqual(
      figures.filter((figure) => !isProven(figure)),
      [],
      lines.join('\n'),
    )
    assert.deepEqual(
      figures.map(({ promise, tried }) => [promise, tried]),
      [
        ['P3', 1500],
        ['P23', 1500],
      ],
    )
  })

  test('are found again by seed and path, to the last word', async (t) => {
    const after = (clean: () => void) => t.after(clean)
    const mutant = 'any-claimant'
    const [found] = (await work([{ mutant, seed: 3, runs: 500 }], after)) as [Outcome]
    assert(found.failure !== null)
    const { seed, path, what, story } = found.failure
    const [again, sound] = await work(
      [
        { mutant, seed, runs: 1, path },
        { mutant: null, seed, runs: 1, path },
      ],
      after,
    )
    assert.equal(again?.failure?.what, what)
    assert.deepEqual(again.failure.story, story)
    assert.equal(sound?.failure, null, 'the same history breaks nothing in the code that is shipped')
  })
})

describe('a mutant', () => {
  const [lease, receipt] = ['any-claimant', 'receipt-hides-tries'].map((wanted) => MUTANTS.find(({ name }) => name === wanted) as Mutant)
  assert(lease !== undefined && receipt !== undefined)

  test('is found by the violation that it says, and by nothing else that is thrown', () => {
    const said = 'two claimants were given the share'
    assert(isFoundBy(lease, new Violation('P3', said)))
    for (const other of [
      new Error(said),
      new Violation('P3', 'fenced, although nothing was restored'),
      new TypeError('no file 3 is open'),
      said,
    ])
      assert(!isFoundBy(lease, other), String(other))
  })

  test('that makes a receipt lie is found by a receipt', () => {
    const said = 'fewer wrong tries than were answered'
    assert.deepEqual([isFoundBy(receipt, new Violation('P23', said)), isFoundBy(receipt, new Violation('P3', said))], [true, false])
  })
})

describe('what is exercised', () => {
  test('is what the server ships, thread included', () => {
    const shipped = listShipped(root)
    for (const file of ['secrets/engine.ts', 'secrets/worker.ts', 'vault/witness.ts', 'routes/claim-secret.ts'])
      assert(shipped.has(`packages/server/src/${file}`), file)
    assert.throws(() => mustBeShipped([{ exercised: ['packages/server/src/secrets/memory.ts'] }]), /memory\.ts is exercised, but/)
  })

  test('takes patches that apply exactly once, and no others', () => {
    const patch = { file: 'packages/server/src/main.ts', from: 'refuse(', to: 'accept(' }
    assert.throws(() => checkPatches([patch]), /applies [2-9] times, not once/)
    assert.throws(() => checkPatches([{ ...patch, from: 'no such text' }]), /applies 0 times/)
    assert.equal(patchSource('one two', 'a.ts', [{ file: 'a.ts', from: 'two', to: '$&' }]), 'one $&')
    for (const { patches } of MUTANTS) checkPatches(patches)
  })

  test('can be a whole process with its threads', (t: TestContext) => {
    const file = 'packages/server/src/secrets/store.ts'
    const { env, assertApplied } = patching(t, [{ file, from: 'SWEEP_ROWS_MAX = 500', to: 'SWEEP_ROWS_MAX = 7' }])
    const script = `
      import { Worker, isMainThread } from 'node:worker_threads'
      const { SWEEP_ROWS_MAX } = await import(${JSON.stringify(new URL(`../../${file}`, import.meta.url).href)})
      console.log(SWEEP_ROWS_MAX)
      if (isMainThread) new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(
        `import { SWEEP_ROWS_MAX } from '${new URL(`../../${file}`, import.meta.url).href}'; console.log(SWEEP_ROWS_MAX)`,
      )})))`
    const ran = spawnSync(process.execPath, ['--conditions=source', '--input-type=module', '--eval', script], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    })
    assert.equal(ran.stdout, '7\n7\n', ran.stderr)
    assertApplied()
  })
})
