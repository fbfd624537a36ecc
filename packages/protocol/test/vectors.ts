import {
  type Bytes,
  type Token,
  type TokenTrouble,
  SealedError,
  countSealedBytes,
  decodeHex,
  deriveContentKeys,
  deriveLinkKeys,
  deriveProof,
  diagnoseToken,
  encodeHex,
  findToken,
  foldPin,
  formatContentContext,
  formatLinkToken,
  formatReceiptToken,
  isPinPortable,
  open,
  packContent,
  padLength,
  parseSecretId,
  parseToken,
  seal,
  sha256,
  unpackContent,
} from '@letterlock/protocol'

/** All vectors, as a caller has read them: this file runs in Node and in browsers alike. */
export interface Vectors {
  readonly letterlock: {
    readonly secrets: readonly SecretVector[]
    readonly padding: readonly (readonly [number, number])[]
    readonly badTokens: readonly (readonly [string, string])[]
  }
  readonly cobblestone: readonly CobblestoneVector[]
  readonly links: {
    readonly tokens: readonly { readonly version: number; readonly key: string; readonly token: string }[]
    readonly readable: readonly { readonly why: string; readonly fragment: string; readonly token: string }[]
    readonly pasted: readonly { readonly why: string; readonly text: string; readonly token: string }[]
    readonly paths: readonly { readonly why: string; readonly path: string; readonly token: string }[]
    readonly damaged: readonly { readonly why: string; readonly fragment: string; readonly mended: string | null }[]
  }
  readonly mangled: { readonly ways: readonly Way[] }
  readonly pins: {
    readonly pins: readonly { readonly why: string; readonly typed: string; readonly text: string | null; readonly portable?: boolean }[]
    readonly loneSurrogates: readonly { readonly why: string; readonly codePoints: readonly number[] }[]
  }
}

/** What became of a link on its way. */
export interface Way {
  readonly name: string
  readonly where: 'address' | 'pasted'
  readonly text: string
  readonly outcome: Token['kind'] | TokenTrouble
  readonly token: string
  readonly reachesServer?: boolean
}

interface SecretVector {
  readonly name: string
  readonly linkKey: string
  readonly pin: string | null
  /** Argon2id over the PIN: from the caller, since not every engine has it. */
  readonly stretchedPin?: string
  readonly share: string
  readonly receiptKey: string
  readonly id: string
  readonly access: string
  readonly proof: string
  readonly contentKey: string
  readonly ack: string
  readonly linkToken: string
  readonly receiptToken: string
  readonly salt: string
  /** `null` where it is too large for a vector. */
  readonly plaintext: string | null
  readonly plaintextSha256: string
  readonly plaintextBytes: number
  readonly sealed: string | null
  readonly sealedSha256: string
  readonly sealedBytes: number
  readonly content: {
    readonly text: string
    readonly files: readonly { readonly name: string; readonly type: string; readonly size: number; readonly sha256: string }[]
  }
  readonly meta: { readonly createdAt: number; readonly expiresAt: number }
}

export interface CobblestoneVector {
  readonly name: string
  readonly key: string
  readonly context: string
  readonly sealed?: string
  readonly sealedDeflated?: string
  readonly plaintext?: string
  readonly plaintextBytes?: number
  readonly plaintextSha256?: string
  readonly valid: boolean
  readonly refusedBy?: string
}

/** Run everything; returns a line for each thing that is not as it should be, and how many things were compared. */
export async function runVectors(vectors: Vectors): Promise<{ readonly failures: readonly string[]; readonly compared: number }> {
  const report = createReport()
  for (const secret of vectors.letterlock.secrets) await runSecret(secret, report)
  for (const [length, padded] of vectors.letterlock.padding) report.same(`pad(${length})`, padLength(length), padded)
  for (const [why, token] of vectors.letterlock.badTokens) report.same(`token ${why}`, await parseToken(token), null)
  for (const vector of vectors.cobblestone) await runCobblestone(vector, report)
  await runLinks(vectors.links, report)
  for (const way of vectors.mangled.ways) report.same(`mangled, ${way.where}, ${way.name}`, await follow(way), await tellOutcome(way))
  runPins(vectors.pins, report)
  return report
}

