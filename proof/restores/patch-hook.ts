// Loaded before a process, and before each of its threads: makes the changes that `patched.ts` lists.
import { appendFileSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import process from 'node:process'
import type { Patch } from './patched.ts'

const list = process.env['PROOF_PATCHES'] as string
const patches = JSON.parse(readFileSync(list, 'utf8')) as readonly Patch[]

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    const ours = patches.map((patch, i) => ({ ...patch, i })).filter(({ file }) => url.endsWith(`/packages/server/src/${file}`))
    if (ours.length === 0) return loaded
    let source = Buffer.from(loaded.source as string | Uint8Array).toString('utf8')
    for (const { file, from, to, i } of ours) {
      const times = source.split(from).length - 1
      if (times !== 1) throw new Error(`${file} has ${times} times, not once: ${from}`)
      source = source.replace(from, () => to)
      appendFileSync(`${list}.applied`, `${i}\n`)
    }
    return { ...loaded, source }
  },
})
