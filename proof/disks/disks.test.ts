import assert from 'node:assert/strict'
import { mkdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { whyNoTracer } from '../../packages/server/test/support/tracer.ts'
import type { Patch } from '../mutate.ts'
import type { Fault } from './fault.ts'
import { openDatabase } from '../../packages/server/src/secrets/database.ts'
import { openEngine } from '../../packages/server/src/secrets/engine.ts'
import { openFiles } from '../../packages/server/src/secrets/open-files.ts'
import type { Created } from '../../packages/server/src/secrets/store.ts'
import { T0, aSecret, anEngineFor, at } from '../../packages/server/test/store/fixtures.ts'
import { PATIENCE_MS, until } from '../../packages/server/test/support/server-process.ts'
import { proveFault, setScene } from './faulty-disk.ts'
import { proveFullDisk } from './full-disk.ts'
import { filledUp, outgrown, proveFullSweep, sweepPatched, withoutVault } from './full-sweep.ts'
import { fill, readFree, whyNoMount, withMounted } from './mount.ts'
import { ALL_AT_ONCE, IGNORES_LOG_FLUSH, LOST_ROW, NO_BALLAST, NO_COVER, NO_MARGIN, NO_ROOM_TO_START } from './controls.ts'

const SEED = 7
const COUNTS = { opened: 4, burned: 1, guesses: 1 }

test('a disk that fails makes the server stop, or refuse, and whatever it had answered is so', { skip: whyNoTracer(true) }, async (t) => {
  const scene = await setScene(t, SEED)
  const faults: readonly (readonly [Fault, readonly Patch[]])[] = [
    [{ call: 'fsync', error: 'EIO', nth: 3 }, []],
    [{ call: 'fdatasync', error: 'EIO', nth: 3 }, []],
    [{ call: 'pwrite64', error: 'ENOSPC', nth: 30 }, []],
    // The one of a create: later ones may be those of settling, which this server does not ignore.
    [{ call: 'fsync', error: 'EIO', nth: 2 }, [IGNORES_LOG_FLUSH]],
  ]
  const [flush, vault, room, broken] = await Promise.all(faults.map(([fault, patches]) => proveFault(scene, fault, patches)))
  for (const outcome of [flush, vault]) assert.deepEqual(outcome, { hasFailed: true, hasEnded: true, wrong: [] })
  assert.deepEqual(room, { hasFailed: true, hasEnded: false, wrong: [] }, 'lack of room is got over')
  assert.ok(
    broken?.wrong.some((line) => LOST_ROW.test(line)),
    `a server that goes on after a failed flush loses what it answered: ${broken?.wrong.join()}`,
  )
})

test(
  'on a disk that is full to its last byte, opening, burning and starting go on; with room, so does creating',
  { skip: whyNoMount('tmpfs') },
  async (t) => {
    const on = (patches: readonly Patch[]) => proveFullDisk(t, { fileSystem: 'tmpfs', seed: SEED, counts: COUNTS, patches })
    const [sound, noBallast, noMargin, noRoom] = await Promise.all([on([]), on([NO_BALLAST]), on([NO_MARGIN]), on([NO_ROOM_TO_START])])
    assert.deepEqual(sound.wrong, [])
    assert.ok(
      noBallast.wrong.some((line) => line.startsWith('a claim when somebody has filled the disk: 503')),
      noBallast.wrong.join('\n'),
    )
    assert.ok(
      noMargin.wrong.some((line) => line.startsWith('creates were refused only when')),
      noMargin.wrong.join('\n'),
    )
    assert.ok(
      noRoom.wrong.some((line) => line.startsWith('it went no further: the server ended')),
      noRoom.wrong.join('\n'),
    )
  },
)

test('sweeping goes on, too, as little at a time as there is room for', { skip: whyNoMount('tmpfs') }, async () => {
  const sweep = (hasBallast: boolean) => proveFullSweep(filledUp('tmpfs', SEED, 200, hasBallast))
  assert.deepEqual((await sweep(true)).wrong, [])
  const { wrong } = await sweep(false)
  assert.ok(
    wrong.some((line) => line.startsWith('a sweep was')),
    `without a ballast it does not: ${wrong.join(', ')}`,
  )
})

test('calls that come together go on where what is left ends as their log outgrows its index', { skip: whyNoMount('tmpfs') }, async (t) => {
  assert.deepEqual((await proveFullSweep(outgrown('tmpfs', SEED))).wrong, [])
  const { wrong } = await sweepPatched({ after: (clean) => t.after(clean) }, outgrown('tmpfs', SEED), [NO_COVER])
  assert.ok(
    wrong.some((line) => line.startsWith('burning failed')),
    `where the index is left to SQLite they do not: ${wrong.join(', ')}`,
  )
})

test('a start that finds the vault gone ends all that waited, on a full disk too', { skip: whyNoMount('tmpfs') }, async (t) => {
  assert.deepEqual((await proveFullSweep(withoutVault('tmpfs', SEED))).wrong, [])
  const { wrong } = await sweepPatched({ after: (clean) => t.after(clean) }, withoutVault('tmpfs', SEED), [ALL_AT_ONCE])
  assert.ok(
    wrong.some((line) => line.startsWith('it did not start')),
    `all at once, it does not: ${wrong.join(', ')}`,
  )
})

test('creates that found no room on the disk count for nothing once there is some', { skip: whyNoMount('tmpfs') }, () =>
  withMounted('tmpfs', 8 * 1024 ** 2, async (disk) => {
    const directory = join(disk.path, 'data')
    mkdirSync(join(directory, 'vault'), { recursive: true, mode: 0o700 })
    const sealed = new Uint8Array(60_000)
    const engine = openEngine({ ...anEngineFor(directory), storedBytesMax: 3 * sealed.length })
    const create = (count: number) => {
      const creates = Array.from({ length: count }, () => ({ op: 'create', secret: aSecret({ sealed }), now: at(T0) }) as const)
      return (engine.run(creates) as readonly Created[]).map(({ outcome }) => outcome)
    }
    const first = aSecret({ sealed })
    // With one that has come and gone, only the log grows: by more than there is room for.
    engine.run([{ op: 'create', secret: first, now: at(T0) }])
    engine.run([{ op: 'burn', id: first.id, receiptHash: first.receiptHash, now: at(T0) }])
    engine.settle()
    const foreign = join(disk.path, 'foreign')
    fill(foreign)
    truncateSync(foreign, statSync(foreign).size - 50_000)
    assert.deepEqual(create(2), ['full', 'full'])
    rmSync(foreign)
    await until('there to be room', () => create(1)[0] === 'created', PATIENCE_MS)
    assert.deepEqual([create(2), create(1)], [['created', 'created'], ['full']])
    engine.close()
  }),
)

test('what SQLite maps into memory has all of its blocks before the disk is full', { skip: whyNoMount('ext4') }, () =>
  withMounted('ext4', 8 * 1024 ** 2, async (disk) => {
    const path = join(disk.path, 'secrets.db')
    openDatabase(path).close()
    const database = openDatabase(path)
    const index = () => statSync(`${path}-shm`)
    const found = () => index().blocks * 512
    assert.ok(index().size >= 32 * 1024)
    // It fills pages of memory, which on some machines are larger than this.
    if (index().size === 32 * 1024) assert.ok(found() < index().size, 'SQLite leaves holes where blocks are small: a control')
    database.close()
    mkdirSync(join(disk.path, 'vault'), { mode: 0o700 })
    // The first write would have it find them, too: on a full disk, that is too late.
    const files = openFiles(anEngineFor(disk.path))
    assert.ok(found() >= index().size)
    files.spare.coverChanges(1)
    const { size } = index()
    assert.ok(size >= 64 * 1024 && found() >= size)
    const foreign = join(disk.path, 'foreign')
    fill(foreign)
    truncateSync(foreign, statSync(foreign).size - 60 * 1024)
    const free = readFree(disk.path)
    assert.throws(() => files.spare.coverChanges(5000), { code: 'ENOSPC' })
    assert.equal(index().size, size)
    // The disk itself may take some for what it writes down meanwhile.
    assert.ok(readFree(disk.path) > free / 2, 'what was not enough is given back')
    files.spare.coverChanges(1)
    files.close()
  }),
)
