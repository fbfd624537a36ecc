import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { whyNoMount } from '../disks/mount.ts'
import { NO_OVERWRITE, NO_SECURE_DELETE } from '../disks/controls.ts'
import { proveFiles } from './files.ts'
import { proveRawDisk } from './raw-disk.ts'
import { search } from './search.ts'

const SEED = 7
const COUNTS = { opened: 18, burned: 6, locked: 3, expired: 0, waits: 9 }

test('what has ended is in no file, while the server runs and after a kill', async (t) => {
  const [left, broken] = await Promise.all([
    proveFiles(t, { seed: SEED, counts: COUNTS }),
    proveFiles(t, { seed: SEED, counts: COUNTS, patches: [NO_SECURE_DELETE, NO_OVERWRITE] }),
  ])
  const { sealedRunning, sealedKilled, sharesRunning, sharesKilled } = left
  assert.deepEqual(
    { sealedRunning, sealedKilled, sharesRunning, sharesKilled },
    { sealedRunning: 0, sealedKilled: 0, sharesRunning: 0, sharesKilled: 0 },
  )
  assert.deepEqual([left.sealedWaiting, left.sharesWaiting], [COUNTS.waits, COUNTS.waits], 'the same search finds what waits')
  assert.ok(broken.sealedKilled > 0.75 * broken.ended, `a database that does not erase keeps ${broken.sealedKilled} of ${broken.ended}`)
  assert.equal(broken.sharesKilled, broken.ended, 'a vault that does not overwrite keeps all')
})

test('the share of what was opened is on no block of the disk', { skip: whyNoMount('ext4') }, async (t) => {
  const left = await proveRawDisk(t, { seed: SEED, opened: 10, waiting: 10 })
  assert.deepEqual([left.sharesRunning, left.sharesKilled], [0, 0])
  assert.deepEqual([left.sharesWaiting, left.sharesUnlinked], [10, 10], 'the same search finds what waits, and what was only removed')
})

test('the search finds what stands at any place, whole and nothing else', () => {
  const haystack = randomBytes(10_000)
  const at = (n: number) => haystack.subarray(n, n + 32)
  const near = Buffer.from(at(77))
  near[31] = (near[31] as number) ^ 1
  assert.deepEqual([...search(haystack, [at(0), at(9968), randomBytes(32), at(4321), near])].toSorted(), [0, 1, 3])
})
