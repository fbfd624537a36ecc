// Preloaded into every thread of a process that is broken on purpose: changes the source of a
// module while it is loaded, and fails where it cannot.
import { writeSync } from 'node:fs'
import { registerHooks } from 'node:module'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { type Patch, applyPatch, tellPatched } from './broken.ts'
import { root } from './results.ts'

const patches = JSON.parse(process.env['PROOF_PATCHES'] ?? '[]') as readonly Patch[]

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const due = patches.filter(({ file }) => new URL(file, pathToFileURL(root)).href === url)
    if (due.length === 0) return loaded
    const source = due.reduce(applyPatch, readSource(loaded.source))
    for (const { file } of due) writeSync(2, tellPatched(file))
    return { ...loaded, source }
  },
})

function readSource(source: unknown): string {
  if (typeof source === 'string') return source
  if (source instanceof Uint8Array) return Buffer.from(source).toString()
  throw new TypeError('a module without a source cannot be broken')
}
