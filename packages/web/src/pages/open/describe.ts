import type { OpenPage } from './state.ts'
import { openWords as words } from './words.ts'

/** Where the reader is: the three states before the secret is shown are one place. */
export function placeOpen({ at }: OpenPage): string {
  return at === 'checking' || at === 'before' || at === 'opening' ? 'before' : at
}

/** Leaving loses a secret that is shown and not kept. */
export function asksBeforeLeavingOpen(page: OpenPage): boolean {
  return page.at === 'after' && !page.isKept
}

/** What a screen reader is told. */
export function announceOpen(page: OpenPage): string {
  switch (page.at) {
    case 'checking':
      return words.checking
    case 'before':
      return page.asksAgain ? words.pressAgain : words.before
    case 'opening':
      return words.opening
    case 'after':
      if (page.copy !== 'none') return page.copy === 'copied' ? words.copied : words.copyRefused
      return page.isHidden ? words.hidden : words.after
    case 'gone':
      return words.gone[page.end]
    case 'damaged':
      return page.wasPasted ? words.stillDamaged : words.damaged
    case 'newer':
      return words.newer
    case 'needs-pin':
      return words.needsPin
    case 'unreadable':
      return words.unreadable
    case 'failed':
      return words.failed
    case 'opened-here':
      return words.openedHere
    case 'cleared':
      return words.cleared
    case 'unknown':
      return words.unknown
  }
}
