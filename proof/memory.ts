import { accessSync, constants, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder for what need not last, and is flushed often: in memory, where there is some. */
export function makeFolderInMemory(): string {
  return mkdtempSync(join(pickMemory(), 'letterlock-proof-'))
}

function pickMemory(): string {
  try {
    accessSync('/dev/shm', constants.W_OK | constants.X_OK)
    return '/dev/shm'
  } catch {
    return tmpdir()
  }
}
