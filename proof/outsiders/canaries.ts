import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareSecret } from '../../packages/client/src/index.ts'
import { stretchInNode } from '../../packages/client/src/stretch-in-node.ts'
import { SLOT_BYTES } from '../../packages/server/src/vault/slot-file.ts'
import { ADDRESS, AGENT, TEXT, asPlaces, listKept, listUnlogged, live } from '../../packages/server/test/support/canaries.ts'
import { CRLF, listMalformed, write } from '../../packages/server/test/support/malformed.ts'
import { type RawRequest, type RawSecret, calls, makeSecret, send, writeToken } from '../../packages/server/test/support/raw-client.ts'
import { sendRaw } from '../../packages/server/test/support/raw-socket.ts'
import { follow } from '../../packages/server/test/support/raw-stream.ts'
import { type Place, findCanaries, listSpellings, readPlaces } from '../../packages/server/test/support/scan.ts'
import {
  type Behind,
  type Ending,
  type Instance,
  type ServerProcess,
  anInstance,
} from '../../packages/server/test/support/server-process.ts'
import { type Patch, patching } from '../mutate.ts'

const PIN = 'Kanari-Schluessel-7261'
const FILE_NAME = 'Kanari-Grundbuch-7261.pdf'
const FILE_TEXT = 'Kanari: der Tresor geht mit 7261 auf'

/** What is provoked, beside one ordinary life: everything that a server can answer in version 0.3.0. */
const STATUSES = [200, 201, 204, 206, 400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 416, 417, 422, 429, 431, 500, 503, 507]

/** Settings under which a run is made: each kind of log, and everything else as delivered and otherwise. */
export const SETTINGS: readonly Readonly<Record<string, string>>[] = [
  { LETTERLOCK_LOG: 'requests' },
  { LETTERLOCK_LOG: 'events' },
  {
    LETTERLOCK_LOG: 'requests',
    LETTERLOCK_PUBLIC_URL: 'https://secrets.example/under/',
    LETTERLOCK_NAME: 'Elsewhere',
    LETTERLOCK_ABUSE_CONTACT: 'abuse@secrets.example',
    LETTERLOCK_CORS_ORIGIN: 'https://other.example',
    LETTERLOCK_INTEGRITY_POLICY: 'off',
    LETTERLOCK_LIMITS: 'off',
  },
]

export interface Searched {
  /** Canaries, each of which is looked for in every spelling in every place. */
  readonly canaries: number
  readonly spellings: number
  readonly places: number
  readonly bytes: number
  readonly found: readonly string[]
  /** Every kind of reply that was wanted and did not come. */
  readonly missing: readonly number[]
}

/** One run under some settings: what it has put out, and whose it is. */
interface Run {
  readonly t: Behind
  readonly env: Readonly<Record<string, string>>
  readonly secrets: RawSecret[]
  readonly places: Place[]
  readonly found: string[]
  readonly statuses: Set<number>
}

/**
 * Let canaries of every kind go through servers that are made to answer everything they can, to
 * crash, and to refuse to start; then search all that they have put out.
 *
 * @param isSlow - whether to wait for what only comes after seconds: requests that are too slow.
 */
export async function searchRun(
  t: Behind,
  settings: Readonly<Record<string, string>>,
  isSlow: boolean,
  patches: readonly Patch[] = [],
): Promise<Searched> {
  const outside = mkdtempSync(join(tmpdir(), 'letterlock-outside-'))
  t.after(() => rmSync(outside, { recursive: true, force: true }))
  const env = { ...settings, TMPDIR: outside, HOME: outside }
  const run: Run = { t, env, secrets: [], places: [], found: [], statuses: new Set() }
  await liveThrough(run, patches, isSlow)
  await makeMistakes(run, patches)
  await fillUp(run, patches)
  await comeBackFenced(run, patches)
  await breakDown(run, patches)
  run.places.push(...readPlaces(outside).map((place) => ({ ...place, name: `outside/${place.name}` })))
  const unlogged = run.secrets.map((secret) => ({ ...listUnlogged(secret), ...MORE }))
  const found = unlogged.flatMap((canaries) => findCanaries(run.places, canaries))
  const names = new Set(unlogged.flatMap((canaries) => Object.values(canaries).map((what) => what.toString('hex'))))
  return {
    canaries: names.size,
    spellings: [...names].reduce((sum, hex) => sum + Object.keys(listSpellings(Buffer.from(hex, 'hex'))).length, 0),
    places: run.places.length,
    bytes: run.places.reduce((sum, { bytes }) => sum + bytes.length, 0),
    found: [...new Set([...run.found, ...found])],
    missing: STATUSES.filter((status) => !run.statuses.has(status) && (isSlow || status !== 408)),
  }
}

/** What belongs to no single secret. */
export const MORE: Readonly<Record<string, Buffer>> = {
  'the PIN': Buffer.from(PIN),
  'the name of a file': Buffer.from(FILE_NAME),
  'the text of a file': Buffer.from(FILE_TEXT),
}

