import type { Log } from './log.ts'
import type { Now } from './secrets/life.ts'
import { type SecretStore, StoreError } from './secrets/store.ts'

/** How often what is due is looked for, in ms: an end comes within a minute of its time. SPEC §6.7. */
const SWEEP_MS = 10_000
/** Sweeps in a row before others get a turn of their own. */
const SWEEPS_MAX = 100

/** End what has expired, and forget what has stood long enough, for as long as the server runs. */
export function startSweeper(secrets: SecretStore, now: () => Now, log: Log): { stop(): void } {
  let isSweeping = false
  const sweep = async () => {
    if (isSweeping) return
    isSweeping = true
    try {
      for (let i = 0; i < SWEEPS_MAX; i++) {
        const swept = await secrets.sweep(now())
        if (!('isMoreDue' in swept) || !swept.isMoreDue) break
      }
    } catch (error) {
      if (!(error instanceof StoreError)) log.event('a sweep failed by a mistake of ours; the next one tries again')
    } finally {
      isSweeping = false
    }
  }
  void sweep()
  const timer = setInterval(() => void sweep(), SWEEP_MS)
  return { stop: () => clearInterval(timer) }
}
