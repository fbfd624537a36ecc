import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { QUIET, listBrokenBy, raceGuesses, raceGuessesOverKill } from '../support/guesses.ts'
import { anInstance } from '../support/server-process.ts'

const BROKEN_SERVER = fileURLToPath(new URL('../support/broken-server.ts', import.meta.url))

const SIZE = { guesses: 200, attempts: 5 }

test('of two hundred wrong PINs at the same moment from as many addresses, exactly as many are compared as there are attempts', async (t) => {
  const instance = anInstance(t)
  const server = await instance.start(QUIET)
  assert.deepEqual(listBrokenBy(await raceGuesses({ url: server.url, directory: instance.directory }, SIZE)), [])
  await server.stop()
})

test('the same guesses at a store that reads and then counts are compared more often', async (t) => {
  const instance = anInstance(t)
  const server = await instance.start({}, { script: BROKEN_SERVER })
  const story = await raceGuesses({ url: server.url, directory: instance.directory }, SIZE)
  assert.ok(story.toldFirst.length > SIZE.attempts)
  assert.notDeepEqual(listBrokenBy(story), [])
  await server.stop()
})

for (const told of [0, 1, 3]) {
  test(`a server that is killed after ${told} wrong PINs were answered gives back no attempt`, async (t) => {
    assert.deepEqual(listBrokenBy(await raceGuessesOverKill(anInstance(t), SIZE, told)), [])
  })
}
