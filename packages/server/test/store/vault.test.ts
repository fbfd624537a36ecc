import assert from 'node:assert/strict'
import { closeSync, cpSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Bytes, randomBytes } from '@letterlock/protocol'
import { SLOT_BYTES, type SlotFile, openSlotFile } from '../../src/vault/slot-file.ts'
import { openWitness } from '../../src/vault/witness.ts'
import { aWorkspace } from './fixtures.ts'

function aFile(t: TestContext, name: string): string {
  return join(aWorkspace(t).directory(), name)
}

function aVault(t: TestContext, path: string): SlotFile {
  const vault = openSlotFile(path)
  t.after(() => vault.close())
  return vault
}

function overwrite(path: string, offset: number, bytes: Uint8Array): void {
  const file = openSync(path, 'r+')
  writeSync(file, bytes, 0, bytes.length, offset)
  closeSync(file)
}

const put = (vault: SlotFile, share: Bytes = randomBytes(32)) => vault.put(share, randomBytes(32))

test('a share is read by the handle that it was put under, also after the file was opened anew', (t) => {
  const path = aFile(t, 'shares')
  const [share, proofHash] = [randomBytes(32), randomBytes(32)]
  const handle = aVault(t, path).put(share, proofHash)
  for (const vault of [aVault(t, path), aVault(t, path)]) {
    const held = vault.read(handle)
    assert.deepEqual([held?.share, held?.proofHash, held?.wasReleased], [share, proofHash, false])
  }
})

test('the file has the header, and a slot the bytes, that the specification draws', (t) => {
  const path = aFile(t, 'shares')
  const [share, proofHash] = [randomBytes(32), randomBytes(32)]
  const vault = aVault(t, path)
  const { slot, name } = vault.put(share, proofHash)
  vault.markReleased({ slot, name })
  vault.writeFailed({ slot, name }, 3)
  const file = readFileSync(path)
  assert.equal(file.toString('latin1', 0, 8), 'LLVAULT1')
  assert.deepEqual([file.readUInt32BE(8), file.readUInt32BE(12)], [1, 128])
  const found = file.subarray(128 + 128 * slot, 256 + 128 * slot)
  assert.deepEqual(new Uint8Array(found.subarray(0, 80)), new Uint8Array([...name, ...share, ...proofHash]))
  assert.equal(found[96], 1)
  assert.equal(found[97], 3)
  assert.deepEqual(found.subarray(98), Buffer.alloc(30))
})

test('a slot is never taken twice while it is held, and answers for nobody but its holder', (t) => {
  const path = aFile(t, 'shares')
  const vault = aVault(t, path)
  const handles = Array.from({ length: 1000 }, () => put(vault))
  const { size } = statSync(path)
  for (let i = 0; i < 50; i++) {
    const former = handles.splice(0, 100)
    for (const handle of former) vault.erase(handle)
    vault.sync()
    handles.push(...former.map(() => put(vault)))
    assert.equal(new Set(handles.map(({ slot }) => slot)).size, 1000)
    assert(former.every((handle) => vault.read(handle) === null))
    assert(handles.every((handle) => vault.read(handle) !== null))
  }
  assert.equal(statSync(path).size, size, 'slots that are free are used again')
})

test('a slot that was erased twice is free once', (t) => {
  const vault = aVault(t, aFile(t, 'shares'))
  const handle = put(vault)
  for (let i = 0; i < 2; i++) vault.erase(handle)
  vault.sync()
  const handles = Array.from({ length: 1500 }, () => put(vault))
  assert.equal(new Set(handles.map(({ slot }) => slot)).size, handles.length)
})

test('a released share is remembered as one, whoever opens the file', (t) => {
  const path = aFile(t, 'shares')
  const vault = aVault(t, path)
  const [given, kept] = [put(vault), put(vault)]
  vault.markReleased(given)
  vault.sync()
  const again = aVault(t, path)
  assert.deepEqual([again.read(given)?.wasReleased, again.read(kept)?.wasReleased], [true, false])
})

test('wrong PINs that were counted are remembered, and forgotten with the share', (t) => {
  const path = aFile(t, 'shares')
  const vault = aVault(t, path)
  const [guessed, other] = [put(vault), put(vault)]
  for (const attemptsFailed of [1, 2, 9]) {
    vault.writeFailed(guessed, attemptsFailed)
    vault.sync()
    const again = aVault(t, path)
    assert.deepEqual([again.read(guessed)?.attemptsFailed, again.read(other)?.attemptsFailed], [attemptsFailed, 0])
    assert.equal(again.read(guessed)?.wasReleased, false)
  }
  vault.erase(guessed)
  const next = put(vault)
  assert.equal(next.slot, guessed.slot)
  assert.equal(vault.read(next)?.attemptsFailed, 0)
})

