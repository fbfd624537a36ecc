import type { Receipt } from '@letterlock/protocol'

/** What became of a secret: what the receipt says, one finer than its state. */
export type Outcome = Exclude<Receipt['state'], 'opened' | 'burned'> | 'confirmed' | 'unconfirmed' | 'deleted' | 'deleted-by-operator'

/** What the receipt says, one finer than its state. */
export function nameOutcome({ state, confirmed, by }: Receipt): Outcome {
  if (state === 'opened') return confirmed ? 'confirmed' : 'unconfirmed'
  if (state === 'burned') return by === 'operator' ? 'deleted-by-operator' : 'deleted'
  return state
}
