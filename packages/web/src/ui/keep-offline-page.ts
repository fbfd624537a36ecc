import { findBase } from './find-base.ts'
import { OFFLINE_WORKER, trustAsset } from './trust-asset.ts'

/**
 * Have the offline page kept, and shown where there is no connection, once the pages are
 * installed as an app. In an ordinary tab nothing is kept: a worker that sees every address
 * of a page, fragment included, is too much for a page that the browser itself can excuse.
 * SPEC §8.1.
 */
export function keepOfflinePage(): void {
  if (!matchMedia('(display-mode: standalone)').matches || !('serviceWorker' in navigator)) return
  const worker = trustAsset(OFFLINE_WORKER, findBase(location.href, ''))
  // Where it is refused, the browser says itself that there is no connection.
  navigator.serviceWorker.register(worker, { updateViaCache: 'none' }).catch(() => {})
}
