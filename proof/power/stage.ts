import type { Behind } from '../../packages/server/test/support/server-process.ts'
import { whyNoTracer } from '../../packages/server/test/support/tracer.ts'
import type { Control, Figure, Stage } from '../stage.ts'
import { BROKEN_SERVERS, type BrokenServer, TRUSTING, isCaught } from './controls.ts'
import { type PowerSize, proveBroken, provePower } from './prove-power.ts'

const SIZE = { people: 36, lives: 3, aged: 2, isBegun: false, every: 1, torn: 4, processes: 2 } as const
/** A control need not be recovered from every state to be noticed. */
const CONTROL_SIZE = { people: 12, lives: 3, aged: 0, isBegun: false, every: 2, torn: 2, processes: 2 } as const
/** What an earlier start has left shows itself in the first life. */
const BEGUN_SIZE = { people: 12, lives: 1, aged: 0, isBegun: true, every: 1, torn: 0, processes: 2 } as const

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
    for (const server of BROKEN_SERVERS) controls.push(await control({ after }, server, { ...CONTROL_SIZE, seed }, say))
    const begun = await provePower({ after }, { ...BEGUN_SIZE, seed })
    for (const example of begun.examples) say(example)
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
      {
        promise: 'P6',
        what: `Recovery likewise behind each of the ${begun.events} of a first life in a directory that a start had made, and was killed`,
        tried: begun.whole,
        unit: 'states of the disk',
        violations: begun.violations.whole,
        kind: 'exhaustive',
        controls: [await control({ after }, TRUSTING, { ...BEGUN_SIZE, seed }, say)],
      },
    ]
    return figures
  },
}

/** See what the same finds where something is broken on purpose. */
async function control(behind: Behind, server: BrokenServer, size: PowerSize, say: (line: string) => void): Promise<Control> {
  const { kinds, violations, whole, torn } = await proveBroken(behind, size, server)
  const found = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`)
  const how = `${violations.whole + violations.torn} of ${whole + torn} states; secrets in them: ${found.join(', ') || 'none'}`
  say(`control, ${server.what}: ${how}`)
  return { what: server.what, isCaught: isCaught(server, kinds), how }
}
