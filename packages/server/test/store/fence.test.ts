import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { randomBytes } from '@letterlock/protocol'
import type { NewSecret } from '../../src/secrets/store.ts'
import {
  type Asked,
  HOUR_MS,
  T0,
  type Workspace,
  aClaim,
  aSecret,
  aWorkspace,
  askEverything,
  at,
  putDatabase,
  witnessed,
} from './fixtures.ts'
import { listHolding } from '../support/scan.ts'

/** Begin a directory, copy it, go on, and put the copy of the database back; where the copy is. */
function setBack(workspace: Workspace, directory: string, begin: (store: Asked) => void, goOn: (store: Asked) => void): string {
  const before = workspace.open(directory)
  begin(before)
  before.close()
  const copy = workspace.copyOf(directory)
  const store = workspace.open(directory)
  goOn(store)
  store.close()
  putDatabase(copy, directory)
  return copy
}

interface Restored {
  readonly workspace: Workspace
  readonly directory: string
  /** Opened after the copy was made. */
  readonly opened: NewSecret
  /** Still waiting in the copy and in the vault. */
  readonly waiting: NewSecret
  /** Burned after the copy was made. */
  readonly burned: NewSecret
  /** Created after the copy was made. */
  readonly later: NewSecret
}

/** A directory whose database was set back to before a secret was opened, with its vault as it is. */
function aRestored(t: TestContext): Restored {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const [opened, waiting, burned, later] = [aSecret(), aSecret(), aSecret(), aSecret()]
  const begin = (store: Asked) => [opened, waiting, burned].forEach((secret) => store.create(secret))
  setBack(workspace, directory, begin, (store) => {
    store.claim(aClaim(opened))
    store.burn(burned)
    store.create(later)
  })
  return { workspace, directory, opened, waiting, burned, later }
}

const ALL_UNAVAILABLE = Array.from({ length: 7 }, () => 'unavailable')

test('a database that was set back is fenced: every call is unavailable, in every state, for as long as it stays so', (t) => {
  const { workspace, directory, opened, waiting, burned, later } = aRestored(t)
  const shown = witnessed(directory)
  for (let i = 0; i < 2; i++) {
    const store = workspace.open(directory)
    assert.equal(store.engine.started.fencedGeneration, shown)
    for (const secret of [opened, waiting, burned, later, aSecret()]) assert.deepEqual(askEverything(store, secret), ALL_UNAVAILABLE)
    assert.deepEqual(store.sweep(at(T0 + 10 * HOUR_MS)), { outcome: 'unavailable' })
    assert.equal(store.health().fencedGeneration, shown)
    store.engine.settle()
    store.close()
  }
})

test('a fenced start erases nothing and moves no generation', (t) => {
  const { workspace, directory } = aRestored(t)
  const read = () => ['vault/shares', 'vault/witness', 'secrets.db'].map((name) => readFileSync(join(directory, name)).toString('base64'))
  const before = read()
  const store = workspace.open(directory)
  store.sweep(at(T0 + 10 * HOUR_MS))
  store.engine.settle()
  store.close()
  assert.deepEqual(read().slice(0, 2), before.slice(0, 2))
})

test('a claim that a crash kept from its answer is not undone by an accepted copy from before it', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const secret = aSecret()
  const first = workspace.open(directory)
  first.create(secret)
  first.close()
  const copy = workspace.copyOf(directory)
  const unmarked = readFileSync(join(directory, 'vault', 'shares'))
  const second = workspace.open(directory)
  assert.equal(second.claim(aClaim(secret)).outcome, 'claimed')
  second.close()
  // As a crash between the commit and the vault's mark leaves it.
  writeFileSync(join(directory, 'vault', 'shares'), unmarked)
  const third = workspace.open(directory)
  assert.equal(third.peek(secret).outcome, 'gone', 'and this is told')
  third.close()
  putDatabase(copy, directory)
  const store = workspace.open(directory, { acceptRestore: witnessed(directory) })
  assert.equal(store.engine.started.fencedGeneration, null)
  assert.equal(store.peek(secret).outcome, 'gone')
  assert.equal(store.claim(aClaim(secret)).outcome, 'gone')
})

