import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FAILURES_MAX, READS_MAX, ROUND_MS, ROUND_MS_MAX, makeRounds } from '../src/pages/receipts/read-rounds.ts'

interface Asked {
  readonly token: string
  readonly answer: (how: boolean | Error) => void
}

/** Rounds on a server and a clock that do nothing but what a test says. */
function aTable(tokens: readonly string[]) {
  const table = {
    tokens,
    asked: [] as Asked[],
    skipped: [] as string[],
    waits: [] as { ms: number; pass: () => void }[],
    rounds: 0,
    broken: [] as unknown[],
  }
  const rounds = makeRounds({
    list: () => table.tokens,
    read: (token) =>
      new Promise((resolve, reject) => {
        const answer = (how: boolean | Error) => (how instanceof Error ? reject(how) : resolve(how))
        table.asked.push({ token, answer })
      }),
    report: (error) => void table.broken.push(error),
    skip: (token) => void table.skipped.push(token),
    onRound: () => void table.rounds++,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        signal.addEventListener('abort', () => resolve())
        table.waits.push({ ms, pass: resolve })
      }),
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const start = async () => {
    rounds.start()
    await settle()
  }
  const stop = async () => {
    rounds.stop()
    await settle()
  }
  /** Answer what has been asked, one after the other, until nothing more is. */
  const answerAll = async (isAnswered = true) => {
    const order: string[] = []
    for (let next = table.asked.shift(); next !== undefined; next = table.asked.shift()) {
      order.push(next.token)
      next.answer(isAnswered)
      await settle()
    }
    return order
  }
  const passWait = async () => {
    const wait = table.waits.shift()
    wait?.pass()
    await settle()
    return wait?.ms
  }
  return { table, rounds, start, stop, settle, answerAll, passWait }
}

describe('asking for receipts in rounds', () => {
  test('goes on after a round that broke, as after one that nobody answered', async () => {
    const { table, start, settle, passWait, answerAll } = aTable(['a'])
    await start()
    const broken = new Error('nobody has thought of this')
    table.asked.shift()?.answer(broken)
    await settle()
    assert.deepEqual(table.broken, [broken])
    assert.equal(await passWait(), 2 * ROUND_MS)
    assert.deepEqual(await answerAll(), ['a'])
    assert.equal(await passWait(), ROUND_MS)
  })

  test('asks for all, never more than a few at once, and again after a while', async () => {
    const { table, start, answerAll, passWait } = aTable(['a', 'b', 'c', 'd', 'e'])
    await start()
    assert.equal(table.asked.length, READS_MAX)
    assert.deepEqual(await answerAll(), ['a', 'b', 'c', 'd', 'e'])
    assert.equal(await passWait(), ROUND_MS)
    assert.equal(table.asked.length, READS_MAX)
    assert.equal(table.rounds, 2)
  })

  test('asks only for those that can still change by then', async () => {
    const { table, start, answerAll, passWait } = aTable(['a', 'b'])
    await start()
    await answerAll()
    table.tokens = ['b']
    await passWait()
    assert.deepEqual(await answerAll(), ['b'])
    table.tokens = []
    await passWait()
    assert.deepEqual(await answerAll(), [])
    assert.equal(table.waits.length, 1)
  })

  test('gives a round up when nobody answers, and waits longer each time', async () => {
    const tokens = Array.from({ length: 100 }, (_, i) => String(i))
    const { table, start, answerAll, passWait } = aTable(tokens)
    await start()
    const waits: (number | undefined)[] = []
    for (let round = 0; round < 6; round++) {
      const asked = await answerAll(false)
      assert.ok(asked.length >= FAILURES_MAX && asked.length < FAILURES_MAX + READS_MAX)
      assert.deepEqual([...asked, ...table.skipped], tokens)
      table.skipped = []
      waits.push(await passWait())
    }
    assert.deepEqual(waits, [2 * ROUND_MS, 4 * ROUND_MS, ROUND_MS_MAX, ROUND_MS_MAX, ROUND_MS_MAX, ROUND_MS_MAX])
    await answerAll()
    assert.equal(await passWait(), ROUND_MS)
  })

  test('goes on after single failures', async () => {
    const { table, start, settle, answerAll } = aTable(['a', 'b', 'c', 'd'])
    await start()
    table.asked.shift()?.answer(false)
    await settle()
    assert.deepEqual(await answerAll(), ['b', 'c', 'd'])
    assert.deepEqual(table.skipped, [])
    assert.equal(table.waits[0]?.ms, 2 * ROUND_MS)
  })

  test('stops asking at once, and skips nothing then', async () => {
    const { table, start, stop, answerAll, passWait } = aTable(['a', 'b', 'c', 'd'])
    await start()
    await stop()
    assert.deepEqual(await answerAll(), ['a', 'b'])
    assert.deepEqual([table.skipped, table.waits], [[], []])
    await start()
    assert.deepEqual(await answerAll(), ['a', 'b', 'c', 'd'])
    await stop()
    await passWait()
    assert.deepEqual(await answerAll(), [])
  })

  test('has no more at once when it is stopped and started while somebody is slow', async () => {
    const { table, start, stop, answerAll } = aTable(['a', 'b', 'c'])
    await start()
    for (let times = 0; times < 5; times++) {
      await stop()
      await start()
      await start()
    }
    assert.equal(table.asked.length, READS_MAX)
    assert.deepEqual(await answerAll(), ['a', 'b', 'a', 'b', 'c'])
  })

  test('begins the next round at once when it is told to hurry', async () => {
    const { table, rounds, start, settle, answerAll } = aTable(['a'])
    await start()
    await answerAll()
    table.tokens = ['z', 'a']
    rounds.hurry()
    await settle()
    assert.deepEqual(await answerAll(), ['z', 'a'])
  })

  test('begins it right after this one when it is told to while it is asking', async () => {
    const { table, rounds, start, answerAll } = aTable(['a'])
    await start()
    table.tokens = ['z']
    rounds.hurry()
    assert.deepEqual(await answerAll(), ['a', 'z'])
    assert.deepEqual([table.rounds, table.waits.length], [2, 1])
  })
})
