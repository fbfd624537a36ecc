import { type ComponentChild, hydrate, render } from 'preact'

/** What a page is made of: data, and functions that touch nothing. */
export interface ScreenParts<State, Event> {
  readonly initial: State
  reduce(state: State, event: Event): State
  draw(state: State): ComponentChild
  /** Where in the page a state stands: when it changes, the focus moves to the heading. */
  place(state: State): string
  /** What a screen reader is told when this state comes. */
  announce(state: State): string
  /** Whether leaving now would lose something that cannot be had again. */
  asksBeforeLeaving(state: State): boolean
}

export interface Screen<State, Event> {
  state(): State
  /** Let something have happened; gives the state that follows. */
  send(event: Event): State
  /** Draw what stands there again: its words have changed. */
  readonly redraw: () => void
}

/** How long the live region stays empty before it speaks again, in ms: repeated words are read twice. */
const SPEAK_AFTER_MS = 60

/** Take over the words that the page came with, and draw every state that follows. */
export function mountScreen<State, Event>(parts: ScreenParts<State, Event>): Screen<State, Event> {
  const root = document.getElementById('page') as HTMLElement
  let state = parts.initial
  hydrate(parts.draw(state), root)
  return {
    state: () => state,
    send(event) {
      const before = state
      state = parts.reduce(before, event)
      if (state === before) return state
      render(parts.draw(state), root)
      if (parts.place(state) !== parts.place(before)) root.querySelector('h1')?.focus()
      if (parts.announce(state) !== parts.announce(before)) speak(parts.announce(state))
      const change = parts.asksBeforeLeaving(state) ? addEventListener : removeEventListener
      change('beforeunload', ask)
      return state
    },
    redraw: () => render(parts.draw(state), root),
  }
}

function ask(event: Event): void {
  event.preventDefault()
}

function speak(words: string): void {
  const live = document.getElementById('live')
  if (live === null) return
  live.textContent = ''
  setTimeout(() => (live.textContent = words), SPEAK_AFTER_MS)
}
