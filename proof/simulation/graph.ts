import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** Where the server that is shipped begins. */
export const MAIN = 'packages/server/src/main.ts'

/** What a file imports when it runs: types are gone by then. */
const IMPORTS = /^(?:import|export)\s+(?!type\b)[^;'"]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm
/** A thread is reached by the address of its file. */
const ADDRESSES = /new URL\([^)]*?'(\.[^']+\.ts)'[^)]*\)/g

/**
 * The files that the shipped server runs, worked out from the sources: what `main.ts` imports,
 * and what that imports, threads included. Other packages are left out.
 */
export function listShipped(root: string, main: string = MAIN): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [main]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue
    found.add(file)
    const source = readFileSync(join(root, file), 'utf8')
    for (const match of [...source.matchAll(IMPORTS), ...source.matchAll(ADDRESSES)]) {
      const specifier = match.slice(1).find((part) => part !== undefined)
      if (specifier?.endsWith('.ts') === true) waiting.push(normalize(join(dirname(file), specifier)))
    }
  }
  return found
}
