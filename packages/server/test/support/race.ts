import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import { formatRequest } from './held.ts'
import type { Behind } from './server-process.ts'
import { type RawSecret, calls, makeSecret, send } from './raw-client.ts'
import { type Runners, startRunners } from './runners.ts'

export interface RaceSize {
  readonly secrets: number
  readonly claimsEach: number
  readonly processes: number
  /** Secrets whose claims are held at the same time. */
  readonly wave: number
}

/** The statuses that the claims of one secret were answered; `null` where no answer came. */
export type Outcome = readonly (number | null)[]

const SECRETS_AT_ONCE = 64

/** Make secrets, let several processes claim each at the same moment, and tell what each claim was answered. */
export async function race(t: Behind, url: string, size: RaceSize): Promise<readonly Outcome[]> {
  const runners = startRunners(t, size.processes)
  const outcomes: Outcome[] = []
  for (let done = 0; done < size.secrets; done += size.wave) {
    const secrets = await createAll(url, Math.min(size.wave, size.secrets - done))
    outcomes.push(...(await runWave(runners, url, secrets, size.claimsEach)))
  }
  return outcomes
}

async function createAll(url: string, count: number): Promise<readonly RawSecret[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: SECRETS_AT_ONCE })
  const secrets = Array.from({ length: count }, () => makeSecret('', { sealed: randomBytes(72) }))
  const replies = await Promise.all(secrets.map((secret) => send(url, { ...calls.create(secret), agent })))
  assert.ok(replies.every(({ status }) => status === 201))
  agent.destroy()
  return secrets
}

/** The claims of one secret are dealt out to all processes, in the same order of secrets. */
async function runWave(runners: Runners, url: string, secrets: readonly RawSecret[], claimsEach: number): Promise<readonly Outcome[]> {
  const claims = secrets.flatMap((secret) => Array.from({ length: claimsEach }, () => calls.claim({ ...secret, claim: randomBytes(32) })))
  const told = await runners.together(
    url,
    claims.map((claim) => ({ request: formatRequest(claim), isLost: false })),
  )
  return secrets.map((_secret, i) => told.slice(i * claimsEach, (i + 1) * claimsEach).map(({ status }) => status))
}
