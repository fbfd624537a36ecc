import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Behind } from '../../packages/server/test/support/server-process.ts'

/** A change to a shipped file. The text must stand there exactly once, else whoever loads the file ends. */
export interface Patch {
  /** Below `packages/server/src/`. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** How a process is made to run changed files. */
export interface Patched {
  /** Goes into the environment of the process. */
  readonly env: Readonly<Record<string, string>>
  /** See that every change was made: a control that changed nothing shows nothing. */
  assertApplied(): void
}

/** Have a process run the shipped files with some changes. Nothing on the disk changes. */
export function patching(behind: Behind, patches: readonly Patch[]): Patched {
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-patches-'))
  behind.after(() => rmSync(folder, { recursive: true, force: true }))
  const list = join(folder, 'patches.json')
  writeFileSync(list, JSON.stringify(patches))
  const hook = new URL('patch-hook.ts', import.meta.url).href
  return {
    env: { PROOF_PATCHES: list, NODE_OPTIONS: `--import=${hook}` },
    assertApplied() {
      const applied = existsSync(`${list}.applied`) ? readFileSync(`${list}.applied`, 'utf8').split('\n') : []
      patches.forEach(({ file, from }, i) => assert.ok(applied.includes(String(i)), `no process has loaded ${file} without "${from}"`))
    },
  }
}
