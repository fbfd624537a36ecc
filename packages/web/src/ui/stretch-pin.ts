import type { Bytes, Stretch } from '@letterlock/protocol'
import type { Stretching, StretchReply } from '../stretch/message.ts'
import { trustAsset } from './trust-asset.ts'

/** The worker's file, written in by the build. */
declare const STRETCH_WORKER: string

/** A worker that says nothing for so long is dead, in ms. It tells of its progress much more often. */
const QUIET_MS_MAX = 60_000

export interface Stretcher {
  /** Start the worker ahead of time, once; if that fails, the next stretch starts another. */
  warm(): void
  /**
   * Rejects if there is no worker to be had, if it dies, or if another stretch is asked for
   * meanwhile: there is one at a time.
   */
  readonly stretch: Stretch
  /** Let go of worker, PIN and stretch. A later call begins anew. */
  end(): void
}

/** A stretch that is done or under way. */
interface Kept {
  readonly password: Bytes
  readonly salt: Bytes
  readonly stretched: Promise<Bytes>
}

/**
 * Stretch PINs in a worker, so that the page stays at hand meanwhile. The last stretch is
 * remembered while the page lives: the same PIN for the same link costs nothing the second
 * time. A worker ends with its one stretch, and gives its memory back.
 *
 * @param base - where the instance is, ending with a slash.
 * @param onProgress - told the share that is done, from 0 to 1.
 */
export function createStretcher(base: string, onProgress: (share: number) => void): Stretcher {
  let waiting: Worker | null = null
  let running = new AbortController()
  let kept: Kept | null = null

  const start = (): Worker => {
    const worker = new Worker(trustAsset(STRETCH_WORKER, base))
    worker.addEventListener('error', () => {
      if (waiting === worker) waiting = null
    })
    return worker
  }

  const take = (): Worker => {
    const worker = waiting ?? start()
    waiting = null
    return worker
  }

  const keep = (password: Bytes, salt: Bytes): Kept => {
    running.abort()
    running = new AbortController()
    const stretched = run(take(), { password, salt }, onProgress, running.signal)
    const mine = { password: password.slice(), salt: salt.slice(), stretched }
    stretched.catch(() => {
      forget(mine)
      if (kept === mine) kept = null
    })
    return mine
  }

  return {
    warm() {
      try {
        waiting ??= start()
      } catch {
        // The stretch itself will say so.
      }
    },
    async stretch(password, salt) {
      if (kept === null || !isSame(kept.password, password) || !isSame(kept.salt, salt)) {
        const mine = keep(password, salt)
        forget(kept)
        kept = mine
      }
      // What is handed out may be wiped by whoever asked.
      return (await kept.stretched).slice()
    },
    end() {
      waiting?.terminate()
      waiting = null
      running.abort()
      forget(kept)
      kept = null
    },
  }
}

/** One stretch in a worker, which is ended after it. Rejects if the worker dies or is given up. */
function run(worker: Worker, stretching: Stretching, onProgress: (share: number) => void, signal: AbortSignal): Promise<Bytes> {
  return new Promise((resolve, reject) => {
    let alarm: ReturnType<typeof setTimeout>
    const end = () => {
      clearTimeout(alarm)
      worker.terminate()
    }
    const fail = () => {
      end()
      reject(new Error('the PIN could not be stretched'))
    }
    const watch = () => {
      clearTimeout(alarm)
      alarm = setTimeout(fail, QUIET_MS_MAX)
    }
    worker.addEventListener('error', fail)
    worker.addEventListener('message', ({ data }: MessageEvent<StretchReply>) => {
      watch()
      if ('progress' in data) return onProgress(data.progress)
      end()
      resolve(data.stretched)
    })
    signal.addEventListener('abort', fail)
    watch()
    worker.postMessage(stretching)
  })
}

function forget(kept: Kept | null): void {
  kept?.password.fill(0)
  kept?.salt.fill(0)
  kept?.stretched.then((stretched) => stretched.fill(0)).catch(() => {})
}

function isSame(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i])
}
