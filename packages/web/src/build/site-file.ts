import { createHash } from 'node:crypto'
import { brotliCompressSync, constants } from 'node:zlib'

/** A file of the site, before it is written. */
export interface SiteFile {
  readonly url: string
  readonly file: string
  readonly cache: 'page' | 'immutable' | 'hour'
  /** Which headers it is sent with: SPEC §8.3. */
  readonly armour: 'page' | 'worker' | 'offline-worker'
  readonly bytes: Buffer
}

/** Name a file by its content, so that it may be kept for ever. */
export function nameAsset(name: string, extension: string, bytes: Buffer): SiteFile {
  const file = `assets/${name}-${hexOf(bytes).slice(0, 12)}.${extension}`
  return { url: `/${file}`, file, cache: 'immutable', armour: 'page', bytes }
}

/** A file that browsers and robots ask for by a name of their own. */
export function nameKnown(file: string, bytes: Buffer): SiteFile {
  return { url: `/${file}`, file, cache: 'hour', armour: 'page', bytes }
}

/** The hash of a file as browsers and policies write it. */
export function hashOf(bytes: Buffer): string {
  return `sha256-${createHash('sha256').update(bytes).digest('base64')}`
}

export function hexOf(bytes: Buffer | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')
}

/** Pictures are compressed already. */
export function isCompressible(file: string): boolean {
  return !/\.(?:ico|png)$/.test(file)
}

export function compress(bytes: Buffer): Buffer {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  }
  return brotliCompressSync(bytes, { params })
}
