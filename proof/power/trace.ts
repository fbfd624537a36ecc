import { type SystemCall, decodeTraced, parseCalls } from '../../packages/server/test/support/tracer.ts'
import { type DiskEvent, type Snapshot, isKept } from './disk.ts'

/** What is traced: all that changes files or makes changes durable, and what tells when calls begin and are answered. */
const TRACED = `
  openat ?open ?creat close ?dup ?dup2 dup3
  ?mkdir mkdirat ?rmdir ?unlink unlinkat ?rename renameat renameat2 ?link linkat ?symlink symlinkat
  write pwrite64 writev pwritev pwritev2 lseek ftruncate truncate fallocate copy_file_range sendfile splice
  fsync fdatasync sync_file_range sync syncfs mmap msync
  accept4 sendto sendmsg`

/** The words before a command that record it into a file; it stays this process's own child. */
export function recordInto(file: string): readonly string[] {
  return [
    '/usr/bin/strace',
    '-D',
    '-f',
    '-q',
    '-yy',
    '-xx',
    '-s',
    '1048576',
    '--seccomp-bpf',
    '-e',
    `trace=${TRACED.trim().split(/\s+/).join()}`,
    '-o',
    file,
  ]
}

/** What one life of a process did, in order. */
export interface Recorded {
  readonly events: readonly { readonly at: number; readonly event: DiskEvent; readonly isFinished: boolean }[]
  /** When each connection was taken, by the port at its other end, in order. */
  readonly taken: readonly { readonly at: number; readonly port: number }[]
  /** When the first byte of each answer was sent. */
  readonly answered: readonly { readonly at: number; readonly port: number }[]
  readonly endedAt: number
}

/** Read a trace. @throws if anything below the root was done in a way that this does not know. */
export function readTrace(text: string, root: string, before: Snapshot): Recorded {
  const calls = parseCalls(text)
  const reader = new TraceReader(root, before)
  for (const call of calls) reader.read(call)
  return { ...reader.recorded, events: reader.recorded.events.toSorted((a, b) => a.at - b.at), endedAt: text.split('\n').length }
}

/** A file descriptor: a file of ours, by its node, or a directory of ours. */
type Opened = { readonly at: 'file'; readonly node: number; position: number } | { readonly at: 'directory'; readonly path: string }

class TraceReader {
  readonly recorded = {
    events: [] as Recorded['events'][number][],
    taken: [] as Recorded['taken'][number][],
    answered: [] as Recorded['answered'][number][],
  }
  readonly #root: string
  readonly #names: Map<string, number>
  readonly #directories: Set<string>
  readonly #opened = new Map<number, Opened>()
  #nodes: number

  constructor(root: string, before: Snapshot) {
    this.#root = root
    this.#names = new Map(before.names)
    this.#directories = new Set(before.directories)
    this.#nodes = before.nodes
  }

  read(call: SystemCall): void {
    const { name, args, result, beganAt } = call
    if (result?.startsWith('-1') === true) return
    if (name === 'accept4') return this.#take(result ?? '', beganAt)
    if (['write', 'writev', 'sendto', 'sendmsg'].includes(name) && args.includes('<TCP')) return this.#answer(args, beganAt)
    if (name === 'openat' || name === 'open') return this.#open(call)
    const descriptor = Number(/^(\d+)</.exec(args)?.[1])
    if (name === 'close') return void this.#opened.delete(descriptor)
    if (name === 'mmap') return this.#map(args)
    const opened = this.#opened.get(descriptor)
    if (opened !== undefined) return opened.at === 'file' ? this.#change(call, opened) : this.#syncDirectory(call, opened.path)
    this.#rename(call)
  }

