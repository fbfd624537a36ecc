import { whyNoTracer } from '../../packages/server/test/support/tracer.ts'
import type { Figure, Stage, StageOptions } from '../stage.ts'
import { tryRows } from './matrix.ts'
import { OF_SQLITE, ROWS, UNCHECKED } from './rows.ts'

export const stage: Stage = { minutesMax: 15, run }

async function run({ say, ...behind }: StageOptions): Promise<readonly Figure[]> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('only root on Linux can give directories to others, and start servers as them')
  const whyNot = whyNoTracer()
  if (whyNot !== false) throw new Error(`file systems are played by strace, and ${whyNot}`)
  const matrix = await tryRows(behind, ROWS)
  for (const violation of [...matrix.violations, ...matrix.goodViolations]) say(violation)
  const unchecked = ROWS.filter(({ group }) => group === OF_SQLITE).map((row) => ({ ...row, patches: [...(row.patches ?? []), UNCHECKED] }))
  const { violations } = await tryRows(behind, unchecked)
  const accepted = violations.filter((violation) => violation.includes('not refused'))
  const groups = [...new Set(ROWS.map(({ group }) => group))]
  return [
    {
      promise: 'P10',
      what: `bad settings, one start each: ${groups.join(', ')}`,
      tried: matrix.tried,
      unit: 'settings',
      violations: matrix.violations.length,
      kind: 'exhaustive',
      controls: [
        {
          what: 'the good setting of each row',
          isCaught: matrix.good > 0 && matrix.goodViolations.length === 0,
          how: `${matrix.good - matrix.goodViolations.length} of ${matrix.good} start and have the secret that waits`,
        },
        {
          what: 'a server that does not look whether SQLite took its settings',
          isCaught: accepted.length > 0,
          how: `${accepted.length} of ${unchecked.length} bad settings of SQLite were accepted`,
        },
      ],
    },
  ]
}
