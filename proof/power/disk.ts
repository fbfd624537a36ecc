import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Chance } from '../chance.ts'

/** Something that happened to files. A node is a file, whatever it is called. Paths are below a root. */
export type DiskEvent =
  | { readonly kind: 'write'; readonly node: number; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'cut'; readonly node: number; readonly size: number }
  | { readonly kind: 'sync'; readonly node: number }
  | { readonly kind: 'link'; readonly path: string; readonly node: number }
  | { readonly kind: 'unlink'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'makeDirectory'; readonly path: string }
  | { readonly kind: 'syncDirectory'; readonly path: string }

/** What is called what. */
export interface Snapshot {
  readonly names: ReadonlyMap<string, number>
  readonly directories: ReadonlySet<string>
  /** How many nodes there have been. */
  readonly nodes: number
}

/** What a disk holds, by path. */
export type Image = ReadonlyMap<string, Buffer | 'directory'>

/**
 * What the power leaves, of what has been written but not flushed:
 * - `all`: all of it;
 * - `flushed`: nothing of it;
 * - `nameless`: every byte, but no name that its directory was not flushed for;
 * - `named`: every name, but no byte;
 * - `torn`: any of its blocks of 512 bytes, any of its cuts and any of its names.
 */
export type Remains = 'all' | 'flushed' | 'nameless' | 'named' | 'torn'

/** What a disk writes whole, in bytes. */
const SECTOR_BYTES = 512

/** The index of the write-ahead log is made anew from the log by whoever opens it first, and is never flushed. */
export function isKept(path: string): boolean {
  return !path.endsWith('-shm')
}

type Change = Extract<DiskEvent, { kind: 'write' | 'cut' }>
type Naming = Extract<DiskEvent, { kind: 'link' | 'unlink' | 'rename' | 'makeDirectory' }>

interface Node {
  durable: Buffer
  changes: Change[]
}

/** A disk under a file system that keeps what POSIX promises, and no more. */
export class Disk {
  readonly #nodes = new Map<number, Node>()
  #names = new Map<string, number | 'directory'>()
  #namings: Naming[] = []

  apply(event: DiskEvent): void {
    switch (event.kind) {
      case 'write':
      case 'cut':
        return void this.#node(event.node).changes.push(event)
      case 'sync': {
        const node = this.#node(event.node)
        node.durable = carryOut(node.durable, node.changes)
        node.changes = []
        return
      }
      case 'syncDirectory': {
        const isHere = (naming: Naming) => parentOf(naming) === event.path
        this.#names = this.#namings.filter(isHere).reduce(name, this.#names)
        this.#namings = this.#namings.filter((naming) => !isHere(naming))
        return
      }
      case 'link':
      case 'unlink':
      case 'rename':
      case 'makeDirectory':
        if (event.kind === 'link') this.#node(event.node)
        this.#namings.push(event)
    }
  }

  /** What is called what now, flushed or not. */
  snapshot(): Snapshot {
    const names = [...this.#namings.reduce(name, this.#names)]
    const files = names.flatMap(([path, node]) => (node === 'directory' ? [] : [[path, node] as const]))
    const directories = names.flatMap(([path, node]) => (node === 'directory' ? [path] : []))
    return { names: new Map(files), directories: new Set(['', ...directories]), nodes: this.#nodes.size }
  }

  /** What the power leaves, if it goes now. */
  leave(remains: Remains, chance: Chance): Image {
    // How much of it reaches the disk is drawn first: almost nothing, almost all, or anything between.
    const share = remains === 'torn' ? chance.pick([0.1, 0.5, 0.9]) : 0
    const isThere = (whole: readonly Remains[]) => (remains === 'torn' ? chance.next() < share : whole.includes(remains))
    const names = this.#namings.filter(() => isThere(['all', 'named'])).reduce(name, this.#names)
    const image = new Map<string, Buffer | 'directory'>()
    for (const [path, node] of names) {
      if (!isKept(path) || !hasParents(path, names)) continue
      image.set(path, node === 'directory' ? node : this.#read(node, () => isThere(['all', 'nameless'])))
    }
    return image
  }

  #read(at: number, isThere: () => boolean): Buffer {
    const { durable, changes } = this.#node(at)
    return carryOut(durable, changes.flatMap(tear).filter(isThere))
  }

  #node(at: number): Node {
    let node = this.#nodes.get(at)
    if (node === undefined) this.#nodes.set(at, (node = { durable: Buffer.alloc(0), changes: [] }))
    return node
  }
}

function parentOf(naming: Naming): string {
  const parent = dirname(naming.kind === 'rename' ? naming.to : naming.path)
  return parent === '.' ? '' : parent
}

function name(names: Map<string, number | 'directory'>, naming: Naming): Map<string, number | 'directory'> {
  const after = new Map(names)
  switch (naming.kind) {
    case 'link':
      return after.set(naming.path, naming.node)
    case 'makeDirectory':
      return after.set(naming.path, 'directory')
    case 'unlink':
      after.delete(naming.path)
      return after
    case 'rename': {
      const node = after.get(naming.from)
      if (node !== undefined) after.set(naming.to, node)
      after.delete(naming.from)
      return after
    }
  }
}

function hasParents(path: string, names: ReadonlyMap<string, unknown>): boolean {
  const parent = dirname(path)
  return parent === '.' || (names.has(parent) && hasParents(parent, names))
}

/** A copy with changes made. */
function carryOut(bytes: Buffer, changes: readonly Change[]): Buffer {
  const sizes = changes.map((change) => (change.kind === 'cut' ? change.size : change.at + change.bytes.length))
  const after = Buffer.alloc(Math.max(bytes.length, ...sizes))
  bytes.copy(after)
  let size = bytes.length
  for (const change of changes) {
    if (change.kind === 'write') after.set(change.bytes, change.at)
    // What was cut off reads as zeros if the file grows again.
    else after.fill(0, change.size)
    size = change.kind === 'cut' ? change.size : Math.max(size, change.at + change.bytes.length)
  }
  return after.subarray(0, size)
}

/** A write as the blocks in which it reaches a disk. */
function tear(event: Change): readonly Change[] {
  if (event.kind === 'cut') return [event]
  const { bytes } = event
  const pieces: Change[] = []
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + SECTOR_BYTES - ((event.at + from) % SECTOR_BYTES))
    pieces.push({ ...event, at: event.at + from, bytes: bytes.subarray(from, to) })
    from = to
  }
  return pieces
}

/** Write what a disk holds below a directory, in place of what is there. */
export function writeImage(directory: string, image: Image): void {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { mode: 0o700 })
  for (const [path, content] of [...image].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (content === 'directory') mkdirSync(join(directory, path), { mode: 0o700 })
    else writeFileSync(join(directory, path), content, { mode: 0o600 })
  }
}
