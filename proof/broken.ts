import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './results.ts'

/** Something in the shipped source that is written otherwise, so that a proof has something to notice. */
export interface Patch {
  /** Below the root of the project. */
  readonly file: string
  /** Stands in it exactly once. */
  readonly from: string
  readonly to: string
}

/** The environment of a process that runs the shipped source with something in it broken on purpose. */
export function breakOnPurpose(patches: readonly Patch[]): Readonly<Record<string, string>> {
  for (const patch of patches) applyPatch(readFileSync(join(root, patch.file), 'utf8'), patch)
  const hook = new URL('broken-hook.ts', import.meta.url).href
  return { NODE_OPTIONS: `--import=${hook}`, PROOF_PATCHES: JSON.stringify(patches) }
}

/** @throws unless the text that is to be written otherwise stands there exactly once. */
export function applyPatch(source: string, { file, from, to }: Patch): string {
  const times = source.split(from).length - 1
  if (times !== 1) throw new Error(`${file} has ${times} times, not once: ${from}`)
  return source.replace(from, () => to)
}

/** What a process says when it has loaded a patched file. */
export function tellPatched(file: string): string {
  return `proof: broken on purpose: ${file}\n`
}

/** @throws unless a process has loaded every one of the patched files. */
export function assertBroken(patches: readonly Patch[], stderr: string): void {
  for (const { file } of patches) if (!stderr.includes(tellPatched(file))) throw new Error(`${file} was patched, but never loaded`)
}
