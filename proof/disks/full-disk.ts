import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type RawReply, type RawRequest, type RawSecret, calls, send } from '../../packages/server/test/support/raw-client.ts'
import { type Behind, PATIENCE_MS, type ServerProcess, anInstance, until } from '../../packages/server/test/support/server-process.ts'
import { type Patch, patching } from '../mutate.ts'
import { type FileSystem, type Mounted, fill, readFree, withMounted } from './mount.ts'
import { asGuesser, createSeeded, drawSecret } from './seeded.ts'

const MIB = 1024 ** 2
/** Bytes of the disk, and of the margin below which nothing is created. */
const DISK_BYTES: Readonly<Record<FileSystem, number>> = { tmpfs: 20 * MIB, ext4: 32 * MIB }
const MARGIN_BYTES = 4 * MIB
const SEALED_BYTES = 60_000
const CREATES_MAX = 10_000
const BROKEN_PATIENCE_MS = 3000
/** Below this no look at the disk finds room for another create, in bytes. */
const NOTHING_BYTES = 512 * 1024

/** How many secrets are opened, burned and guessed at in each state of the disk. */
export interface Counts {
  readonly opened: number
  readonly burned: number
  readonly guesses: number
}

/** What was asked of a server on a full disk, and what it did wrong. */
export interface FullDisk {
  readonly asked: number
  readonly wrong: readonly string[]
}

/** What one run has, and how it counts. */
interface Run {
  readonly disk: Mounted
  readonly foreign: string
  readonly wrong: string[]
  readonly seeded: ReturnType<typeof createSeeded>
  readonly waiting: RawSecret[]
  readonly pinned: RawSecret
  /** How long to wait for what must come, in ms; a broken server is not waited for. */
  readonly patienceMs: number
  server: ServerProcess
  asked: number
}

/**
 * Fill a small disk by creates, then to its last byte by somebody else, and go on opening,
 * burning and guessing, over a kill and a start; then make room.
 */
export function proveFullDisk(
  behind: Behind,
  options: { readonly fileSystem: FileSystem; readonly seed: number; readonly counts: Counts; readonly patches?: readonly Patch[] },
): Promise<FullDisk> {
  return withMounted(options.fileSystem, DISK_BYTES[options.fileSystem], async (disk) => {
    const patched = patching(behind, options.patches ?? [])
    const env = {
      LETTERLOCK_DATA_DIR: join(disk.path, 'data'),
      LETTERLOCK_FREE_BYTES_MIN: String(MARGIN_BYTES),
      LETTERLOCK_LIMITS: 'off',
      ...patched.env,
    }
    const instance = anInstance(behind)
    // The log lies on the same disk, as it often does.
    const before = ['sh', '-c', 'exec "$@" 2>>"$0"', join(disk.path, 'log')]
    const start = () => instance.start(env, { before })
    const seeded = createSeeded(options.seed)
    const pinned = drawSecret(seeded, { sealedBytes: 1000, attempts: 10 })
    const run: Run = {
      disk,
      foreign: join(disk.path, 'foreign'),
      wrong: [],
      seeded,
      waiting: [],
      pinned,
      patienceMs: options.patches === undefined || options.patches.length === 0 ? PATIENCE_MS : BROKEN_PATIENCE_MS,
      server: await start(),
      asked: 0,
    }
    try {
      await fillByCreates(run)
      await openSome(run, 'when creates are refused', options.counts)
      await fillUp(run)
      await openSome(run, 'when somebody has filled the disk', options.counts)
      await fillUp(run)
      await run.server.kill()
      run.server = await start()
      await openSome(run, 'after a start on a full disk', options.counts)
      await makeRoom(run)
    } catch (error) {
      run.wrong.push(`it went no further: ${(error as Error).message}`)
    } finally {
      await run.server.kill()
    }
    patched.assertApplied()
    return { asked: run.asked, wrong: run.wrong }
  })
}

/** Ask, and note whatever is not the answer that is right. */
async function ask(run: Run, what: string, request: RawRequest, status: number): Promise<RawReply | null> {
  run.asked++
  const reply = await send(run.server.url, request).catch((error: Error) => error)
  if (reply instanceof Error) {
    run.wrong.push(`${what}: no answer (${reply.message})`)
    return null
  }
  if (reply.status !== status) run.wrong.push(`${what}: ${reply.status} ${reply.body.toString('utf8').slice(0, 120)}`)
  return reply.status === status ? reply : null
}

