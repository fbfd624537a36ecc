import { hash, randomFillSync, timingSafeEqual } from 'node:crypto'
import { closeSync, constants, fdatasyncSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Bytes, concatBytes, decodeHex, encodeUtf8 } from '@letterlock/protocol'
import type { Handle, HeldShare, Vault } from './vault.ts'

// struct {
//   uint8  magic[8];         // "LLVAULT1"
//   uint32 version;          // big-endian, 1
//   uint32 slotBytes;        // big-endian, 128
//   uint8  zeros[112];
//   struct {
//     uint8 name[16];        // random, new for every create
//     uint8 share[32];
//     uint8 proofHash[32];
//     uint8 check[16];       // sha256("letterlock vault slot" || name || share || proofHash)
//     uint8 released;        // 0, or 1 once the share has left
//     uint8 attemptsFailed;  // wrong PINs that were counted
//     uint8 zeros[30];
//   } slots[];               // none of them crosses a sector of the disk
// } Shares;                 // SPEC §9.3

/** Bytes of a slot, and of the header, which takes the first slot's place. SPEC §9.3. */
export const SLOT_BYTES = 128
const MAGIC = encodeUtf8('LLVAULT1')
const CHECK_LABEL = encodeUtf8('letterlock vault slot')
const VERSION = 1
const NAME_BYTES = 16
const SHARE_BYTES = 32
const CHECK_AT = NAME_BYTES + 2 * SHARE_BYTES
const CHECK_BYTES = 16
const RELEASED_AT = CHECK_AT + CHECK_BYTES
const FAILED_AT = RELEASED_AT + 1

/** Slots by which the file grows, so that writing a share rarely changes its size. */
const GROW_SLOTS = 1024

/** Random bytes that are drawn at once. */
const POOL_BYTES = 8192

/** Slots read at once when the whole file is gone through. */
const SCAN_SLOTS = 8192

/** A slot that holds a share, as a scan finds it. */
export interface FoundShare extends HeldShare {
  readonly handle: Handle
}

/** A vault in one file of fixed slots, which are overwritten in place. */
export interface SlotFile extends Vault {
  /** Every slot in order, and what it holds. */
  scan(): Iterable<{ readonly slot: number; readonly found: FoundShare | null }>
  /** Say which slots hold nothing and may be used. */
  free(slot: number): void
}

/**
 * Open the vault's file, or make it. Overwriting in place leaves nothing on ext4 and xfs; on
 * copy-on-write file systems the old blocks stay until they are used again. SPEC §9.3.
 *
 * @throws if the file is not a vault of this version, or on any error of the disk.
 */
export function openSlotFile(path: string): SlotFile {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  const slots = prepare(file, path)
  const freeSlots = createStack()
  let slotCount = slots
  let isDirty = false

  const draw = drawFromPool()
  const write = (bytes: Bytes, at: number) => {
    isDirty = true
    writeFully(file, bytes, at)
  }
  const offset = (slot: number) => (slot + 1) * SLOT_BYTES

  return {
    put(share, proofHash) {
      if (freeSlots.isEmpty()) {
        write(new Uint8Array(GROW_SLOTS * SLOT_BYTES), offset(slotCount))
        const first = slotCount
        slotCount += GROW_SLOTS
        for (let i = GROW_SLOTS - 1; i >= 0; i--) freeSlots.push(first + i)
      }
      const handle = { slot: freeSlots.pop(), name: draw(NAME_BYTES) }
      write(encodeSlot(handle.name, share, proofHash), offset(handle.slot))
      return handle
    },
    read({ slot, name }) {
      const found = slot >= 0 && slot < slotCount ? readSlot(file, slot) : null
      return found !== null && timingSafeEqual(found.handle.name, name) ? found : null
    },
    markReleased({ slot }) {
      write(Uint8Array.of(1), offset(slot) + RELEASED_AT)
    },
    writeFailed: ({ slot }, attemptsFailed) => write(Uint8Array.of(attemptsFailed), offset(slot) + FAILED_AT),
    erase({ slot }) {
      // A row may name a slot of a file that has been lost: there is nothing to erase.
      if (slot >= slotCount) return
      write(draw(SLOT_BYTES), offset(slot))
      freeSlots.push(slot)
    },
    sync() {
      if (isDirty) fdatasyncSync(file)
      isDirty = false
    },
    close() {
      closeSync(file)
    },
    *scan() {
      for (let first = 0; first < slotCount; first += SCAN_SLOTS) {
        const count = Math.min(SCAN_SLOTS, slotCount - first)
        const bytes = new Uint8Array(count * SLOT_BYTES)
        readFully(file, bytes, offset(first))
        for (let i = 0; i < count; i++) {
          const slot = first + i
          yield { slot, found: decodeSlot(bytes.slice(i * SLOT_BYTES, (i + 1) * SLOT_BYTES), slot) }
        }
      }
    },
    free(slot) {
      freeSlots.push(slot)
    },
  }
}

