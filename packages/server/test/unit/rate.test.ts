import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRateLimit, networkOf } from '../../src/guard/rate.ts'

const BURST = 5
const INTERVAL_MS = 1000

test('a network is granted its burst and not one more, and is told how long to wait', () => {
  const limit = createRateLimit(BURST, INTERVAL_MS)
  for (let i = 0; i < BURST; i++) assert.equal(limit('a', 0), null)
  assert.equal(limit('a', 0), INTERVAL_MS)
  assert.equal(limit('a', 400), INTERVAL_MS - 400)
  assert.equal(limit('a', INTERVAL_MS - 1), 1)
  assert.equal(limit('a', INTERVAL_MS), null)
  assert.equal(limit('a', INTERVAL_MS), INTERVAL_MS)
})

test('one network does not use up what another one is granted', () => {
  const limit = createRateLimit(1, INTERVAL_MS)
  assert.equal(limit('a', 0), null)
  assert.notEqual(limit('a', 0), null)
  assert.equal(limit('b', 0), null)
})

test('a rest gives back the whole burst and no more', () => {
  const limit = createRateLimit(BURST, INTERVAL_MS)
  for (let i = 0; i < BURST; i++) limit('a', 0)
  const granted = Array.from({ length: 3 * BURST }, () => limit('a', 3_600_000)).filter((wait) => wait === null)
  assert.equal(granted.length, BURST)
})

test('over any time no more is granted than the burst and one for each interval, and waiting as told is enough', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 3000 }), { maxLength: 100 }), (pauses) => {
      const limit = createRateLimit(BURST, INTERVAL_MS)
      const grantedAt: number[] = []
      let nowMs = 0
      for (const pause of pauses) {
        nowMs += pause
        const wait = limit('a', nowMs)
        if (wait === null) grantedAt.push(nowMs)
        else {
          nowMs += wait
          assert.equal(limit('a', nowMs), null)
          grantedAt.push(nowMs)
        }
      }
      for (const [i, first] of grantedAt.entries()) {
        const last = grantedAt[i + BURST]
        // One more than the burst needs at least one interval.
        if (last !== undefined) assert(last - first >= INTERVAL_MS)
      }
    }),
  )
})

test('a flood of networks neither frees nor blocks one that was counted just before', () => {
  const limit = createRateLimit(1, INTERVAL_MS)
  assert.equal(limit('mine', 0), null)
  for (let i = 0; i < 50_000; i++) assert.equal(limit(`other ${i}`, 0), null)
  assert.notEqual(limit('mine', 0), null)
  assert.equal(limit('new', 0), null)
})

test('an address of IPv4 counts by itself, however it is written', () => {
  assert.equal(networkOf('203.0.113.7'), '203.0.113.7')
  assert.equal(networkOf('::ffff:203.0.113.7'), '203.0.113.7')
  assert.notEqual(networkOf('203.0.113.7'), networkOf('203.0.113.8'))
})

test('an address of IPv6 counts by its first 64 bits', () => {
  const network = networkOf('2001:db8:1:2::1')
  for (const address of ['2001:db8:1:2::2', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::', '2001:db8:1:2::1%eth0']) {
    assert.equal(networkOf(address), network)
  }
  for (const address of ['2001:db8:1:3::1', '2001:db8:1::1', '2001:db8::1:2:0:0:1', '2001:db9:1:2::1']) {
    assert.notEqual(networkOf(address), network)
  }
  assert.equal(networkOf('2001:db8::1'), networkOf('2001:db8:0:0:9::'))
})

test('this machine is not counted, since a proxy on it stands for everyone', () => {
  for (const address of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '', undefined]) assert.equal(networkOf(address), null)
  for (const address of ['128.0.0.1', '::2', '10.0.0.1', '1.127.0.0']) assert.notEqual(networkOf(address), null)
})
