import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, statfsSync as statfs, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { BALLAST_BYTES, BALLAST_STEP_BYTES, isOutOfRoom, openBallast } from '../../src/secrets/ballast.ts'
import { sizeBallast, watchRoom } from '../../src/secrets/room.ts'

function aPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'ballast')
}

test('a ballast takes real blocks, gives them up step by step, and takes them back', (t) => {
  const path = aPath(t)
  const bytesMax = 3 * BALLAST_STEP_BYTES + 1000
  const ballast = openBallast(path, bytesMax)
  t.after(() => ballast.close())
  assert.deepEqual([ballast.bytes(), ballast.isWhole(), ballast.giveUp()], [0, false, false])
  ballast.restore()
  assert.deepEqual([ballast.bytes(), ballast.isWhole()], [bytesMax, true])
  assert.equal(statSync(path).size, bytesMax)
  if (process.platform === 'linux') assert.ok(statSync(path).blocks * 512 >= bytesMax, 'it is not sparse')
  const left = []
  while (ballast.giveUp()) left.push(statSync(path).size)
  assert.deepEqual(left, [2 * BALLAST_STEP_BYTES + 1000, BALLAST_STEP_BYTES + 1000, 1000, 0])
  ballast.restore()
  assert.equal(statSync(path).size, bytesMax)
})

test('a ballast goes on with what lies there, and gives up what is too much', (t) => {
  const path = aPath(t)
  writeFileSync(path, new Uint8Array(1000))
  const small = openBallast(path, 5000)
  assert.deepEqual([small.bytes(), small.isWhole()], [1000, false])
  small.restore()
  small.close()
  assert.equal(statSync(path).size, 5000)
  truncateSync(path, 7000)
  const none = openBallast(path, 0)
  none.close()
  assert.equal(statSync(path).size, 0)
})

test('the ballast is at most half of the margin', () => {
  assert.deepEqual([0, 1001, 1024 ** 2, 64 * 1024 ** 2, Number.MAX_SAFE_INTEGER].map(sizeBallast), [
    0,
    500,
    512 * 1024,
    BALLAST_BYTES,
    BALLAST_BYTES,
  ])
})

test('room is what is free, what the ballast holds, and what the database uses again; not what was just taken', (t) => {
  const directory = join(aPath(t), '..')
  const { bavail, bsize } = statfs(directory)
  const free = bavail * bsize
  const isFull = (freeBytesMin: number, ballast: number, reusable: number, taken = 0) => {
    const room = watchRoom({ directory, storedBytesMax: 100, freeBytesMin }, { ballastBytes: () => ballast, reusableBytes: () => reusable })
    room.isFull(0)
    if (taken > 0) room.take(taken)
    return room.isFull(0)
  }
  // Others write to this disk as well: what is compared is far apart.
  assert.equal(isFull(free / 2, 0, 0), false)
  assert.equal(isFull(free * 1.5, 0, 0), true)
  assert.equal(isFull(free * 1.5, free, 0), false, 'the ballast counts as free')
  assert.equal(isFull(free * 1.5, 0, free), false, 'so do pages that are used again')
  assert.equal(isFull(free * 3, 0, free * 9), true, 'but half of the margin must be free')
  assert.equal(isFull(free / 2, 0, 0, free / 2), true, 'what was taken since is free no more')
  const room = watchRoom({ directory, storedBytesMax: 100, freeBytesMin: 0 }, { ballastBytes: () => 0, reusableBytes: () => 0 })
  assert.deepEqual([room.isFull(100), room.isFull(101)], [false, true])
  room.fill()
  assert.equal(room.isFull(0), true, 'a disk that has refused is full, whatever it says')
})

test('only what was not written for lack of room is tried again', () => {
  for (const [error, isSo] of [
    [{ code: 'ENOSPC', syscall: 'write' }, true],
    [{ code: 'EDQUOT', syscall: 'write' }, true],
    [{ code: 'ERR_SQLITE_ERROR', errcode: 13 }, true],
    [{ code: 'ENOSPC', syscall: 'fsync' }, false],
    [{ code: 'ENOSPC', syscall: 'fdatasync' }, false],
    [{ code: 'EIO', syscall: 'write' }, false],
    [{ code: 'ERR_SQLITE_ERROR', errcode: 778 }, false],
    [new Error('x'), false],
  ] as const) {
    assert.equal(isOutOfRoom(error), isSo, JSON.stringify(error))
  }
})