/** Free slots, the last one freed on top; each is there once, however often it is freed. */
function createStack(): { push(slot: number): void; pop(): number; isEmpty(): boolean } {
  const slots: number[] = []
  const held = new Set<number>()
  return {
    push(slot) {
      if (held.has(slot)) return
      held.add(slot)
      slots.push(slot)
    },
    pop() {
      const slot = slots.pop()
      if (slot === undefined) throw new TypeError('no slot is free')
      held.delete(slot)
      return slot
    },
    isEmpty: () => slots.length === 0,
  }
}

/** Random bytes, drawn many at a time: each asking of the generator costs more than what it gives. */
function drawFromPool(): (length: number) => Bytes {
  const pool = new Uint8Array(POOL_BYTES)
  let at = pool.length
  return (length) => {
    if (at + length > pool.length) {
      randomFillSync(pool)
      at = 0
    }
    at += length
    return pool.slice(at - length, at)
  }
}

function readSlot(file: number, slot: number): FoundShare | null {
  const bytes = new Uint8Array(SLOT_BYTES)
  readFully(file, bytes, (slot + 1) * SLOT_BYTES)
  return decodeSlot(bytes, slot)
}

function encodeSlot(name: Bytes, share: Bytes, proofHash: Bytes): Bytes {
  const slot = new Uint8Array(SLOT_BYTES)
  slot.set(name)
  slot.set(share, NAME_BYTES)
  slot.set(proofHash, NAME_BYTES + SHARE_BYTES)
  slot.set(checkOf(slot), CHECK_AT)
  return slot
}

function decodeSlot(bytes: Bytes, slot: number): FoundShare | null {
  if (!timingSafeEqual(bytes.subarray(CHECK_AT, RELEASED_AT), checkOf(bytes))) return null
  const name = bytes.subarray(0, NAME_BYTES)
  // The share goes its own way, and must not take the rest of the slot along.
  const share = bytes.slice(NAME_BYTES, NAME_BYTES + SHARE_BYTES)
  const proofHash = bytes.subarray(NAME_BYTES + SHARE_BYTES, CHECK_AT)
  return { handle: { slot, name }, share, proofHash, wasReleased: bytes[RELEASED_AT] !== 0, attemptsFailed: bytes[FAILED_AT] ?? 0 }
}

function checkOf(slot: Bytes): Bytes {
  const whole = decodeHex(hash('sha256', concatBytes(CHECK_LABEL, slot.subarray(0, CHECK_AT)), 'hex')) as Bytes
  return whole.subarray(0, CHECK_BYTES)
}

/** Check the header, or write it into a new file; returns how many whole slots there are. */
function prepare(file: number, path: string): number {
  const size = fstatSync(file).size
  const header = new Uint8Array(SLOT_BYTES)
  header.set(MAGIC)
  new DataView(header.buffer).setUint32(8, VERSION)
  new DataView(header.buffer).setUint32(12, SLOT_BYTES)
  if (size < SLOT_BYTES) {
    // Shorter than a header: new, or a crash came before its first sync, when no share was in it.
    writeFully(file, header, 0)
    fsyncSync(file)
    syncDirectory(dirname(path))
    return 0
  }
  const found = new Uint8Array(SLOT_BYTES)
  readSync(file, found, 0, SLOT_BYTES, 0)
  const version = new DataView(found.buffer).getUint32(8)
  if (timingSafeEqual(found.subarray(0, MAGIC.length), MAGIC) && version > VERSION)
    throw new Error(`${path} was made by a newer Letterlock, which is the one to start`)
  if (!timingSafeEqual(found, header)) throw new Error(`${path} is not a vault of this version`)
  return Math.floor(size / SLOT_BYTES) - 1
}

function writeFully(file: number, bytes: Bytes, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, at + done)
}

/** Read all that should be there. Less is no answer: it must not be taken for a share that is gone. */
function readFully(file: number, bytes: Bytes, at: number): void {
  for (let done = 0; done < bytes.length;) {
    const read = readSync(file, bytes, done, bytes.length - done, at + done)
    if (read === 0) throw new Error('the vault is shorter than it was')
    done += read
  }
}

/** Make a new name in a directory survive a power cut. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return
  const directory = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
