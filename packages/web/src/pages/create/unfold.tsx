interface UnfoldProps {
  readonly id: string
  readonly label: string
  readonly isOpen: boolean
  /** The id of what unfolds. */
  readonly controls: string
  readonly isBusy: boolean
  readonly onPress: () => void
  /** The id of a line that says what it is for. */
  readonly help?: string
}

/** A button that unfolds something below it, and folds it away again. */
export function Unfold({ id, label, isOpen, controls, isBusy, onPress, help }: UnfoldProps) {
  return (
    <button
      type="button"
      class="unfold"
      id={id}
      aria-expanded={isOpen}
      aria-controls={isOpen ? controls : undefined}
      aria-describedby={help}
      aria-disabled={isBusy ? 'true' : undefined}
      onClick={isBusy ? undefined : onPress}
    >
      {label}
    </button>
  )
}
