import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goOnWhenFull } from '../../src/secrets/full-disk.ts'
import type { Operation } from '../../src/secrets/message.ts'
import { SWEEP_ROWS_MAX } from '../../src/secrets/store.ts'

const NO_ROOM = Object.assign(new Error('no room'), { code: 'ENOSPC', syscall: 'write' })
const BROKEN = Object.assign(new Error('the disk is broken'), { code: 'EIO', syscall: 'write' })
const NOW = { ms: 0, doubt: null }
const op = (name: 'create' | 'burn' | 'sweep') => ({ op: name, now: NOW }) as unknown as Operation

/** A full disk whose every step a test decides; what was done to it, in order. */
function aFullDisk(given: {
  /** What trying so many operations comes to, sweeps of so many secrets among them. */
  readonly attempt: (operations: readonly Operation[], sweepRowsMax: number) => Error | null
  readonly settle?: Error
  /** How often the log can be cut, and room be made otherwise. */
  readonly cuts?: number
  readonly rooms?: number
  readonly isWhole?: boolean
}) {
  const done: string[] = []
  let cuts = given.cuts ?? 0
  let rooms = given.rooms ?? 0
  const attempts = {
    started: { floorMs: null, fencedGeneration: null },
    sweepRowsMax: SWEEP_ROWS_MAX,
    attempt(operations: readonly Operation[]) {
      done.push(`try ${operations.map((operation) => operation.op).join('+')}`)
      const error = given.attempt(operations, attempts.sweepRowsMax)
      if (error !== null) throw error
      return operations.map((operation) => `${operation.op} is done`)
    },
    settle() {
      if (given.settle !== undefined) throw given.settle
    },
    isUnsettled: () => true,
    close() {},
  }
  const note = (what: string, isSo: boolean) => (done.push(what), isSo)
  const engine = goOnWhenFull(attempts, {
    ballast: { restore: () => void done.push('restore'), isWhole: () => given.isWhole ?? false } as never,
    spare: { cutLog: () => note('cut', cuts-- > 0), makeRoom: () => note('make room', rooms-- > 0) } as never,
    room: { fill: () => void done.push('fill') } as never,
  })
  return { engine, attempts, done }
}

test('what came together is done one by one, and only new secrets are refused without a word to the ballast', () => {
  const { engine, done } = aFullDisk({ attempt: (operations) => (operations.some(({ op }) => op === 'create') ? NO_ROOM : null) })
  assert.deepEqual(engine.run([op('create'), op('burn')]), [{ outcome: 'full' }, 'burn is done'])
  assert.deepEqual(done, ['try create+burn', 'fill', 'try create', 'try burn'])
})

test('the log is cut before the ballast is asked, and when nothing helps, it is unavailable', () => {
  const { engine, done } = aFullDisk({ attempt: () => NO_ROOM, cuts: 1, rooms: 1 })
  assert.deepEqual(engine.run([op('burn')]), [{ outcome: 'unavailable' }])
  assert.deepEqual(done, ['try burn', 'fill', 'try burn', 'cut', 'try burn', 'cut', 'make room', 'try burn', 'cut', 'make room'])
})

test('a sweep takes less at a time before it takes from the ballast, and as much as ever once that is whole', () => {
  let isWhole = false
  const tries: number[] = []
  const { engine, done, attempts } = aFullDisk({
    get isWhole() {
      return isWhole
    },
    rooms: 1,
    attempt: (_operations, sweepRowsMax) => {
      tries.push(sweepRowsMax)
      return done.includes('make room') ? null : NO_ROOM
    },
  })
  assert.deepEqual(engine.run([op('sweep')]), ['sweep is done'])
  assert.deepEqual(tries, [500, 500, 250, 125, 63, 32, 16, 8, 4, 2, 1, 1])
  assert.equal(done.filter((what) => what === 'make room').length, 1)
  engine.settle()
  assert.equal(attempts.sweepRowsMax, 1)
  isWhole = true
  engine.settle()
  assert.equal(attempts.sweepRowsMax, SWEEP_ROWS_MAX)
})

test('what was given up is taken back before each sweep and after each settling, and for nothing else', () => {
  const { engine, done } = aFullDisk({ attempt: () => null })
  engine.run([op('burn')])
  assert.deepEqual(done.splice(0), ['try burn'])
  engine.run([op('burn'), op('sweep')])
  assert.deepEqual(done.splice(0), ['restore', 'try burn+sweep'])
  engine.settle()
  assert.deepEqual(done, ['restore'])
})

test('settling that finds no room is tried again, and says nothing', () => {
  const { engine, done } = aFullDisk({ attempt: () => null, settle: NO_ROOM })
  engine.settle()
  assert.deepEqual([engine.isUnsettled(), done], [true, ['restore']])
})

test('an error of the disk that is not one of room is never gone on after', () => {
  const together = aFullDisk({ attempt: () => BROKEN, rooms: 9 })
  assert.throws(() => together.engine.run([op('burn')]), BROKEN)
  assert.deepEqual(together.done, ['try burn'])
  let isFirst = true
  const alone = aFullDisk({
    attempt: () => {
      const error = isFirst ? NO_ROOM : BROKEN
      isFirst = false
      return error
    },
    cuts: 9,
    rooms: 9,
  })
  assert.throws(() => alone.engine.run([op('burn')]), BROKEN)
  assert.deepEqual(alone.done, ['try burn', 'fill', 'try burn'])
  assert.throws(() => aFullDisk({ attempt: () => null, settle: BROKEN }).engine.settle(), BROKEN)
})
