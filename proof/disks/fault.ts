import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A disk that fails one of the calls that it is asked for. */
export interface Fault {
  readonly call: 'fsync' | 'fdatasync' | 'pwrite64' | 'ftruncate'
  readonly error: 'EIO' | 'ENOSPC'
  /** Which of them fails, from 1. */
  readonly nth: number
}

/** Files that are written while a server runs. The log's index is made anew from the log. */
const FILES = ['secrets.db', 'secrets.db-wal', 'vault/shares', 'vault/witness', 'ballast']
const CHANGES = ['pwrite64', 'write', 'pwritev', 'pwritev2', 'writev', 'ftruncate', 'fallocate', 'fsync', 'fdatasync']

/** How long a tracer may take to let go of a process, in ms. It writes each line before the call goes on. */
const DETACH_MS_MAX = 15_000

/** A server whose disk is watched from a moment at which all that it had written was flushed. */
export interface Watched {
  /** Whether the fault has come. */
  hasFailed(): boolean
  /** Stop watching; what was done to the disk. */
  end(): Promise<readonly Change[]>
}

/** Something that was done to a file. Only what succeeded is in it, and flushes that did not. */
export type Change =
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'cut'; readonly file: string; readonly size: number }
  | { readonly kind: 'flush'; readonly file: string; readonly failed: boolean }

/**
 * Watch a running server's disk, and have it fail once. Every thread is counted by itself; all of
 * these calls are made by the one that owns the files.
 */
export async function watchDisk(pid: number, directory: string, file: string, fault: Fault): Promise<Watched> {
  const paths = FILES.flatMap((name) => ['-P', join(directory, name)])
  const inject = `inject=${fault.call}:error=${fault.error}:when=${fault.nth}`
  const args = ['-f', '-p', String(pid), '-y', '-xx', '-s', '1048576', '-e', `trace=${CHANGES.join()}`, '-e', inject, ...paths, '-o', file]
  const tracer = spawn('/usr/bin/strace', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  await attach(tracer)
  const ended = new Promise<void>((resolve) => void tracer.once('close', () => resolve()))
  return {
    hasFailed: () => readFileSync(file, 'latin1').includes('(INJECTED)'),
    async end() {
      if (tracer.exitCode === null) tracer.kill('SIGINT')
      // A tracer whose process dies under it now and then waits for ever, and the process with it.
      const deadline = setTimeout(() => tracer.kill('SIGKILL'), DETACH_MS_MAX)
      await ended
      clearTimeout(deadline)
      return readChanges(readFileSync(file, 'latin1'), directory)
    },
  }
}

function attach(tracer: ChildProcess): Promise<void> {
  let said = ''
  return new Promise((resolve, reject) => {
    tracer.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('attached')) resolve()
    })
    tracer.once('error', reject)
    tracer.once('exit', () => reject(new Error(`the tracer does not watch: ${said}`)))
  })
}

function readChanges(trace: string, directory: string): readonly Change[] {
  const open = new Map<string, string>()
  const changes: Change[] = []
  for (const line of trace.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    if (rest.endsWith('<unfinished ...>')) open.set(thread, rest.slice(0, -'<unfinished ...>'.length).trimEnd())
    else {
      const change = readCall(resumed === null ? rest : `${open.get(thread) ?? ''}${resumed[1] ?? ''}`, directory)
      if (change !== null) changes.push(change)
    }
  }
  return changes
}

/** @throws if a file of ours was changed in a way that is not known here. */
function readCall(call: string, directory: string): Change | null {
  const [, name = '', on = '', args = '', result = ''] = /^(\w+)\(\d+<(.*?)>(.*)\) += (.*)$/.exec(call) ?? []
  if (name === '') return null
  const path = decode(on)
  const file = path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : null
  if (file === null || !FILES.includes(file)) return null
  const failed = result.startsWith('-1')
  if (name === 'fsync' || name === 'fdatasync') return { kind: 'flush', file, failed }
  // What a process that died meanwhile had asked for is as good as not done: nothing was answered after it.
  if (failed || result.startsWith('?')) return null
  if (name === 'ftruncate') return { kind: 'cut', file, size: Number(/^, (\d+)/.exec(args)?.[1]) }
  const [, hex = '', offset = ''] = /^, "((?:\\x[0-9a-f]{2})*)", \d+, (\d+)$/.exec(args) ?? []
  const bytes = Buffer.from(hex.replaceAll(String.raw`\x`, ''), 'hex').subarray(0, Number(result))
  if (name !== 'pwrite64' || bytes.length !== Number(result)) throw new Error(`${name} on ${file} is not known here`)
  return { kind: 'write', file, at: Number(offset), bytes }
}

/** strace writes paths in hex, too, when it is asked for bytes in hex. */
function decode(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/**
 * Write what the disk holds in the end, if the power goes with the process: of every file what
 * was there before, and what was flushed. What a failed flush was to bring there never comes:
 * the system takes it for clean from then on, and no later flush writes it.
 */
export function leaveFlushed(before: string, changes: readonly Change[], to: string): void {
  cpSync(before, to, { recursive: true })
  const held = new Map<string, { bytes: Buffer; pending: Change[] }>()
  for (const change of changes) {
    const file = held.get(change.file) ?? { bytes: readFileSync(join(before, change.file)), pending: [] }
    held.set(change.file, file)
    if (change.kind !== 'flush') file.pending.push(change)
    else {
      if (!change.failed) file.bytes = file.pending.reduce(carryOut, file.bytes)
      file.pending = []
    }
  }
  for (const [name, { bytes }] of held) writeFileSync(join(to, name), bytes)
}

function carryOut(bytes: Buffer, change: Change): Buffer {
  if (change.kind === 'flush') return bytes
  const size = change.kind === 'cut' ? change.size : Math.max(bytes.length, change.at + change.bytes.length)
  const after = Buffer.alloc(size)
  bytes.copy(after, 0, 0, size)
  if (change.kind === 'write') change.bytes.copy(after, change.at)
  return after
}

/** Copy a data directory as it is, but for the index of its log. */
export function copyDirectory(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('-shm') })
  if (readdirSync(to).length === 0) throw new Error(`${from} is empty`)
}
