import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createClock } from '../../src/secrets/clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const T0 = 1_795_000_000_000

/** A machine whose clocks a test moves by hand. */
function aMachine(wallMs = T0) {
  const at = { wallMs, elapsedMs: 500, uptimeMs: 100_000 }
  return {
    at,
    sources: { wallMs: () => at.wallMs, elapsedMs: () => at.elapsedMs, uptimeMs: () => at.uptimeMs },
    /** Time passes evenly on every clock. */
    run(ms: number) {
      at.wallMs += ms
      at.elapsedMs += ms
      at.uptimeMs += ms
    },
    /** Somebody sets the wall clock. */
    set(ms: number) {
      at.wallMs += ms
    },
    /** The machine sleeps: what only counts waking time stands still. */
    sleep(ms: number) {
      at.wallMs += ms
      at.uptimeMs += ms
    },
  }
}

test('the time is that of the wall clock while it runs evenly', () => {
  const machine = aMachine()
  const clock = createClock(machine.sources, null)
  assert.deepEqual(clock.now(), { ms: T0, doubt: null })
  for (const ms of [1, 1000, HOUR_MS, 30 * DAY_MS]) {
    const before = clock.now().ms
    machine.run(ms)
    assert.deepEqual(clock.now(), { ms: before + ms, doubt: null })
  }
})

test('the time is never before what was durably seen, and goes on from there', () => {
  const machine = aMachine(T0 - DAY_MS)
  const clock = createClock(machine.sources, T0)
  assert.deepEqual(clock.now(), { ms: T0, doubt: null })
  machine.run(5)
  assert.deepEqual(clock.now(), { ms: T0 + 5, doubt: null })
  machine.run(2 * DAY_MS)
  assert.deepEqual(clock.now(), { ms: T0 + 5 + 2 * DAY_MS, doubt: null })
})

test('a step back is passed over: the time goes on evenly', () => {
  for (const backMs of [1, 1000, HOUR_MS, 365 * DAY_MS]) {
    const machine = aMachine()
    const clock = createClock(machine.sources, null)
    machine.run(1000)
    clock.now()
    machine.set(-backMs)
    assert.deepEqual(clock.now(), { ms: T0 + 1000, doubt: null })
    machine.run(7)
    assert.deepEqual(clock.now(), { ms: T0 + 1007, doubt: null })
  }
})

test('a step forward of an hour is followed at once, and one of a millisecond more is not', () => {
  for (const [stepMs, isHeld] of [
    [HOUR_MS - 1, false],
    [HOUR_MS, false],
    [HOUR_MS + 1, true],
  ] as const) {
    const machine = aMachine()
    const clock = createClock(machine.sources, null)
    clock.now()
    machine.set(stepMs)
    const now = clock.now()
    assert.equal(now.doubt !== null, isHeld)
    assert.equal(now.ms, isHeld ? T0 : T0 + stepMs)
  }
})

test('a long step forward is in doubt for ten minutes to the millisecond, and then followed', () => {
  const machine = aMachine()
  const clock = createClock(machine.sources, null)
  clock.now()
  machine.set(DAY_MS)
  for (let passed = 0; passed < 10; passed++) {
    const fromMs = T0 + passed * MINUTE_MS
    assert.deepEqual(clock.now(), { ms: fromMs, doubt: { fromMs, toMs: fromMs + DAY_MS, isCreatingHeld: true } })
    machine.run(passed === 9 ? MINUTE_MS - 1 : MINUTE_MS)
  }
  assert.notEqual(clock.now().doubt, null)
  machine.run(1)
  assert.deepEqual(clock.now(), { ms: T0 + DAY_MS + 10 * MINUTE_MS, doubt: null })
})

test('a step that goes away has never happened, and the next one is held for ten minutes of its own', () => {
  const machine = aMachine()
  const clock = createClock(machine.sources, null)
  clock.now()
  machine.set(DAY_MS)
  clock.now()
  machine.run(9 * MINUTE_MS)
  assert.notEqual(clock.now().doubt, null)
  machine.set(-DAY_MS)
  assert.deepEqual(clock.now(), { ms: T0 + 9 * MINUTE_MS, doubt: null })
  machine.set(DAY_MS)
  clock.now()
  machine.run(9 * MINUTE_MS)
  assert.notEqual(clock.now().doubt, null)
})

test('a second long step within the first one is held for ten minutes of its own', () => {
  const machine = aMachine()
  const clock = createClock(machine.sources, null)
  clock.now()
  machine.set(2 * HOUR_MS)
  clock.now()
  machine.run(9 * MINUTE_MS)
  machine.set(30 * DAY_MS)
  clock.now()
  machine.run(2 * MINUTE_MS)
  const { ms, doubt } = clock.now()
  assert(doubt !== null && ms < T0 + DAY_MS, 'a step of thirty days was followed after two minutes')
  machine.run(8 * MINUTE_MS)
  assert.deepEqual(clock.now(), { ms: machine.at.wallMs, doubt: null })
})

