import assert from 'node:assert/strict'
import process from 'node:process'
import { type TestContext, test } from 'node:test'
import { whyNoTracer } from '../../packages/server/test/support/tracer.ts'
import { tryRows } from './matrix.ts'
import { FIRST_ROWS, ROWS, type Row, UNCHECKED } from './rows.ts'

const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const needsTracer = ({ before }: Row) => before !== undefined
const isNobody = (row: Row) => !needsTracer(row) && row.isNobody === true
const isPlain = (row: Row) => !needsTracer(row) && row.isNobody !== true

/** What there is a setting of below, by who can try it. */
const GROUPS: readonly (readonly [is: (row: Row) => boolean, groups: readonly string[]])[] = [
  [isPlain, ['settings of SQLite', 'files that are not as they were left', 'links to somewhere else', 'places', 'environment']],
  [isNobody, ['permissions', 'owners']],
  [needsTracer, ['networks', 'copying file systems', 'memory']],
]

test('of every group one setting is tried here', () => {
  for (const [is, groups] of GROUPS)
    assert.deepEqual(
      FIRST_ROWS.filter(is).map(({ group }) => group),
      groups,
    )
  assert.deepEqual(new Set(GROUPS.flatMap(([, groups]) => groups)), new Set(ROWS.map(({ group }) => group)))
})

async function assertAll(t: TestContext, rows: readonly Row[]): Promise<void> {
  const { tried, violations, goodViolations } = await tryRows({ after: (clean) => t.after(clean) }, rows)
  assert.deepEqual([violations, goodViolations], [[], []])
  assert.ok(tried > 0 && tried === rows.length)
}

test('one bad setting of each kind is refused in one sentence, and changes nothing; without it the same server starts', (t) =>
  assertAll(t, FIRST_ROWS.filter(isPlain)))

test('so it is for somebody whom file modes hold back', { skip: isRoot ? false : 'only root can start a server as somebody else' }, (t) =>
  assertAll(t, FIRST_ROWS.filter(isNobody)),
)

test('networks are refused, and file systems that keep more or less than they should are told', { skip: whyNoTracer() }, (t) =>
  assertAll(t, FIRST_ROWS.filter(needsTracer)),
)

test('the same finds a server that does not look whether SQLite took its settings', async (t) => {
  const row = ROWS.find(({ what }) => what === 'synchronous is 1')
  assert.ok(row !== undefined)
  const { violations } = await tryRows({ after: (clean) => t.after(clean) }, [{ ...row, patches: [...(row.patches ?? []), UNCHECKED] }])
  assert.match(violations.join('\n'), /not refused/)
})
