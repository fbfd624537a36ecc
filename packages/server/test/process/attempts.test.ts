import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { formatRequest, hold, statusOf } from '../support/held.ts'
import { type RawSecret, calls, makeSecret, send } from '../support/raw-client.ts'
import { anInstance } from '../support/server-process.ts'

const BROKEN_SERVER = fileURLToPath(new URL('../support/broken-server.ts', import.meta.url))

const GUESSES = 200
const ATTEMPTS = 5
/** Of the loopback network, all of which is this machine; elsewhere only the first is. */
const ADDRESSES = process.platform === 'linux' ? GUESSES : 1
const QUIET = { LETTERLOCK_LOG: 'events', LETTERLOCK_LIMITS: 'off' }

async function aSecretWithPin(url: string): Promise<RawSecret> {
  const secret = makeSecret('locked twice')
  const withPin = { ...secret, create: { ...secret.create, pin: { attempts: ATTEMPTS } } }
  assert.equal((await send(url, calls.create(withPin))).status, 201)
  return withPin
}

/** Hold wrong guesses on sockets of their own, each from another address. */
function holdGuesses(url: string, secret: RawSecret) {
  return Promise.all(
    Array.from({ length: GUESSES }, (_none, i) => {
      const guess = calls.claim({ ...secret, claim: randomBytes(32), proof: randomBytes(32) })
      return hold(url, formatRequest(guess), `127.0.0.${1 + (i % ADDRESSES)}`)
    }),
  )
}

/** The attempts left that the answers tell, in falling order; an answer that never came tells none. */
function listLeft(answers: readonly string[]): number[] {
  return answers
    .filter((answer) => statusOf(answer) === 403)
    .map((answer) => (JSON.parse(answer.slice(answer.indexOf('{'))) as { attemptsLeft: number }).attemptsLeft)
    .toSorted((a, b) => b - a)
}

const DOWNWARDS = Array.from({ length: ATTEMPTS }, (_none, i) => ATTEMPTS - 1 - i)

async function assertLocked(url: string, secret: RawSecret): Promise<void> {
  const late = await send(url, calls.claim(secret))
  assert.deepEqual([late.status, late.json()['state']], [410, 'locked'], 'the right PIN comes too late')
  const receipt = (await send(url, calls.receipt(secret))).json()
  assert.deepEqual([receipt['state'], receipt['attemptsFailed']], ['locked', ATTEMPTS])
}

test('of two hundred wrong PINs at the same moment from as many addresses, exactly as many are compared as there are attempts', async (t) => {
  const server = await anInstance(t).start(QUIET)
  const secret = await aSecretWithPin(server.url)
  const held = await holdGuesses(server.url, secret)
  const answers = await Promise.all(held.map((one) => one.release()))
  assert.deepEqual(listLeft(answers), DOWNWARDS)
  assert.equal(answers.filter((answer) => statusOf(answer) === 410).length, GUESSES - ATTEMPTS)
  await assertLocked(server.url, secret)
  await server.stop()
})

test('the same guesses at a store that reads and then counts are compared more often', async (t) => {
  const server = await anInstance(t).start({}, { script: BROKEN_SERVER })
  const secret = await aSecretWithPin(server.url)
  const held = await holdGuesses(server.url, secret)
  const answers = await Promise.all(held.map((one) => one.release()))
  assert.ok(listLeft(answers).length > ATTEMPTS)
  await server.stop()
})

for (const told of [0, 1, 3]) {
  test(`a server that is killed after ${told} wrong PINs were answered gives back no attempt`, async (t) => {
    const instance = anInstance(t)
    const first = await instance.start(QUIET)
    const secret = await aSecretWithPin(first.url)
    const before: string[] = []
    for (let i = 0; i < told; i++) {
      const guess = formatRequest(calls.claim({ ...secret, claim: randomBytes(32), proof: randomBytes(32) }))
      before.push(await (await hold(first.url, guess)).release())
    }
    const held = await holdGuesses(first.url, secret)
    const answering = held.map((one) => one.release())
    // The first answer to come is the signal: the others are being counted, or on their way.
    await Promise.race(answering)
    await first.kill()
    before.push(...(await Promise.all(answering)))

    const second = await instance.start(QUIET)
    const counted = Number((await send(second.url, calls.receipt(secret))).json()['attemptsFailed'])
    const leftTold = listLeft(before)
    assert.deepEqual(leftTold, [...new Set(leftTold)], 'no attempt was told twice')
    assert.ok(ATTEMPTS - Math.min(...leftTold) <= counted, `${counted} were counted, and ${leftTold.join()} were told to be left`)
    const again = await holdGuesses(second.url, secret)
    const after = await Promise.all(again.map((one) => one.release()))
    assert.deepEqual(listLeft(after), DOWNWARDS.slice(counted))
    await assertLocked(second.url, secret)
    await second.stop()
  })
}
