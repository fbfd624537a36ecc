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

/** What makes bytes durable, and what sends them. */
const WRITES = 'fsync,fdatasync,pwrite64,write,sendto,writev,sendmsg'

/**
 * The words before a command that trace it into a file while it stays this process's own child:
 * signals and exit codes are its own.
 */
export function traceInto(file: string, calls = WRITES): readonly string[] {
  return [STRACE, '-D', '-f', '-q', '-yy', '-xx', '-s', '8192', '--seccomp-bpf', '-e', `trace=${calls}`, '-o', file]
}

/**
 * A trace, once the process that it is of has ended; `null` before.
 *
 * @param how - how it must have ended, as a pattern.
 */
export function readEnded(file: string, pid: number, how = 'exited with 0'): string | null {
  const text = readFileSync(file, 'utf8')
  return new RegExp(`^${pid} +\\+\\+\\+ ${how}`, 'm').test(text) ? text : null
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

/** One system call of a trace: where it began, and where it had returned, in numbers of lines. */
export interface SystemCall {
  readonly name: string
  /** As strace writes them, descriptors, paths and bytes in hex. */
  readonly args: string
  /** `null` if the process died meanwhile. */
  readonly result: string | null
  readonly beganAt: number
  readonly endedAt: number
}

/** Read a trace in which calls of several threads may overlap, in the order in which they began. */
export function parseCalls(text: string): readonly SystemCall[] {
  const open = new Map<string, { readonly begun: string; readonly beganAt: number }>()
  const calls: SystemCall[] = []
  const add = (whole: string, beganAt: number, endedAt: number) => {
    const [, name, args, result] = /^(\w+)\((.*)\) += (.*)$/.exec(whole) ?? []
    if (name !== undefined && args !== undefined && result !== undefined)
      calls.push({ name, args, result: result.startsWith('?') ? null : result, beganAt, endedAt })
  }
  const lines = text.split('\n')
  lines.forEach((line, at) => {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    // It may be padded on either side.
    const unfinished = /^(.*?) *<unfinished \.\.\.> *$/.exec(rest)
    if (resumed !== null) {
      const begun = open.get(thread)
      if (begun !== undefined) add(`${begun.begun}${resumed[1] ?? ''}`, begun.beganAt, at)
      open.delete(thread)
    } else if (unfinished !== null) open.set(thread, { begun: unfinished[1] ?? '', beganAt: at })
    else add(rest, at, at)
  })
  for (const { begun, beganAt } of open.values()) add(`${begun}) = ?`, beganAt, lines.length)
  return calls.toSorted((a, b) => a.beganAt - b.beganAt)
}

/** strace writes whatever it was given in hex. */
export function decodeTraced(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** A system call that was asked of a descriptor, and has returned. */
export interface TracedCall extends Pick<SystemCall, 'name' | 'beganAt' | 'endedAt'> {
  /** What the descriptor is, such as a path or the two ends of a connection. */
  readonly on: string
  /** Everything behind the descriptor, bytes as hex. */
  readonly args: string
}

/** Read what a trace of {@link traceInto} tells of descriptors. */
export function parseTrace(text: string): readonly TracedCall[] {
  return parseCalls(text).flatMap(({ name, args: all, result, beganAt, endedAt }) => {
    const [, on, args] = /^\d+<(.*?)>(?=,|$)(.*)$/.exec(all) ?? []
    if (result === null || on === undefined || args === undefined) return []
    return [{ name, on: decodeTraced(on), args: args.replaceAll(String.raw`\x`, ''), beganAt, endedAt }]
  })
}
