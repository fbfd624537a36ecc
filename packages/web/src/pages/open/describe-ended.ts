import { endedWords as words } from '../../languages/en.ts'
import type { Ended } from './state.ts'

/** What a screen reader is told. */
export function announceEnded(page: Ended): string {
  switch (page.at) {
    case 'gone':
      return words[page.end]
    case 'damaged':
      return page.wasPasted ? words.stillDamaged : words.damaged
    case 'opened-here':
      return words.openedHere
    case 'newer':
    case 'unknown':
    case 'unreadable':
      return words[page.at]
  }
}
