import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeRoomToStart } from '../../packages/server/src/secrets/ballast.ts'
import { type Engine, type EngineOptions, openEngine } from '../../packages/server/src/secrets/engine.ts'
import type { Burned, Created, NewSecret, ReceiptRead } from '../../packages/server/src/secrets/store.ts'
import { HOUR_MS, T0, aSecret, anEngineFor, at } from '../../packages/server/test/store/fixtures.ts'
import { type FileSystem, fill, unmountUnder, withMounted } from './mount.ts'
import type { FullDisk } from './full-disk.ts'
import { createSeeded } from './seeded.ts'
import { listHolding } from '../../packages/server/test/support/scan.ts'
import type { Behind } from '../../packages/server/test/support/server-process.ts'
import type { Patch } from '../mutate.ts'
import { runPatched } from '../run-patched.ts'

const MIB = 1024 ** 2
const DISK_BYTES = 96 * MIB
const MARGIN_BYTES = 4 * MIB
const BATCH = 8
/** Sweeps until everything is swept, at most: each takes half as many as the one before, or more. */
const SWEEPS_MAX = 1000
/** What the first two parts of the log's index are enough for, 4062 and 4096 pages with their headers, and less than a third part takes. */
const PARTS_LOG_BYTES = (4062 + 4096) * (4096 + 24) + 16 * 1024

const RUNNER = fileURLToPath(new URL('sweep-runner.ts', import.meta.url))

export interface SweepOptions {
  readonly fileSystem: FileSystem
  readonly seed: number
  readonly secrets: number
  readonly sealedBytes: number
  readonly hasBallast: boolean
  /** What ends all of them: their time, calls that come together, or a start that finds the vault gone. */
  readonly endedBy: 'time' | 'calls' | 'the loss of the vault'
}

/** What a run has. */
interface Run {
  readonly engineOptions: EngineOptions
  readonly foreign: string
  readonly secrets: readonly NewSecret[]
  readonly wrong: string[]
}

/** End many secrets together on a disk that somebody has filled, with the shipped engine and a clock of our own. */
export function proveFullSweep(options: SweepOptions): Promise<FullDisk> {
  return withMounted(options.fileSystem, DISK_BYTES, (disk) => {
    const directory = join(disk.path, 'data')
    mkdirSync(join(directory, 'vault'), { recursive: true, mode: 0o700 })
    const engineOptions = { ...anEngineFor(directory), freeBytesMin: options.hasBallast ? MARGIN_BYTES : 0 }
    const first = openEngine(engineOptions)
    const run: Run = { engineOptions, foreign: join(disk.path, 'foreign'), secrets: createAll(first, options), wrong: [] }
    const { secrets, wrong } = run
    let engine: Engine | null = first
    switch (options.endedBy) {
      case 'time':
        sweepAll(run, first)
        break
      case 'calls':
        burnAll(run, first)
        break
      case 'the loss of the vault':
        first.close()
        engine = startWithout(run)
    }
    for (const { share, sealed } of [secrets[0], secrets.at(-1)].filter((secret) => secret !== undefined)) {
      const left = [share, sealed.subarray(20_000, 20_100)].flatMap((bytes) => listHolding(directory, bytes))
      if (left.length > 0) wrong.push(`what was ended is left in ${left.join()}`)
    }
    try {
      engine?.close()
    } catch (error) {
      wrong.push(`it could not be closed: ${(error as Error).message}`)
    }
    return Promise.resolve({ asked: secrets.length, wrong })
  })
}

function createAll(engine: Engine, { seed, secrets: count, sealedBytes }: SweepOptions): readonly NewSecret[] {
  const seeded = createSeeded(seed)
  const draw = (bytes: number) => new Uint8Array(seeded.bytes(bytes))
  const drawn = Array.from({ length: count }, () => aSecret({ sealed: draw(sealedBytes), share: draw(32) }))
  const created: NewSecret[] = []
  for (let i = 0; i < drawn.length; i += BATCH) {
    const batch = drawn.slice(i, i + BATCH)
    const answers = engine.run(batch.map((secret) => ({ op: 'create', secret, now: at(T0) }))) as readonly Created[]
    created.push(...batch.filter((_, n) => answers[n]?.outcome === 'created'))
  }
  return created
}

