import type { Control, Stage } from '../stage.ts'
import { ANSWERS_FIRST, LEASES_REOPEN } from './controls.ts'
import { proveKills } from './prove-kills.ts'

const KILLS = 200
/** Servers that are killed at the same time, each with its own observer. */
const SERVERS = 2
const CONTROL_KILLS = 5

export const stage: Stage = {
  minutesMax: 15,
  async run({ seed, say, after }) {
    const prove = (part: number) => proveKills({ after }, { seed: seed + part, kills: KILLS / SERVERS })
    const found = await Promise.all(Array.from({ length: SERVERS }, (_, part) => prove(part)))
    const sum = (count: (one: (typeof found)[number]) => number) => found.reduce((total, one) => total + count(one), 0)
    const violations = found.flatMap(({ violations }) => violations)
    for (const line of violations.slice(0, 20)) say(line)
    const told = `${sum(({ secrets }) => secrets)} secrets, ${sum(({ answered }) => answered)} answers, ${sum(({ unanswered }) => unanswered)} calls without one`
    say(`${sum(({ kills }) => kills)} kills, ${told}`)
    const controls: Control[] = []
    for (const [what, patches] of [
      ['a store that answers before it has written', ANSWERS_FIRST],
      ['a start that lets what was claimed wait again', LEASES_REOPEN],
    ] as const) {
      const broken = await proveKills({ after }, { seed, kills: CONTROL_KILLS }, patches)
      const how = `${broken.violations.length} secrets whose history nothing explains, after ${broken.kills} kills; one was ${broken.violations[0]?.split(':')[0] ?? 'not there'}`
      controls.push({ what, isCaught: broken.violations.length > 0, how })
      say(`control, ${what}: ${how}`)
    }
    return [
      {
        promise: 'P5',
        what: `SIGKILL of the server at a random moment with 24 calls under way; everything asked of ${told}, is explained by one order of what SPEC §6 allows`,
        tried: sum(({ kills }) => kills),
        unit: 'kills',
        violations: violations.length,
        kind: 'sampled',
        controls,
      },
    ]
  },
}
