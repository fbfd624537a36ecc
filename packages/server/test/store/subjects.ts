import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { createMemoryStore } from '../../src/secrets/memory.ts'
import { openSqliteStore } from '../../src/secrets/sqlite.ts'
import { type SecretStore, StoreError } from '../../src/secrets/store.ts'
import type { Subject } from './contract.ts'
import { aWorkspace, anEngineFor } from './fixtures.ts'
import { listHolding } from '../support/scan.ts'

const WORKER = new URL('../../src/secrets/worker.ts', import.meta.url)

/** How long a store may take to let go of what ended, in ms, on a machine that is busy with other things. */
const LET_GO_MS_MAX = 20_000
/** How long to look for what it keeps, in ms: it may move from one file to another while they are read. */
const LOOK_MS_MAX = 1000
/** Longest wait for another connection, in ms. */
const BUSY_MS = 10_000
const LOOK_EVERY_MS = 20

/** The memory store, over a floor that can be made to fail. */
export async function openMemorySubject(): Promise<Subject> {
  const { store, fail } = overAFloor(createMemoryStore())
  return { store, break: fail, dispose: async () => {} }
}

/** Any store, with something under it that can be made to fail. */
export function overAFloor(store: SecretStore): { readonly store: SecretStore; readonly fail: () => void } {
  let isBroken = false
  const above = new Proxy(store, {
    get(target, name: keyof SecretStore) {
      if (isBroken) return () => Promise.reject(new StoreError('the floor has given way'))
      return target[name].bind(target)
    },
  })
  return {
    store: above,
    fail() {
      isBroken = true
    },
  }
}

/** The embedded store: its thread, its files, in a directory of its own. */
export async function openSqliteSubject(): Promise<Subject> {
  const endings: (() => void)[] = []
  const workspace = aWorkspace({ after: (act) => endings.push(act) })
  const directory = workspace.directory()
  const stores: SecretStore[] = []
  const failures: string[] = []
  let mayBreak = false
  const open = async (where: string) => {
    const store = await openSqliteStore(anEngineFor(where), WORKER, (reason) => failures.push(reason))
    stores.push(store)
    return store
  }
  return {
    store: await open(directory),
    crash: () => open(workspace.copyOf(directory)),
    break() {
      mayBreak = true
      const other = new DatabaseSync(join(directory, 'secrets.db'), { timeout: BUSY_MS })
      other.exec('ALTER TABLE secrets RENAME TO secrets_out_of_reach')
      other.close()
    },
    async keeps(bytes, isEnded) {
      const deadlineMs = performance.now() + (isEnded ? LET_GO_MS_MAX : LOOK_MS_MAX)
      for (;;) {
        const isKept = listHolding(directory, bytes).length > 0
        if (isKept !== isEnded || performance.now() >= deadlineMs) return isKept
        await wait(LOOK_EVERY_MS)
      }
    },
    async dispose() {
      for (const store of stores) await store.close()
      for (const end of endings) end()
      if (failures.length > 0 && !mayBreak) throw new Error(`the store broke: ${failures.join(', ')}`)
    },
  }
}
