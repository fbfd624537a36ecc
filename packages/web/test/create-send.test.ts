import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ClientError, type PreparedSecret } from '@letterlock/client'
import { type Batch, type SendDeps, WAIT_MS_MAX, sendAll } from '../src/pages/create/send-all.ts'

const begin = (): Batch => ({ madeOf: '', pending: null, sent: [] })

/** A refusal that asks to wait for so many seconds, or does not say. */
function limited(seconds: number | null, problem: 'rate_limited' | 'unavailable' = 'rate_limited'): ClientError {
  const headers: Record<string, string> = seconds === null ? {} : { 'retry-after': String(seconds) }
  return new ClientError('unavailable', '', problem, new Response(null, { status: 429, headers }))
}
const lost = new ClientError('unreachable', '')

/** A server that answers the given errors first, call by call, and takes everything after that. */
function aServer(...answers: readonly (Error | null)[]) {
  const [sent, waits, steps]: [string[], number[], string[]] = [[], [], []]
  let prepared = 0
  const deps: SendDeps = {
    prepare: () => Promise.resolve({ linkToken: `link ${++prepared}` } as PreparedSecret),
    create({ linkToken }) {
      sent.push(linkToken)
      const answer = answers[sent.length - 1] ?? null
      return answer === null ? Promise.resolve({ expiresAtMs: sent.length }) : Promise.reject(answer)
    },
    wait: (ms) => Promise.resolve(void waits.push(ms)),
    onStep: (step) => void steps.push(step),
    isWanted: () => true,
  }
  return { deps, sent, waits, steps }
}

const madeOf = (batch: Batch) => batch.sent.map(({ prepared }) => prepared.linkToken)

describe('sending one text to several people', () => {
  test('makes one secret for each, one after another', async () => {
    const { deps, sent, steps } = aServer()
    const batch = begin()
    await sendAll(batch, 3, deps)
    assert.deepEqual(madeOf(batch), ['link 1', 'link 2', 'link 3'])
    assert.deepEqual(sent, madeOf(batch))
    assert.deepEqual(steps, ['locking', 'sending', 'locking', 'sending', 'locking', 'sending'])
  })

  test('sends the one whose reply was lost again as it was, and then only the rest', async () => {
    const { deps, sent } = aServer(null, lost)
    const batch = begin()
    await assert.rejects(sendAll(batch, 3, deps), lost)
    assert.deepEqual(madeOf(batch), ['link 1'])
    await sendAll(batch, 3, deps)
    assert.deepEqual(sent, ['link 1', 'link 2', 'link 2', 'link 3'])
    assert.deepEqual(madeOf(batch), ['link 1', 'link 2', 'link 3'])
  })

  test('draws new keys after a refusal, which would come again', async () => {
    const { deps, sent } = aServer(new ClientError('refused', '', 'id_taken'))
    const batch = begin()
    await assert.rejects(sendAll(batch, 1, deps))
    await sendAll(batch, 1, deps)
    assert.deepEqual(sent, ['link 1', 'link 2'])
  })

  test('waits as long as a server asks that has been asked too often, and sends the same again', async () => {
    const { deps, sent, waits } = aServer(null, limited(2), limited(0))
    const batch = begin()
    await sendAll(batch, 2, deps)
    assert.deepEqual(waits, [2_000, 1_000])
    assert.deepEqual(sent, ['link 1', 'link 2', 'link 2', 'link 2'])
  })

  test('waits no longer than a minute in all, and not where nobody says how long', async () => {
    const patient = aServer(limited(WAIT_MS_MAX / 1000))
    await sendAll(begin(), 1, patient.deps)
    assert.deepEqual(patient.waits, [WAIT_MS_MAX])
    for (const [answers, count] of [
      [[limited(WAIT_MS_MAX / 1000 + 1)], 0],
      [[limited(WAIT_MS_MAX / 1000), limited(1)], 1],
      [[limited(null)], 0],
      [[limited(5, 'unavailable')], 0],
      [Array.from({ length: 100 }, () => limited(0)), 60],
    ] as const) {
      const { deps, waits } = aServer(...answers)
      await assert.rejects(sendAll(begin(), 1, deps), ClientError)
      assert.equal(waits.length, count)
    }
  })

  test('ends when nobody waits for the links any more', async () => {
    const { deps, sent } = aServer()
    await sendAll(begin(), 3, { ...deps, isWanted: () => sent.length < 2 })
    assert.equal(sent.length, 2)
  })

  test('lets a mistake of ours and a PIN that could not be stretched through', async () => {
    const { deps } = aServer()
    const unable = new Error('no memory')
    const batch = begin()
    await assert.rejects(sendAll(batch, 1, { ...deps, prepare: () => Promise.reject(unable) }), unable)
    assert.equal(batch.pending, null)
  })
})
