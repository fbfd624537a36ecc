import { mkdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEngine } from '../../packages/server/src/secrets/engine.ts'
import type { Created, NewSecret } from '../../packages/server/src/secrets/store.ts'
import { HOUR_MS, T0, aSecret, anEngineFor, at } from '../../packages/server/test/store/fixtures.ts'
import { type FileSystem, fill, withMounted } from './mount.ts'
import type { FullDisk } from './full-disk.ts'
import { createSeeded } from './seeded.ts'
import { listHolding } from '../../packages/server/test/support/scan.ts'
import type { Behind } from '../../packages/server/test/support/server-process.ts'
import type { Patch } from '../mutate.ts'
import { runPatched } from '../run-patched.ts'

const MIB = 1024 ** 2
const DISK_BYTES = 80 * MIB
const MARGIN_BYTES = 4 * MIB
const BATCH = 8
/** Sweeps until everything is swept, at most: each takes half as many as the one before, or more. */
const SWEEPS_MAX = 1000
/** A part of the log's index is enough for so many pages of the log, each with its header; then there is no room for another part. */
const PART_LOG_BYTES = 4062 * (4096 + 24) + 16 * 1024

const RUNNER = fileURLToPath(new URL('sweep-runner.ts', import.meta.url))

export interface SweepOptions {
  readonly fileSystem: FileSystem
  readonly seed: number
  readonly secrets: number
  readonly sealedBytes: number
  readonly hasBallast: boolean
  /** What others leave of the disk: no byte, or as much as the log takes of it before its index must grow. */
  readonly leaves: 'nothing' | 'a log'
}

/** Let secrets expire on a disk that somebody has filled, and sweep them, with the shipped engine and a clock of our own. */
export function proveFullSweep(options: SweepOptions): Promise<FullDisk> {
  return withMounted(options.fileSystem, DISK_BYTES, (disk) => {
    const directory = join(disk.path, 'data')
    const foreign = join(disk.path, 'foreign')
    mkdirSync(join(directory, 'vault'), { recursive: true, mode: 0o700 })
    const seeded = createSeeded(options.seed)
    const draw = (bytes: number) => new Uint8Array(seeded.bytes(bytes))
    const drawn = Array.from({ length: options.secrets }, () => aSecret({ sealed: draw(options.sealedBytes), share: draw(32) }))
    const engine = openEngine({ ...anEngineFor(directory), freeBytesMin: options.hasBallast ? MARGIN_BYTES : 0 })
    const wrong: string[] = []
    const secrets: NewSecret[] = []
    for (let i = 0; i < drawn.length; i += BATCH) {
      const batch = drawn.slice(i, i + BATCH)
      const answers = engine.run(batch.map((secret) => ({ op: 'create', secret, now: at(T0) }))) as readonly Created[]
      secrets.push(...batch.filter((_, n) => answers[n]?.outcome === 'created'))
    }
    if (options.leaves === 'a log') {
      // Behind an end the log is cut to nothing.
      const burned = secrets.pop() as NewSecret
      engine.run([{ op: 'burn', id: burned.id, receiptHash: burned.receiptHash, now: at(T0) }])
      engine.settle()
    }
    const now = at(T0 + HOUR_MS)
    let swept = 0
    try {
      for (let i = 0; i < SWEEPS_MAX && swept < secrets.length; i++) {
        fill(foreign)
        if (options.leaves === 'a log') truncateSync(foreign, statSync(foreign).size - PART_LOG_BYTES)
        const [answer] = engine.run([{ op: 'sweep', now }]) as readonly { swept?: number; outcome?: string }[]
        if (answer?.swept === undefined) {
          wrong.push(`a sweep was ${answer?.outcome ?? 'not answered'} after ${swept}`)
          break
        }
        swept += answer.swept
        engine.settle()
      }
    } catch (error) {
      wrong.push(`a sweep failed after ${swept}: ${(error as Error).message}`)
    }
    if (swept < secrets.length) wrong.push(`${swept} of ${secrets.length} are swept`)
    for (const { share, sealed } of [secrets[0], secrets.at(-1)].filter((secret) => secret !== undefined)) {
      const left = [share, sealed.subarray(20_000, 20_100)].flatMap((bytes) => listHolding(directory, bytes))
      if (left.length > 0) wrong.push(`what was swept is left in ${left.join()}`)
    }
    try {
      engine.close()
    } catch (error) {
      wrong.push(`it could not be closed: ${(error as Error).message}`)
    }
    return Promise.resolve({ asked: secrets.length, wrong })
  })
}

/** Secrets on a disk that somebody has filled to its last byte. */
export function filledUp(fileSystem: FileSystem, seed: number, secrets: number, hasBallast = true): SweepOptions {
  return { fileSystem, seed, secrets, sealedBytes: 40_000, hasBallast, leaves: 'nothing' }
}

/** Secrets whose end takes more pages of the log than a part of its index is enough for. */
export function outgrown(fileSystem: FileSystem, seed: number): SweepOptions {
  return { fileSystem, seed, secrets: 300, sealedBytes: 65_536, hasBallast: false, leaves: 'a log' }
}

/** The same sweep with changed files. */
export function sweepPatched(behind: Behind, options: SweepOptions, patches: readonly Patch[]): Promise<FullDisk> {
  return runPatched(behind, RUNNER, [JSON.stringify(options)], patches)
}
