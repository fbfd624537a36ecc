const KEY = 'letterlock.theme'

/** Bring what surrounds every page to life: the switch for its look, and the link that skips to the content. */
export function startShell(): void {
  document.documentElement.dataset['started'] = ''
  const choice = document.querySelector<HTMLSelectElement>('.theme select')
  if (choice !== null) {
    // Something else than what the page came with was chosen before this script was there.
    if (choice.value !== 'auto') keepTheme(choice.value)
    choice.value = document.documentElement.dataset['theme'] ?? 'auto'
    choice.addEventListener('change', () => keepTheme(choice.value))
  }
  const skip = document.querySelector<HTMLElement>('.skip')
  if (skip !== null) {
    // Followed, the link would put its own fragment where a token may stand.
    skip.addEventListener('click', (event) => {
      event.preventDefault()
      document.getElementById('main')?.focus()
    })
  }
}

function keepTheme(theme: string): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  try {
    if (theme === 'auto') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch {
    // The choice then lasts as long as the page.
  }
}
