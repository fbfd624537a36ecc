import type { TokenTrouble } from '@letterlock/protocol'
import { endedWords as words } from '../../languages/en.ts'
import type { Ended } from './ended-state.ts'

/** What a screen reader is told. */
export function announceEnded(page: Ended): string {
  if (page.asked === 'copied') return words.askCopied
  if (page.asked === 'refused') return `${words.askRefused} ${describeAsk(page) ?? ''}`
  switch (page.at) {
    case 'gone':
      return words[page.end]
    case 'damaged':
      return page.wasPasted ? `${words.stillDamaged} ${describeDamage(page.why)}` : `${words.damaged}. ${describeDamage(page.why)}`
    case 'opened-here':
      return words.openedHere
    case 'newer':
    case 'unknown':
    case 'unreadable':
      return words[page.at]
  }
}

/** What is wrong with a link, as far as it can be told. */
export function describeDamage(why: TokenTrouble): string {
  switch (why) {
    case 'empty':
    case 'cut':
    case 'changed':
      return words.damagedWhy[why]
    case 'lower-cased':
    case 'upper-cased':
      return words.damagedWhy['letter-case']
    case 'no-link':
      return words.damagedWhy.other
  }
}

/** What to send to the sender; `null` where a new one would not help, or the reader has had this one. */
export function describeAsk(page: Ended): string | null {
  switch (page.at) {
    case 'gone':
      return words.askText[page.end]
    case 'damaged':
    case 'unknown':
    case 'unreadable':
      return words.askText.other
    case 'newer':
    case 'opened-here':
      return null
  }
}