test('time that the machine slept is followed at once', () => {
  for (const sleptMs of [HOUR_MS + 1, 9 * HOUR_MS, 40 * DAY_MS]) {
    const machine = aMachine()
    const clock = createClock(machine.sources, null)
    clock.now()
    machine.sleep(sleptMs)
    assert.deepEqual(clock.now(), { ms: T0 + sleptMs, doubt: null })
    machine.set(2 * HOUR_MS)
    assert.notEqual(clock.now().doubt, null, 'a step after a sleep is a step')
  }
})

test('a step beyond what the machine slept is in doubt', () => {
  const machine = aMachine()
  const clock = createClock(machine.sources, null)
  clock.now()
  machine.sleep(3 * HOUR_MS)
  machine.set(DAY_MS)
  const { doubt } = clock.now()
  assert.deepEqual(doubt, { fromMs: T0 + 3 * HOUR_MS, toMs: T0 + 3 * HOUR_MS + DAY_MS, isCreatingHeld: true })
})

test('a sleep explains one step, not another one later', () => {
  const machine = aMachine()
  const clock = createClock(machine.sources, null)
  for (let i = 0; i < 4; i++) {
    machine.sleep(50 * MINUTE_MS)
    assert.deepEqual(clock.now(), { ms: machine.at.wallMs, doubt: null })
    machine.run(MINUTE_MS)
    clock.now()
  }
  const truthMs = machine.at.wallMs
  machine.set(2 * HOUR_MS)
  const { ms, doubt } = clock.now()
  assert.equal(ms, truthMs, 'short sleeps that were followed already are counted a second time')
  assert.notEqual(doubt, null)
})

test('after an absence of up to an hour nothing is in doubt', () => {
  const clock = createClock(aMachine().sources, T0 - HOUR_MS)
  assert.deepEqual(clock.now(), { ms: T0, doubt: null })
})

test('after a longer absence the time is the wall clock and creating goes on, but for ten minutes what it would end is in doubt', () => {
  const machine = aMachine()
  const floorMs = T0 - 3 * DAY_MS
  const clock = createClock(machine.sources, floorMs)
  for (const passedMs of [0, MINUTE_MS, 9 * MINUTE_MS - 1]) {
    machine.run(passedMs)
    const ms = machine.at.wallMs
    assert.deepEqual(clock.now(), { ms, doubt: { fromMs: floorMs + (ms - T0), toMs: ms, isCreatingHeld: false } })
  }
  machine.run(1)
  assert.deepEqual(clock.now(), { ms: T0 + 10 * MINUTE_MS, doubt: null })
})

test('a step while the server runs holds creating, also if the start had been in doubt before', () => {
  const machine = aMachine()
  const clock = createClock(machine.sources, T0 - 3 * DAY_MS)
  clock.now()
  machine.run(10 * MINUTE_MS)
  assert.equal(clock.now().doubt, null)
  machine.set(DAY_MS)
  assert.equal(clock.now().doubt?.isCreatingHeld, true)
})

type Move = readonly ['run' | 'set' | 'sleep', number]

const aMove: fc.Arbitrary<Move> = fc.oneof(
  fc.tuple(fc.constant('run' as const), fc.nat({ max: 20 * MINUTE_MS })),
  fc.tuple(fc.constant('run' as const), fc.double({ min: 0, max: 1e6, noNaN: true })),
  fc.tuple(fc.constant('sleep' as const), fc.nat({ max: 3 * DAY_MS })),
  fc.tuple(fc.constant('set' as const), fc.integer({ min: -40 * DAY_MS, max: 40 * DAY_MS })),
)

test('whatever the clocks do, times are whole, never run backwards, and never reach beyond the wall clock or even passing', () => {
  fc.assert(
    fc.property(fc.array(aMove, { maxLength: 60 }), (moves) => {
      const machine = aMachine()
      // A wall clock has whole milliseconds; what counts evenly has parts of them.
      const sources = { ...machine.sources, wallMs: () => Math.floor(machine.at.wallMs) }
      const clock = createClock(sources, null)
      let lastMs = clock.now().ms
      let highestWallMs = T0
      let awakeAndAsleepMs = 0
      for (const [kind, ms] of moves) {
        machine[kind](ms)
        if (kind !== 'set') awakeAndAsleepMs += ms
        highestWallMs = Math.max(highestWallMs, machine.at.wallMs)
        const now = clock.now()
        assert(now.ms >= lastMs, `from ${lastMs} back to ${now.ms}`)
        assert(Number.isSafeInteger(now.ms))
        assert(now.ms <= highestWallMs + awakeAndAsleepMs)
        if (now.doubt !== null) {
          const { fromMs, toMs } = now.doubt
          assert(Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs))
          assert(toMs - fromMs > HOUR_MS - 1)
          assert.equal(now.ms, fromMs)
        }
        lastMs = now.ms
      }
    }),
    { numRuns: 2000 },
  )
})
