import { type Patch, patching } from '../mutate.ts'
import type { Control, Figure, Stage, StageOptions } from '../stage.ts'
import { BELIEVES, IGNORES, OBEYS } from './controls.ts'
import { endDoubt } from './ends.ts'
import { findFaketime } from './faked.ts'
import { type Walk, walkThroughTime } from './walk.ts'

/** What is broken, and what the look that must notice it says. */
const BROKEN_ENDS: readonly (readonly [what: string, patches: readonly Patch[], says: RegExp])[] = [
  ['a server that believes its clock', BELIEVES, /time has gone back/],
  ['one that ignores LETTERLOCK_ACCEPT_CLOCK', IGNORES, /the time that was shown does not lower the floor/],
  ['one that takes any LETTERLOCK_ACCEPT_CLOCK', OBEYS, /a time that was not shown lowers the floor/],
]

const WALKS = 12
const MOVES = 25

export const stage: Stage = { packages: { faketime: '/usr/bin/faketime' }, minutesMax: 15, run }

async function run({ seed, say, ...behind }: StageOptions): Promise<readonly Figure[]> {
  const library = findFaketime()
  if (library === null) throw new Error('the library of faketime is not where Debian puts it')
  const walks: Walk[] = []
  for (let i = 0; i < WALKS; i++) walks.push(await walkThroughTime(behind, library, seed + i, { moves: MOVES }))
  const violations = walks.flatMap((walk) => walk.violations)
  for (const violation of violations) say(violation)
  const sum = (part: 'asked' | 'ended' | 'doubted') => walks.reduce((all, walk) => all + walk[part], 0)
  say(`${sum('ended')} answers about what had ended, ${sum('doubted')} while in doubt`)
  if (sum('ended') === 0 || sum('doubted') === 0) throw new Error('no walk has come across an end and a doubt')

  const ends = await endDoubt(behind, library)
  for (const violation of ends.violations) say(violation)
  const broken: Control[] = []
  for (const [what, patches, says] of BROKEN_ENDS) {
    const found = (await endDoubt(behind, library, patches)).violations
    broken.push({ what, isCaught: found.some((line) => says.test(line)), how: `${found.length} looks were wrong: ${found.join(', ')}` })
  }
  const believer = patching(behind, BELIEVES)
  const caught: string[] = []
  for (let i = 0; i < 3; i++)
    caught.push(...(await walkThroughTime(behind, library, seed + i, { moves: MOVES, env: believer.env })).violations)
  believer.assertApplied()
  const [alive, early] = [caught.filter((line) => /lives beyond|is back/.test(line)), caught.filter((line) => line.includes('ended early'))]
  const how = `${alive.length} answers that gave what had ended, ${early.length} that ended what had to wait`
  const controls = [{ what: 'a server that believes its clock', isCaught: alive.length > 0 && early.length > 0, how }]
  return [
    {
      promise: 'P15',
      what: `answers on ${WALKS} walks of ${MOVES} moves: steps of minutes to ten years forward and back, stops, kills, claims`,
      tried: sum('asked'),
      unit: 'answers',
      violations: violations.length,
      // Each walk asks on where its last answer has left it.
      kind: 'measured',
      controls,
    },
    {
      promise: 'P15',
      what: 'looks at the end of a doubt, made fifteen seconds long, and at a floor that is lowered',
      tried: ends.looks,
      unit: 'looks',
      violations: ends.violations.length,
      kind: 'measured',
      controls: broken,
    },
  ]
}
