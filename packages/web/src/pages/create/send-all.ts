import { ClientError, type PreparedSecret, readWait } from '@letterlock/client'

/** A secret that the server has taken. */
export interface Sent {
  readonly prepared: PreparedSecret
  readonly expiresAtMs: number
}

/** Secrets that are made of one draft. What is in here is not made a second time. */
export interface Batch {
  /** What they are made of: while that is unchanged, this batch goes on. */
  readonly madeOf: string
  /** Sealed, and perhaps taken by the server already: it is sent again as it is. */
  pending: PreparedSecret | null
  readonly sent: Sent[]
}

export interface SendDeps {
  /** Seal the draft, with keys of its own every time. */
  readonly prepare: () => Promise<PreparedSecret>
  readonly create: (prepared: PreparedSecret) => Promise<{ readonly expiresAtMs: number }>
  readonly wait: (ms: number) => Promise<void>
  readonly onStep: (step: 'locking' | 'sending') => void
  /** Whether somebody still waits for these links. */
  readonly isWanted: () => boolean
}

/** The server is waited for so long altogether, where it says how long, in ms. */
export const WAIT_MS_MAX = 60_000

/** Shortest time between two tries, in ms. */
const WAIT_MS_MIN = 1_000

/**
 * Send secrets, one after another, until there are so many of them, or nobody wants them any
 * more. After an error the batch holds what was made, and the next call makes only the rest. A
 * server that asks to wait is waited for, up to {@link WAIT_MS_MAX} in all.
 *
 * @throws ClientError and what `prepare` throws.
 */
export async function sendAll(batch: Batch, count: number, { prepare, create, wait, onStep, isWanted }: SendDeps): Promise<void> {
  let waitedMs = 0
  while (batch.sent.length < count && isWanted()) {
    if (batch.pending === null) onStep('locking')
    const prepared = (batch.pending ??= await prepare())
    onStep('sending')
    try {
      batch.sent.push({ prepared, ...(await create(prepared)) })
      batch.pending = null
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      if (error.code === 'refused') batch.pending = null
      const askedMs = error.problem === 'rate_limited' ? readWait(error) : null
      if (askedMs === null) throw error
      const waitMs = Math.max(askedMs, WAIT_MS_MIN)
      waitedMs += waitMs
      if (waitedMs > WAIT_MS_MAX) throw error
      await wait(waitMs)
    }
  }
}
