/** What stays on the page unless somebody uses it, in minutes. */
export const IDLE_MINUTES_MAX = 3

const IDLE_MS_MAX = IDLE_MINUTES_MAX * 60_000

/** Signs that somebody is there. A tab that is looked at again is asked first how long nobody was. */
const SIGNS = ['pointerdown', 'pointermove', 'click', 'keydown', 'touchstart', 'touchmove', 'wheel', 'scroll', 'visibilitychange']

/**
 * Say whenever nobody has used the page for a while, in the background, too. Whoever comes back
 * after a device has slept is told of before that counts as use.
 */
export function watchUse(onIdle: () => void, signal: AbortSignal): void {
  let usedAtMs = Date.now()
  let timer: ReturnType<typeof setTimeout>
  const look = () => {
    clearTimeout(timer)
    if (Date.now() - usedAtMs >= IDLE_MS_MAX) {
      onIdle()
      usedAtMs = Date.now()
    }
    timer = setTimeout(look, usedAtMs + IDLE_MS_MAX - Date.now())
  }
  const use = () => {
    if (Date.now() - usedAtMs >= IDLE_MS_MAX) look()
    usedAtMs = Date.now()
  }
  for (const sign of SIGNS) addEventListener(sign, use, { capture: true, passive: true, signal })
  signal.addEventListener('abort', () => clearTimeout(timer))
  look()
}