/** Nobody leaves a byte of the disk. */
function sweepAll({ foreign, secrets, wrong }: Run, engine: Engine): void {
  const now = at(T0 + HOUR_MS)
  let swept = 0
  for (let i = 0; i < SWEEPS_MAX && swept < secrets.length; i++) {
    fill(foreign)
    const [answer] = engine.run([{ op: 'sweep', now }]) as readonly { swept?: number; outcome?: string }[]
    if (answer?.swept === undefined) {
      wrong.push(`a sweep was ${answer?.outcome ?? 'not answered'} after ${swept}`)
      break
    }
    swept += answer.swept
    engine.settle()
  }
  if (swept < secrets.length) wrong.push(`${swept} of ${secrets.length} are swept`)
}

/** What is left of the disk ends where the log needs a third part of its index. */
function burnAll({ foreign, secrets, wrong }: Run, engine: Engine): void {
  const [first, ...others] = secrets.map(({ id, receiptHash }) => ({ op: 'burn', id, receiptHash, now: at(T0) }) as const)
  if (first === undefined) return
  // Behind an end the log is cut to nothing.
  engine.run([first])
  engine.settle()
  fill(foreign)
  truncateSync(foreign, statSync(foreign).size - PARTS_LOG_BYTES)
  try {
    const burned = (engine.run(others) as readonly Burned[]).filter(({ outcome }) => outcome === 'burned')
    if (burned.length < others.length) wrong.push(`${burned.length} of ${others.length} are burned`)
    engine.settle()
  } catch (error) {
    wrong.push(`burning failed: ${(error as Error).message}`)
  }
}

/** Start without the shares, as a server does on a full disk; the engine, if it has started. */
function startWithout({ engineOptions, foreign, secrets, wrong }: Run): Engine | null {
  const { directory } = engineOptions
  rmSync(join(directory, 'vault', 'shares'))
  fill(foreign)
  try {
    makeRoomToStart(directory, join(directory, 'ballast'))
    const engine = openEngine(engineOptions)
    const lost = secrets.filter(({ id, receiptHash }) => {
      const [answer] = engine.run([{ op: 'receipt', id, receiptHash, now: at(T0) }]) as readonly ReceiptRead[]
      return answer?.outcome === 'receipt' && answer.life.state === 'lost'
    })
    if (lost.length < secrets.length) wrong.push(`${lost.length} of ${secrets.length} are lost`)
    return engine
  } catch (error) {
    wrong.push(`it did not start: ${(error as Error).message}`)
    return null
  }
}

/** Secrets on a disk that somebody has filled to its last byte. */
export function filledUp(fileSystem: FileSystem, seed: number, secrets: number, hasBallast = true): SweepOptions {
  return { fileSystem, seed, secrets, sealedBytes: 40_000, hasBallast, endedBy: 'time' }
}

/** Secrets whose end by calls that come together takes a log that outgrows its index. */
export function outgrown(fileSystem: FileSystem, seed: number): SweepOptions {
  return { fileSystem, seed, secrets: 600, sealedBytes: 65_536, hasBallast: false, endedBy: 'calls' }
}

/** Secrets on such a disk whose vault is gone. */
export function withoutVault(fileSystem: FileSystem, seed: number): SweepOptions {
  return { ...filledUp(fileSystem, seed, 200), endedBy: 'the loss of the vault' }
}

/** The same with changed files. */
export async function sweepPatched(behind: Behind, options: SweepOptions, patches: readonly Patch[]): Promise<FullDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-proof-'))
  try {
    return await runPatched(behind, RUNNER, [JSON.stringify(options)], patches, folder)
  } finally {
    // One that was ended in the middle leaves its disk.
    unmountUnder(folder)
    rmSync(folder, { recursive: true, force: true })
  }
}
