import { offlineWords } from '../languages/en.ts'
import type { OfflineWords } from '../pages/offline/main.ts'
import { OFFLINE_WORKER } from '../ui/trust-asset.ts'
import { bundle } from './bundle.ts'
import type { Spoken } from './make-packs.ts'
import { type SiteFile, hexOf } from './site-file.ts'

/** The address of the page that says that there is no connection. */
export const OFFLINE_PAGE = 'offline'

/** The words of the offline page in every language but English, which it is written in. */
export function gatherOfflineWords(spoken: readonly Spoken[]): Readonly<Record<string, OfflineWords>> {
  const names = Object.keys(offlineWords) as (keyof typeof offlineWords)[]
  return Object.fromEntries(
    spoken.map(({ tag, translation: { head, offline } }) => [
      tag,
      { page: head.offline, ...Object.fromEntries(names.map((name) => [name, offline[name]])) } as OfflineWords,
    ]),
  )
}

/**
 * The worker that shows the offline page: SPEC §8.1. It stands beside the pages, since it sees
 * only what lies below it, and names the page by its hash, so that it is another worker when
 * that is another page.
 */
export async function makeOfflineWorker(page: SiteFile): Promise<SiteFile> {
  const define = { OFFLINE_PAGE: JSON.stringify(OFFLINE_PAGE), OFFLINE_HASH: JSON.stringify(hexOf(page.bytes).slice(0, 12)) }
  const bytes = await bundle({ entryPoints: ['src/offline/worker.ts'], format: 'iife', define })
  return { url: `/${OFFLINE_WORKER}`, file: OFFLINE_WORKER, cache: 'page', armour: 'offline-worker', bytes }
}