/** Ask as one person from one address, and note what was answered. */
async function ask({ statuses }: Run, url: string, request: RawRequest): Promise<number> {
  const told = { 'user-agent': AGENT, 'x-forwarded-for': '203.0.113.77', referer: 'https://elsewhere.example/' }
  const from = ADDRESS === undefined ? {} : { localAddress: ADDRESS }
  const { status } = await send(url, { ...request, headers: { ...told, ...request.headers }, ...from })
  statuses.add(status)
  return status
}

function aCanary(run: Run, wishes: Parameters<typeof makeSecret>[1] = {}): RawSecret {
  const secret = makeSecret(TEXT, wishes)
  run.secrets.push(secret)
  return secret
}

async function start(run: Run, instance: Instance, patches: readonly Patch[], env: Readonly<Record<string, string>> = {}) {
  const patched = patching(run.t, patches)
  const server = await instance.start({ ...run.env, ...env, ...patched.env })
  patched.assertApplied()
  return server
}

/** What a server has said, and what it tells of its health. */
async function keepHealth(run: Run, { url, pid }: ServerProcess, directory: string): Promise<void> {
  for (const path of ['/healthz', '/readyz', '/api/v1/instance', '/.well-known/security.txt', '/metrics']) {
    const reply = await send(url, { path })
    run.statuses.add(reply.status)
    run.places.push({ name: path, bytes: Buffer.concat([Buffer.from(reply.rawHeaders.join('\n')), reply.body]) })
  }
  run.found.push(...listOpenElsewhere(pid, directory))
}

function keepOutput(run: Run, name: string, { stdout, stderr }: Pick<Ending, 'stdout' | 'stderr'>): void {
  run.places.push(...asPlaces({ [`stdout of ${name}`]: stdout, [`stderr of ${name}`]: stderr }))
}

