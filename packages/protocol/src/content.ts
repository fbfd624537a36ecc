import { type Bytes, concatBytes, decodeUtf8, encodeUtf8 } from './bytes.ts'
import { countSealedBytes } from './cobblestone.ts'
import { META_BYTES_MAX, PADDED_BYTES_MIN } from './constants.ts'

// struct {
//   uint8  version;        // 1
//   uint32 metaLength;     // big-endian
//   uint8  meta[];         // UTF-8 JSON, at most 65 536 bytes
//   uint8  text[];
//   uint8  files[][];      // in the order of meta
//   uint8  zeros[];        // up to pad(length before them)
// } Plaintext;             // SPEC §5.1

/** A file that the sender attached. Its name and type are the sender's words: hostile. */
export interface ContentFile {
  readonly name: string
  /** A media type, or "" where it is not known. Never used to render anything. */
  readonly type: string
  readonly bytes: Bytes
}

/** What the sender wrote or attached. At least one of text and files is there. */
export interface Content {
  readonly text: string | null
  readonly files: readonly ContentFile[]
}

/** A content and when it was made and runs out, by the sender's clock, in ms. */
export interface DatedContent extends Content {
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** Why a plaintext cannot be read: made by a newer version, or not by a well-behaved sender. */
export type Unreadable = 'newer' | 'malformed'

const VERSION = 1
const HEADER_BYTES = 5

/** A time with as many digits as any until the year 2286. */
const CLOCK_WIDEST_MS = 9_999_999_999_999

interface Meta {
  readonly text?: number
  readonly files?: readonly { readonly name: string; readonly size: number; readonly type: string }[]
  readonly createdAt: number
  readonly expiresAt: number
}

/**
 * The padded length of a plaintext: at least 1024 bytes, then Padmé, which leaks no more
 * than O(log log length) bits (Nikitin et al., PETS 2019). Numbers above 2³² stay exact. SPEC §5.2.
 */
export function padLength(length: number): number {
  if (length <= PADDED_BYTES_MIN) return PADDED_BYTES_MIN
  const e = bitLength(length) - 1
  const unit = 2 ** (e - bitLength(e))
  return Math.ceil(length / unit) * unit
}

/** Pack a content into the padded plaintext that is sealed. SPEC §5.1, §5.2. */
export function packContent(content: DatedContent): Bytes {
  if (content.text === null && content.files.length === 0) throw new TypeError('a content has a text, files, or both')
  if (!(content.text ?? '').isWellFormed()) throw new TypeError('half of a surrogate pair cannot be sent as text')
  const text = content.text === null ? null : encodeUtf8(content.text)
  const meta = encodeUtf8(JSON.stringify(describe(content, text)))
  if (meta.length > META_BYTES_MAX) throw new TypeError(`the names of the files take ${meta.length} bytes, more than ${META_BYTES_MAX}`)
  const header = new Uint8Array(HEADER_BYTES)
  header[0] = VERSION
  new DataView(header.buffer).setUint32(1, meta.length)
  const packed = concatBytes(header, meta, text ?? new Uint8Array(0), ...content.files.map((file) => file.bytes))
  return concatBytes(packed, new Uint8Array(padLength(packed.length) - packed.length))
}

/**
 * Read a plaintext that was opened. It comes from a stranger: everything is checked, and
 * what is returned is still only data. SPEC §5.3.
 */
export function unpackContent(plaintext: Bytes): DatedContent | Unreadable {
  if (plaintext[0] !== VERSION) return plaintext.length === 0 ? 'malformed' : 'newer'
  if (plaintext.length < HEADER_BYTES) return 'malformed'
  const metaLength = new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(1)
  if (metaLength > META_BYTES_MAX || HEADER_BYTES + metaLength > plaintext.length) return 'malformed'
  let at = HEADER_BYTES + metaLength
  const meta = parseMeta(plaintext.slice(HEADER_BYTES, at))
  if (meta === null || sumSizes(meta) > plaintext.length - at) return 'malformed'
  const take = (length: number) => plaintext.slice(at, (at += length))
  const text = meta.text === undefined ? null : decodeUtf8(take(meta.text))
  if (text === null && meta.text !== undefined) return 'malformed'
  const files = (meta.files ?? []).map(({ name, type, size }) => ({ name, type, bytes: take(size) }))
  if (plaintext.subarray(at).some((byte) => byte !== 0)) return 'malformed'
  return { text, files, createdAtMs: meta.createdAt, expiresAtMs: meta.expiresAt }
}

/**
 * The longest text, in UTF-8 bytes, that may be sent alone when a sealed has a bound: for
 * telling people before they send. SPEC §5.2.
 */
export function countTextBytesMax(sealedBytesMax: number): number {
  let padded = sealedBytesMax
  while (padded > 0 && countSealedBytes(padLength(padded)) > sealedBytesMax) padded--
  const meta: Meta = { text: padded, createdAt: CLOCK_WIDEST_MS, expiresAt: CLOCK_WIDEST_MS }
  return Math.max(0, padded - HEADER_BYTES - JSON.stringify(meta).length)
}

function describe(content: DatedContent, text: Bytes | null): Meta {
  return {
    ...(text === null ? {} : { text: text.length }),
    ...(content.files.length === 0 ? {} : { files: content.files.map(({ name, type, bytes }) => ({ name, size: bytes.length, type })) }),
    createdAt: content.createdAtMs,
    expiresAt: content.expiresAtMs,
  }
}

function parseMeta(bytes: Bytes): Meta | null {
  const text = decodeUtf8(bytes)
  if (text === null) return null
  try {
    const meta: unknown = JSON.parse(text)
    return isMeta(meta) ? meta : null
  } catch {
    return null
  }
}

function isMeta(meta: unknown): meta is Meta {
  if (typeof meta !== 'object' || meta === null) return false
  const { text, files, createdAt, expiresAt } = meta as Partial<Record<keyof Meta, unknown>>
  const areFiles = Array.isArray(files) && files.length > 0 && files.every(isFileMeta)
  return (
    (text !== undefined || files !== undefined) &&
    (text === undefined || isCount(text)) &&
    (files === undefined || areFiles) &&
    isCount(createdAt) &&
    isCount(expiresAt)
  )
}

function isFileMeta(file: unknown): boolean {
  if (typeof file !== 'object' || file === null) return false
  const { name, size, type } = file as Record<string, unknown>
  return typeof name === 'string' && typeof type === 'string' && isCount(size)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function sumSizes(meta: Meta): number {
  return (meta.text ?? 0) + (meta.files ?? []).reduce((sum, file) => sum + file.size, 0)
}

/** Bits that a positive whole number takes, exact beyond 32 bits. */
function bitLength(n: number): number {
  return n.toString(2).length
}
