import { whyNoTracer } from '../../packages/server/test/support/tracer.ts'
import type { Control, Figure, Stage } from '../stage.ts'
import { BROKEN_SERVERS, isCaught } from './controls.ts'
import { proveBroken, provePower } from './prove-power.ts'

const SIZE = { people: 36, lives: 3, aged: 2, every: 1, torn: 4, processes: 2 } as const
/** A control need not be recovered from every state to be noticed. */
const CONTROL_SIZE = { people: 12, lives: 3, aged: 0, every: 2, torn: 2, processes: 2 } as const

export const stage: Stage = {
  packages: { strace: '/usr/bin/strace' },
  minutesMax: 15,
  async run({ seed, say, after }) {
    const why = whyNoTracer()
    if (why !== false) throw new Error(`P6 cannot be proven here: ${why}`)
    const found = await provePower({ after }, { ...SIZE, seed })
    say(`${found.events} events on the disk, ${found.calls} calls, ${found.whole} whole and ${found.torn} torn states`)
    for (const example of found.examples) say(example)
    const controls: Control[] = []
    for (const server of BROKEN_SERVERS) {
      const { what } = server
      const broken = await proveBroken({ after }, { ...CONTROL_SIZE, seed }, server)
      const kinds = Object.entries(broken.kinds).map(([kind, count]) => `${count} ${kind}`)
      const bad = broken.violations.whole + broken.violations.torn
      const how = `${bad} of ${broken.whole + broken.torn} states; secrets in them: ${kinds.join(', ') || 'none'}`
      controls.push({ what, isCaught: isCaught(server, broken.kinds), how })
      say(`control, ${what}: ${how}`)
    }
    const told = `behind each of ${found.events} writes, flushes, cuts and names of three lives of a server`
    const figures: readonly Figure[] = [
      {
        promise: 'P6',
        what: `Recovery from a disk that lost its power ${told}: with all that was written, with nothing that was not flushed, without the names or without the bytes that were not`,
        tried: found.whole,
        unit: 'states of the disk',
        violations: found.violations.whole,
        kind: 'exhaustive',
        controls,
      },
      {
        promise: 'P6',
        what: `The same ${told}, with some of the blocks, cuts and names that were not flushed`,
        tried: found.torn,
        unit: 'states of the disk',
        violations: found.violations.torn,
        kind: 'sampled',
        controls,
      },
    ]
    return figures
  },
}