test('a database that was not set back is not fenced, nor is one that was killed', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const store = workspace.open(directory)
  for (let i = 0; i < 5; i++) {
    store.create(aSecret())
    store.engine.settle()
    assert.equal(workspace.open(workspace.copyOf(directory)).engine.started.fencedGeneration, null)
  }
  store.close()
  assert.equal(workspace.open(directory).engine.started.fencedGeneration, null)
})

test('a database that was set back together with its witness goes unnoticed: the witness is what notices', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const secret = aSecret()
  const copy = setBack(
    workspace,
    directory,
    (store) => store.create(secret),
    (store) => store.burn(secret),
  )
  cpSync(join(copy, 'vault', 'witness'), join(directory, 'vault', 'witness'))
  assert.equal(workspace.open(directory).engine.started.fencedGeneration, null)
})

test('the generation that was shown lifts the fence: what was opened stays gone, what waited can be opened', (t) => {
  const { workspace, directory, opened, waiting, burned, later } = aRestored(t)
  const store = workspace.open(directory, { acceptRestore: witnessed(directory) })
  assert.equal(store.engine.started.fencedGeneration, null)
  assert.equal(store.claim(aClaim(opened)).outcome, 'gone')
  const read = store.receipt(opened)
  assert(read.outcome === 'receipt')
  assert.deepEqual([read.life.state, read.life.confirmed], ['opened', false])
  const other = store.receipt(burned)
  assert(other.outcome === 'receipt')
  assert.equal(other.life.state, 'lost')
  const claimed = store.claim(aClaim(waiting))
  assert(claimed.outcome === 'claimed')
  assert.deepEqual([claimed.share, claimed.sealed], [waiting.share, waiting.sealed])
  assert.deepEqual(store.peek(later), { outcome: 'unknown' })
  for (const secret of [opened, burned, later]) assert.deepEqual(listHolding(directory, secret.share), [])
})

test('a start that lifts the fence keeps every secret that is created after it', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const burned = Array.from({ length: 8 }, () => aSecret())
  const begin = (store: Asked) => burned.forEach((secret) => store.create(secret))
  setBack(workspace, directory, begin, (store) => {
    for (const secret of burned) store.burn(secret)
    for (let i = 0; i < 8; i++) store.create(aSecret())
  })
  const lifted = workspace.open(directory, { acceptRestore: witnessed(directory) })
  const created = Array.from({ length: 40 }, () => aSecret())
  for (const secret of created) assert.equal(lifted.create(secret).outcome, 'created')
  const outcomes = created.map((secret) => lifted.claim(aClaim(secret)).outcome)
  assert.deepEqual(
    outcomes,
    Array.from({ length: 40 }, () => 'claimed'),
  )
})

test('both generations are one more than the larger once the fence is lifted, and the same value lifts no later one', (t) => {
  const { workspace, directory } = aRestored(t)
  const copy = workspace.copyOf(directory)
  const shown = witnessed(directory)
  assert(shown !== null)
  workspace.open(directory, { acceptRestore: shown })
  assert.equal(witnessed(directory), shown + 1)
  putDatabase(copy, directory)
  const again = workspace.open(directory, { acceptRestore: shown })
  assert.equal(again.engine.started.fencedGeneration, shown + 1)
})

test('a generation that was not shown does not lift the fence', (t) => {
  const { workspace, directory } = aRestored(t)
  const shown = witnessed(directory)
  assert(shown !== null)
  for (const acceptRestore of [shown - 1, shown + 1, 0, Number.MAX_SAFE_INTEGER, null]) {
    const store = workspace.open(directory, { acceptRestore })
    assert.equal(store.engine.started.fencedGeneration, shown)
    store.close()
  }
})

test('a database with secrets and without its witness is fenced, and one without secrets is new', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  workspace.open(directory).close()
  rmSync(join(directory, 'vault', 'witness'))
  const store = workspace.open(directory)
  assert.equal(store.engine.started.fencedGeneration, null)
  store.create(aSecret())
  store.close()
  rmSync(join(directory, 'vault', 'witness'))
  const fenced = workspace.open(directory)
  const shown = fenced.engine.started.fencedGeneration
  assert.notEqual(shown, null)
  fenced.close()
  assert.equal(workspace.open(directory, { acceptRestore: shown }).engine.started.fencedGeneration, null)
})

test('a database that is gone while its vault is there is fenced', (t) => {
  const { workspace, directory } = aRestored(t)
  for (const end of ['', '-wal', '-shm']) rmSync(join(directory, `secrets.db${end}`), { force: true })
  assert.equal(workspace.open(directory).engine.started.fencedGeneration, witnessed(directory))
})