test('an erased share leaves none of its bytes in the file, and its neighbours whole', (t) => {
  const path = aFile(t, 'shares')
  const vault = aVault(t, path)
  const [share, proofHash] = [randomBytes(32), randomBytes(32)]
  const [before, erased, after] = [put(vault), vault.put(share, proofHash), put(vault)]
  assert.equal(readFileSync(path).includes(share), true)
  vault.erase(erased)
  vault.sync()
  const file = readFileSync(path)
  for (const bytes of [share, proofHash, erased.name]) assert.equal(file.includes(bytes), false)
  assert.notEqual(vault.read(before), null)
  assert.notEqual(vault.read(after), null)
})

test('a slot of which any byte before its mark was changed holds nothing', (t) => {
  const path = aFile(t, 'shares')
  const handle = put(aVault(t, path))
  const sound = readFileSync(path)
  for (let i = 0; i < 96; i++) {
    const offset = SLOT_BYTES * (handle.slot + 1) + i
    overwrite(path, offset, Uint8Array.of(sound[offset]! ^ 1))
    assert.equal(aVault(t, path).read(handle), null, `byte ${i}`)
    overwrite(path, offset, Uint8Array.of(sound[offset]!))
  }
  assert.notEqual(aVault(t, path).read(handle), null)
})

test('a file that is not a vault, or one of another version or slot size, is refused and stays as it was', (t) => {
  const path = aFile(t, 'shares')
  put(aVault(t, path))
  const sound = readFileSync(path)
  for (const offset of [0, 7, 11, 15, 127]) {
    const other = Buffer.from(sound)
    other[offset]! ^= 1
    writeFileSync(path, other)
    assert.throws(() => openSlotFile(path), /is not a vault of this version/, `byte ${offset}`)
    assert(readFileSync(path).equals(other))
  }
})

test('a scan finds every share that is held, and no other', (t) => {
  const path = aFile(t, 'shares')
  const vault = aVault(t, path)
  const handles = Array.from({ length: 20 }, () => put(vault))
  for (const handle of handles.slice(0, 5)) vault.erase(handle)
  const found = [...aVault(t, path).scan()].flatMap(({ found }) => (found === null ? [] : [found.handle]))
  assert.deepEqual(
    found.toSorted((a, b) => a.slot - b.slot),
    handles.slice(5).toSorted((a, b) => a.slot - b.slot),
  )
})

test('a witness remembers the last generation, and has none before the first', (t) => {
  const path = aFile(t, 'witness')
  const witness = openWitness(path)
  t.after(() => witness.close())
  assert.equal(witness.generation, null)
  for (const generation of [1, 2, 3, 2 ** 40, 2 ** 40 + 1]) {
    witness.advance(generation)
    const again = openWitness(path)
    assert.equal(again.generation, generation)
    again.close()
  }
})

test('a witness whose last record was torn falls back to the one before, wherever it was torn', (t) => {
  const path = aFile(t, 'witness')
  const witness = openWitness(path)
  t.after(() => witness.close())
  witness.advance(6)
  const older = readFileSync(path)
  witness.advance(7)
  const newer = readFileSync(path)
  // The record of an odd generation is the second one: what is torn is new up to a point, and old behind it.
  const record = 64
  for (let bytes = 0; bytes < 24; bytes++) {
    const torn = Buffer.alloc(128)
    older.copy(torn)
    newer.copy(torn, record, record, record + bytes)
    writeFileSync(path, torn)
    const found = openWitness(path)
    assert.equal(found.generation, 6, `${bytes} bytes of the new record`)
    found.close()
  }
  writeFileSync(path, newer)
  const whole = openWitness(path)
  assert.equal(whole.generation, 7)
  whole.close()
})

test('a witness of which nothing is sound is as good as none', (t) => {
  const path = aFile(t, 'witness')
  for (const bytes of [randomBytes(128), new Uint8Array(128), randomBytes(63)]) {
    writeFileSync(path, bytes)
    const found = openWitness(path)
    assert.equal(found.generation, null)
    found.close()
  }
})

test('a vault that was cut off in the middle of a slot has the slots before it', (t) => {
  const path = aFile(t, 'shares')
  const vault = aVault(t, path)
  const handles = Array.from({ length: 3 }, () => put(vault)).toSorted((a, b) => a.slot - b.slot)
  const cut = aFile(t, 'cut')
  cpSync(path, cut)
  truncateSync(cut, SLOT_BYTES * (handles[2]!.slot + 1) + 40)
  const found = aVault(t, cut)
  assert.deepEqual(
    handles.map((handle) => found.read(handle) !== null),
    [true, true, false],
  )
  assert.equal(statSync(cut).size % SLOT_BYTES, 40)
})

test('a vault asks backup programs to leave it out, in the way that they know', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  workspace.open(directory).close()
  // https://bford.info/cachedir/
  assert.match(readFileSync(join(directory, 'vault', 'CACHEDIR.TAG'), 'utf8'), /^Signature: 8a477f597d28d172789f06886806bc55\n/)
})
