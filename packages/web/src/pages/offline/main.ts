import type { offlineWords } from '../../languages/en.ts'
import { directionOf, matchLanguage } from '../../ui/match-language.ts'

/** What the page says in a language, and the title of its tab. */
export type OfflineWords = Readonly<Record<keyof typeof offlineWords | 'page', string>>

/** The words of every language but English, and the page's own address: written in by the build. */
declare const OFFLINE_WORDS: Readonly<Record<string, OfflineWords>>
declare const OFFLINE_PAGE: string

const root = document.documentElement
const theme = read('letterlock.theme')
if (theme === 'light' || theme === 'dark') root.dataset['theme'] = theme

// Its script stands in the head: what it says is not there yet.
document.addEventListener('DOMContentLoaded', () => {
  const known = ['en', ...Object.keys(OFFLINE_WORDS)]
  const wished = [read('letterlock.language') ?? '', ...navigator.languages]
  const tag = wished.map((language) => matchLanguage(language, known)).find((language) => language !== '') ?? 'en'
  const words = OFFLINE_WORDS[tag]
  if (words !== undefined) say(tag, words)
  document.querySelector('button')?.addEventListener('click', retry)
})

function say(tag: string, words: OfflineWords): void {
  root.lang = tag
  root.dir = directionOf(tag)
  document.title = words.page
  for (const [selector, text] of [
    ['h1', words.title],
    ['.body p', words.detail],
    ['button', words.retry],
  ] as const) {
    const element = document.querySelector(selector)
    if (element !== null) element.textContent = text
  }
}

/** It stands at the address that could not be reached, whose fragment stays; or at its own, where there is nothing to try. */
function retry(): void {
  if (location.pathname.endsWith(`/${OFFLINE_PAGE}`)) location.assign('./')
  else location.reload()
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
