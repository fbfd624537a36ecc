import type { PinPage } from './pin-state.ts'
import type { OpenPage } from './state.ts'
import { openWords as words } from './words.ts'

/** Where the reader is: the states before the secret is shown are one place. */
export function placeOpen({ at }: OpenPage): string {
  return at === 'checking' || at === 'before' || at === 'pin' || at === 'opening' ? 'before' : at
}

/** Leaving loses a secret that is shown and not kept. */
export function asksBeforeLeavingOpen(page: OpenPage): boolean {
  return page.at === 'after' && !page.isKept
}

/** What a screen reader is told. The part for PINs speaks for itself. */
export function announceOpen(page: Exclude<OpenPage, PinPage>): string {
  switch (page.at) {
    case 'before':
      return page.asksAgain ? words.pressAgain : words.before
    case 'after':
      if (page.copy !== 'none') return page.copy === 'copied' ? words.copied : words.copyRefused
      return page.isHidden ? words.hidden : words.after
    case 'gone':
      return words.gone[page.end]
    case 'damaged':
      return page.wasPasted ? words.stillDamaged : words.damaged
    case 'opened-here':
      return words.openedHere
    case 'checking':
    case 'cleared':
    case 'failed':
    case 'newer':
    case 'opening':
    case 'unknown':
    case 'unreadable':
      return words[page.at]
  }
}