test('a database that was set back within the second of a claim is not fenced, and gives the share to nobody again', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const store = workspace.open(directory)
  const secret = aSecret()
  store.create(secret)
  store.engine.settle()
  const copy = workspace.copyOf(directory)
  const claim = aClaim(secret)
  assert.equal(store.claim(claim).outcome, 'claimed')
  const killed = workspace.copyOf(directory)
  putDatabase(copy, killed)
  const found = workspace.open(killed)
  assert.equal(found.engine.started.fencedGeneration, null)
  for (const other of [aClaim(secret), claim]) assert.equal(found.claim(other).outcome, 'gone')
})

/** Guess wrong once; what was answered. */
function guess(store: Asked, secret: NewSecret) {
  return store.claim(aClaim(secret, { proofHash: randomBytes(32) }))
}

test('attempts that were used since a copy was made stay used when it is restored, in the receipt, too', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const [guessed, locked] = [aSecret({ attempts: 5 }), aSecret({ attempts: 3 })]
  const begin = (store: Asked) => {
    for (const secret of [guessed, locked]) store.create(secret)
    guess(store, guessed)
  }
  const copy = setBack(workspace, directory, begin, (store) => {
    for (let i = 0; i < 2; i++) guess(store, guessed)
    for (let i = 0; i < 3; i++) guess(store, locked)
  })
  for (let i = 0; i < 2; i++) {
    const restored = workspace.open(directory, { acceptRestore: witnessed(directory) })
    const peeked = restored.peek(guessed)
    assert(peeked.outcome === 'sealed')
    assert.equal(peeked.attemptsLeft, 2 - i)
    const read = restored.receipt(guessed)
    assert(read.outcome === 'receipt')
    assert.equal(read.life.attemptsFailed, 3 + i)
    assert.equal(restored.claim(aClaim(locked)).outcome, 'gone')
    assert.deepEqual(guess(restored, guessed), { outcome: 'pin_wrong', attemptsLeft: 1 - i })
    restored.close()
    putDatabase(copy, directory)
  }
  const last = workspace.open(directory, { acceptRestore: witnessed(directory) })
  assert.equal(last.claim(aClaim(guessed)).outcome, 'gone', 'all five were used before, and erased the share')
})

test('a count that a crash or an older version kept from the vault reaches it at the next start', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const secret = aSecret({ attempts: 5 })
  const store = workspace.open(directory)
  store.create(secret)
  store.engine.settle()
  const copy = workspace.copyOf(directory)
  guess(store, secret)
  guess(store, secret)
  store.close()
  // The vault of before the guesses, as if their marks had not come: version 0.3.0 wrote none.
  cpSync(join(copy, 'vault', 'shares'), join(directory, 'vault', 'shares'))
  workspace.open(directory).close()
  putDatabase(copy, directory)
  const restored = workspace.open(directory, { acceptRestore: witnessed(directory) })
  assert.deepEqual(guess(restored, secret), { outcome: 'pin_wrong', attemptsLeft: 2 })
})

test('the right PIN opens a restored secret that has attempts left', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  const secret = aSecret({ attempts: 3 })
  const begin = (store: Asked) => store.create(secret)
  setBack(workspace, directory, begin, (store) => {
    for (let i = 0; i < 2; i++) guess(store, secret)
  })
  const restored = workspace.open(directory, { acceptRestore: witnessed(directory) })
  assert.equal(restored.claim(aClaim(secret)).outcome, 'claimed')
})

test('the generation grows at every start, after changes, and at a clean stop, and the witness follows it', (t) => {
  const workspace = aWorkspace(t)
  const directory = workspace.directory()
  let last = 0
  const grew = (by: string) => {
    const now = witnessed(directory) ?? 0
    assert(now > last, `the generation has not grown with ${by}`)
    last = now
  }
  const store = workspace.open(directory)
  grew('the start')
  const secret = aSecret()
  store.create(secret)
  store.engine.settle()
  grew('a create')
  store.claim(aClaim(secret))
  store.engine.settle()
  grew('a claim')
  store.peek(secret)
  assert.equal(store.engine.isUnsettled(), false, 'a peek changes nothing')
  store.close()
  grew('a clean stop')
})
