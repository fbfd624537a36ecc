import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Asks backup programs to leave the vault out: https://bford.info/cachedir/. SPEC §9.1. */
const CACHE_TAG = `Signature: 8a477f597d28d172789f06886806bc55
# Letterlock's vault. Never back it up: a share that is kept is a secret that can be read again.
`

export function tagAsCache(directory: string): void {
  const path = join(directory, 'CACHEDIR.TAG')
  if (!existsSync(path)) writeFileSync(path, CACHE_TAG, { mode: 0o600 })
}
