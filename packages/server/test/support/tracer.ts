import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import process from 'node:process'

const STRACE = '/usr/bin/strace'

/**
 * Why there is no tracing here, or `false`: what a test is skipped with.
 *
 * @param isRunning - whether a process is to be traced that runs already.
 */
export function whyNoTracer(isRunning = false): string | false {
  if (process.platform !== 'linux' || !existsSync(STRACE)) return 'strace is not installed here'
  const tried = spawnSync(STRACE, ['-qq', '-o', '/dev/null', 'true'])
  if (tried.status !== 0) return 'this user may not trace processes'
  const mayAttach = !isRunning || process.getuid?.() === 0 || readScope() === '0'
  return mayAttach ? false : 'this user may not trace a process that runs already'
}

/** Who may attach to whom; `0`: everyone to their own. */
function readScope(): string {
  try {
    return readFileSync('/proc/sys/kernel/yama/ptrace_scope', 'utf8').trim()
  } catch {
    return '0'
  }
}

/**
 * The words before a command that trace it into a file while it stays this process's own child:
 * signals and exit codes are its own.
 */
export function traceInto(file: string): readonly string[] {
  const calls = 'trace=fsync,fdatasync,pwrite64,write,sendto,writev,sendmsg'
  return [STRACE, '-D', '-f', '-q', '-yy', '-xx', '-s', '8192', '--seccomp-bpf', '-e', calls, '-o', file]
}

/**
 * Kill a running process at the moment at which one of its threads first asks for a system call.
 *
 * @returns the tracer, once it watches.
 */
export async function killAtFirst(pid: number, call: string): Promise<ChildProcess> {
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=1`]
  const tracer = spawn(STRACE, ['-f', '-p', String(pid), ...inject, '-o', '/dev/null'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('attached')) resolve()
    })
    tracer.on('error', reject)
    tracer.on('exit', () => reject(new Error(`the tracer does not watch: ${said}`)))
  })
  return tracer
}

/** One system call of a trace: where it began, and where it had returned. */
export interface TracedCall {
  readonly name: string
  /** What the descriptor is, such as a path or the two ends of a connection. */
  readonly on: string
  /** Everything behind the descriptor, bytes as hex. */
  readonly args: string
  readonly beganAt: number
  readonly endedAt: number
}

/** Read a trace in which calls of several threads may overlap; times are line numbers. */
export function parseTrace(text: string): readonly TracedCall[] {
  const open = new Map<string, { name: string; on: string; args: string; beganAt: number }>()
  const calls: TracedCall[] = []
  text.split('\n').forEach((line, at) => {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. (\w+) resumed>/.exec(rest)
    if (resumed !== null) {
      const begun = open.get(thread)
      if (begun !== undefined) calls.push({ ...begun, endedAt: at })
      open.delete(thread)
      return
    }
    const [, name, on, args] = /^(\w+)\(\d+<(.*?)>(?=[,)]| <)(.*)$/.exec(rest) ?? []
    if (name === undefined || on === undefined || args === undefined) return
    const begun = { name, on: decodePath(on), args: args.replaceAll(String.raw`\x`, ''), beganAt: at }
    if (args.includes('<unfinished ...>')) open.set(thread, begun)
    else calls.push({ ...begun, endedAt: at })
  })
  return calls.toSorted((a, b) => a.beganAt - b.beganAt)
}

/** strace writes paths in hex, too, when it is asked for bytes in hex. */
function decodePath(on: string): string {
  return on.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
