interface CheckProps {
  readonly id: string
  readonly label: string
  readonly help: string
  readonly isChecked: boolean
  readonly onCheck: (isChecked: boolean) => void
}

/** Something to be chosen or not, with a line that says what it means. */
export function Check({ id, label, help, isChecked, onCheck }: CheckProps) {
  return (
    <div>
      <label class="check">
        <input
          type="checkbox"
          checked={isChecked}
          autocomplete="off"
          aria-describedby={id}
          onChange={(event) => onCheck(event.currentTarget.checked)}
        />
        {label}
      </label>
      <p class="help" id={id}>
        {help}
      </p>
    </div>
  )
}
