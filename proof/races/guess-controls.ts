import { QUIET, aSecretWithPin, guessOverKill, listBrokenBy, raceGuesses } from '../../packages/server/test/support/guesses.ts'
import { type Behind, anInstance } from '../../packages/server/test/support/server-process.ts'
import { ANSWERS_FIRST } from '../kills/controls.ts'
import { type Patch, patching } from '../mutate.ts'
import { BLIND, FORGETS_ATTEMPTS } from '../restores/controls.ts'
import type { Control } from '../stage.ts'

/** A server that tells a wrong PIN before it has counted it durably, and that nothing reminds of it: neither vault nor witness. */
const COUNTS_LATER: readonly Patch[] = [...ANSWERS_FIRST, FORGETS_ATTEMPTS, BLIND]

/** A server that ends a secret and leaves its share where it is. */
const KEEPS_SHARES: readonly Patch[] = [
  {
    file: 'packages/server/src/secrets/engine.ts',
    from: 'for (const handle of work.erasures) this.#vault.erase(handle)',
    to: '',
  },
]

const SIZE = { guesses: 200, attempts: 5 }
/** Fewer batches than make that server commit, and no end, which does as well: all that was counted is lost with it. */
const LOST = { guesses: 5, attempts: 10 }
const BEFORE = 3

/** Kill a server that counts later: what it has told must be more than what the next one knows of. */
export async function controlKill(t: Behind): Promise<Control> {
  const instance = anInstance(t)
  const patched = patching(t, COUNTS_LATER)
  const env = { ...QUIET, ...patched.env }
  // The secret itself is there for good: only what is counted of it can be lost.
  const maker = await instance.start(QUIET)
  const secret = await aSecretWithPin(maker.url, LOST.attempts)
  await maker.stop()
  const first = await instance.start(env)
  patched.assertApplied()
  const broken = listBrokenBy(await guessOverKill({ instance, first, secret, env }, LOST, BEFORE))
  const found = broken.find((line) => /^\d+ were answered, and \d+ counted$/.test(line))
  return { what: 'a server that answers a wrong PIN before it has counted it', isCaught: found !== undefined, how: found ?? 'nothing' }
}

/** Use up all attempts at a server that erases no share. */
export async function controlErasure(t: Behind): Promise<Control> {
  const instance = anInstance(t)
  const patched = patching(t, KEEPS_SHARES)
  const server = await instance.start({ ...QUIET, ...patched.env })
  patched.assertApplied()
  const broken = listBrokenBy(await raceGuesses({ url: server.url, directory: instance.directory }, SIZE))
  await server.stop()
  const isCaught = broken.length === 1 && broken[0] === 'the share still stands in vault/shares'
  return { what: 'a server that leaves the share of a locked secret', isCaught, how: broken.join(', ') }
}
