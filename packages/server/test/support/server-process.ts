import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Longest time that a test waits for what must happen at once on an idle machine, in ms. */
export const PATIENCE_MS = 60_000

/** A server in a process of its own. */
export interface ServerProcess {
  /** Where it listens, ending in a slash. */
  readonly url: string
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** Ask it to stop, and see that it ends well. */
  stop(): Promise<void>
  /** End it with nothing said, as a power cut would. */
  kill(): Promise<void>
  /** How it ended. */
  readonly ended: Promise<Ending>
}

/** A process that has ended. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** How a start differs from the plain one. */
export interface StartOptions {
  /** Words that come before the command, such as those of a tracer that becomes the parent of nothing. */
  readonly before?: readonly string[]
  /** The user that the process runs as. */
  readonly uid?: number
  /** Instead of the server's own main. */
  readonly script?: string
}

/** A process that has begun and may be ready, refuse or end. */
export type Launched = Omit<ServerProcess, 'url' | 'stop' | 'kill'>

/** A data directory of a test's own, and the processes that use it. */
export interface Instance {
  readonly directory: string
  /** Start a server and wait until it says that it is ready. */
  start(env?: Readonly<Record<string, string>>, options?: StartOptions): Promise<ServerProcess>
  /** Start a server and wait for nothing. */
  launch(env?: Readonly<Record<string, string>>, options?: StartOptions): Launched
  /** Start a server that is expected to end by itself, and wait until it does. */
  refuse(env?: Readonly<Record<string, string>>, options?: StartOptions): Promise<Ending>
}

/** What runs something behind a test, or behind another proof. */
export interface Behind {
  readonly after: (clean: () => Promise<void> | void) => void
}

/** A fresh instance for one test; afterwards its processes are ended and its files removed. */
export function anInstance(t: Behind): Instance {
  const directory = mkdtempSync(join(tmpdir(), 'letterlock-test-'))
  const begun: Begun[] = []
  t.after(async () => {
    for (const { child, ended } of begun) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    }
    rmSync(directory, { recursive: true, force: true })
  })
  const launch = (env: Readonly<Record<string, string>> = {}, options: StartOptions = {}) => {
    const started = begin({ LETTERLOCK_DATA_DIR: directory, LETTERLOCK_PORT: '0', ...env }, options)
    begun.push(started)
    return started
  }
  return {
    directory,
    launch(env, options) {
      const { child, stdout, stderr, ended } = launch(env, options)
      return { pid: child.pid as number, stdout, stderr, ended }
    },
    start: (env, options) => waitUntilReady(launch(env, options)),
    async refuse(env, options) {
      const { child, stdout, ended } = launch(env, options)
      const deadline = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
      child.stdout?.on('data', () => child.kill('SIGKILL'))
      const ending = await ended
      clearTimeout(deadline)
      assert.equal(stdout(), '', 'a start that was to be refused serves')
      return ending
    },
  }
}

/** Wait for something to become true, looking often; fails after a while rather than hang. */
export async function until<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  patienceMs: number = PATIENCE_MS,
): Promise<Exclude<Found, null | undefined | false>> {
  const deadlineMs = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined && found !== false) return found as Exclude<Found, null | undefined | false>
    if (performance.now() > deadlineMs) assert.fail(`waited ${patienceMs} ms in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

interface Begun {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<Ending>
}

/** Nothing of the environment but what a process needs reaches it. */
function begin(env: Readonly<Record<string, string>>, { before = [], uid, script = MAIN }: StartOptions): Begun {
  const [command, ...args] = [...before, process.execPath, '--conditions=source', script]
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<Ending>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return { child, stdout: () => stdout, stderr: () => stderr, ended }
}

async function waitUntilReady({ child, stdout, stderr, ended }: Begun): Promise<ServerProcess> {
  let hasEnded = false
  const mark = () => (hasEnded = true)
  ended.then(mark, mark)
  const url = await until(`a server to be ready`, () => {
    assert.ok(!hasEnded, `the server ended instead of being ready: ${stderr()}`)
    return /^Letterlock is ready at (\S+)\n/m.exec(stdout())?.[1]
  })
  return {
    url,
    pid: child.pid as number,
    stdout,
    stderr,
    ended,
    async stop() {
      child.kill('SIGTERM')
      const { code, signal } = await ended
      assert.deepEqual({ code, signal }, { code: 0, signal: null }, `the server did not stop well: ${stderr()}`)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
