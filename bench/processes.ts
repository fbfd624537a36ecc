import { type ChildProcess, fork, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Job, JobDone } from './load.ts'

/** How long a server may take to say that it is ready, and to stop, in ms. */
const START_MS_MAX = 20_000
const STOP_MS_MAX = 20_000

/** The server as `npm start` runs it. */
export const BUILT_SERVER = fileURLToPath(new URL('../packages/server/dist/main.js', import.meta.url))

export interface RunningProcess {
  readonly url: string
  readonly pid: number
  /** Ask it to stop, and wait until it has; `false` if it failed or had to be killed. */
  stop(): Promise<boolean>
}

/**
 * Start our server on a data directory of its own, with its default settings but for a port
 * that is free.
 *
 * @param folder - takes the data directory and the log.
 * @param nodeArguments - such as `--cpu-prof`.
 */
export function startOurs(
  folder: string,
  main: string = BUILT_SERVER,
  nodeArguments: readonly string[] = [],
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningProcess> {
  if (!existsSync(main)) throw new Error(`${main} is not built; run npm run build`)
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('LETTERLOCK_') && name !== 'NODE_OPTIONS')
  const env = { ...Object.fromEntries(others), LETTERLOCK_PORT: '0', LETTERLOCK_DATA_DIR: join(folder, 'data'), ...settings }
  const log = openSync(join(folder, 'server.log'), 'a')
  const child = spawn(process.execPath, [...nodeArguments, main], { env, stdio: ['ignore', 'pipe', log] })
  closeSync(log)
  return waitUntilReady(child, () => readFileSync(join(folder, 'server.log'), 'utf8'))
}

export function startBare(): Promise<RunningProcess> {
  const file = fileURLToPath(new URL('bare-server.ts', import.meta.url))
  // The channel is there to end it should this process die.
  return waitUntilReady(spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] }), () => '')
}

export interface Load {
  run(job: Job): Promise<Exclude<JobDone, { failed: string }>>
  readonly pid: number
  stop(): void
}

export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)))
  return {
    pid: child.pid ?? 0,
    run(job) {
      return new Promise((resolve, reject) => {
        const onExit = () => reject(new Error('the load generator has ended early'))
        child.once('exit', onExit)
        child.once('message', (done: JobDone) => {
          child.off('exit', onExit)
          if ('failed' in done) reject(new Error(`the load failed: ${done.failed}`))
          else resolve(done)
        })
        child.send(job)
      })
    },
    stop: () => child.disconnect(),
  }
}

/** What a process has used, where the system tells; `null` where it does not. */
export interface Usage {
  readonly residentBytes: number
  readonly cpuMs: number
}

/** Clock ticks of /proc, which every Linux that Node runs on gives in hundredths of a second. */
const TICK_MS = 10

export function readUsage(pid: number): Usage | null {
  if (process.platform !== 'linux') return null
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // Fields are counted from behind the name, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { residentBytes: Number(resident) * 1024, cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS }
}

function waitUntilReady(child: ChildProcess, readLog: () => string): Promise<RunningProcess> {
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const stop = async () => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
    child.kill('SIGTERM')
    const code = await exited
    clearTimeout(timer)
    return code === 0
  }
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL')
      reject(new Error(`a server did not start: ${why}\n${readLog()}`))
    }
    const timer = setTimeout(() => fail(`it was not ready within ${START_MS_MAX} ms`), START_MS_MAX)
    void exited.then((code) => fail(`it ended with ${code}`))
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const url = /ready at (\S+)\n/.exec(said)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      resolve({ url, pid: child.pid ?? 0, stop })
    })
  })
}
