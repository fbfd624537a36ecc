import type { ComponentChildren } from 'preact'

interface SlipProps {
  readonly title: string
  /** Torn once the secret was shown or is gone. */
  readonly isTorn?: boolean
  readonly stub?: ComponentChildren
  readonly children: ComponentChildren
}

/** One slip of paper under its heading: a body, a perforation, and a stub for the action. */
export function Slip({ title, isTorn = false, stub = null, children }: SlipProps) {
  return (
    <>
      <h1 tabIndex={-1}>{title}</h1>
      <div class="slip" {...(isTorn ? { 'data-torn': '' } : {})}>
        <div class="body">{children}</div>
        {stub === null ? null : <div class="stub">{stub}</div>}
      </div>
    </>
  )
}
