import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { formatRequest, hold, statusOf } from '../support/held.ts'
import { calls, makeSecret, send } from '../support/raw-client.ts'
import { type Ending, type StartOptions, anInstance, until } from '../support/server-process.ts'
import { decodeTraced, readEnded, traceInto, whyNoTracer } from '../support/tracer.ts'
import { SETTINGS } from '../../src/settings.ts'

const isRoot = process.getuid?.() === 0
/** Somebody whom file modes hold back, which root is not. */
const NOBODY: StartOptions = isRoot ? { uid: 65_534 } : {}

/** Ended by itself with code 1, and said why in one sentence a reason, with nothing of how the program is made. */
function assertRefused({ code, signal, stdout, stderr }: Ending, ...reasons: readonly RegExp[]): void {
  assert.deepEqual({ code, signal, stdout }, { code: 1, signal: null, stdout: '' }, stderr)
  const lines = stderr.trimEnd().split('\n')
  assert.equal(lines.length, reasons.length, stderr)
  lines.forEach((line, i) => {
    assert.match(line, /^letterlock: \S/)
    assert.match(line, reasons[i] as RegExp)
  })
  assert.doesNotMatch(stderr, /^\s+at |node:internal|\.ts:\d|\.js:\d|Error:/m)
}

/** How long twenty starts may take, in ms, on a machine that is busy with other things. */
const TWENTY_STARTS_MS_MAX = 240_000

test('of twenty that start on one data directory at once, one serves and nineteen say in one sentence why not', async (t) => {
  const instance = anInstance(t)
  const launched = Array.from({ length: 20 }, () => instance.launch())
  const ended: Ending[] = []
  for (const { ended: end } of launched) void end.then((ending) => ended.push(ending))
  await until('nineteen refusals', () => ended.length >= 19, TWENTY_STARTS_MS_MAX)
  for (const ending of ended) assertRefused(ending, /in use by another Letterlock.*LETTERLOCK_DATA_DIR/)
  await until('the one to be ready', () => launched.some(({ stdout }) => stdout() !== ''), TWENTY_STARTS_MS_MAX)
  assert.equal(ended.length, 19)
  const winners = launched.filter(({ stdout }) => /^Letterlock is ready at \S+\n$/.test(stdout()))
  assert.equal(winners.length, 1)
  const url = /at (\S+)\n/.exec(winners[0]?.stdout() ?? '')?.[1] as string
  assert.equal((await send(url, { path: '/readyz' })).status, 200)
})

test('two that start on two directories both serve: the control', async (t) => {
  const servers = await Promise.all([anInstance(t).start(), anInstance(t).start()])
  for (const { url } of servers) assert.equal((await send(url, { path: '/readyz' })).status, 200)
})

test('a server says that it is ready only once it can be stopped in good order', { skip: whyNoTracer() }, async (t) => {
  const instance = anInstance(t)
  const file = join(instance.directory, 'trace')
  const server = await instance.start({}, { before: traceInto(file, 'rt_sigaction,write') })
  assert.equal((await send(server.url, { path: '/readyz' })).status, 200)
  await server.stop()
  const traced = decodeTraced(await until('the trace to end', () => readEnded(file, server.pid)))
  const readyAt = traced.indexOf('Letterlock is ready')
  assert.ok(readyAt > 0, 'the word was traced')
  for (const signal of ['SIGTERM', 'SIGINT']) {
    // The engine handles them first, so that a terminal is left as it was.
    const handled = [...traced.matchAll(new RegExp(String.raw`rt_sigaction\(${signal}, \{sa_handler=0x`, 'g'))].map(({ index }) => index)
    assert.ok(
      handled.length > 1 && handled.every((at) => at < readyAt),
      `${signal} is handled from ${handled.join(', ')}, ready at ${readyAt}`,
    )
  }
})

test('the lock dies with the process, however that ends', async (t) => {
  const instance = anInstance(t)
  await (await instance.start()).kill()
  const second = await instance.start()
  assertRefused(await instance.refuse(), /in use/)
  await second.stop()
  await (await instance.start()).stop()
})

test('a port in use, an address of elsewhere, and a data directory that cannot be made are named', async (t) => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  t.after(() => other.close())
  const { port } = other.address() as AddressInfo
  const instance = anInstance(t)
  assertRefused(await instance.refuse({ LETTERLOCK_PORT: String(port) }), new RegExp(`port ${port} is in use.*LETTERLOCK_PORT`))
  assertRefused(await instance.refuse({ LETTERLOCK_HOST: '192.0.2.1' }), /192\.0\.2\.1.*LETTERLOCK_HOST/)
  writeFileSync(join(instance.directory, 'file'), '')
  assertRefused(
    await instance.refuse({ LETTERLOCK_DATA_DIR: join(instance.directory, 'file', 'data') }),
    /cannot be written.*LETTERLOCK_DATA_DIR/,
  )
  assertRefused(await instance.refuse({ LETTERLOCK_DATA_DIR: join(instance.directory, 'file') }), /cannot be written.*LETTERLOCK_DATA_DIR/)
  await (await instance.start()).stop()
})

