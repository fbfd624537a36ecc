import { shownWords as words } from '../../languages/en.ts'
import type { Row } from './list-rows.ts'
import type { Cleared, Shown, ShownPage } from './shown-state.ts'

/** What a screen reader is told. */
export function announceShown(page: ShownPage): string {
  switch (page.at) {
    case 'after':
      return announceAfter(page)
    case 'cleared': {
      const cleared = `${words.cleared}. ${describeErasing(page)}`
      return { untouched: cleared, full: `${cleared} ${words.clipboard}`, ...clipboardWords() }[page.clipboard]
    }
    case 'left':
      return ''
  }
}

/** What stands in place of the secret while it is hidden; `null` while it is not. */
export function describeHidden({ hidden }: Shown): string | null {
  if (hidden === 'no') return null
  return hidden === 'by-hand' ? words.hidden : words.hidByItself
}

/** What the server has done with its half, once the page is cleared. */
export function describeErasing({ isErased }: Cleared): string {
  return isErased ? words.clearedDetail : words.erasing
}

/** What became of the clipboard, once it was to be emptied. */
export function clipboardWords(): { readonly empty: string; readonly refused: string } {
  return { empty: words.clipboardEmpty, refused: words.clipboardRefused }
}

/** What a row is called. */
export function nameRow({ label, kind }: Row): string {
  return label || { key: words.partKey, code: words.partCode, address: words.partAddress, text: words.partText }[kind]
}

function announceAfter(page: Shown): string {
  if (page.copy !== null) return page.copy.isDone ? words.copied : words.copyRefused
  const hidden = describeHidden(page)
  if (hidden !== null) return hidden
  if (page.isKeptOpen) return words.keptOpen
  return page.isErased ? words.erased : words.title
}
