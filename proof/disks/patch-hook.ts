// Preloaded into every thread of a server that is broken on purpose.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { type Patch, patchSource } from '../mutate.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const patches = JSON.parse(process.env['PROOF_PATCHES'] ?? '[]') as readonly Patch[]

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const file = url.startsWith('file:') ? fileURLToPath(url).slice(root.length) : ''
    if (!patches.some((patch) => patch.file === file)) return loaded
    return { ...loaded, source: patchSource(readFileSync(new URL(url), 'utf8'), file, patches) }
  },
})
