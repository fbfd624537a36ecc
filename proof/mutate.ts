import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Behind } from '../packages/server/test/support/server-process.ts'
import { root } from './results.ts'

/** A change to a shipped file that breaks it on purpose. */
export interface Patch {
  /** From the root of the repository, such as `packages/server/src/secrets/life.ts`. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly from: string
  readonly to: string
}

/** How a process is made to run patched files, its threads included. */
export interface Patched {
  /** Goes into the environment of the process; nothing is in it where nothing is patched. */
  readonly env: Readonly<Record<string, string>>
  /** See that every patched file was loaded: a control that changed nothing shows nothing. @throws if one was not. */
  readonly assertApplied: () => void
}

/** A shipped file with its patches. @throws if one of them does not apply exactly once. */
export function patchSource(source: string, file: string, patches: readonly Patch[]): string {
  return patches
    .filter((patch) => patch.file === file)
    .reduce((text, { from, to }) => {
      const parts = text.split(from)
      if (parts.length !== 2) throw new Error(`a patch of ${file} applies ${parts.length - 1} times, not once: ${from}`)
      return parts.join(to)
    }, source)
}

/** See that every patch applies, without running anything. @throws if one does not. */
export function checkPatches(patches: readonly Patch[]): void {
  for (const file of new Set(patches.map((patch) => patch.file))) patchSource(readFileSync(join(root, file), 'utf8'), file, patches)
}

/** Have processes run the shipped files with these patches; nothing on the disk changes. @throws if one does not apply. */
export function patching(behind: Behind, patches: readonly Patch[]): Patched {
  if (patches.length === 0) return { env: {}, assertApplied: () => {} }
  checkPatches(patches)
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-patches-'))
  behind.after(() => rmSync(folder, { recursive: true, force: true }))
  const list = join(folder, 'patches.json')
  writeFileSync(list, JSON.stringify(patches))
  return {
    env: { PROOF_PATCHES: list, NODE_OPTIONS: `--import=${new URL('mutate-hook.ts', import.meta.url).href}` },
    assertApplied() {
      const loaded = existsSync(`${list}.loaded`) ? readFileSync(`${list}.loaded`, 'utf8').split('\n') : []
      for (const { file } of patches) if (!loaded.includes(file)) throw new Error(`${file} was patched, but no process has loaded it`)
    },
  }
}
