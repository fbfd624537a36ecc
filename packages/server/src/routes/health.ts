import { type Answer, json } from '../guard/answer.ts'
import { StoreError } from '../secrets/store.ts'
import type { Call, Deps, Route } from './route.ts'

/** The process answers; no store is touched. SPEC §7.13. */
export const healthz: Route = {
  method: 'GET',
  path: '/healthz',
  needsBearer: false,
  hasBody: false,
  answer: () => json(200, { alive: true }),
}

/** Whether calls on secrets can be answered, and what keeps them from it. SPEC §7.13. */
export const readyz: Route = { method: 'GET', path: '/readyz', needsBearer: false, hasBody: false, answer }

async function answer(_call: Call, deps: Deps): Promise<Answer> {
  const { reasons, warnings } = deps.isStopping() ? { reasons: ['stopping'], warnings: [] } : await readHealth(deps)
  return json(reasons.length === 0 ? 200 : 503, { ready: reasons.length === 0, reasons: [...reasons, ...warnings] })
}

/** How the server is: codes of SPEC §7.13. */
export interface Health {
  /** What keeps it from its work. */
  readonly reasons: readonly string[]
  /** What holds less than promised. */
  readonly warnings: readonly string[]
}

export async function readHealth({ secrets, now }: Pick<Deps, 'secrets' | 'now'>): Promise<Health> {
  try {
    const { fencedGeneration, isFull, warnings } = await secrets.health()
    const reasons = [
      ...(fencedGeneration === null ? [] : ['fenced']),
      ...(isFull ? ['storage_full'] : []),
      ...(now().doubt?.isCreatingHeld === true ? ['clock_step'] : []),
    ]
    return { reasons, warnings }
  } catch (error) {
    if (error instanceof StoreError) return { reasons: ['store_unavailable'], warnings: [] }
    throw error
  }
}
