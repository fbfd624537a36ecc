import { type RawRequest, type RawSecret, calls, send } from '../../packages/server/test/support/raw-client.ts'
import { until } from '../../packages/server/test/support/server-process.ts'
import { type Seeded, asGuesser, drawSecret } from '../disks/seeded.ts'

/** The ways in which a secret ends, and none. */
export type End = 'opened' | 'burned' | 'locked' | 'expired' | 'waits'

export interface Ended {
  readonly secret: RawSecret
  readonly end: End
}

/** Fewest wrong PINs that a secret may bear. */
const ATTEMPTS = 3
const SEALED_BYTES_MIN = 72
/** Sizes from {@link SEALED_BYTES_MIN} to 40 KiB, each doubling as often as another. */
const DOUBLINGS = 9
/** The shortest lifetime there is, in ms. */
export const LIFETIME_MS = 60_000
/** Longest time from the end of a lifetime until it is recorded, in ms (SPEC §6.7), and some for a busy machine. */
const EXPIRY_MS_MAX = LIFETIME_MS + 90_000

/** Secrets of all sizes. */
export function drawSecrets(seeded: Seeded, counts: Readonly<Record<End, number>>): readonly Ended[] {
  const ends = (Object.keys(counts) as End[]).flatMap((end) => Array.from({ length: counts[end] }, () => end))
  return ends.map((end, i) => {
    const least = SEALED_BYTES_MIN * 2 ** (i % DOUBLINGS)
    const sealedBytes = seeded.integer(least, 2 * least)
    const more = end === 'locked' ? { attempts: ATTEMPTS } : end === 'expired' ? { lifetimeMs: LIFETIME_MS } : {}
    return { end, secret: drawSecret(seeded, { sealedBytes, ...more }) }
  })
}

/** Create them all. */
export async function createAll(url: string, secrets: readonly Ended[]): Promise<void> {
  for (const { secret } of secrets) await must(url, calls.create(secret), 201)
}

/** Bring each to its end. */
export async function endAll(url: string, secrets: readonly Ended[], seeded: Seeded): Promise<void> {
  for (const { secret, end } of secrets) {
    if (end === 'opened') {
      await must(url, calls.claim(secret), 200)
      await must(url, calls.ack(secret), 204)
    }
    if (end === 'burned') await must(url, calls.burn(secret), 204)
    if (end === 'locked') for (let i = 0; i < ATTEMPTS; i++) await must(url, calls.claim(asGuesser(secret, seeded)), 403)
  }
  for (const { secret, end } of secrets) {
    if (end === 'waits') continue
    const isSo = async () => (await send(url, calls.receipt(secret))).json()['state'] === end
    await until(`a secret to be ${end}`, isSo, end === 'expired' ? EXPIRY_MS_MAX : undefined)
  }
}

async function must(url: string, request: RawRequest, status: number): Promise<void> {
  const reply = await send(url, request)
  if (reply.status !== status)
    throw new Error(`${request.method ?? 'GET'} was answered ${reply.status}, not ${status}: ${reply.body.toString()}`)
}
