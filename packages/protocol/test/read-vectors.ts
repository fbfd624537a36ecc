import { argon2Sync, createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { PIN_STRETCH, decodeHex, derivePinSalt, encodeUtf8, foldPin } from '@letterlock/protocol'
import type { CobblestoneVector, Vectors } from './vectors.ts'

const folder = new URL('../../../vectors/', import.meta.url)

/** The project's own vectors, PINs stretched by Node's Argon2id. */
export async function readVectors(): Promise<Vectors> {
  const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
  const letterlock = read('letterlock-v1.json')
  const names = readdirSync(new URL('cobblestone-256/', folder))
  for (const secret of letterlock.secrets) {
    if (secret.pin !== null) secret.stretchedPin = await stretch(secret.pin, secret.linkKey)
  }
  return {
    letterlock,
    cobblestone: names.map((name) => ({ name: name.replace('.json', ''), ...read(`cobblestone-256/${name}`) })),
    links: read('links.json'),
    mangled: read('mangled-links.json'),
    pins: read('pins.json'),
  }
}

/** Public vectors for C2SP chunked-encryption, in the form of our own. Their file is not ours to ship. */
export function readPublicVectors(path: string): CobblestoneVector[] {
  const { testGroups } = JSON.parse(readFileSync(path, 'utf8'))
  return testGroups.flatMap((group: { tests: Record<string, string>[] }) =>
    group.tests.map(({ tcId, comment, key, ctx, ct, msgLength, msgSha512, result }) => ({
      name: `public ${tcId}, ${comment}`,
      key,
      context: ctx,
      sealed: inflateSync(Buffer.from(ct!, 'hex')).toString('hex'),
      valid: result === 'valid',
      plaintextBytes: msgLength,
      msgSha512,
    })),
  )
}

async function stretch(pin: string, linkKey: string): Promise<string> {
  const { memoryKib, passes, lanes, bytes } = PIN_STRETCH
  const nonce = await derivePinSalt(decodeHex(linkKey)!)
  const message = encodeUtf8(foldPin(pin)!)
  return argon2Sync('argon2id', { message, nonce, memory: memoryKib, passes, parallelism: lanes, tagLength: bytes }).toString('hex')
}

export function sha512Hex(bytes: Uint8Array): string {
  return createHash('sha512').update(bytes).digest('hex')
}
