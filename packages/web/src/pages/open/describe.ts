import { openWords as words } from '../../languages/en.ts'
import type { OpenPage, PlainOpenPage } from './state.ts'

/** Where the reader is: the states before the secret is shown are one place. */
export function placeOpen({ at }: OpenPage): string {
  return at === 'checking' || at === 'before' || at === 'pin' || at === 'opening' ? 'before' : at
}

/** Leaving loses a secret that is shown and not kept. */
export function asksBeforeLeavingOpen(page: OpenPage): boolean {
  return page.at === 'after' && !page.isKept
}

/** What a screen reader is told. The parts speak for themselves. */
export function announceOpen(page: PlainOpenPage): string {
  if (page.at !== 'before') return words[page.at]
  if (page.asksAgain) return words.pressAgain
  return { sent: words.before, own: `${words.own} ${words.ownDetail}`, preview: words.isPreview }[page.origin]
}
