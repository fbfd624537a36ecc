import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calls, makeSecret, send } from '../support/raw-client.ts'
import { follow } from '../support/raw-stream.ts'
import { anInstance } from '../support/server-process.ts'

/** Longest time in which a stop ends streams, in ms: less than it waits for calls, and than a heartbeat. */
const STOP_MS_MAX = 5000

test('a stop ends streams at once, and ends with 0', async (t) => {
  const server = await anInstance(t).start()
  const secrets = [makeSecret(), makeSecret(), makeSecret()]
  for (const secret of secrets) assert.equal((await send(server.url, calls.create(secret))).status, 201)
  const streams = await Promise.all(secrets.map((secret) => follow(server.url, calls.events(secret))))
  for (const stream of streams) assert.equal((await stream.receipt(1))['state'], 'sealed')
  const fromMs = performance.now()
  const closed = Promise.all(streams.map((stream) => stream.closed)).then((how) => ({ how, ms: performance.now() - fromMs }))
  await server.stop()
  const { how, ms } = await closed
  assert.deepEqual(how, ['ended', 'ended', 'ended'])
  assert.ok(ms < STOP_MS_MAX, `${ms} ms`)
})

test('what a stream has told is still so after a power cut in the same moment', async (t) => {
  const instance = anInstance(t)
  const server = await instance.start()
  const secret = makeSecret()
  assert.equal((await send(server.url, calls.create(secret))).status, 201)
  const stream = await follow(server.url, calls.events(secret))
  await stream.receipt(1)
  const answer = send(server.url, calls.claim(secret)).catch(() => null)
  const told = await stream.receipt(2)
  await server.kill()
  await answer
  assert.equal(told['state'], 'claimed')
  assert.equal(await stream.closed, 'broken')

  const again = await instance.start()
  assert.deepEqual((await send(again.url, calls.receipt(secret))).json(), told)
  await again.stop()
})
