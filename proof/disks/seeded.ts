import { createHash } from 'node:crypto'
import { type RawSecret, makeSecret } from '../../packages/server/test/support/raw-client.ts'

/** Chance that comes from a seed alone. */
export interface Seeded {
  bytes(length: number): Buffer
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number
}

export function createSeeded(seed: number): Seeded {
  let count = 0
  const bytes = (length: number) => createHash('shake256', { outputLength: length }).update(`${seed} ${count++}`).digest()
  return { bytes, integer: (min, max) => min + (bytes(6).readUIntBE(0, 6) % (max - min + 1)) }
}

/** What a secret is to be like. */
export interface Wanted {
  readonly sealedBytes: number
  /** Asks for a PIN that nobody has to stretch here, and bears so many wrong ones. */
  readonly attempts?: number
  readonly lifetimeMs?: number
}

/** A secret whose every byte comes from a seed. Nobody could open what it has for sealed bytes; a server cannot tell. */
export function drawSecret(seeded: Seeded, { sealedBytes, attempts, lifetimeMs }: Wanted): RawSecret {
  const secret = makeSecret('', {
    linkKey: seeded.bytes(32),
    share: seeded.bytes(32),
    receiptKey: seeded.bytes(32),
    sealed: seeded.bytes(sealedBytes),
    ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
  })
  const create = { ...secret.create, pin: attempts === undefined ? null : { attempts } }
  return { ...secret, claim: seeded.bytes(32), create }
}

/** The same secret in the hands of somebody else who also has the link. */
export function asAnother(secret: RawSecret, seeded: Seeded): RawSecret {
  return { ...secret, claim: seeded.bytes(32) }
}

/** The same secret, with a PIN that is wrong. */
export function asGuesser(secret: RawSecret, seeded: Seeded): RawSecret {
  return { ...secret, claim: seeded.bytes(32), proof: seeded.bytes(32) }
}
