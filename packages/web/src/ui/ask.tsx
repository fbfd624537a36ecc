import { Button } from './button.tsx'

interface AskProps {
  readonly question: string
  readonly detail: string
  readonly yes: string
  readonly no: string
  readonly onAnswer: (isYes: boolean) => void
}

/** Ask before something that cannot be undone. Escape is a no; the focus goes back by itself. */
export function Ask({ question, detail, yes, no, onAnswer }: AskProps) {
  return (
    <dialog
      ref={show}
      aria-labelledby="ask"
      aria-describedby="ask-detail"
      onClose={(event) => onAnswer(event.currentTarget.returnValue === 'yes')}
    >
      <form method="dialog">
        <h2 id="ask">{question}</h2>
        <p id="ask-detail">{detail}</p>
        <div class="row">
          <Button label={no} isSubmit />
          <button class="button" data-look="bad" value="yes">
            {yes}
          </button>
        </div>
      </form>
    </dialog>
  )
}

function show(dialog: HTMLDialogElement | null): void {
  if (dialog?.open === false) dialog.showModal()
}
