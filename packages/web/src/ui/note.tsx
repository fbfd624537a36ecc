import type { ComponentChildren } from 'preact'

interface NoteProps {
  readonly kind?: 'warn' | 'bad'
  readonly id?: string
  readonly children: ComponentChildren
}

/** A sentence set apart: amber for what must not be missed, red for what went wrong. */
export function Note({ kind, id, children }: NoteProps) {
  return (
    <p class="note" data-kind={kind} id={id}>
      {children}
    </p>
  )
}
