import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openEngine } from '../../packages/server/src/secrets/engine.ts'
import type { Created, NewSecret } from '../../packages/server/src/secrets/store.ts'
import { HOUR_MS, T0, aSecret, anEngineFor, at } from '../../packages/server/test/store/fixtures.ts'
import { type FileSystem, fill, withMounted } from './mount.ts'
import type { FullDisk } from './full-disk.ts'
import { createSeeded } from './seeded.ts'
import { listHolding } from '../../packages/server/test/support/scan.ts'

const MIB = 1024 ** 2
const SEALED_BYTES = 40_000
const BATCH = 8
/** Sweeps until everything is swept, at most: each takes half as many as the one before, or more. */
const SWEEPS_MAX = 1000

/** Let secrets expire on a disk that somebody has filled to its last byte, and sweep them, with the shipped engine and a clock of our own. */
export function proveFullSweep(options: {
  readonly fileSystem: FileSystem
  readonly seed: number
  readonly secrets: number
  readonly hasBallast: boolean
}): Promise<FullDisk> {
  return withMounted(options.fileSystem, 32 * MIB, (disk) => {
    const directory = join(disk.path, 'data')
    mkdirSync(join(directory, 'vault'), { recursive: true, mode: 0o700 })
    const seeded = createSeeded(options.seed)
    const draw = (bytes: number) => new Uint8Array(seeded.bytes(bytes))
    const drawn = Array.from({ length: options.secrets }, () => aSecret({ sealed: draw(SEALED_BYTES), share: draw(32) }))
    const engine = openEngine({ ...anEngineFor(directory), freeBytesMin: options.hasBallast ? 4 * MIB : 0 })
    const wrong: string[] = []
    const secrets: NewSecret[] = []
    for (let i = 0; i < drawn.length; i += BATCH) {
      const batch = drawn.slice(i, i + BATCH)
      const answers = engine.run(batch.map((secret) => ({ op: 'create', secret, now: at(T0) }))) as readonly Created[]
      secrets.push(...batch.filter((_, n) => answers[n]?.outcome === 'created'))
    }
    const now = at(T0 + HOUR_MS)
    let swept = 0
    for (let i = 0; i < SWEEPS_MAX && swept < secrets.length; i++) {
      fill(join(disk.path, 'foreign'))
      const [answer] = engine.run([{ op: 'sweep', now }]) as readonly { swept?: number; outcome?: string }[]
      if (answer?.swept === undefined) {
        wrong.push(`a sweep was ${answer?.outcome ?? 'not answered'} after ${swept}`)
        break
      }
      swept += answer.swept
      engine.settle()
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
