import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { beforeEach, describe, test } from 'node:test'
import type { SecretId } from '@letterlock/protocol'
import { isOwn, rememberOwn } from '../src/ui/own-links.ts'
import { type FakeStorage, refuseStorage, useFakeStorage } from './fake-storage.ts'

const KEY = 'letterlock.made'
const anId = (number: number) => number.toString(16).padStart(32, '0') as SecretId

describe('what this browser has made', () => {
  let storage: FakeStorage
  const read = () => JSON.parse(storage.texts.get(KEY) ?? 'null') as unknown

  beforeEach(() => {
    storage = useFakeStorage()
  })

  test('is known again, and nothing else is', async () => {
    await rememberOwn(anId(1))
    await rememberOwn(anId(2))
    assert.deepEqual([await isOwn(anId(1)), await isOwn(anId(2)), await isOwn(anId(3))], [true, true, false])
  })

  test('is kept as hashes of ids, cut short, and as nothing else', async () => {
    const id = 'a51c0ffee0ddba11a51c0ffee0ddba11' as SecretId
    await rememberOwn(id)
    const hash = createHash('sha256').update('letterlock made here').update(Buffer.from(id, 'hex')).digest('hex')
    assert.deepEqual([...storage.texts.entries()], [[KEY, JSON.stringify([hash.slice(0, 16)])]])
  })

  test('is kept once however often it is remembered, the newest last', async () => {
    await rememberOwn(anId(1))
    const first = read()
    await rememberOwn(anId(2))
    await rememberOwn(anId(1))
    assert.deepEqual((read() as unknown[]).slice(1), first)
    assert.equal((read() as unknown[]).length, 2)
  })

  test('is at most 200, and the oldest goes first', async () => {
    for (let number = 0; number < 200; number++) await rememberOwn(anId(number))
    assert.equal(await isOwn(anId(0)), true)
    await rememberOwn(anId(200))
    assert.equal((read() as unknown[]).length, 200)
    assert.deepEqual([await isOwn(anId(0)), await isOwn(anId(1)), await isOwn(anId(200))], [false, true, true])
  })

  test('is nothing where something else is stored, and is remembered from there on', async () => {
    for (const text of [
      '',
      'no json',
      '7',
      'null',
      '{"0":"x"}',
      '"text"',
      '[',
      `[${'['.repeat(3000)}`,
      JSON.stringify(['x'.repeat(4000)]),
    ]) {
      storage.texts.set(KEY, text)
      assert.equal(await isOwn(anId(1)), false, text.slice(0, 20))
      await rememberOwn(anId(1))
      assert.equal(await isOwn(anId(1)), true, text.slice(0, 20))
      assert.equal((read() as unknown[]).length, 1)
    }
  })

  test('keeps what is sound beside what is not', async () => {
    await rememberOwn(anId(1))
    storage.texts.set(KEY, JSON.stringify([null, 7, ['x'], {}, 'f'.repeat(15), 'F'.repeat(16), ...(read() as unknown[])]))
    assert.equal(await isOwn(anId(1)), true)
    await rememberOwn(anId(2))
    assert.equal((read() as unknown[]).length, 2)
  })

  test('is nothing, and throws nothing, where storage is refused', async () => {
    refuseStorage()
    await rememberOwn(anId(1))
    assert.equal(await isOwn(anId(1)), false)
  })

  test('is nothing new where the storage is full', async () => {
    storage.setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    }
    await rememberOwn(anId(1))
    assert.equal(await isOwn(anId(1)), false)
  })
})