function createReport() {
  const report = {
    failures: [] as string[],
    compared: 0,
    same(what: string, found: unknown, wanted: unknown) {
      report.compared++
      if (JSON.stringify(found) !== JSON.stringify(wanted))
        report.failures.push(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`)
    },
  }
  return report
}

type Report = ReturnType<typeof createReport>

async function runSecret(vector: SecretVector, { same }: Report): Promise<void> {
  const { name } = vector
  const linkKey = hex(vector.linkKey)
  const stretched = vector.stretchedPin === undefined ? null : hex(vector.stretchedPin)
  if (vector.pin !== null) same(`${name} PIN`, foldPin(vector.pin) !== null && stretched !== null, true)
  const { id, access } = await deriveLinkKeys(linkKey)
  same(`${name} id`, id, vector.id)
  same(`${name} access`, encodeHex(access), vector.access)
  same(`${name} proof`, encodeHex(await deriveProof(linkKey, stretched)), vector.proof)
  const keys = await deriveContentKeys(linkKey, stretched, hex(vector.share))
  same(`${name} content key`, encodeHex(keys.contentKey), vector.contentKey)
  same(`${name} ack`, encodeHex(keys.ack), vector.ack)
  same(`${name} link token`, await formatLinkToken(linkKey), vector.linkToken)
  same(`${name} receipt token`, await formatReceiptToken(parseSecretId(vector.id)!, hex(vector.receiptKey)), vector.receiptToken)
  same(`${name} sealed bytes`, countSealedBytes(vector.plaintextBytes), vector.sealedBytes)
  if (vector.plaintext === null) return

  const context = formatContentContext(hex(vector.id))
  const plaintext = hex(vector.plaintext)
  const sealed = await seal(keys.contentKey, hex(vector.salt), context, plaintext)
  same(`${name} sealed`, await hashHex(sealed), vector.sealedSha256)
  if (vector.sealed !== null) same(`${name} opened`, encodeHex(await open(keys.contentKey, context, hex(vector.sealed))), vector.plaintext)
  const content = unpackContent(plaintext)
  if (typeof content === 'string') return same(`${name} content`, content, 'readable')
  same(`${name} text`, content.text, vector.content.text)
  const files = await Promise.all(
    content.files.map(async ({ name: file, type, bytes }) => [file, type, bytes.length, await hashHex(bytes)]),
  )
  same(
    `${name} files`,
    files,
    vector.content.files.map((file) => [file.name, file.type, file.size, file.sha256]),
  )
  same(`${name} times`, [content.createdAtMs, content.expiresAtMs], [vector.meta.createdAt, vector.meta.expiresAt])
  same(`${name} packed again`, encodeHex(packContent(content)), vector.plaintext)
}

async function runCobblestone(vector: CobblestoneVector, { same }: Report): Promise<void> {
  const { name } = vector
  const sealed = vector.sealed === undefined ? await inflate(vector.sealedDeflated ?? '') : hex(vector.sealed)
  const context = hex(vector.context)
  try {
    const opened = await open(hex(vector.key), context, sealed)
    same(`${name} opens`, true, vector.valid)
    if (vector.plaintext === undefined)
      same(`${name} plaintext`, [opened.length, await hashHex(opened)], [vector.plaintextBytes, vector.plaintextSha256])
    else same(`${name} plaintext`, encodeHex(opened), vector.plaintext)
    const again = await seal(hex(vector.key), sealed.slice(0, 24), context, opened)
    same(`${name} sealed again`, await hashHex(again), await hashHex(sealed))
  } catch (error) {
    if (!(error instanceof SealedError)) throw error
    same(`${name} is refused by`, error.layer, vector.refusedBy)
  }
}

async function runLinks(links: Vectors['links'], { same }: Report): Promise<void> {
  for (const { version, key, token } of links.tokens) same(`token of version ${version}`, describe(await parseToken(token)), [version, key])
  for (const { why, fragment, token } of links.readable)
    same(`fragment, ${why}`, describe(await findToken(fragment)), describe(await parseToken(token)))
  for (const { why, text, token } of links.pasted)
    same(`pasted, ${why}`, describe(await findToken(text)), describe(await parseToken(token)))
  for (const { why, path, token } of links.paths) same(`path, ${why}`, describe(await findToken(path)), describe(await parseToken(token)))
  for (const { why, fragment, mended } of links.damaged) {
    same(`damaged, ${why}`, await parseToken(fragment), null)
    same(`mended, ${why}`, describe(await findToken(fragment)), mended === null ? null : describe(await parseToken(mended)))
  }
}

/**
 * What a client makes of a mangled link: the token, or why there is none. An address is taken
 * as a whole; what is wrong with one can be told only by a page, which knows its own path.
 */
export async function follow({ where, text }: Way, find: typeof findToken = findToken): Promise<unknown> {
  return describe(await find(text)) ?? (where === 'pasted' ? diagnoseToken(text) : null)
}

/** What should come of following it. */
export async function tellOutcome({ where, outcome, token }: Way): Promise<unknown> {
  if (outcome === 'link' || outcome === 'receipt') return describe(await parseToken(token))
  return where === 'pasted' ? outcome : null
}

function runPins({ pins, loneSurrogates }: Vectors['pins'], { same }: Report): void {
  for (const { why, typed, text, portable } of pins) {
    same(`PIN, ${why}`, foldPin(typed), text)
    if (text !== null) same(`portable PIN, ${why}`, isPinPortable(text), portable)
  }
  for (const { why, codePoints } of loneSurrogates) {
    const text = foldPin(String.fromCodePoint(...codePoints))
    same(`lone surrogate, ${why}`, text !== null && isPinPortable(text), false)
  }
}

function describe(token: Token | null): readonly [number, string] | null {
  switch (token?.kind) {
    case 'link':
      return [1, encodeHex(token.linkKey)]
    case 'receipt':
      return [2, token.id + encodeHex(token.receiptKey)]
    case 'fill':
      return [3, encodeHex(token.key)]
    case 'request':
      return [4, encodeHex(token.seed)]
    case undefined:
      return null
  }
}

function hex(text: string): Bytes {
  return decodeHex(text)!
}

async function hashHex(bytes: Bytes): Promise<string> {
  return encodeHex(await sha256(bytes))
}

/** Inflate base64 of a zlib stream (RFC 1950). */
async function inflate(base64: string): Promise<Bytes> {
  const deflated = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
