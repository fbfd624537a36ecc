// Secrets whose time has come, or has long gone. As a process of its own, puts them into a data
// directory, so that what it writes is recorded as the server's is:
//
//   node --conditions=source proof/power/aged.ts <job as JSON>
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { openEngine } from '../../packages/server/src/secrets/engine.ts'
import { makeSecret } from '../../packages/server/test/support/raw-client.ts'
import type { Act } from '../history.ts'
import type { Asked, Subject } from '../subject.ts'
import { anEngineFor, formOperation } from './forms.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** What they have lived through, in ms before now, and what their receipt must say ever after. */
export const AGED = {
  expired: { lifetimeMs: HOUR_MS, lived: [[2 * HOUR_MS, { kind: 'create', by: '' }]], told: [], wants: 'expired' },
  lapsed: {
    lifetimeMs: DAY_MS,
    lived: [
      [20 * MINUTE_MS, { kind: 'create', by: '' }],
      [11 * MINUTE_MS, { kind: 'claim', by: 'a' }],
    ],
    told: [{ kind: 'claim', outcome: 'claimed' }],
    wants: 'opened',
  },
  forgotten: {
    lifetimeMs: HOUR_MS,
    lived: [
      [9 * DAY_MS, { kind: 'create', by: '' }],
      [9 * DAY_MS - MINUTE_MS, { kind: 'burn', by: '' }],
    ],
    told: [{ kind: 'burn', outcome: 'burned' }],
    wants: 'unknown',
  },
} as const satisfies Record<string, Aged>

interface Aged {
  readonly lifetimeMs: number
  readonly lived: readonly (readonly [beforeMs: number, asked: Asked])[]
  /** What they were answered on the way, as far as the vault has to remember it. */
  readonly told: readonly Pick<Act, 'kind' | 'outcome'>[]
  readonly wants: string
}

export type AgedName = keyof typeof AGED

/** One secret that is to be put into a directory. */
export interface AgedJob {
  readonly directory: string
  readonly nowMs: number
  readonly secrets: readonly { readonly name: AgedName; readonly keys: readonly string[] }[]
}

export const AGED_SCRIPT = fileURLToPath(import.meta.url)

/** The keys of a secret that make it again. */
export function listKeys({ secret, claims }: Subject): readonly string[] {
  return [secret.linkKey, secret.share, secret.receiptKey, secret.sealed, claims['a'] ?? secret.claim].map((key) => key.toString('hex'))
}

function remake(keys: readonly string[]): Subject {
  const [linkKey, share, receiptKey, sealed, a] = keys.map((key) => Buffer.from(key, 'hex')) as [Buffer, Buffer, Buffer, Buffer, Buffer]
  return { secret: makeSecret('', { linkKey, share, receiptKey, sealed }), claims: { a }, attempts: null }
}

if (process.argv[1] === AGED_SCRIPT) {
  const { directory, nowMs, secrets } = JSON.parse(process.argv[2] ?? '') as AgedJob
  const engine = openEngine(anEngineFor(directory, nowMs))
  for (const { name, keys } of secrets) {
    const { lifetimeMs, lived } = AGED[name]
    for (const [beforeMs, asked] of lived) {
      engine.run([formOperation(remake(keys), asked, { ms: nowMs - beforeMs, doubt: null }, lifetimeMs)])
    }
  }
  engine.close()
}
