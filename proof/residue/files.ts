import { readPlaces } from '../../packages/server/test/support/scan.ts'
import { type Behind, anInstance, until } from '../../packages/server/test/support/server-process.ts'
import { type Patch, patching } from '../mutate.ts'
import { createSeeded } from '../disks/seeded.ts'
import { type End, type Ended, createAll, drawSecrets, endAll } from './ends.ts'
import { NEEDLE_BYTES, search } from './search.ts'

/** How far apart the pieces of sealed bytes are that are looked for, besides head and tail: a page of a database holds some. */
const STRIDE_BYTES = 1024
/** Longest time until all that has ended is out of the files, in ms: a second (SPEC §9.2), what has expired ten, and a busy machine. */
const SETTLE_MS_MAX = 30_000

/** How many secrets have left something in the files. */
export interface Left {
  readonly ended: number
  /** Of those that have ended, while the server runs, and after it was killed. */
  readonly sealedRunning: number
  readonly sealedKilled: number
  readonly sharesRunning: number
  readonly sharesKilled: number
  /** Of those that wait, which must be there. */
  readonly waiting: number
  readonly sealedWaiting: number
  readonly sharesWaiting: number
}

interface Look {
  /** Secrets of which a piece of the sealed bytes is there. */
  readonly sealed: number
  readonly shares: number
}

/** End secrets in every way, and search every file below the data directory for what was in them. */
export async function proveFiles(
  behind: Behind,
  options: { readonly seed: number; readonly counts: Readonly<Record<End, number>>; readonly patches?: readonly Patch[] },
): Promise<Left> {
  const instance = anInstance(behind)
  const seeded = createSeeded(options.seed)
  const secrets = drawSecrets(seeded, options.counts)
  const patched = patching(behind, options.patches ?? [])
  const env = { LETTERLOCK_LIMITS: 'off', LETTERLOCK_LIFETIMES: '1m,7d', ...patched.env }
  const server = await instance.start(env)
  patched.assertApplied()
  await createAll(server.url, secrets)
  await endAll(server.url, secrets, seeded)

  const ended = secrets.filter(({ end }) => end !== 'waits')
  const waiting = secrets.filter(({ end }) => end === 'waits')
  const settled = () => {
    const { sealed, shares } = look(instance.directory, ended)
    return sealed + shares === 0
  }
  // What a broken server leaves stays for ever, and is counted below.
  const patienceMs = options.patches === undefined ? SETTLE_MS_MAX : 3000
  await until('the files to be clean', settled, patienceMs).catch(() => null)
  const running = look(instance.directory, ended)
  await server.kill()
  const killed = look(instance.directory, ended)
  const there = look(instance.directory, waiting)
  return {
    ended: ended.length,
    sealedRunning: running.sealed,
    sealedKilled: killed.sealed,
    sharesRunning: running.shares,
    sharesKilled: killed.shares,
    waiting: waiting.length,
    sealedWaiting: there.sealed,
    sharesWaiting: there.shares,
  }
}

function look(directory: string, secrets: readonly Ended[]): Look {
  const pieces = listPieces(secrets)
  const sealed = new Set<number>()
  const shares = new Set<number>()
  for (const { bytes } of readPlaces(directory)) {
    for (const n of search(
      bytes,
      pieces.map(({ bytes: piece }) => piece),
    ))
      sealed.add(pieces[n]?.of as number)
    for (const n of search(
      bytes,
      secrets.map(({ secret }) => secret.share),
    ))
      shares.add(n)
  }
  return { sealed: sealed.size, shares: shares.size }
}

/** Head, tail, and pieces in between of the sealed bytes of each. */
export function listPieces(secrets: readonly Ended[]): readonly { readonly of: number; readonly bytes: Buffer }[] {
  return secrets.flatMap(({ secret: { sealed } }, of) => {
    const tail = sealed.length - NEEDLE_BYTES
    const offsets = [...Array.from({ length: Math.ceil(tail / STRIDE_BYTES) }, (_, i) => i * STRIDE_BYTES), tail]
    return offsets.map((at) => ({ of, bytes: sealed.subarray(at, at + NEEDLE_BYTES) }))
  })
}