  #add(at: number, event: DiskEvent, isFinished: boolean): void {
    this.recorded.events.push({ at, event, isFinished })
  }

  #take(result: string, at: number): void {
    const port = Number(/->[^>]*:(\d+)\]>/.exec(decodeTraced(result))?.[1])
    if (Number.isInteger(port)) this.recorded.taken.push({ at, port })
  }

  #answer(args: string, at: number): void {
    if (!args.includes(HTTP)) return
    this.recorded.answered.push({ at, port: Number(/->[^>]*:(\d+)\]>/.exec(decodeTraced(args.slice(0, 600)))?.[1]) })
  }

  #open({ args, result, beganAt }: SystemCall): void {
    const [path] = this.#paths(args)
    if (path === undefined || result === null) return
    const descriptor = Number(/^\d+/.exec(result)?.[0])
    if (this.#directories.has(path)) return void this.#opened.set(descriptor, { at: 'directory', path })
    let node = this.#names.get(path)
    if (node === undefined) {
      node = this.#nodes++
      this.#names.set(path, node)
      this.#add(beganAt, { kind: 'link', path, node }, true)
    } else if (args.includes('O_TRUNC')) this.#add(beganAt, { kind: 'cut', node, size: 0 }, true)
    if (args.includes('O_APPEND')) throw new Error(`${path} is appended to, which is not known here`)
    this.#opened.set(descriptor, { at: 'file', node, position: 0 })
  }

  /** Something that is done to an open file. */
  #change({ name, args, result, beganAt, endedAt }: SystemCall, opened: Extract<Opened, { at: 'file' }>): void {
    const { node } = opened
    const isFinished = result !== null
    switch (name) {
      case 'pwrite64':
      case 'write': {
        const [, hex = '', rest = ''] = /"((?:\\x[0-9a-f]{2})*)"(?:, (.*))?$/.exec(args) ?? []
        const whole = Buffer.from(hex.replaceAll(String.raw`\x`, ''), 'hex')
        const [length, offset] = rest.split(', ').map(Number)
        if (whole.length !== length || (isFinished && Number(result) !== length))
          throw new Error(`a write of ${length} bytes was recorded as ${whole.length}`)
        const at = name === 'write' ? opened.position : (offset ?? Number.NaN)
        if (name === 'write') opened.position += whole.length
        return this.#add(beganAt, { kind: 'write', node, at, bytes: whole }, isFinished)
      }
      case 'ftruncate':
        return this.#add(beganAt, { kind: 'cut', node, size: Number(/, (\d+)$/.exec(args)?.[1]) }, isFinished)
      case 'fsync':
      case 'fdatasync':
        // Only what has returned has made anything durable.
        return isFinished ? this.#add(endedAt, { kind: 'sync', node }, true) : undefined
      default:
        throw new Error(`a file was changed by ${name}, which is not known here`)
    }
  }

  #syncDirectory({ name, result, endedAt }: SystemCall, path: string): void {
    if (name !== 'fsync') throw new Error(`${name} was asked of a directory`)
    if (result !== null) this.#add(endedAt, { kind: 'syncDirectory', path }, true)
  }

  #rename({ name, args, result, beganAt }: SystemCall): void {
    const [from, to] = this.#paths(args)
    if (from === undefined) return
    const isFinished = result !== null
    if (name === 'mkdir' || name === 'mkdirat') {
      this.#directories.add(from)
      return this.#add(beganAt, { kind: 'makeDirectory', path: from }, isFinished)
    }
    const node = this.#names.get(from)
    if (node !== undefined && name.startsWith('unlink')) {
      this.#names.delete(from)
      return this.#add(beganAt, { kind: 'unlink', path: from }, isFinished)
    }
    if (node !== undefined && to !== undefined && name.startsWith('rename')) {
      this.#names.delete(from)
      this.#names.set(to, node)
      return this.#add(beganAt, { kind: 'rename', from, to }, isFinished)
    }
    throw new Error(`${name} was asked of ${from}, which is not known here`)
  }

  /** Only the index of the log, which recovery does not need, may be written past the system calls. */
  #map(args: string): void {
    const path = /\d+<([^>]*)>/.exec(args)?.[1]
    const inside = path === undefined ? null : this.#inside(decodeTraced(path))
    if (inside !== null && isKept(inside) && args.includes('MAP_SHARED') && args.includes('PROT_WRITE'))
      throw new Error(`${inside} is written by mmap, which no trace shows`)
  }

  /** The paths below the root that a call names. */
  #paths(args: string): readonly string[] {
    return [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].flatMap(([, hex = '']) => this.#inside(decodeTraced(hex)) ?? [])
  }

  #inside(path: string): string | null {
    if (path === this.#root) return ''
    return path.startsWith(`${this.#root}/`) ? path.slice(this.#root.length + 1) : null
  }
}

const HTTP = [...Buffer.from('HTTP/1.1 ')].map((byte) => String.raw`\x${byte.toString(16).padStart(2, '0')}`).join('')
