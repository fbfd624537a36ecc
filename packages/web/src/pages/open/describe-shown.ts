import { shownWords as words } from '../../languages/en.ts'
import type { ShownPage } from './state.ts'

/** What a screen reader is told. */
export function announceShown(page: ShownPage): string {
  if (page.at === 'cleared') return words.cleared
  if (page.copy !== 'none') return page.copy === 'copied' ? words.copied : words.copyRefused
  return page.isHidden ? words.hidden : words.title
}