test('a data directory of somebody else is refused', async (t) => {
  const instance = anInstance(t)
  chmodSync(instance.directory, 0o755)
  const inner = join(instance.directory, 'closed')
  mkdirSync(inner, { mode: 0o500 })
  assertRefused(await instance.refuse({ LETTERLOCK_DATA_DIR: inner }, NOBODY), /cannot be written.*LETTERLOCK_DATA_DIR/)
  writeFileSync(join(instance.directory, 'letter.txt'), 'not of Letterlock')
  assertRefused(await instance.refuse(), /open to other users.*LETTERLOCK_DATA_DIR/)
})

test('a directory below one that may be entered and not read is taken', async (t) => {
  const instance = anInstance(t)
  const [above, directory] = [join(instance.directory, 'closed'), join(instance.directory, 'closed', 'data')]
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (NOBODY.uid !== undefined) chownSync(directory, NOBODY.uid, NOBODY.uid)
  chmodSync(instance.directory, 0o711)
  chmodSync(above, 0o111)
  const server = await instance.start({ LETTERLOCK_DATA_DIR: directory }, NOBODY).finally(() => chmodSync(above, 0o755))
  assert.equal((await send(server.url, calls.create(makeSecret()))).status, 201)
  await server.stop()
})

test('a lock that may be read and not written keeps two servers apart by keeping both out', async (t) => {
  const instance = anInstance(t)
  await (await instance.start()).stop()
  if (isRoot)
    for (const name of ['.', ...readdirSync(instance.directory, { recursive: true })])
      chownSync(join(instance.directory, String(name)), 65_534, 65_534)
  chmodSync(join(instance.directory, 'lock'), 0o400)
  for (let i = 0; i < 2; i++) assertRefused(await instance.refuse({}, NOBODY), /cannot be written.*LETTERLOCK_DATA_DIR/)
  chmodSync(join(instance.directory, 'lock'), 0o600)
  const server = await instance.start({}, NOBODY)
  assertRefused(await instance.refuse({}, NOBODY), /in use by another Letterlock/)
  await server.stop()
})

const NO_SMALL_DISKS = isRoot && process.platform === 'linux' ? false : 'only root on Linux can make a small disk'

test('a disk that is full at the start is named in one sentence', { skip: NO_SMALL_DISKS }, async (t) => {
  const instance = anInstance(t)
  for (const size of ['4k', '32k', '64k', '96k']) {
    const disk = mountDisk(instance.directory, size)
    if (disk === null) return t.skip('this machine does not let root mount')
    try {
      assertRefused(await instance.refuse({ LETTERLOCK_DATA_DIR: join(disk, 'data') }), /LETTERLOCK_DATA_DIR/)
    } finally {
      // Also from under a server that a failure has left.
      spawnSync('umount', ['-l', disk])
    }
  }
})

test('a disk with too little room takes no new secret, says so, and goes on answering', { skip: NO_SMALL_DISKS }, async (t) => {
  const instance = anInstance(t)
  const disk = mountDisk(instance.directory, '8m')
  if (disk === null) return t.skip('this machine does not let root mount')
  try {
    const env = { LETTERLOCK_DATA_DIR: join(disk, 'data') }
    const roomy = await instance.start({ ...env, LETTERLOCK_FREE_BYTES_MIN: '0' })
    const secret = makeSecret()
    assert.equal((await send(roomy.url, calls.create(secret))).status, 201)
    await roomy.stop()
    const server = await instance.start(env)
    assert.deepEqual((await send(server.url, { path: '/readyz' })).json(), {
      ready: false,
      reasons: ['storage_full', 'in_memory', 'ballast_short'],
    })
    await until('the operator to be told', () => server.stderr().includes('There is no room for new secrets'))
    assert.equal((await send(server.url, calls.create(makeSecret()))).json()['code'], 'storage_full')
    assert.equal((await send(server.url, calls.create(secret))).status, 201, 'what is there already is no new secret')
    assert.equal((await send(server.url, calls.claim(secret))).status, 200)
    assert.equal((await send(server.url, calls.ack(secret))).status, 204)
    await server.stop()
  } finally {
    // Also from under a server that a failure has left.
    spawnSync('umount', ['-l', disk])
  }
})

function mountDisk(directory: string, size: string): string | null {
  const disk = join(directory, 'disk')
  mkdirSync(disk, { recursive: true })
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]).status === 0 ? disk : null
}

