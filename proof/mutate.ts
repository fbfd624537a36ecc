import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** A change to a shipped file that breaks it on purpose. */
export interface Patch {
  /** From the root of the repository, such as `packages/server/src/secrets/life.ts`. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly from: string
  readonly to: string
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

/** What to start the server's process with, so that it runs with these patches, its threads included. */
export function patchedProcess(patches: readonly Patch[]): { readonly args: readonly string[]; readonly env: Record<string, string> } {
  checkPatches(patches)
  return { args: ['--import', import.meta.url], env: { [PATCHES]: JSON.stringify(patches) } }
}

const root = fileURLToPath(new URL('..', import.meta.url))
const PATCHES = 'LETTERLOCK_PROOF_PATCHES'

const given = process.env[PATCHES]
if (given !== undefined) hookPatches(JSON.parse(given) as readonly Patch[])

/** Have shipped files loaded with their patches from now on, in this thread. */
function hookPatches(patches: readonly Patch[]): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      const file = url.startsWith('file:') ? fileURLToPath(url).slice(root.length) : ''
      if (!patches.some((patch) => patch.file === file)) return loaded
      return { ...loaded, source: patchSource(readFileSync(new URL(url), 'utf8'), file, patches) }
    },
  })
}
