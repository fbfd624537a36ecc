import { createHash } from 'node:crypto'
import { drawChance } from '../chance.ts'
import { Disk, type Image, type Remains } from './disk.ts'
import { type Violation, checkDisk, lookIntoVault } from './recover.ts'
import type { Recording } from './record.ts'

/** Which states are tried. */
export interface ReplaySize {
  readonly seed: number
  /** Behind every n-th thing that happened to the disk. */
  readonly every: number
  /** Of each of these, how many subsets of what was not flushed. */
  readonly torn: number
}

/** One of several processes that share the states among them. */
export interface Share {
  readonly part: number
  readonly parts: number
}

export interface Replayed {
  /** States with everything, nothing, and all but the names or the bytes: every one of them. */
  readonly whole: number
  /** States with some of it. */
  readonly torn: number
  readonly violations: { readonly whole: number; readonly torn: number }
  /** How often each was seen. */
  readonly kinds: Readonly<Record<string, number>>
  readonly examples: readonly string[]
}

const WHOLE: readonly Remains[] = ['all', 'flushed', 'nameless', 'named']
const EXAMPLES_MAX = 5
/** Of what is left whole nothing is drawn. */
const NO_CHANCE = drawChance(0)

/**
 * Pull the plug behind one thing after the other, and recover from whatever may be left.
 *
 * @param isWanted - whether anybody still waits for it.
 */
export function replay(
  directory: string,
  recording: Recording,
  { seed, every, torn }: ReplaySize,
  { part, parts }: Share,
  isWanted: () => boolean,
): Replayed {
  const disk = new Disk()
  const chance = drawChance(seed)
  const found = new Tally()
  let nth = 0
  for (let behind = 0; behind <= recording.events.length && isWanted(); behind++) {
    const event = recording.events[behind - 1]
    if (event !== undefined) disk.apply(event)
    if (behind % every !== seed % every || nth++ % parts !== part) continue
    // Whatever else is drawn, a state is drawn from its own place in the record.
    const here = drawChance(seed * 1_000_003 + behind)
    const remains = [...WHOLE, ...Array.from({ length: torn }, () => 'torn' as const)]
    const images = dropDoubles(remains.map((remains) => ({ remains, image: disk.leave(remains, here) })))
    for (const { remains, image } of images) {
      found.add(remains, behind, checkDisk(directory, image, recording, behind, chance))
    }
  }
  return found
}

/** Pull the plug behind every thing, and look into the vault alone. */
export function replayVault(recording: Recording): Replayed {
  const disk = new Disk()
  const found = new Tally()
  for (let behind = 0; behind <= recording.events.length; behind++) {
    const event = recording.events[behind - 1]
    if (event !== undefined) disk.apply(event)
    for (const remains of WHOLE) found.add(remains, behind, lookIntoVault(disk.leave(remains, NO_CHANCE), recording, behind))
  }
  return found
}

/** What several of them found together. */
export function addUp(all: readonly Replayed[]): Replayed {
  const sum = (count: (one: Replayed) => number) => all.reduce((total, one) => total + count(one), 0)
  const kinds: Record<string, number> = {}
  for (const one of all) for (const [kind, count] of Object.entries(one.kinds)) kinds[kind] = (kinds[kind] ?? 0) + count
  return {
    whole: sum(({ whole }) => whole),
    torn: sum(({ torn }) => torn),
    violations: { whole: sum(({ violations }) => violations.whole), torn: sum(({ violations }) => violations.torn) },
    kinds,
    examples: all.flatMap(({ examples }) => examples).slice(0, EXAMPLES_MAX),
  }
}

/** What is left in the same way twice is one state. */
function dropDoubles(states: readonly { readonly remains: Remains; readonly image: Image }[]) {
  const seen = new Set<string>()
  return states.filter(({ image }) => {
    const hash = createHash('sha256')
    for (const [path, content] of [...image].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      hash.update(`${path}\0${content.length}\0`).update(content)
    }
    const name = hash.digest('hex')
    return !seen.has(name) && seen.add(name)
  })
}

class Tally implements Replayed {
  whole = 0
  torn = 0
  readonly violations = { whole: 0, torn: 0 }
  readonly kinds: Record<string, number> = {}
  readonly examples: string[] = []

  add(remains: Remains, behind: number, violations: readonly Violation[]): void {
    const which = remains === 'torn' ? 'torn' : 'whole'
    this[which]++
    if (violations.length > 0) this.violations[which]++
    for (const { what, where } of violations) {
      this.kinds[what] = (this.kinds[what] ?? 0) + 1
      if (this.examples.length < EXAMPLES_MAX) this.examples.push(`behind ${behind}, ${remains}: ${what}: ${where}`)
    }
  }
}
