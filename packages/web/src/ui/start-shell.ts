import { keepOfflinePage } from './keep-offline-page.ts'
import { type Booted, changeLanguage, readShellWord, readTag, readTitle } from './language.ts'

/** Whether this page offers to be installed: written in by the build. */
declare const IS_INSTALLABLE: boolean

const KEY = 'letterlock.theme'

/** The words around the page as they came, in English, by their names; its title is "". */
const english = new Map<string, string>()

/**
 * Bring what surrounds every page to life: its words, the switches for language and look, and
 * the link that skips to the content. Call it when the page is drawn: it is shown now, if it was
 * hidden until its language was there.
 *
 * @param redraw - draws the page in another language.
 */
export function startShell(redraw: () => void): void {
  const root = document.documentElement
  root.dataset['started'] = ''
  sayShell()
  delete root.dataset['waiting']
  const choice = document.querySelector<HTMLSelectElement>('.theme select')
  if (choice !== null) {
    // Something else than what the page came with was chosen before this script was there.
    if (choice.value !== '') keepTheme(choice.value)
    choice.value = root.dataset['theme'] ?? ''
    choice.addEventListener('change', () => keepTheme(choice.value))
  }
  startLanguages(redraw)
  const skip = document.querySelector<HTMLElement>('.skip')
  if (skip !== null) {
    // Followed, the link would put its own fragment where a token may stand.
    skip.addEventListener('click', (event) => {
      event.preventDefault()
      document.getElementById('main')?.focus()
    })
  }
  if (IS_INSTALLABLE) keepOfflinePage()
}

function startLanguages(redraw: () => void): void {
  const choice = document.querySelector<HTMLSelectElement>('.language select')
  if (choice === null) return
  const change = async () => {
    const wasChanged = await changeLanguage(choice.value)
    if (wasChanged === null) return
    choice.value = readTag()
    sayShell()
    redraw()
    const lost = document.getElementById('language-lost')
    const live = document.getElementById('live')
    if (lost === null || live === null) return
    // Seen beside the choice, and heard.
    lost.hidden = wasChanged
    if (!wasChanged) live.textContent = lost.textContent
  }
  // A choice that was made before this script was there.
  const isChosen = choice.value !== 'en' && choice.value !== readTag()
  if (!isChosen) choice.value = readTag()
  choice.addEventListener('change', () => void change())
  if (isChosen) void change()
}

/** Say what surrounds the page in its language: every element names its word. */
function sayShell(): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-word]')) {
    const name = element.dataset['word'] ?? ''
    element.textContent = translate(name, element.textContent)
  }
  const start = document.querySelector('[data-label]')
  if (start !== null) start.ariaLabel = translate('startLabel', start.ariaLabel ?? '')
  document.title = translate('', document.title)
}

/** A word in the page's language; what stands there when it is asked for first is English. */
function translate(name: string, words: string): string {
  if (!english.has(name)) english.set(name, words)
  return (name === '' ? readTitle() : readShellWord(name)) ?? english.get(name) ?? words
}

function keepTheme(theme: string): void {
  ;(globalThis as { readonly booted?: Booted }).booted?.dress(theme)
  try {
    if (theme === '') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch {
    // The choice then lasts as long as the page.
  }
}
