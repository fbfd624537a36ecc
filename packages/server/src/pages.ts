import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { TOKEN_PAGES } from '@letterlock/protocol'
import { StartError } from './secrets/database.ts'

/** A file of the pages, ready to be sent as it is. */
export interface Page {
  /** What the log calls it. */
  readonly route: string
  readonly status: number
  readonly type: string
  readonly cacheControl: string
  /** Which headers it wears besides. SPEC §8.3. */
  readonly armour: 'page' | 'worker' | 'offline-worker'
  readonly plain: Buffer
  readonly brotli: Buffer | null
  readonly gzip: Buffer | null
}

export interface Pages {
  readonly version: string
  /** Hashes of what stands in the pages themselves: scripts and styles, as a policy names them. */
  readonly inline: Inline
  /** The page at a path, percent-encoded as it came; the not-found page for any other. */
  find(path: string): Page
}

/** What the pages' policy lets in besides files of their own. */
export interface Inline {
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}

interface ManifestFile {
  readonly file: string
  readonly type: string
  readonly cache: 'page' | 'immutable' | 'hour'
  readonly armour: Page['armour']
  readonly brotli: boolean
}

/** How long what may be kept, in the words of RFC 9111. Nothing on the way may change a byte. */
const CACHE_CONTROL = {
  page: 'no-store, no-transform',
  immutable: 'public, max-age=31536000, immutable, no-transform',
  hour: 'public, max-age=3600, no-transform',
} as const

/**
 * A page that bears tokens, whatever a program has made of the rest of its path: `%23` for `#`,
 * a slash, a dot, capitals. The page itself mends it. SPEC §3.3.
 */
const TOKEN_PAGE = new RegExp(`^/(?:${Object.values(TOKEN_PAGES).join('|')})(?![\\w-])`, 'i')

/**
 * Read the built pages into memory. They are the same on every instance of a version.
 *
 * @param folder - ends with a slash; holds `manifest.json`.
 */
export function readPages(folder: URL): Pages {
  const manifest = readManifest(folder)
  const files = new Map(Object.entries(manifest.files).map(([path, file]) => [path, readPage(folder, path, file)]))
  const notFound = { ...(files.get('/404') as Page), route: 'not found', status: 404 }
  files.set('/404', notFound)
  return {
    version: manifest.version,
    inline: manifest.inline,
    find(path) {
      const asset = /\/assets\/[\w.-]+$/.exec(path)?.[0]
      const page = TOKEN_PAGE.exec(path)?.[0].toLowerCase()
      return files.get(asset ?? page ?? path) ?? notFound
    },
  }
}

function readManifest(folder: URL): {
  readonly version: string
  readonly inline: Inline
  readonly files: Readonly<Record<string, ManifestFile>>
} {
  try {
    return JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as ReturnType<typeof readManifest>
  } catch (cause) {
    throw new StartError('The pages are not built; run npm run build.', { cause })
  }
}

function readPage(folder: URL, path: string, { file, type, cache, armour, brotli }: ManifestFile): Page {
  const plain = readFileSync(new URL(file, folder))
  return {
    route: cache === 'immutable' ? '/assets/:file' : path,
    status: 200,
    type,
    cacheControl: CACHE_CONTROL[cache],
    armour,
    plain,
    brotli: brotli ? readFileSync(new URL(`${file}.br`, folder)) : null,
    gzip: brotli ? gzipSync(plain) : null,
  }
}
