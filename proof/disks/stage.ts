import { existsSync } from 'node:fs'
import { whyNoTracer } from '../../packages/server/test/support/tracer.ts'
import type { Patch } from '../mutate.ts'
import type { Control, Figure, Stage, StageOptions } from '../stage.ts'
import type { Fault } from './fault.ts'
import { type EveryOptions, type Outcome, proveEvery, setScene } from './faulty-disk.ts'
import { type FullDisk, proveFullDisk } from './full-disk.ts'
import { filledUp, outgrown, proveFullSweep, sweepPatched, withoutVault } from './full-sweep.ts'
import { type FileSystem, whyNoMount } from './mount.ts'
import {
  ALL_AT_ONCE,
  IGNORES_LOG_FLUSH,
  IGNORES_VAULT_FLUSH,
  LOST_ROW,
  LOST_SHARE,
  NO_BALLAST,
  NO_COVER,
  NO_MARGIN,
  NO_ROOM_TO_START,
} from './controls.ts'

/** Faults of one kind that are tried at most: the scenario makes fewer calls of each. */
const FAULTS_MAX = 400
/** Servers at once: each waits for its disk more than it works. */
const LANES = 6
const FAULTS: readonly (Omit<Fault, 'nth'> & { readonly stride?: number })[] = [
  { call: 'fsync', error: 'EIO' },
  { call: 'fdatasync', error: 'EIO' },
  { call: 'ftruncate', error: 'EIO' },
  // All of these end alike, and there are many.
  { call: 'pwrite64', error: 'EIO', stride: 3 },
  { call: 'pwrite64', error: 'ENOSPC' },
]
const FILE_SYSTEMS: readonly FileSystem[] = ['tmpfs', 'ext4']
const COUNTS = { opened: 15, burned: 5, guesses: 2 }
const SWEPT = 400

export const stage: Stage = {
  packages: { strace: '/usr/bin/strace', e2fsprogs: '/usr/sbin/mkfs.ext4', mount: '/usr/bin/mount' },
  minutesMax: 15,
  async run(options) {
    const reasons = [existsSync('/usr/bin/strace') ? whyNoTracer(true) : 'strace is not installed', ...FILE_SYSTEMS.map(whyNoMount)]
    const reason = reasons.find((reason): reason is string => reason !== false)
    if (reason !== undefined) throw new Error(`P7 needs to trace a running process, and small file systems: ${reason}`)
    return [await proveFaults(options), await proveFull(options)]
  },
}

async function proveFaults({ seed, say, after }: StageOptions): Promise<Figure> {
  const counted: Outcome[] = []
  const run = async (fault: Omit<Fault, 'nth'>, options: Pick<EveryOptions, 'most' | 'stride' | 'patches' | 'isEnough'>) => {
    const outcomes = await proveEvery(() => setScene({ after }, seed), fault, { lanes: LANES, ...options })
    return outcomes.filter(({ hasFailed }) => hasFailed)
  }
  for (const { stride = 1, ...fault } of FAULTS) {
    const outcomes = await run(fault, { most: FAULTS_MAX, stride })
    counted.push(...outcomes)
    const ended = outcomes.filter(({ hasEnded }) => hasEnded).length
    say(`${fault.call} ${fault.error}: ${outcomes.length} faults, ${ended} ends`)
    for (const { wrong, fault } of outcomes) for (const what of wrong) say(`  ${fault.call} ${fault.error} ${fault.nth}: ${what}`)
  }
  // To go on is wrong by itself; a control is to have lost what it had answered.
  const control = async (what: string, call: Fault['call'], patch: Patch, sign: RegExp): Promise<Control> => {
    const isLoss = ({ wrong }: Outcome) => wrong.some((line) => sign.test(line))
    const outcomes = await run({ call, error: 'EIO' }, { most: LANES, patches: [patch], isEnough: isLoss })
    const losses = outcomes.filter(isLoss)
    const first = losses[0]?.wrong.find((line) => sign.test(line)) ?? 'nothing was lost'
    return { what, isCaught: losses.length > 0, how: `${losses.length} of ${outcomes.length} faults: such as "${first}"` }
  }
  return {
    promise: 'P7',
    what: 'in a scenario of twelve calls, each flush and cut fails in turn by an error, each write for lack of room, and every third by an error; then the power goes, with all that was not flushed',
    tried: counted.length,
    unit: 'faults',
    violations: counted.filter(({ wrong }) => wrong.length > 0).length,
    kind: 'exhaustive',
    controls: [
      await control('a server that goes on after a failed flush of its log', 'fsync', IGNORES_LOG_FLUSH, LOST_ROW),
      await control('a server that goes on after a failed flush of its vault', 'fdatasync', IGNORES_VAULT_FLUSH, LOST_SHARE),
    ],
  }
}

async function proveFull({ seed, say, after }: StageOptions): Promise<Figure> {
  const runs: FullDisk[] = []
  for (const fileSystem of FILE_SYSTEMS) {
    for (const [what, run] of [
      ['calls', () => proveFullDisk({ after }, { fileSystem, seed, counts: COUNTS })],
      ['secrets swept', () => proveFullSweep(filledUp(fileSystem, seed, SWEPT))],
      ['secrets lost with the vault', () => proveFullSweep(withoutVault(fileSystem, seed))],
      ['secrets burned together with a long log', () => proveFullSweep(outgrown(fileSystem, seed))],
    ] as const) {
      const result = await run()
      say(`full ${fileSystem}: ${result.asked} ${what}, ${result.wrong.length} wrong ${result.wrong.slice(0, 3).join(' | ')}`)
      runs.push(result)
    }
  }
  const full = (patch: Patch, fileSystem: FileSystem = 'tmpfs') =>
    proveFullDisk({ after }, { fileSystem, seed, counts: COUNTS, patches: [patch] })
  const controls = [
    tellControl('a server without a ballast', await full(NO_BALLAST), /^a claim when somebody has filled the disk: 503/),
    tellControl('a server without a margin', await full(NO_MARGIN), /^creates were refused only when/),
    tellControl(
      'a server that makes no room to start, on ext4',
      await full(NO_ROOM_TO_START, 'ext4'),
      /^it went no further: the server ended/,
    ),
    tellControl('an engine without a ballast', await proveFullSweep(filledUp('tmpfs', seed, SWEPT, false)), /^a sweep was/),
    tellControl(
      'a server that leaves the index of a long log to SQLite',
      await sweepPatched({ after }, outgrown('tmpfs', seed), [NO_COVER]),
      /^burning failed: disk I\/O error/,
    ),
    tellControl(
      'a server that ends at once all that a start must end',
      await sweepPatched({ after }, withoutVault('tmpfs', seed), [ALL_AT_ONCE]),
      /^it did not start: database or disk is full/,
    ),
  ]
  return {
    promise: 'P7',
    what: 'on tmpfs and ext4 that creates have filled to the margin, and somebody else to the last byte: opening, acknowledging, burning, guessing, sweeping, calls together whose log outgrows its index, a start, also one that finds the vault gone; then creating again',
    tried: runs.reduce((sum, { asked }) => sum + asked, 0),
    unit: 'calls and secrets',
    violations: runs.reduce((sum, { wrong }) => sum + wrong.length, 0),
    kind: 'measured',
    controls,
  }
}

function tellControl(what: string, { wrong }: FullDisk, sign: RegExp): Control {
  const found = wrong.find((line) => sign.test(line))
  return { what, isCaught: found !== undefined, how: found?.slice(0, 90) ?? 'nothing of the kind was seen' }
}
