// Loaded before a process, and before each of its threads: patches files as they are loaded, and
// writes down which, beside the list of patches that the environment names.
import { appendFileSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { type Patch, patchSource } from './mutate.ts'
import { root } from './results.ts'

const list = process.env['PROOF_PATCHES'] as string
const patches = JSON.parse(readFileSync(list, 'utf8')) as readonly Patch[]

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const file = url.startsWith('file:') ? fileURLToPath(url).slice(root.length) : ''
    if (!patches.some((patch) => patch.file === file)) return loaded
    const source = patchSource(readFileSync(new URL(url), 'utf8'), file, patches)
    appendFileSync(`${list}.loaded`, `${file}\n`)
    return { ...loaded, source }
  },
})
