import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Behind } from '../../packages/server/test/support/server-process.ts'

/** A shift of the clock of a whole process, as an operator who sets it would have it. */
export function shiftedBy(t: Behind, ms: number): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-clock-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const hook = join(folder, 'clock.mjs')
  writeFileSync(hook, `const now = Date.now\nDate.now = () => now() + ${ms}\n`)
  return { NODE_OPTIONS: `--import=${pathToFileURL(hook).href}` }
}

/** Several environments at once: what each has Node import, it imports. */
export function joinEnv(...some: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const imports = some.flatMap((env) => env['NODE_OPTIONS'] ?? [])
  return { ...Object.assign({}, ...some), ...(imports.length === 0 ? {} : { NODE_OPTIONS: imports.join(' ') }) } as Record<string, string>
}
