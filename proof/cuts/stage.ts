import type { Control, Figure, Stage } from '../stage.ts'
import { BROKEN_CALLS } from './controls.ts'
import { CALLS, type CutsFound, proveCuts } from './prove-cuts.ts'
import { proveReader } from './prove-reader.ts'

/** A broken server need not be cut at every byte to be noticed. */
const CONTROL_EVERY = 8

export const stage: Stage = {
  minutesMax: 15,
  async run({ seed, say, after }) {
    const found = await proveCuts({ after }, { seed, every: 1, calls: CALLS })
    say(`${found.cuts} cuts, ${found.violations.length} violations`)
    const reader = await proveReader({ after }, { every: 1 })
    say(`${reader.cuts} cuts of the client, ${reader.violations.length} violations`)
    for (const line of [...found.violations, ...reader.violations].slice(0, 20)) say(line)
    const controls: Control[] = []
    for (const { what, call, patches } of BROKEN_CALLS) {
      const broken = await proveCuts({ after }, { seed, every: CONTROL_EVERY, calls: [call] }, patches)
      controls.push(tellControl(what, broken))
      say(`control, ${what}: ${broken.violations.length} of ${broken.cuts} cuts`)
    }
    const figures: readonly Figure[] = [
      {
        promise: 'P4',
        what: 'Cuts behind every byte of the requests and replies of create, claim and ack, by RST and by FIN, and the same asked again; at each cut of a claim somebody else asks once before its claimant and once behind',
        tried: found.cuts,
        unit: 'cuts',
        violations: found.violations.length,
        kind: 'exhaustive',
        controls,
      },
      {
        promise: 'P4',
        what: 'Cuts behind every byte of what the client of the pages asks and is answered when it claims and acknowledges, by RST and by FIN; its reader tries again',
        tried: reader.cuts,
        unit: 'cuts',
        violations: reader.violations.length,
        kind: 'exhaustive',
        controls: [await proveUnread(after)],
      },
    ]
    return figures
  },
}

/** The same client, at a store that erases a share when it has sent it. */
async function proveUnread(after: Parameters<Stage['run']>[0]['after']): Promise<Control> {
  const [{ what, patches }] = BROKEN_CALLS as readonly [(typeof BROKEN_CALLS)[number]]
  return tellControl(what, await proveReader({ after }, { every: CONTROL_EVERY * 4 }, patches))
}

function tellControl(what: string, { cuts, violations }: CutsFound): Control {
  return { what, isCaught: violations.length > 0, how: `after ${violations.length} of ${cuts} cuts; one: ${violations[0] ?? 'none'}` }
}
