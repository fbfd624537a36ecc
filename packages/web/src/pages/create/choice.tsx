interface ChoiceProps {
  readonly id: string
  readonly label: string
  readonly help: string
  readonly options: readonly number[]
  readonly chosen: number
  readonly isBusy: boolean
  readonly write: (option: number) => string
  readonly onChoose: (option: number) => void
}

/** One of a few numbers, with a line that says what it means. */
export function Choice({ id, label, help, options, chosen, isBusy, write, onChoose }: ChoiceProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        autocomplete="off"
        aria-describedby={`${id}-help`}
        disabled={isBusy}
        onChange={(event) => onChoose(Number(event.currentTarget.value))}
      >
        {options.map((option) => (
          <option key={option} value={option} selected={option === chosen}>
            {write(option)}
          </option>
        ))}
      </select>
      <p class="help" id={`${id}-help`}>
        {help}
      </p>
    </div>
  )
}
