import { untranslated } from './untranslated.ts'
import { Button } from './button.tsx'
import { Note } from './note.tsx'

interface PasteLinkProps {
  readonly label: string
  readonly button: string
  /** What is wrong with the link that was pasted last, or `null`. */
  readonly problem: string | null
  readonly onPaste: (text: string) => void
}

/** A field for the whole link, where the one in the address bar was cut off. */
export function PasteLink({ label, button, problem, onPaste }: PasteLinkProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const link = event.currentTarget.elements.namedItem('link')
        if (link instanceof HTMLInputElement) onPaste(link.value)
      }}
    >
      <div class="field">
        <label for="link">{label}</label>
        <input
          id="link"
          name="link"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          {...untranslated}
          dir="ltr"
          aria-invalid={problem === null ? undefined : 'true'}
          aria-describedby={problem === null ? undefined : 'link-problem'}
        />
        {problem === null ? null : (
          <Note kind="bad" id="link-problem">
            {problem}
          </Note>
        )}
      </div>
      <Button label={button} look="main" isSubmit />
    </form>
  )
}
