import { ClientError } from '@letterlock/client'
import { type Sections, speakPart } from './language.ts'
import { trustAsset } from './trust-asset.ts'

/** The parts that there are. */
export type Part =
  | 'create-generator'
  | 'create-made'
  | 'create-qr'
  | 'open-pin'
  | 'open-claim'
  | 'open-shown'
  | 'open-fields'
  | 'open-ended'
  | 'receipt-told'

/** The page's own parts, written in by the build. */
declare const PARTS: Readonly<Record<Part, { readonly file: string; readonly integrity: string }>>

/** What every part exports. */
interface Loaded {
  readonly sections: Sections
}

/** Parts that are there or on their way. */
const loading = new Map<Part, Promise<Loaded>>()

/** A browser may remember that a script did not come: each try asks for it by another name. */
let tries = 0

/**
 * Load a further script of ours, with integrity, when it is needed, and give what it exports:
 * its words are in the reader's language by then. Rejects with a {@link ClientError} if it
 * cannot be had; a later call tries again.
 *
 * @param base - where the instance is, ending with a slash.
 */
export function loadPart<T extends Loaded>(part: Part, base: string): Promise<T> {
  const loaded = loading.get(part) ?? load(part, base)
  loading.set(part, loaded)
  loaded.catch(() => loading.delete(part))
  return loaded as Promise<T>
}

/**
 * `import()` has no place for a hash, so an element fetches the module (as modules always are,
 * as if it said `crossorigin`), and the import finds it there.
 */
async function load(part: Part, base: string): Promise<Loaded> {
  const { file, integrity } = PARTS[part]
  const src = trustAsset(`${file}#${tries++}`, base)
  const loaded = await new Promise<Loaded>((resolve, reject) => {
    const onload = () => resolve(import(src) as Promise<Loaded>)
    const onerror = () => reject(new ClientError('unreachable', part))
    document.head.append(Object.assign(document.createElement('script'), { type: 'module', integrity, src, onload, onerror }))
  })
  await speakPart(part, loaded.sections)
  return loaded
}
