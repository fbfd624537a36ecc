// The only service worker there is: it shows the offline page where there is no connection, to
// whoever has installed the pages. It keeps that page and nothing else, ever: no secret, no
// reply, no other page. SPEC §8.1.

/** What a service worker finds around it; the types of pages do not know that. */
interface WorkerScope {
  readonly registration: { readonly scope: string }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate' | 'fetch', listen: (event: WorkerEvent) => void): void
}

interface WorkerEvent extends Event {
  readonly request: Request
  waitUntil(work: Promise<unknown>): void
  respondWith(response: Promise<Response>): void
}

/** The address of the page, beside this worker, and the hash of what it is: both are written in by the build. */
declare const OFFLINE_PAGE: string
declare const OFFLINE_HASH: string

const worker = globalThis as unknown as WorkerScope

/** Caches belong to an origin, which may hold other instances, each under a path of its own. */
const OWN = `letterlock-offline ${worker.registration.scope} `
const CACHE = OWN + OFFLINE_HASH

worker.addEventListener('install', (event) => event.waitUntil(keep()))
worker.addEventListener('activate', (event) => event.waitUntil(dropOld()))
worker.addEventListener('fetch', (event) => {
  // Scripts, calls and everything else go their way as if this worker were not there.
  if (event.request.mode === 'navigate') event.respondWith(fetch(event.request).catch(showOffline))
})

async function keep(): Promise<void> {
  const cache = await caches.open(CACHE)
  await cache.add(OFFLINE_PAGE)
  await worker.skipWaiting()
}

async function dropOld(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith(OWN) && name !== CACHE).map((name) => caches.delete(name)))
}

async function showOffline(): Promise<Response> {
  const cache = await caches.open(CACHE)
  return (await cache.match(OFFLINE_PAGE)) ?? Response.error()
}
