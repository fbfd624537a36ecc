import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { FromRunner, ToRunner } from './claim-runner.ts'
import { formatRequest } from './held.ts'
import type { Behind } from './server-process.ts'
import { type RawSecret, calls, makeSecret, send } from './raw-client.ts'

export interface RaceSize {
  readonly secrets: number
  readonly claimsEach: number
  readonly processes: number
  /** Secrets whose claims are held at the same time. */
  readonly wave: number
}

/** The statuses that the claims of one secret were answered. */
export type Outcome = readonly number[]

const SECRETS_AT_ONCE = 64

/** Make secrets, let several processes claim each at the same moment, and tell what each claim was answered. */
export async function race(t: Behind, url: string, size: RaceSize): Promise<readonly Outcome[]> {
  const runners = Array.from({ length: size.processes }, () => fork(fileURLToPath(new URL('claim-runner.ts', import.meta.url)), [], RUNNER))
  t.after(async () => void (await Promise.all(runners.map(end))))
  const outcomes: Outcome[] = []
  for (let done = 0; done < size.secrets; done += size.wave) {
    const secrets = await createAll(url, Math.min(size.wave, size.secrets - done))
    outcomes.push(...(await runWave(runners, url, secrets, size.claimsEach)))
  }
  return outcomes
}

const RUNNER = { execArgv: ['--conditions=source'], env: { PATH: '' } }

async function createAll(url: string, count: number): Promise<readonly RawSecret[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: SECRETS_AT_ONCE })
  const secrets = Array.from({ length: count }, () => makeSecret('', { sealed: randomBytes(72) }))
  const replies = await Promise.all(secrets.map((secret) => send(url, { ...calls.create(secret), agent })))
  assert.ok(replies.every(({ status }) => status === 201))
  agent.destroy()
  return secrets
}

async function runWave(runners: readonly ChildProcess[], url: string, secrets: readonly RawSecret[], claimsEach: number) {
  // The claims of one secret are dealt out to all processes, in the same order of secrets.
  const hands: { readonly secret: number; readonly text: string }[][] = runners.map(() => [])
  secrets.forEach((secret, index) => {
    for (let i = 0; i < claimsEach; i++) {
      const text = formatRequest(calls.claim({ ...secret, claim: randomBytes(32) }))
      hands[i % hands.length]?.push({ secret: index, text })
    }
  })
  await Promise.all(runners.map((runner, i) => ask(runner, { hold: hands[i]?.map(({ text }) => text) ?? [], url })))
  const answers = await Promise.all(runners.map((runner) => ask(runner, { release: true })))
  const outcomes: number[][] = secrets.map(() => [])
  answers.forEach((answer, i) => {
    assert.ok('statuses' in answer)
    answer.statuses.forEach((status, j) => outcomes[hands[i]?.[j]?.secret as number]?.push(status))
  })
  return outcomes
}

function ask(runner: ChildProcess, message: ToRunner): Promise<FromRunner> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null) => reject(new Error(`a client process ended with ${code}`))
    runner.once('exit', fail)
    runner.once('message', (answer: FromRunner) => {
      runner.off('exit', fail)
      resolve(answer)
    })
    runner.send(message)
  })
}

function end(runner: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (runner.exitCode !== null || runner.signalCode !== null) return resolve()
    runner.once('exit', () => resolve())
    runner.disconnect()
  })
}