/** Files that a process has open to write to, and that are not its data: a line each. */
function listOpenElsewhere(pid: number, directory: string): readonly string[] {
  if (process.platform !== 'linux') return []
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/${pid}/fd/${fd}`)
      const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0', 8)
      const isKept = path.startsWith(directory) || !path.startsWith('/') || path.startsWith('/dev/')
      return (flags & 3) === 0 || isKept ? [] : [`a file is open to write to: ${path}`]
    } catch {
      // It has been closed meanwhile.
      return []
    }
  })
}

/** A whole life, everything that can be refused, and everything that is no HTTP. */
async function liveThrough(run: Run, patches: readonly Patch[], isSlow: boolean): Promise<void> {
  const instance = anInstance(run.t)
  const server = await start(run, instance, patches)
  const { url } = server
  const [secret, burned, locked, watched] = [aCanary(run), aCanary(run), aCanary(run, { pin: PIN, attempts: 3 }), aCanary(run)]
  await live(url, secret, burned)
  await sendFile(url)
  for (const one of [locked, watched]) await ask(run, url, calls.create(one))
  for (let i = 0; i < 4; i++) await ask(run, url, calls.claim({ ...locked, proof: randomBytes(32), claim: randomBytes(32) }))
  const streams = [await follow(url, calls.events(watched)), await follow(url, calls.events(watched))]
  await ask(run, url, calls.events(watched))
  await ask(run, url, calls.claim(watched))
  for (const range of ['bytes=0-1', 'bytes=9999999-']) await ask(run, url, withHeaders(calls.sealed(watched), { range }))
  await ask(run, url, calls.ack(watched))
  await Promise.all(streams.map(({ closed }) => closed))
  await refuseAll(run, url, watched)
  const malformed = listMalformed(write(calls.burn(secret)), write(calls.create(burned)))
  const slow = `POST /s?${writeToken(secret.linkKey)} HTTP/1.1${CRLF}Host: localhost${CRLF}User-Agent: ${AGENT}`
  const quick = Object.values(malformed).filter((_, n) => isSlow || n % 4 === 0)
  const answers = await Promise.all([
    ...quick.map((bytes) => sendRaw(url, `${bytes}${CRLF}${CRLF}`)),
    ...(isSlow ? [sendRaw(url, slow)] : []),
  ])
  for (const { statuses } of answers) for (const status of statuses) run.statuses.add(status)
  await keepHealth(run, server, instance.directory)
  run.found.push(...run.secrets.flatMap((one) => findCanaries(readPlaces(instance.directory), { ...listKept(one), ...MORE })))
  const second = await instance.refuse({ ...run.env })
  keepOutput(run, 'a second one on the same directory', second)
  keepOutput(run, 'one with bad settings', await instance.refuse({ ...run.env, LETTERLOCK_PORT: 'x', LETTERLOCK_LIFETIMES: '1y' }))
  await server.stop()
  keepOutput(run, 'a server', { stdout: server.stdout(), stderr: server.stderr() })
}

/** A secret with a file in it, as a client of ours sends it. */
async function sendFile(url: string): Promise<void> {
  const files = [{ name: FILE_NAME, type: 'application/pdf', bytes: new TextEncoder().encode(FILE_TEXT) }]
  const { request } = await prepareSecret({ text: TEXT, files }, 604_800_000, Date.now(), {
    pin: { text: PIN, stretch: stretchInNode },
    attempts: 5,
  })
  const reply = await fetch(new URL(request.path.replace(/^\//, ''), url), {
    method: request.method,
    headers: { 'content-type': 'application/json', 'user-agent': AGENT },
    body: request.body as string,
  })
  assert.equal(reply.status, 201)
}

const withHeaders = (request: RawRequest, headers: Record<string, string>): RawRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
})

/** Every refusal that a caller can bring about, with canaries in what is refused. */
async function refuseAll(run: Run, url: string, secret: RawSecret): Promise<void> {
  const { create, access, ack } = secret
  const fresh = aCanary(run)
  const faults: readonly RawRequest[] = [
    calls.create({ create: { ...fresh.create, lifetimeMs: 1 } }),
    calls.create({ create: { ...create, ackHash: ack.toString('base64url') } }),
    calls.create({ create: { ...create, [writeToken(fresh.linkKey)]: access.toString('base64url') } }),
    { ...calls.create(fresh), body: JSON.stringify(fresh.create).padEnd(98_305, ' ') },
    { ...calls.create(fresh), body: `${JSON.stringify(fresh.create)} and ${FILE_NAME}` },
    withHeaders(calls.claim(secret), { 'content-type': `text/plain; ${writeToken(secret.linkKey)}` }),
    withHeaders(calls.claim(secret), { 'content-encoding': access.toString('hex') }),
    withHeaders(calls.peek(secret), { authorization: `Basic ${access.toString('base64')}` }),
    withHeaders(calls.peek(secret), { cookie: access.toString('base64') }),
    { path: `/api/v1/secrets/${secret.id}/claim`, method: 'PUT' },
    { path: `/api/v1/secrets/${secret.id}/claim/${writeToken(secret.linkKey)}` },
    withHeaders(calls.peek(secret), { expect: access.toString('base64url') }),
    withHeaders(calls.peek(secret), { x: access.toString('hex').repeat(300) }),
    calls.peek(fresh),
    calls.burn(secret),
  ]
  for (const fault of faults) await ask(run, url, fault).catch(() => null)
}

/** Mistakes of ours whose messages hold what a caller sent: in a call, and in a stream. */
const MISTAKEN: readonly Patch[] = [
  {
    file: 'packages/server/src/routes/burn-secret.ts',
    from: '  const burned = await deps',
    to: "  if (bearer.length > 0) throw new TypeError(`${id} ${Buffer.from(bearer).toString('hex')} ${Buffer.from(bearer).toString('base64url')}`)\n  const burned = await deps",
  },
]

async function makeMistakes(run: Run, patches: readonly Patch[]): Promise<void> {
  const server = await start(run, anInstance(run.t), [...patches, ...MISTAKEN])
  const secret = aCanary(run)
  await ask(run, server.url, calls.create(secret))
  assert.equal(await ask(run, server.url, calls.burn(secret)), 500)
  await server.stop()
  keepOutput(run, 'one that makes a mistake', { stdout: server.stdout(), stderr: server.stderr() })
}

async function fillUp(run: Run, patches: readonly Patch[]): Promise<void> {
  const server = await start(run, anInstance(run.t), patches, { LETTERLOCK_STORED_BYTES_MAX: '1' })
  assert.equal(await ask(run, server.url, calls.create(aCanary(run))), 507)
  await server.kill()
  keepOutput(run, 'a full one, which is killed', { stdout: server.stdout(), stderr: server.stderr() })
}

/** A copy of the database is put back: nothing is answered until the operator says so. */
async function comeBackFenced(run: Run, patches: readonly Patch[]): Promise<void> {
  const instance = anInstance(run.t)
  const secret = aCanary(run)
  const first = await start(run, instance, patches)
  await ask(run, first.url, calls.create(secret))
  await first.stop()
  const copy = readFileSync(join(instance.directory, 'secrets.db'))
  const second = await start(run, instance, patches)
  await ask(run, second.url, calls.claim(secret))
  await second.stop()
  writeFileSync(join(instance.directory, 'secrets.db'), copy)
  const fenced = await start(run, instance, patches)
  assert.equal(await ask(run, fenced.url, calls.peek(secret)), 503)
  await keepHealth(run, fenced, instance.directory)
  await fenced.stop()
  for (const [n, { stdout, stderr }] of [first, second, fenced].entries())
    keepOutput(run, `a server before and after a restore, ${n}`, { stdout: stdout(), stderr: stderr() })
}

/** The disk no longer has what was written: the server says so, and ends. */
async function breakDown(run: Run, patches: readonly Patch[]): Promise<void> {
  const instance = anInstance(run.t)
  const server = await start(run, instance, patches)
  const secret = aCanary(run)
  await ask(run, server.url, calls.create(secret))
  truncateSync(join(instance.directory, 'vault', 'shares'), SLOT_BYTES)
  assert.equal(await ask(run, server.url, calls.claim(secret)), 503)
  const ending = await server.ended
  assert.notEqual(ending.code, 0, 'a server on a broken disk ends')
  keepOutput(run, 'one whose disk breaks', ending)
}
