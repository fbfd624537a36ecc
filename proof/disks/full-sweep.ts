import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openEngine } from '../../packages/server/src/secrets/engine.ts'
import { HOUR_MS, T0, aSecret, anEngineFor, at, listHolding } from '../../packages/server/test/store/fixtures.ts'
import { type FileSystem, fill, withMounted } from './mount.ts'
import type { FullDisk } from './full-disk.ts'
import { createSeeded } from './seeded.ts'

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
    const secrets = Array.from({ length: options.secrets }, () => aSecret({ sealed: draw(SEALED_BYTES), share: draw(32) }))
    const engine = openEngine({ ...anEngineFor(directory), freeBytesMin: options.hasBallast ? 4 * MIB : 0 })
    const wrong: string[] = []
    for (let i = 0; i < secrets.length; i += BATCH) {
      engine.run(secrets.slice(i, i + BATCH).map((secret) => ({ op: 'create', secret, now: at(T0) })))
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
    // Without room to say that it stops, it just stops.
    if (options.hasBallast) engine.close()
    return Promise.resolve({ asked: secrets.length, wrong })
  })
}
