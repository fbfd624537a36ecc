import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { type SecretId, formatLinkToken, formatReceiptToken, randomBytes } from '@letterlock/protocol'
import {
  type KeptReceipt,
  chooseKeeping,
  forgetAllReceipts,
  forgetReceipt,
  isKeeping,
  keepReceipt,
  listReceipts,
  renameReceipt,
} from '../src/ui/receipt-list.ts'
import { type FakeStorage, refuseStorage, useFakeStorage } from './fake-storage.ts'

const KEY = 'letterlock.receipts'
const aReceipt = (number: number, more: Partial<KeptReceipt> = {}): KeptReceipt => ({
  token: `AB${String(number).padStart(68, 'C').replaceAll('0', 'z')}`,
  name: `for Anna ${number}`,
  createdAtMs: 1_000 + number,
  expiresAtMs: 2_000 + number,
  ...more,
})

describe('receipts on this device', () => {
  let storage: FakeStorage
  const write = (value: unknown) => storage.texts.set(KEY, JSON.stringify(value))

  beforeEach(() => {
    storage = useFakeStorage()
  })

  test('are not kept unless somebody chose so, and then until they choose otherwise', () => {
    assert.equal(isKeeping(), false)
    assert.equal(chooseKeeping(true), true)
    assert.equal(isKeeping(), true)
    assert.equal(storage.texts.get('letterlock.keep-receipts'), 'yes')
    assert.equal(chooseKeeping(false), true)
    assert.equal(isKeeping(), false)
    storage.texts.set('letterlock.keep-receipts', 'true')
    assert.equal(isKeeping(), false)
  })

  test('are listed as they were kept, the newest first', () => {
    assert.deepEqual(listReceipts(), [])
    for (const number of [1, 2, 3]) assert.equal(keepReceipt(aReceipt(number)), true)
    assert.deepEqual(listReceipts(), [aReceipt(3), aReceipt(2), aReceipt(1)])
  })

  test('are kept once, by their token, with the name they were given last', () => {
    keepReceipt(aReceipt(1))
    keepReceipt(aReceipt(2))
    keepReceipt(aReceipt(1, { name: '' }))
    assert.deepEqual(listReceipts(), [aReceipt(1, { name: '' }), aReceipt(2)])
  })

  test('take another name where they stand, and are not kept by it where they were forgotten', () => {
    for (const number of [1, 2]) keepReceipt(aReceipt(number))
    renameReceipt(aReceipt(1).token, 'for Ada')
    assert.deepEqual(listReceipts(), [aReceipt(2), aReceipt(1, { name: 'for Ada' })])
    forgetReceipt(aReceipt(2).token)
    renameReceipt(aReceipt(2).token, 'for Ada')
    assert.deepEqual(listReceipts(), [aReceipt(1, { name: 'for Ada' })])
  })

  test('are at most 100, and the oldest goes first', () => {
    for (let number = 0; number <= 100; number++) keepReceipt(aReceipt(number))
    const names = listReceipts().map(({ name }) => name)
    assert.equal(names.length, 100)
    assert.deepEqual([names[0], names[99]], ['for Anna 100', 'for Anna 1'])
  })

  test('are all read again when every one has the longest entry there is', () => {
    const name = '\u0000'.repeat(60)
    const longest = { name, createdAtMs: Number.MAX_SAFE_INTEGER, expiresAtMs: Number.MAX_SAFE_INTEGER }
    for (let number = 0; number < 100; number++) keepReceipt(aReceipt(number, longest))
    assert.equal(listReceipts().length, 100)
  })

  test('are forgotten one by one, or all together', () => {
    for (const number of [1, 2, 3]) keepReceipt(aReceipt(number))
    forgetReceipt(aReceipt(2).token)
    forgetReceipt('a token that is not kept')
    assert.deepEqual(listReceipts(), [aReceipt(3), aReceipt(1)])
    forgetReceipt(aReceipt(1).token)
    forgetReceipt(aReceipt(3).token)
    assert.equal(storage.texts.has(KEY), false)
    keepReceipt(aReceipt(1))
    forgetAllReceipts()
    assert.deepEqual(listReceipts(), [])
  })

  test('are told from links by their tokens, whatever the bytes', async () => {
    const ids = ['0'.repeat(32), 'f'.repeat(32), '0123456789abcdef0123456789abcdef'] as SecretId[]
    for (const id of ids) {
      for (const key of [new Uint8Array(32), new Uint8Array(32).fill(255), randomBytes(32)]) {
        const token = await formatReceiptToken(id, key)
        keepReceipt(aReceipt(1, { token }))
        assert.equal(listReceipts()[0]?.token, token)
        await assert.rejects(async () => keepReceipt(aReceipt(1, { token: await formatLinkToken(key) })), TypeError)
      }
    }
  })

  test('have names of 60 code points, cut where they are longer', () => {
    keepReceipt(aReceipt(1, { name: '😀'.repeat(61) }))
    keepReceipt(aReceipt(2, { name: 'x'.repeat(100_000) }))
    keepReceipt(aReceipt(3, { name: '\ud83d'.repeat(60) }))
    assert.deepEqual(
      listReceipts().map(({ name }) => name),
      ['\ud83d'.repeat(60), 'x'.repeat(60), '😀'.repeat(60)],
    )
  })

  test('lose what is damaged, entry by entry', () => {
    const good = aReceipt(1)
    const damaged = [
      null,
      7,
      'text',
      [],
      {},
      { ...good, token: 7 },
      { ...good, token: good.token.slice(1) },
      { ...good, token: `${good.token}1` },
      { ...good, token: good.token.replace('A', '0') },
      { ...good, token: `${good.token}\n` },
      { ...good, name: null },
      { ...good, name: 'x'.repeat(61) },
      { ...good, createdAtMs: '1' },
      { ...good, createdAtMs: -1 },
      { ...good, expiresAtMs: 1.5 },
      { ...good, expiresAtMs: undefined },
    ]
    for (const entry of damaged) {
      write([aReceipt(2), entry, aReceipt(3)])
      assert.deepEqual(listReceipts(), [aReceipt(2), aReceipt(3)], JSON.stringify(entry))
    }
    write([...damaged, good])
    keepReceipt(aReceipt(4))
    assert.deepEqual(JSON.parse(storage.texts.get(KEY) ?? ''), [aReceipt(4), good])
  })

  test('take nothing over from entries but what they are made of', () => {
    write([{ ...aReceipt(1), linkKey: 'secret' }])
    assert.deepEqual(listReceipts(), [aReceipt(1)])
    forgetAllReceipts()
    keepReceipt({ ...aReceipt(1), linkKey: 'secret' } as KeptReceipt)
    assert.equal(storage.texts.get(KEY)?.includes('secret'), false)
  })

  test('are none where something else is stored', () => {
    for (const text of ['', 'no json', '{}', '7', '"text"', 'null', `[${'['.repeat(100_000)}`]) {
      storage.texts.set(KEY, text)
      assert.deepEqual(listReceipts(), [])
      assert.equal(keepReceipt(aReceipt(1)), true)
      assert.deepEqual(listReceipts(), [aReceipt(1)])
    }
  })

  test('of two tabs stay both, since a tab remembers nothing by itself', () => {
    keepReceipt(aReceipt(1))
    const before = listReceipts()
    write([aReceipt(2), ...before])
    keepReceipt(aReceipt(3))
    assert.deepEqual(listReceipts(), [aReceipt(3), aReceipt(2), aReceipt(1)])
    write([aReceipt(4), ...listReceipts()])
    forgetReceipt(aReceipt(2).token)
    assert.deepEqual(listReceipts(), [aReceipt(4), aReceipt(3), aReceipt(1)])
  })

  test('are none, and nothing is thrown, where storage is refused', () => {
    refuseStorage()
    assert.equal(isKeeping(), false)
    assert.equal(chooseKeeping(true), false)
    assert.equal(chooseKeeping(false), true)
    assert.equal(keepReceipt(aReceipt(1)), false)
    assert.deepEqual(listReceipts(), [])
    forgetReceipt(aReceipt(1).token)
    forgetAllReceipts()
  })

  test('say when they could not be kept because the storage is full', () => {
    keepReceipt(aReceipt(1))
    storage.setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    }
    assert.equal(keepReceipt(aReceipt(2)), false)
    assert.deepEqual(listReceipts(), [aReceipt(1)])
  })
})
