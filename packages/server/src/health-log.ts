import type { Log } from './log.ts'
import type { Health } from './routes/health.ts'

/** How often the health is read, in ms. */
const LOOK_MS = 10_000

/** What is told when something of {@link Health} begins, and when it ends. What a start tells by itself is not here. */
const SENTENCES: Readonly<Record<string, { readonly begins: string; readonly ends: string }>> = {
  storage_full: {
    begins:
      'There is no room for new secrets: the disk has less than LETTERLOCK_FREE_BYTES_MIN free, or those that wait have come to LETTERLOCK_STORED_BYTES_MAX.',
    ends: 'There is room for new secrets again.',
  },
  ballast_short: {
    begins: 'The disk has no room for the whole ballast, by which opening and erasing go on when it is full. Make room soon.',
    ends: 'The ballast is whole again.',
  },
  clock_step: {
    begins:
      'The clock of this machine has jumped ahead. Until it is believed, nothing new is taken, and nothing is erased for the time that it skipped.',
    ends: 'The clock of this machine is believed again.',
  },
}

/** Tell the operator what keeps the server from its work, or may soon, each once when it begins and once when it ends. */
export function startHealthLog(read: () => Promise<Health>, log: Log): { stop(): void } {
  let told: readonly string[] = []
  let isLooking = false
  let isStopped = false
  const look = async () => {
    if (isLooking) return
    isLooking = true
    try {
      const { reasons, warnings } = await read()
      const found = [...reasons, ...warnings]
      if (isStopped || found.includes('store_unavailable')) return
      for (const code of found) if (!told.includes(code)) tell(SENTENCES[code]?.begins)
      for (const code of told) if (!found.includes(code)) tell(SENTENCES[code]?.ends)
      told = found
    } catch {
      log.event('a mistake of ours, in a look at the health of the server; the next one tries again')
    } finally {
      isLooking = false
    }
  }
  const tell = (sentence: string | undefined) => {
    if (sentence !== undefined) log.event(sentence)
  }
  void look()
  const timer = setInterval(() => void look(), LOOK_MS)
  return {
    stop() {
      isStopped = true
      clearInterval(timer)
    },
  }
}
