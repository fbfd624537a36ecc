import { type DatabaseFile, rebuildDatabase } from './database-file.ts'

/** How a machine's life ends: the process alone, or the power with it. */
export type Death = 'kill' | 'power'

/** Thrown where the machine stopped; whoever catches it is dead already. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

export interface File {
  live: Uint8Array
  durable: Uint8Array
  /** What was written since the last flush. */
  unsynced: { readonly at: number; readonly bytes: Uint8Array }[]
  isNameDurable: boolean
}

/** What a process has open under a number. */
export type Opened = { readonly file: File } | { readonly directory: string }

/** What makes the disk stop at one of its acts. */
interface Cut {
  left: number
  readonly death: Death
  /** Whether the act still happens. */
  readonly isAfter: boolean
}

/** What this disk does at random, drawn from the history's own chance. */
export interface DiskOptions {
  readonly random: () => number
  /** Called at the very act at which the machine stops. */
  readonly onDeath: (death: Death) => void
}

/** A disk whose writes are safe once they are flushed, and not before. */
export class VirtualDisk {
  readonly files = new Map<string, File>()
  readonly databases = new Map<string, DatabaseFile>()
  readonly #options: DiskOptions
  #cut: Cut | null = null
  /** Cuts in the middle of a flush or commit, and writes that were lost or torn by one. */
  readonly tally = { acts: 0, cuts: 0, lostWrites: 0, tornWrites: 0 }

  constructor(options: DiskOptions) {
    this.#options = options
  }

  /** Stop the machine at the n-th act from now. */
  arm(cut: { readonly acts: number; readonly death: Death; readonly isAfter: boolean }): void {
    this.#cut = { left: cut.acts, death: cut.death, isAfter: cut.isAfter }
  }

  disarm(): void {
    this.#cut = null
  }

  /** Everything that changes the disk goes through here: it happens, or the machine stops. */
  act<Result>(effect: () => Result): Result {
    this.tally.acts++
    const cut = this.#cut
    if (cut === null || --cut.left > 0) return effect()
    this.#cut = null
    this.tally.cuts++
    if (cut.isAfter) effect()
    this.#options.onDeath(cut.death)
    throw new Stopped(`the machine stopped (${cut.death})`)
  }

  open(path: string, mayCreate: boolean): File {
    const found = this.files.get(path)
    if (found !== undefined) return found
    if (!mayCreate) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
    const file: File = { live: new Uint8Array(0), durable: new Uint8Array(0), unsynced: [], isNameDurable: false }
    return this.act(() => {
      this.files.set(path, file)
      return file
    })
  }

  write(file: File, bytes: Uint8Array, at: number): void {
    this.act(() => {
      file.unsynced.push({ at, bytes: bytes.slice() })
      file.live = written(file.live, bytes, at)
    })
  }

  flush(file: File): void {
    this.act(() => {
      for (const { at, bytes } of file.unsynced) file.durable = written(file.durable, bytes, at)
      file.unsynced = []
    })
  }

  /** Flush a directory: the names in it are durable. */
  flushNames(directory: string): void {
    this.act(() => {
      for (const [path, file] of this.files) if (path.startsWith(`${directory}/`)) file.isNameDurable = true
    })
  }

  /** Let go of everything that the machine held, and leave what such an end leaves. */
  die(death: Death): void {
    this.#cut = null
    for (const file of this.databases.values()) this.#crash(file, death)
    if (death === 'kill') return
    for (const [path, file] of this.files) {
      if (!file.isNameDurable && this.#options.random() < 0.5) this.files.delete(path)
      for (const { at, bytes } of file.unsynced) file.durable = written(file.durable, this.#survivorOf(bytes), at)
      file.unsynced = []
      file.live = file.durable.slice()
    }
  }

  close(): void {
    for (const file of this.databases.values()) {
      for (const connection of file.connections) connection.close()
      file.keeper.close()
    }
  }

  #crash(file: DatabaseFile, death: Death): void {
    for (const connection of file.connections) connection.close()
    file.connections.clear()
    file.pending = []
    const lost = file.commits.length - file.durable
    if (death === 'kill' || lost === 0) return
    file.commits.length -= Math.floor(this.#options.random() * (lost + 1))
    file.durable = file.commits.length
    rebuildDatabase(file)
  }

  /** Of a write that was not flushed, all, nothing, or its beginning. */
  #survivorOf(bytes: Uint8Array): Uint8Array {
    const draw = this.#options.random()
    if (draw < 0.4) return bytes
    if (draw < 0.8) {
      this.tally.lostWrites++
      return bytes.subarray(0, 0)
    }
    this.tally.tornWrites++
    return bytes.subarray(0, Math.floor(this.#options.random() * bytes.length))
  }
}

function written(content: Uint8Array, bytes: Uint8Array, at: number): Uint8Array {
  if (bytes.length === 0) return content
  const size = Math.max(content.length, at + bytes.length)
  const after = size === content.length ? content : new Uint8Array(size)
  if (after !== content) after.set(content)
  after.set(bytes, at)
  return after
}
