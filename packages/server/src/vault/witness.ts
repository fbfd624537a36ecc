import { closeSync, constants, fdatasyncSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncDirectory } from './slot-file.ts'

// struct {
//   uint8  magic[8];       // "LLWITNS1"
//   uint64 generation;     // big-endian
//   uint64 complement;     // generation with every bit turned round
//   uint64 spare[5];       // zeros
// } Record;                // two of them, written in turn; the larger sound one counts. SPEC §9.4

const MAGIC = 0x4c4c5749544e5331n
const RECORD_BYTES = 64

/** Remembers, outside the database, how far the database had come. SPEC §9.4. */
export interface Witness {
  /** The last generation that was written, or `null` if there never was one. */
  readonly generation: number | null
  /** Write a generation durably. */
  advance(generation: number): void
  close(): void
}

/** Open the witness's file, or make it empty. A record that was torn by a crash is passed over. */
export function openWitness(path: string): Witness {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  if (fstatSync(file).size === 0) {
    fsyncSync(file)
    syncDirectory(dirname(path))
  }
  const records = [readRecord(file, 0), readRecord(file, 1)]
  const sound = records.filter((generation) => generation !== null)
  return {
    generation: sound.length === 0 ? null : Math.max(...sound),
    advance(generation) {
      writeSync(file, encodeRecord(generation), 0, RECORD_BYTES, (generation % 2) * RECORD_BYTES)
      fdatasyncSync(file)
    },
    close() {
      closeSync(file)
    },
  }
}

function encodeRecord(generation: number): Uint8Array {
  const record = new DataView(new ArrayBuffer(RECORD_BYTES))
  record.setBigUint64(0, MAGIC)
  record.setBigUint64(8, BigInt(generation))
  record.setBigUint64(16, BigInt.asUintN(64, ~BigInt(generation)))
  return new Uint8Array(record.buffer)
}

function readRecord(file: number, index: number): number | null {
  const bytes = new Uint8Array(RECORD_BYTES)
  if (readSync(file, bytes, 0, RECORD_BYTES, index * RECORD_BYTES) !== RECORD_BYTES) return null
  const record = new DataView(bytes.buffer)
  const generation = record.getBigUint64(8)
  const isSound = record.getBigUint64(0) === MAGIC && record.getBigUint64(16) === BigInt.asUintN(64, ~generation)
  return isSound ? Number(generation) : null
}
