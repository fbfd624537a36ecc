import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Behind } from '../../packages/server/test/support/server-process.ts'

const ROOT = new URL('../../', import.meta.url)

/** A change to one shipped file; what it takes the place of must stand there exactly once. */
export interface Patch {
  /** From the root of the repository. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** The text of a file as the patches leave it. @throws Error if one of them does not fit exactly once. */
export function patchText(text: string, patches: readonly Patch[]): string {
  return patches.reduce((before, { file, from, to }) => {
    const parts = before.split(from)
    if (parts.length !== 2) throw new Error(`a patch fits ${parts.length - 1} times in ${file}: ${from}`)
    return parts.join(to)
  }, text)
}

/**
 * The environment under which a process loads shipped files as they are patched, and nothing is
 * changed on the disk. Worker threads load them so, too.
 */
export function patchedBy(t: Behind, patches: readonly Patch[]): Readonly<Record<string, string>> {
  const texts = new Map<string, string>()
  for (const [file, some] of Map.groupBy(patches, (patch) => patch.file)) {
    const url = new URL(file, ROOT)
    texts.set(url.href, patchText(readFileSync(url, 'utf8'), some))
  }
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-patched-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const hook = join(folder, 'hook.mjs')
  writeFileSync(hook, formatHook(texts))
  return { NODE_OPTIONS: `--import=${pathToFileURL(hook).href}` }
}

function formatHook(texts: ReadonlyMap<string, string>): string {
  return `import { registerHooks } from 'node:module'
const texts = new Map(${JSON.stringify([...texts])})
registerHooks({
  load(url, context, nextLoad) {
    const text = texts.get(url)
    return text === undefined ? nextLoad(url, context) : { ...nextLoad(url, context), source: text }
  },
})
`
}

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

/** Where the repository is on this disk. */
export const ROOT_FOLDER = fileURLToPath(ROOT)
