import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type Patch, patchSource } from '../mutate.ts'

/** Shipped code, loaded into virtual surroundings. */
export interface Shipped {
  readonly openSqliteStore: typeof import('../../packages/server/src/secrets/sqlite.ts').openSqliteStore
  readonly createClock: typeof import('../../packages/server/src/secrets/clock.ts').createClock
  readonly startSweeper: typeof import('../../packages/server/src/sweeper.ts').startSweeper
  readonly createLog: typeof import('../../packages/server/src/log.ts').createLog
  readonly createReceiptStreams: typeof import('../../packages/server/src/receipt-streams.ts').createReceiptStreams
  readonly routes: readonly import('../../packages/server/src/routes/route.ts').Route[]
  /** Runs the thread of the store. */
  readonly serve: (port: unknown, workerData: unknown) => void
}

const root = new URL('../../', import.meta.url)
const SOURCE = new URL('packages/server/src/', root).href
export const WORKER = 'packages/server/src/secrets/worker.ts'

/** What a shipped module imports that would lead out of the simulation, and what it gets. */
const STANDINS: Readonly<Record<string, string>> = {
  'node:fs': new URL('virtual/fs.ts', import.meta.url).href,
  'node:sqlite': new URL('virtual/sqlite.ts', import.meta.url).href,
  'node:crypto': new URL('virtual/crypto.ts', import.meta.url).href,
  'node:worker_threads': new URL('virtual/threads.ts', import.meta.url).href,
}
/** What is safe as it is: it reads nothing and writes nothing. */
const HARMLESS: readonly string[] = ['node:path']

const GLOBALS = `import { performance, setTimeout, setInterval, clearTimeout, clearInterval, setImmediate, Atomics } from '${new URL('virtual/globals.ts', import.meta.url).href}';`
/** Starting a thread loads this file anew; here its one function is called instead. */
const EXPORT_SERVE = '\nexport { serve as serveForSimulation }\n'

const variants = new Map<string, readonly Patch[]>()
const loaded = new Set<string>()

registerHooks({
  resolve(specifier, context, nextResolve) {
    const parent = context.parentURL ?? ''
    if (!parent.startsWith(SOURCE)) return nextResolve(specifier, context)
    const variant = new URL(parent).searchParams.get('variant')
    if (variant === null) return nextResolve(specifier, context)
    const standin = STANDINS[specifier]
    if (standin !== undefined) return { url: standin, format: 'module-typescript', shortCircuit: true }
    if (specifier.startsWith('node:') && !HARMLESS.includes(specifier))
      throw new Error(`${parent} would leave the simulation by ${specifier}`)
    const resolved = nextResolve(specifier, context)
    return resolved.url.startsWith(SOURCE) ? { ...resolved, url: `${resolved.url}?variant=${variant}` } : resolved
  },
  load(url, context, nextLoad) {
    const variant = url.startsWith(SOURCE) ? new URL(url).searchParams.get('variant') : null
    if (variant === null) return nextLoad(url, context)
    const file = fileOf(url)
    loaded.add(`${variant}:${file}`)
    const source = patchSource(readFileSync(new URL(url.replace(/\?.*$/, '')), 'utf8'), file, variants.get(variant) ?? [])
    return { format: 'module-typescript', source: `${GLOBALS}${source}${file === WORKER ? EXPORT_SERVE : ''}`, shortCircuit: true }
  },
})

/** From the root of the repository. */
function fileOf(url: string): string {
  return fileURLToPath(url.replace(/\?.*$/, '')).slice(fileURLToPath(root).length)
}

/**
 * Load the shipped modules under a name of their own, with patches.
 *
 * @throws if a patch does not apply exactly once, or to a file that is not loaded.
 */
export async function loadShipped(variant: string, patches: readonly Patch[]): Promise<Shipped> {
  variants.set(variant, patches)
  const load = async <Module>(path: string) => (await import(`${SOURCE}${path}?variant=${variant}`)) as Module
  const { openSqliteStore } = await load<typeof import('../../packages/server/src/secrets/sqlite.ts')>('secrets/sqlite.ts')
  const { createClock } = await load<typeof import('../../packages/server/src/secrets/clock.ts')>('secrets/clock.ts')
  const { startSweeper } = await load<typeof import('../../packages/server/src/sweeper.ts')>('sweeper.ts')
  const { createLog } = await load<typeof import('../../packages/server/src/log.ts')>('log.ts')
  const { createReceiptStreams } = await load<typeof import('../../packages/server/src/receipt-streams.ts')>('receipt-streams.ts')
  const { serveForSimulation: serve } = await load<{ serveForSimulation: Shipped['serve'] }>('secrets/worker.ts')
  const routes = [
    (await load<typeof import('../../packages/server/src/routes/create-secret.ts')>('routes/create-secret.ts')).createSecret,
    (await load<typeof import('../../packages/server/src/routes/peek-secret.ts')>('routes/peek-secret.ts')).peekSecret,
    (await load<typeof import('../../packages/server/src/routes/claim-secret.ts')>('routes/claim-secret.ts')).claimSecret,
    (await load<typeof import('../../packages/server/src/routes/read-sealed.ts')>('routes/read-sealed.ts')).readSealed,
    (await load<typeof import('../../packages/server/src/routes/ack-secret.ts')>('routes/ack-secret.ts')).ackSecret,
    (await load<typeof import('../../packages/server/src/routes/read-receipt.ts')>('routes/read-receipt.ts')).readReceipt,
    (await load<typeof import('../../packages/server/src/routes/burn-secret.ts')>('routes/burn-secret.ts')).burnSecret,
  ]
  const missed = patches.filter(({ file }) => !loaded.has(`${variant}:${file}`))
  if (missed.length > 0) throw new Error(`${missed.map(({ file }) => file).join(', ')} is not exercised, so a patch of it says nothing`)
  return { openSqliteStore, createClock, startSweeper, createLog, createReceiptStreams, routes, serve }
}

/** The shipped files that are exercised, from the root of the repository. */
export function listExercised(variant: string): string[] {
  const prefix = `${variant}:`
  return [...loaded]
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .toSorted()
}
