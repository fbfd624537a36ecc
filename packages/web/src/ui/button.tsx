interface ButtonProps {
  readonly label: string
  /** What a screen reader says, where the label alone does not say what is meant; the label begins it. */
  readonly name?: string
  readonly onPress?: (event: MouseEvent) => void
  readonly look?: 'main' | 'bad'
  readonly isWide?: boolean
  /** Busy buttons stay where they are and keep the focus; they only do nothing. */
  readonly isBusy?: boolean
  readonly isSubmit?: boolean
  /** Said on hover, such as the keys that do the same. */
  readonly hint?: string
}

export function Button({ label, name, onPress, look, isWide, isBusy, isSubmit, hint }: ButtonProps) {
  return (
    <button
      type={isSubmit === true ? 'submit' : 'button'}
      class="button"
      title={hint}
      aria-label={name}
      data-look={look}
      data-wide={isWide}
      aria-disabled={isBusy === true ? 'true' : undefined}
      onClick={isBusy === true ? undefined : onPress}
    >
      {label}
    </button>
  )
}
