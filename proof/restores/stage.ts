import { type Control, type Figure, type Stage, type StageOptions } from '../stage.ts'
import { BROKEN, NO_ATTEMPTS, NO_WITNESS } from './controls.ts'
import { restoreUnderServer } from './fence.ts'
import { patching } from '../mutate.ts'
import { runPoints } from './run-points.ts'
import { stealCopies } from './steal.ts'

export const stage: Stage = {
  minutesMax: 15,
  run: async (options) => [...(await prove13(options)), ...(await prove14(options))],
}

async function prove13({ say, ...behind }: StageOptions): Promise<readonly Figure[]> {
  const theft = await stealCopies(behind, {
    secrets: 6,
    ways: ['files', 'backup', 'vacuum'],
    moments: ['created', 'guessed', 'opening'],
    besides: ['nothing', 'a new vault', 'a forged vault'],
    thorough: 2,
  })
  for (const found of theft.found) say(found)
  const { served, searched } = theft.control
  const control: Control = {
    what: 'the vault copied along, before the opening',
    isCaught: served.found.length === 6 && searched.found.some((line) => line.includes('what only one may read')),
    how: `a server on it gave ${served.found.length} of 6 plaintexts, and the search of its bytes found the share`,
  }
  // Neither every share nor drawn ones alone; and all copies are of one run.
  const figure = { promise: 'P13', kind: 'measured', violations: theft.found.length, controls: [control] } as const
  if (theft.sealed === 0) throw new Error('no copy holds what is sealed: nothing was tried')
  return [
    {
      ...figure,
      what: `shares tried on sealed bytes from ${theft.copies} copies: zeros, random ones, every 32 bytes of a copy`,
      tried: theft.shares,
      unit: 'shares',
    },
    {
      ...figure,
      what: 'claims with link and PIN at servers on copies, without a vault, with a new one, with a forged one, fenced and accepted',
      tried: theft.claims,
      unit: 'claims',
    },
  ]
}

async function prove14({ seed, say, ...behind }: StageOptions): Promise<readonly Figure[]> {
  const tally = await runPoints(behind, seed, { runs: 10, calls: 40 })
  for (const violation of tally.violations) say(violation)
  say(
    `${tally.restores} copies put back, ${tally.older} of them fenced; ${tally.opened} secrets that waited were opened, ${tally.guesses} wrong PINs`,
  )
  const controls: Control[] = []
  for (const { what, patches, says } of BROKEN) {
    const { violations, restores } = await runPoints(behind, seed, { runs: 2, calls: 40 }, patches)
    const caught = violations.filter((violation) => says.test(violation))
    controls.push({
      what,
      isCaught: caught.length > 0,
      how: `${caught.length} violations in ${restores} restores, such as: ${caught[0] ?? 'none'}`,
    })
  }
  const fenced = await restoreUnderServer(behind)
  for (const violation of fenced.violations) say(violation)
  const patched = patching(behind, NO_WITNESS.patches)
  const caught = (await restoreUnderServer(behind, patched.env)).violations
  patched.assertApplied()
  // The copies of one run are not independent of each other, and there are few runs.
  const figure = { promise: 'P14', kind: 'measured' } as const
  const over = `over HTTP, ${caught.length} answers that a fenced server does not give`
  return [
    {
      ...figure,
      what: 'copies of the database from after each call put back under the last vault, with the witness and without it',
      tried: tally.restores,
      unit: 'restores',
      violations: tally.violations.length,
      controls,
    },
    {
      ...figure,
      what: 'calls on a server with a restored database, fenced, with a wrong generation and with the right one',
      tried: fenced.asked,
      unit: 'calls',
      violations: fenced.violations.length,
      controls: [{ what: NO_WITNESS.what, isCaught: caught.length > 0, how: over }],
    },
    {
      promise: 'P16',
      kind: 'measured',
      what: 'wrong PINs after an accepted restore, on top of those that were answered before it',
      tried: tally.guesses,
      unit: 'wrong PINs',
      violations: tally.violations.filter((violation) => /wrong PIN/.test(violation)).length,
      controls: controls.filter(({ what }) => what === NO_ATTEMPTS.what),
    },
  ]
}
