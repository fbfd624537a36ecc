import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { takeDataDirectory } from '../../src/data-directory.ts'

const EXT4 = 0xef53
const onExt4 = () => EXT4
const hasModes = process.platform === 'win32' ? 'this system has no modes' : false

function aPlace(t: TestContext): string {
  const place = mkdtempSync(join(tmpdir(), 'letterlock-test-'))
  t.after(() => rmSync(place, { recursive: true, force: true }))
  return place
}

function take(t: TestContext, path: string, fileSystem = EXT4) {
  const { release, ...directory } = takeDataDirectory(path, () => fileSystem)
  let isReleased = false
  const once = () => {
    if (!isReleased) release()
    isReleased = true
  }
  t.after(once)
  return { ...directory, release: once }
}

/** The one sentence that a start is refused with. */
function refusal(path: string, fileSystem = EXT4): string {
  let sentence = ''
  assert.throws(
    () => takeDataDirectory(path, () => fileSystem),
    (error: Error) => {
      sentence = error.message
      return error.name === 'StartError'
    },
  )
  assert.match(sentence, /LETTERLOCK_DATA_DIR/)
  assert(sentence.includes(path), `${sentence} does not name ${path}`)
  assert.match(sentence, /^The data directory [^\n]*[^.\n]\.$/, 'a refusal is one sentence, with one full stop')
  return sentence
}

const modeOf = (path: string) => statSync(path).mode & 0o777

test('a directory that is not there is made, closed to others, and can be taken again once it is released', (t) => {
  const path = join(aPlace(t), 'deep', 'data')
  const first = take(t, path)
  assert.deepEqual(first.warnings, [])
  assert.equal(first.path, path)
  if (hasModes === false) for (const made of [path, join(path, 'vault')]) assert.equal(modeOf(made), 0o700)
  if (hasModes === false) assert.equal(modeOf(join(path, 'lock')), 0o600)
  first.release()
  take(t, path)
  assert.deepEqual(readdirSync(join(path, 'vault')), [], 'nothing is left of the probe')
})

for (const [name, magic] of [
  ['NFS', 0x6969],
  ['CIFS', 0xff534d42],
  ['SMB2', 0xfe534d42],
  ['9P', 0x01021997],
  ['Ceph', 0x00c36400],
] as const) {
  test(`a directory on ${name} is refused, and the sentence says that it is a network`, (t) => {
    const sentence = refusal(join(aPlace(t), 'data'), magic)
    assert(sentence.includes(name) && sentence.includes('network'))
  })
}

for (const magic of [0x9123683e, 0x2fc12fc1]) {
  test(`a directory on a file system that copies on write (${magic.toString(16)}) is taken with a warning`, (t) => {
    assert.deepEqual(take(t, join(aPlace(t), 'data'), magic).warnings, ['copy_on_write'])
  })
}

for (const magic of [0x01021994, 0x858458f6]) {
  test(`a directory in memory (${magic.toString(16)}) is taken with a warning`, (t) => {
    assert.deepEqual(take(t, join(aPlace(t), 'data'), magic).warnings, ['in_memory'])
  })
}

test('a vault on a file system of its own is looked at, too', (t) => {
  const path = join(aPlace(t), 'data')
  take(t, path).release()
  const vaultOn = (type: number) => takeDataDirectory(path, (place) => (place.endsWith('vault') ? type : EXT4))
  assert.throws(() => vaultOn(0x6969), /vault lies on a network \(NFS\)/)
  const found = vaultOn(0x9123683e)
  assert.deepEqual(found.warnings, ['copy_on_write'])
  found.release()
})

test('a link to a directory may be the data directory or its vault, and no other link may be a file of ours', { skip: hasModes }, (t) => {
  const place = aPlace(t)
  const path = join(place, 'data')
  take(t, path).release()
  symlinkSync(path, join(place, 'link'))
  take(t, join(place, 'link')).release()
  for (const name of ['secrets.db', 'secrets.db-wal', join('vault', 'shares'), join('vault', 'witness')]) {
    for (const target of ['nowhere', 'somewhere']) {
      writeFileSync(join(place, 'somewhere'), '')
      symlinkSync(join(place, target), join(path, name))
      assert.match(refusal(path), /holds a link/)
      rmSync(join(path, name))
    }
  }
  renameSync(join(path, 'vault'), join(place, 'vault'))
  symlinkSync(join(place, 'vault'), join(path, 'vault'))
  take(t, path)
})

