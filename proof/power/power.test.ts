import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whyNoTracer } from '../../packages/server/test/support/tracer.ts'
import { drawChance } from '../chance.ts'
import { BROKEN_SERVERS, TRUSTING, isCaught } from './controls.ts'
import { Disk } from './disk.ts'
import { PEOPLE_EACH } from './people.ts'
import { proveBroken, provePower } from './prove-power.ts'
import { record } from './record.ts'
import { replayVault } from './replay.ts'

const SEED = 3
/** One life of a server, with nobody whose time has come. */
const LIFE = { seed: SEED, lives: 1, aged: 0, isBegun: false } as const
/** States of a small one are enough to notice what is broken. */
const SMALL = { ...LIFE, people: 4, every: 8, torn: 0, processes: 1 } as const
const skip = whyNoTracer()
const bytes = (text: string) => new Uint8Array(Buffer.from(text))

test('whatever write the power goes at, recovery takes back nothing that was answered', { skip }, async (t) => {
  const { whole, torn, violations, examples } = await provePower(t, {
    seed: SEED,
    people: PEOPLE_EACH,
    lives: 3,
    aged: 1,
    isBegun: false,
    every: 8,
    torn: 1,
    processes: 1,
  })
  assert.deepEqual(examples, [])
  assert.deepEqual(violations, { whole: 0, torn: 0 })
  assert.ok(whole > 100 && torn > 10, `only ${whole} and ${torn} states`)
})

test('whatever write the power goes at, the vault remembers what was answered', { skip }, async (t) => {
  const { whole, examples } = replayVault(await record(t, { ...LIFE, people: PEOPLE_EACH }))
  assert.deepEqual(examples, [])
  assert.ok(whole > 500, `only ${whole} states`)
})

test('so it is for a server that finds a directory which a killed start has just made', { skip }, async (t) => {
  const { whole, violations, examples } = await provePower(t, { ...SMALL, isBegun: true })
  assert.deepEqual(examples, [])
  assert.equal(violations.whole, 0)
  assert.ok(whole > 20, `only ${whole} states`)
})

for (const server of BROKEN_SERVERS) {
  test(`the same look notices ${server.what}`, { skip }, async (t) => {
    const { kinds } = await proveBroken(t, server.isVaultEnough ? { ...SMALL, people: PEOPLE_EACH } : SMALL, server)
    assert.ok(isCaught(server, kinds), JSON.stringify(kinds))
  })
}

test(`the same look notices ${TRUSTING.what}`, { skip }, async (t) => {
  const { kinds } = await proveBroken(t, { ...SMALL, isBegun: true }, TRUSTING)
  assert.ok(isCaught(TRUSTING, kinds), JSON.stringify(kinds))
})

/** What is left of a file, as text; `null` if its name is gone. */
function left(disk: Disk, remains: Parameters<Disk['leave']>[0], path: string, seed = 0): string | null {
  return disk.leave(remains, drawChance(seed)).get(path)?.toString() ?? null
}

test('a disk keeps what was flushed, under the names whose directory was', () => {
  const disk = new Disk()
  disk.apply({ kind: 'link', path: 'a', node: 0 })
  disk.apply({ kind: 'write', node: 0, at: 0, bytes: bytes('one') })
  assert.deepEqual(
    [left(disk, 'all', 'a'), left(disk, 'named', 'a'), left(disk, 'nameless', 'a'), left(disk, 'flushed', 'a')],
    ['one', '', null, null],
  )
  disk.apply({ kind: 'sync', node: 0 })
  assert.deepEqual([left(disk, 'named', 'a'), left(disk, 'flushed', 'a')], ['one', null])
  disk.apply({ kind: 'syncDirectory', path: '' })
  assert.equal(left(disk, 'flushed', 'a'), 'one')
  disk.apply({ kind: 'unlink', path: 'a' })
  assert.deepEqual([left(disk, 'all', 'a'), left(disk, 'flushed', 'a')], [null, 'one'])
})

test('a file below a directory whose name was not flushed is gone with it', () => {
  const disk = new Disk()
  disk.apply({ kind: 'makeDirectory', path: 'data' })
  disk.apply({ kind: 'link', path: 'data/a', node: 0 })
  disk.apply({ kind: 'syncDirectory', path: 'data' })
  assert.deepEqual([left(disk, 'all', 'data/a'), left(disk, 'flushed', 'data/a')], ['', null])
  disk.apply({ kind: 'syncDirectory', path: '' })
  assert.equal(left(disk, 'flushed', 'data/a'), '')
})

test('a write that was not flushed is torn at the sectors of the disk, and nowhere else', () => {
  const disk = new Disk()
  disk.apply({ kind: 'link', path: 'a', node: 0 })
  disk.apply({ kind: 'write', node: 0, at: 0, bytes: bytes('a'.repeat(1536)) })
  disk.apply({ kind: 'sync', node: 0 })
  disk.apply({ kind: 'syncDirectory', path: '' })
  disk.apply({ kind: 'write', node: 0, at: 256, bytes: bytes('b'.repeat(1024)) })
  const seen = new Set(Array.from({ length: 200 }, (_, seed) => left(disk, 'torn', 'a', seed)))
  const block = (letter: boolean, length: number) => (letter ? 'b' : 'a').repeat(length)
  const all = Array.from(
    { length: 8 },
    (_, n) => block(false, 256) + block((n & 1) > 0, 256) + block((n & 2) > 0, 512) + block((n & 4) > 0, 256) + block(false, 256),
  )
  assert.deepEqual([...seen].toSorted(), all.toSorted())
})

test('what was cut off a file and written anew reads as zeros between', () => {
  const disk = new Disk()
  disk.apply({ kind: 'link', path: 'a', node: 0 })
  disk.apply({ kind: 'write', node: 0, at: 0, bytes: bytes('abcdef') })
  disk.apply({ kind: 'cut', node: 0, size: 2 })
  disk.apply({ kind: 'write', node: 0, at: 4, bytes: bytes('x') })
  assert.equal(left(disk, 'all', 'a'), 'ab\0\0x')
})