async function fillByCreates(run: Run): Promise<void> {
  await ask(run, 'a create on an empty disk', calls.create(run.pinned), 201)
  let ready: RawReply | null = null
  for (let i = 0; i < CREATES_MAX; i++) {
    const secret = drawSecret(run.seeded, { sealedBytes: SEALED_BYTES })
    run.asked++
    const { status, json } = await send(run.server.url, calls.create(secret))
    if (status === 201) {
      run.waiting.push(secret)
      continue
    }
    if (status !== 507 || json()['code'] !== 'storage_full') run.wrong.push(`a create beyond the margin: ${status}`)
    // What was taken since the last look at the disk is counted for more than it may need: the next look may find some room.
    ready = await send(run.server.url, { path: '/readyz' })
    if (ready.status === 503 || readFree(run.disk.path) < NOTHING_BYTES) break
  }
  const free = readFree(run.disk.path)
  if (free < MARGIN_BYTES / 2) run.wrong.push(`creates were refused only when ${free} bytes were free`)
  if (ready?.status !== 503 || ready.json()['reasons']?.toString().includes('storage_full') !== true)
    run.wrong.push(`readiness of a full disk: ${ready?.status} ${ready?.body.toString()}`)
}

async function openSome(run: Run, when: string, { opened, burned, guesses }: Counts): Promise<void> {
  const isFilled = readFree(run.disk.path) === 0
  const done: RawSecret[] = []
  for (const secret of run.waiting.splice(0, opened)) {
    const claimed = await ask(run, `a claim ${when}`, calls.claim(secret), 200)
    if (claimed !== null && claimed.json()['share'] !== secret.share.toString('base64url')) run.wrong.push(`a claim ${when}: another share`)
    await ask(run, `an ack ${when}`, calls.ack(secret), 204)
    // Whoever filled the disk takes what has become free.
    if (isFilled) fill(run.foreign)
    done.push(secret)
  }
  for (const secret of done) {
    const receipt = await ask(run, `a receipt ${when}`, calls.receipt(secret), 200)
    if (receipt !== null && receipt.json()['state'] !== 'opened')
      run.wrong.push(`${when}, what was opened is ${String(receipt.json()['state'])}`)
    await ask(run, `another's claim ${when}`, calls.claim({ ...secret, claim: run.seeded.bytes(32) }), 410)
  }
  for (let i = 0; i < guesses; i++) await ask(run, `a wrong PIN ${when}`, calls.claim(asGuesser(run.pinned, run.seeded)), 403)
  // What ends comes last: the log is cut behind it, and behind no wrong PIN.
  for (const secret of run.waiting.splice(0, burned)) await ask(run, `a burn ${when}`, calls.burn(secret), 204)
  await ask(run, `a peek ${when}`, calls.peek(run.waiting[0] as RawSecret), 200)
  if (isFilled) await ask(run, `a create ${when}`, calls.create(drawSecret(run.seeded, { sealedBytes: SEALED_BYTES })), 507)
}

/** Fill the disk once its log is cut, so that nothing is left which that would free. */
async function fillUp(run: Run): Promise<void> {
  const log = join(run.disk.path, 'data', 'secrets.db-wal')
  await until('the log to be cut', () => readFileSync(log).every((byte) => byte === 0), PATIENCE_MS)
  fill(run.foreign)
}

/** With room again, creating works without a start, and the ballast takes its place. */
async function makeRoom(run: Run): Promise<void> {
  rmSync(run.foreign)
  // What was burned and opened has made room within the database, too.
  const secret = drawSecret(run.seeded, { sealedBytes: SEALED_BYTES })
  await until('a create to be taken', async () => (await send(run.server.url, calls.create(secret))).status === 201, run.patienceMs)
  await ask(run, 'a claim of what was created then', calls.claim(secret), 200)
  await until('the ballast to be whole', () => isWhole(join(run.disk.path, 'data', 'ballast')), run.patienceMs)
  const ready = await ask(run, 'readiness with room', { path: '/readyz' }, 200)
  if (/full|short/.test(ready?.body.toString() ?? '')) run.wrong.push(`readiness with room: ${ready?.body.toString()}`)
}

/** Whether it has its size, in blocks that are really taken. */
function isWhole(path: string): boolean {
  const { size, blocks } = statSync(path)
  return size === MARGIN_BYTES / 2 && blocks * 512 >= size
}
