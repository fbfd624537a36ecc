import type { openWords } from '../../languages/en.ts'
import { Note } from '../../ui/note.tsx'

interface OriginProps {
  readonly origin: 'own' | 'preview'
  readonly words: typeof openWords
}

/** What whoever is about to press should know: that it is their own link, or that all of this is for show. */
export function OriginNote({ origin, words }: OriginProps) {
  if (origin === 'preview') return <Note>{words.isPreview}</Note>
  return (
    <>
      <Note kind="warn">
        <strong>{words.own}</strong> {words.ownDetail}
      </Note>
      <div class="row">
        <a class="button" href="s#preview">
          {words.preview}
        </a>
      </div>
    </>
  )
}
