import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { StageOptions } from '../stage.ts'

const run = promisify(execFile)

export const MODEL = fileURLToPath(new URL('letterlock.pml', import.meta.url))

/** Debian packages, each with a file that tells that it is there. */
export const PACKAGES = {
  spin: '/usr/bin/spin',
  gcc: '/usr/bin/gcc',
  'libc6-dev': '/usr/include/stdio.h',
}

/** What of {@link PACKAGES} is not there. */
export function listMissing(): readonly string[] {
  return Object.entries(PACKAGES)
    .filter(([, path]) => !existsSync(path))
    .map(([name]) => name)
}

/** What a search through the states of the model came to. */
export interface Search {
  readonly states: number
  /** Steps from the beginning to the deepest state. */
  readonly depth: number
  /** Whether every state that can be reached was gone through. */
  readonly isWhole: boolean
  /** What was found untrue; `null` if nothing was. */
  readonly violated: string | null
  /** The steps that lead there, in words of the model. */
  readonly steps: readonly string[]
}

/** Steps that one search may be deep. It fails if that is too few, rather than leave some out. */
const DEPTH_MAX = 2000
/** Longest that one search may take, in ms; and most that it may print, in bytes. */
const SEARCH_MS_MAX = 8 * 60_000
const OUTPUT_BYTES_MAX = 1 << 24

/** Go through every state of the model, as it is built with these flags, or until something is untrue. */
export async function search({ after }: Pick<StageOptions, 'after'>, flags: readonly string[]): Promise<Search> {
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-model-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const here = { cwd: folder, timeout: SEARCH_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX, env: { PATH: '/usr/bin:/bin' } }
  const defines = flags.map((flag) => `-D${flag}`)
  await run('spin', [...defines, '-a', MODEL], here)
  // What compiles slowly is not worth it for a search of a second. No reduction: there is one process, and nothing to leave out.
  const optimise = flags.some((flag) => flag.startsWith('M_')) ? '-O0' : '-O2'
  await run('gcc', [optimise, '-w', '-DSAFETY', '-DCOLLAPSE', '-DNOREDUCE', '-o', 'pan', 'pan.c'], here)
  const { stdout } = await run('./pan', ['-n', `-m${DEPTH_MAX}`, '-w22'], here)
  const trail = join(folder, 'letterlock.pml.trail')
  const steps = existsSync(trail) ? await replay(trail, defines, here) : []
  rmSync(folder, { recursive: true, force: true })
  return { ...readSearch(stdout), steps }
}

/** What the search says of itself. Throws on a report that is not one. */
export function readSearch(report: string): Omit<Search, 'steps'> {
  const numberIn = (pattern: RegExp) => {
    const found = pattern.exec(report)?.[1]
    if (found === undefined) throw new Error(`the search reported: ${report}`)
    return Number(found)
  }
  const states = numberIn(/^ *([\d.e+]+) states, stored/m)
  const depth = numberIn(/depth reached (\d+)/)
  const errors = numberIn(/errors: (\d+)/)
  const violated = /^pan:\d+: (.+?) \(at depth/m.exec(report)?.[1] ?? null
  if (errors > 0 !== (violated !== null)) throw new Error(`the search reported: ${report}`)
  const isWhole = violated === null && !/max search depth too small|Search not completed|out of memory/i.test(report)
  return { states, depth, isWhole, violated }
}

async function replay(trail: string, defines: readonly string[], here: object): Promise<readonly string[]> {
  // It ends with 1, since what it repeats is untrue at its end.
  const told = await run('spin', [...defines, '-t', '-k', trail, MODEL], here).catch((error: { stdout?: string }) => error)
  return (told.stdout ?? '')
    .split('\n')
    .filter((line) => /^ {4,}[a-z]/.test(line))
    .map((line) => line.trim())
}
