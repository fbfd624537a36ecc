import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { BALLAST_STEP_BYTES } from '../../src/secrets/ballast.ts'
import { CHANGE_PAGES_MAX, spareRoom } from '../../src/secrets/spare.ts'

const NO_ROOM = Object.assign(new Error('no room'), { code: 'ENOSPC', syscall: 'write' })
const BROKEN = Object.assign(new Error('the disk is broken'), { code: 'EIO', syscall: 'write' })
const MIB = 1024 ** 2

/** Spare room whose ballast, log and index are a test's own; what was done to them, in order. */
function someRoom(
  t: TestContext,
  given: { readonly steps?: number; readonly bytesMax?: number; readonly isWhole?: boolean; readonly isHeldOpen?: boolean } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const logPath = join(folder, 'log')
  writeFileSync(logPath, '')
  const done: string[] = []
  const log = { pages: 0, error: null as Error | null }
  let steps = given.steps ?? 0
  const isCut = () => {
    done.push('cut')
    if (log.error !== null) throw log.error
    if (given.isHeldOpen !== true) log.pages = 0
    return given.isHeldOpen !== true
  }
  const spare = spareRoom(
    {
      bytesMax: given.bytesMax ?? 8 * MIB,
      isWhole: () => given.isWhole ?? false,
      giveUp: () => (done.push('give up'), steps-- > 0),
    } as never,
    { countLogPages: () => log.pages, truncateLog: isCut, checkpoint: () => void done.push('checkpoint') } as never,
    { cover: (pages) => void done.push(`cover ${pages}`), close() {} },
    logPath,
  )
  return { spare, log, logPath, done }
}

test('room is made by cutting the log, and only if that makes none by the ballast', (t) => {
  const { spare, log, done } = someRoom(t, { steps: 1 })
  log.pages = 5
  assert.equal(spare.makeRoom(), true)
  assert.equal(spare.makeRoom(), true)
  assert.equal(spare.makeRoom(), false)
  assert.deepEqual(done, ['cut', 'give up', 'give up'])
})

test('a log that a reader from outside holds open makes no room', (t) => {
  const { spare, log, done } = someRoom(t, { steps: 1, isHeldOpen: true })
  log.pages = 5
  assert.equal(spare.cutLog(), false)
  assert.equal(spare.truncateLog(), false)
  assert.equal(spare.makeRoom(), true)
  assert.deepEqual(done, ['cut', 'cut', 'cut', 'give up'])
})

test('what is made is held by zeros behind the end of the log, and nothing is where none is made', (t) => {
  const empty = someRoom(t, { steps: 1 })
  empty.spare.makeRoom()
  const zeros = readFileSync(empty.logPath)
  assert.deepEqual([zeros.length, zeros.every((byte) => byte === 0)], [BALLAST_STEP_BYTES, true])

  const used = someRoom(t, { steps: 1, isHeldOpen: true })
  writeFileSync(used.logPath, 'frames')
  used.log.pages = 1
  used.spare.makeRoom()
  assert.equal(readFileSync(used.logPath).subarray(0, 7).toString('latin1'), 'frames\0')

  const none = someRoom(t)
  assert.equal(none.spare.makeRoom(), false)
  assert.equal(statSync(none.logPath).size, 0)
  const whole = someRoom(t, { isWhole: true })
  whole.spare.truncateLog()
  assert.equal(statSync(whole.logPath).size, 0)
})

test('what can be undone is tried as long as room can be made, and then fails', (t) => {
  const { spare, done } = someRoom(t, { steps: 2 })
  let tries = 0
  assert.equal(
    spare.insist(() => {
      if (++tries < 3) throw NO_ROOM
      return 'done'
    }),
    'done',
  )
  assert.deepEqual([tries, done.splice(0)], [3, ['give up', 'give up']])
  const never = () => {
    throw NO_ROOM
  }
  assert.throws(() => spare.insist(never), NO_ROOM)
  // What is durable must be carried out: that it cannot be is no lack of room any more.
  assert.throws(() => spare.mustDo(never), /no room left to erase in/)
})

test('an error of the disk that is not one of room is told, and room for it is not made', (t) => {
  const { spare, log, done } = someRoom(t, { steps: 9 })
  const broken = () => {
    throw BROKEN
  }
  assert.throws(() => spare.insist(broken), BROKEN)
  assert.throws(() => spare.mustDo(broken), BROKEN)
  assert.deepEqual(done.splice(0), [])
  log.pages = 5
  log.error = BROKEN
  assert.throws(() => spare.cutLog(), BROKEN)
  assert.throws(() => spare.makeRoom(), BROKEN)
  assert.throws(() => spare.truncateLog(), BROKEN)
  log.error = NO_ROOM
  assert.equal(spare.cutLog(), false)
})

test('the log is shortened before the ballast could no longer take it in, and its index is ready for all that may come', (t) => {
  for (const [bytesMax, pages] of [
    [8 * MIB, 1000],
    [0, 1000],
    [MIB, 128],
  ] as const) {
    const { spare, log, done } = someRoom(t, { bytesMax })
    log.pages = pages - 1
    spare.shortenLog()
    assert.deepEqual(done, [])
    log.pages = pages
    spare.shortenLog()
    assert.deepEqual(done.splice(0), ['checkpoint'])
    assert.equal(spare.changesMax, Math.floor(pages / CHANGE_PAGES_MAX))
    spare.coverChanges(3)
    assert.deepEqual(done, [`cover ${pages + 3 * CHANGE_PAGES_MAX}`])
  }
  assert.equal(someRoom(t, { bytesMax: 1000 }).spare.changesMax, 1)
})
