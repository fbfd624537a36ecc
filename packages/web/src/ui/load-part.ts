import { trustAsset } from './trust-asset.ts'

/** The parts that there are. */
export type Part = 'open-pin'

/** The page's own parts, written in by the build. */
declare const PARTS: Readonly<Record<Part, { readonly file: string; readonly integrity: string }>>

/** A browser may remember that a script did not come: each try asks for it by another name. */
let tries = 0

/**
 * Load a further script of ours, with integrity, when it is needed, and give what it exports.
 * `import()` has no place for a hash, so an element fetches the module (as modules always are,
 * as if it said `crossorigin`), and the import finds it there. Rejects if it cannot be had; a
 * later call tries again. Ask once: a second call runs the part a second time.
 *
 * @param base - where the instance is, ending with a slash.
 */
export function loadPart<T>(part: Part, base: string): Promise<T> {
  const { file, integrity } = PARTS[part]
  const src = trustAsset(`${file}#${tries++}`, base)
  return new Promise((resolve, reject) => {
    const onload = () => resolve(import(src) as Promise<T>)
    const onerror = () => reject(new Error(part))
    document.head.append(Object.assign(document.createElement('script'), { type: 'module', integrity, src, onload, onerror }))
  })
}