test('a directory that is in use is refused, touches nothing, and leaves its holder alone', (t) => {
  const path = join(aPlace(t), 'data')
  const holder = take(t, path)
  writeFileSync(join(path, 'secrets.db'), 'as it was', { mode: 0o600 })
  assert.match(refusal(path), /in use/)
  assert.deepEqual(readdirSync(path).toSorted(), ['lock', 'secrets.db', 'vault'])
  assert.match(refusal(path), /in use/)
  holder.release()
  take(t, path)
})

test('the lock of a process that was killed is free at once, although its file is still there', async (t) => {
  const path = join(aPlace(t), 'data')
  const source = new URL('../../src/data-directory.ts', import.meta.url).href
  const program = `const { takeDataDirectory } = await import(${JSON.stringify(source)})
    globalThis.kept = takeDataDirectory(${JSON.stringify(path)}, () => ${EXT4})
    console.log('taken')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  t.after(() => child.kill('SIGKILL'))
  const [said] = await Promise.race([once(child.stdout, 'data'), ended])
  assert.equal(String(said), 'taken\n', 'the other process did not get its directory')
  assert.match(refusal(path), /in use/)
  child.kill('SIGKILL')
  await ended
  assert.equal(existsSync(join(path, 'lock')), true)
  take(t, path)
})

test('a path on which a file lies is refused, as is one below a file', (t) => {
  const place = aPlace(t)
  writeFileSync(join(place, 'file'), 'in the way')
  refusal(join(place, 'file'))
  refusal(join(place, 'file', 'data'))
})

test('a directory whose vault or lock is something else is refused', (t) => {
  const [one, other] = [join(aPlace(t), 'data'), join(aPlace(t), 'data')]
  mkdirSync(one, { mode: 0o700 })
  writeFileSync(join(one, 'vault'), 'a file')
  refusal(one)
  mkdirSync(join(other, 'lock'), { recursive: true, mode: 0o700 })
  refusal(other)
})

test('permissions of our own that were loosened are mended', { skip: hasModes }, (t) => {
  const path = join(aPlace(t), 'data')
  take(t, path).release()
  const files = [join(path, 'secrets.db'), join(path, 'secrets.db-wal'), join(path, 'vault', 'shares'), join(path, 'lock')]
  for (const file of files) writeFileSync(file, '', { flag: 'a' })
  for (const file of files) chmodSync(file, 0o644)
  for (const directory of [path, join(path, 'vault')]) chmodSync(directory, 0o755)
  take(t, path)
  for (const file of files) assert.equal(modeOf(file), 0o600, file)
  for (const directory of [path, join(path, 'vault')]) assert.equal(modeOf(directory), 0o700)
})

test('a directory that is open to others and holds what is not ours is refused and stays as it was', { skip: hasModes }, (t) => {
  const path = join(aPlace(t), 'home')
  mkdirSync(path, { mode: 0o755 })
  chmodSync(path, 0o755)
  writeFileSync(join(path, 'diary.txt'), '', { mode: 0o644 })
  chmodSync(join(path, 'diary.txt'), 0o644)
  refusal(path)
  assert.equal(modeOf(path), 0o755)
  assert.equal(modeOf(join(path, 'diary.txt')), 0o644)
  assert.deepEqual(readdirSync(path), ['diary.txt'], 'a start that is refused leaves nothing behind')
})

test('a file that is not ours keeps its permissions, whatever those of its directory are', { skip: hasModes }, (t) => {
  const place = aPlace(t)
  const path = join(place, 'home')
  mkdirSync(path, { mode: 0o700 })
  for (const file of [join(path, 'diary.txt'), join(place, 'elsewhere.txt')]) {
    writeFileSync(file, '')
    chmodSync(file, 0o644)
  }
  symlinkSync(join(place, 'elsewhere.txt'), join(path, 'link.txt'))
  try {
    takeDataDirectory(path, onExt4).release()
  } catch (error) {
    assert.equal((error as Error).name, 'StartError')
  }
  assert.equal(modeOf(join(path, 'diary.txt')), 0o644)
  assert.equal(modeOf(join(place, 'elsewhere.txt')), 0o644)
})