test('every bad setting is named with what it must be, all of them at once', async (t) => {
  const instance = anInstance(t)
  const bad = {
    LETTERLOCK_PORT: '65536',
    LETTERLOCK_HOST: 'not a host',
    LETTERLOCK_PUBLIC_URL: 'ftp://x',
    LETTERLOCK_LIFETIMES: '1s',
    LETTERLOCK_DEFAULT_LIFETIME: '0d',
    LETTERLOCK_LIMITS: 'maybe',
    LETTERLOCK_SECRET_BYTES_MAX: '1e5',
    LETTERLOCK_LOG: 'everything',
    LETTERLOCK_PROT: '1',
    LETTERLOCK_port: '1',
  }
  const ending = await instance.refuse(bad)
  assert.equal(ending.code, 1)
  for (const name of Object.keys(bad)) assert.match(ending.stderr, new RegExp(`^letterlock: ${name} (?:must be|is not a setting)`, 'm'))
  assert.match(ending.stderr, /LETTERLOCK_PROT is not a setting; did you mean LETTERLOCK_PORT\?/)
  for (const port of ['-1', ' 80', '80 ', '0x50', '8e1', '80.0']) {
    assertRefused(await instance.refuse({ LETTERLOCK_PORT: port }), /LETTERLOCK_PORT must be a whole number from 0 to 65535/)
  }
  assert.deepEqual(readdirSync(instance.directory), [], 'a refusal has touched nothing')
})

test('names that clients read are left alone', async (t) => {
  const env = { LETTERLOCK_SERVER: 'x', LETTERLOCK_TOKEN: 'canary-token', LETTERLOCK_PIN: 'canary-pin', LETTERLOCK_RECEIPTS: 'x' }
  const server = await anInstance(t).start(env)
  await server.stop()
  assert.doesNotMatch(server.stdout() + server.stderr(), /canary/)
})

test('the settings in force are printed once, to standard error, and standard output holds the address alone', async (t) => {
  const server = await anInstance(t).start({ LETTERLOCK_NAME: 'Ours' })
  await server.stop()
  for (const { name } of Object.values(SETTINGS)) assert.equal(server.stderr().split(` ${name}=`).length, 2, name)
  assert.match(server.stderr(), / LETTERLOCK_NAME=Ours\n/)
  assert.match(server.stdout(), /^Letterlock is ready at http:\/\/127\.0\.0\.1:\d+\/\n$/)
})

test('directories are of mode 0700 and files 0600, whatever the mask of the shell says and whatever they were', async (t) => {
  const instance = anInstance(t)
  chmodSync(instance.directory, 0o777)
  mkdirSync(join(instance.directory, 'vault'), { mode: 0o755 })
  const server = await instance.start({}, { before: ['/bin/sh', '-c', 'umask 000; exec "$@"', 'sh'] })
  assert.equal((await send(server.url, calls.create(makeSecret()))).status, 201)
  const look = () =>
    readdirSync(instance.directory, { recursive: true }).map((name) => {
      const { mode } = statSync(join(instance.directory, String(name)))
      return `${String(name)} ${(mode & 0o170777).toString(8)}`
    })
  for (const line of look()) assert.match(line, /^(?:vault 40700|\S+ 100600)$/)
  assert.ok(look().length >= 6, 'there are files to look at')
  assert.equal(statSync(instance.directory).mode & 0o777, 0o700)

  chmodSync(join(instance.directory, 'secrets.db'), 0o644)
  assert.ok(look().includes('secrets.db 100644'), 'the same look sees an open file: the control')
  await server.stop()
  await (await instance.start()).stop()
  for (const line of look()) assert.match(line, /^(?:vault 40700|\S+ 100600)$/)
})

test('a stop finishes the call that is under way, takes no new one, and ends with 0', async (t) => {
  const instance = anInstance(t)
  const server = await instance.start()
  const secret = makeSecret()
  const held = await hold(server.url, formatRequest(calls.create(secret)))
  const idle = await hold(server.url, 'GE')
  // The server has both sockets once it has answered on a third that came after them.
  await send(server.url, { path: '/healthz' })
  const stopped = server.stop()
  await until('new calls to be refused', async () => (await send(server.url, { path: '/healthz' }).catch(() => null)) === null)
  assert.equal(statusOf(await held.release()), 201)
  idle.destroy()
  await stopped

  const again = await instance.start()
  assert.equal((await send(again.url, calls.peek(secret))).status, 200)
  await again.stop()
})

test('a start after a stop has everything that was there', async (t) => {
  const instance = anInstance(t)
  const [waiting, claimed, burned] = [makeSecret(), makeSecret(), makeSecret()]
  const first = await instance.start()
  for (const secret of [waiting, claimed, burned]) assert.equal((await send(first.url, calls.create(secret))).status, 201)
  const given = await send(first.url, calls.claim(claimed))
  await send(first.url, calls.burn(burned))
  await first.stop()
  const second = await instance.start()
  assert.equal((await send(second.url, calls.peek(waiting))).status, 200)
  assert.deepEqual((await send(second.url, calls.claim(claimed))).body, given.body)
  assert.equal((await send(second.url, calls.peek(burned))).status, 410)
  await second.stop()
})
