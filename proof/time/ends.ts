import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type RawSecret, calls, makeSecret, send } from '../../packages/server/test/support/raw-client.ts'
import { type Behind, type ServerProcess, anInstance, until } from '../../packages/server/test/support/server-process.ts'
import { type Patch, patching } from '../mutate.ts'
import { SHORT_DOUBT } from './controls.ts'
import { fakeClock, startFaked } from './faked.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What was looked at, and what was not as SPEC §6.11 has it. */
export interface Ends {
  looks: number
  readonly violations: string[]
}

/**
 * The end of a doubt, seen within seconds: a long step that stands is followed, and the time that a
 * wrong clock has left behind is lowered by its operator alone.
 */
export async function endDoubt(behind: Behind, library: string, broken: readonly Patch[] = []): Promise<Ends> {
  const ends: Ends = { looks: 0, violations: [] }
  const instance = anInstance(behind)
  const clock = fakeClock(library, instance.directory)
  const directory = join(instance.directory, 'data')
  mkdirSync(directory, { mode: 0o700 })
  const patched = patching(behind, [...SHORT_DOUBT, ...broken])
  const env = { LETTERLOCK_DATA_DIR: directory, LETTERLOCK_LIMITS: 'off', LETTERLOCK_LOG: 'events', ...clock.env, ...patched.env }
  const start = (given: Readonly<Record<string, string>>) => startFaked(behind, instance, given)
  const look = (what: string, isSo: boolean) => {
    ends.looks++
    if (!isSo) ends.violations.push(what)
  }
  const statusOf = async (server: ServerProcess, call: Parameters<typeof send>[1]) => (await send(server.url, call)).status
  const [short, long] = [makeSecret('a day', { lifetimeMs: DAY_MS }), makeSecret('a month', { lifetimeMs: 30 * DAY_MS })]
  const first = await start(env)
  for (const secret of [short, long]) look('a create is refused', (await statusOf(first, calls.create(secret))) === 201)

  clock.step(7 * DAY_MS)
  look('a step destroys at once', (await statusOf(first, calls.peek(short))) === 503)
  look('the other is not there', (await statusOf(first, calls.peek(long))) === 200)
  await until('the step to be followed', async () => (await statusOf(first, calls.peek(short))) !== 503)
  look('a step that stands does not expire', (await statusOf(first, calls.peek(short))) === 410)
  look('creating is still held', (await statusOf(first, calls.create(aSecret()))) === 201)
  look('the other has gone', (await statusOf(first, calls.peek(long))) === 200)
  await first.stop()

  clock.step(-7 * DAY_MS)
  const second = await start(env)
  look('an expired secret is back', (await statusOf(second, calls.peek(short))) === 410)
  const shown = /LETTERLOCK_ACCEPT_CLOCK=(\d+)/.exec(second.stderr())?.[1]
  look('the time that was seen is not shown', shown !== undefined)
  look('time has gone back', (await leadOf(second)) > 6 * DAY_MS)
  await second.stop()
  if (shown === undefined) return ends

  const wrong = await start({ ...env, LETTERLOCK_ACCEPT_CLOCK: String(Number(shown) + 1) })
  look('a time that was not shown lowers the floor', (await leadOf(wrong)) > 6 * DAY_MS)
  const again = /LETTERLOCK_ACCEPT_CLOCK=(\d+)/.exec(wrong.stderr())?.[1] ?? ''
  await wrong.stop()
  // The start before has moved the floor on a little, with what it made.
  const told = await start(env)
  const last = /LETTERLOCK_ACCEPT_CLOCK=(\d+)/.exec(told.stderr())?.[1] ?? again
  await told.stop()
  const lowered = await start({ ...env, LETTERLOCK_ACCEPT_CLOCK: last })
  look('the time that was shown does not lower the floor', Math.abs(await leadOf(lowered)) < HOUR_MS)
  look('an expired secret is back after the floor was lowered', (await statusOf(lowered, calls.claim(short))) === 410)
  look('a secret that waits is lost with the lowered floor', (await statusOf(lowered, calls.claim(long))) === 200)
  await lowered.stop()
  patched.assertApplied()
  return ends
}

function aSecret(): RawSecret {
  return makeSecret('another', { lifetimeMs: 30 * DAY_MS })
}

/** How far a server's time is ahead of this machine's, in ms. */
async function leadOf(server: ServerProcess): Promise<number> {
  const reply = await send(server.url, calls.create(aSecret()))
  return Number(reply.json()['expiresAt']) - 30 * DAY_MS - Date.now()
}
