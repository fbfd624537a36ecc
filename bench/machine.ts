import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { arch, cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { median } from './statistics.ts'

/** Flushes that are timed to tell one of the disk. */
const FLUSHES = 50
const FLUSH_BYTES = 4096

/** What figures depend on: the machine, and how long its disk takes to keep something for good. */
export function describeMachine(folder: string): string {
  const processors = cpus()
  return [
    `  CPU     ${processors.length} × ${processors[0]?.model ?? 'unknown'}`,
    `  memory  ${(totalmem() / 1024 ** 3).toFixed(1)} GiB`,
    `  system  ${readSystemName()}, ${type()} ${release()}, ${arch()}`,
    `  Node    ${process.version}`,
    `  disk    one write of ${FLUSH_BYTES} bytes and fdatasync: ${measureFlushMs(folder).toFixed(2)} ms`,
  ].join('\n')
}

function readSystemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform
  } catch {
    return process.platform
  }
}

function measureFlushMs(folder: string): number {
  const file = openSync(join(folder, 'flush'), 'w')
  const bytes = new Uint8Array(FLUSH_BYTES)
  const tookMs = Array.from({ length: FLUSHES }, () => {
    const startMs = performance.now()
    writeSync(file, bytes)
    fdatasyncSync(file)
    return performance.now() - startMs
  })
  closeSync(file)
  return median(tookMs)
}
