import { openWords, shownWords as words } from '../../languages/en.ts'
import { untranslated } from '../../ui/untranslated.ts'
import { Ask } from '../../ui/ask.tsx'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { Slip } from '../../ui/slip.tsx'
import type { Shown } from './state.ts'
import { tintText } from './tint-text.ts'
import type { OpenHandlers } from './view.tsx'

/** The secret itself, and what its reader can do with it. */
export function ShownSecret({ page, on }: { readonly page: Shown; readonly on: OpenHandlers }) {
  return (
    <>
      <Slip title={words.title} isTorn stub={<Clear on={on} />}>
        <p class="lead">
          {words.onlyTime} {page.isErased ? words.erased : words.erasing}
        </p>
        <pre
          class="secret notranslate"
          {...untranslated}
          dir="auto"
          tabIndex={0}
          role="region"
          aria-label={words.secret}
          data-hidden={page.isHidden}
        >
          {page.isHidden ? words.hidden : <Tinted text={page.text} />}
        </pre>
        <div class="row">
          <Button label={page.copy === 'copied' ? words.copied : words.copy} look="main" onPress={on.copy} />
          <Button label={page.isHidden ? words.unhide : words.hide} onPress={on.hide} />
          <Button label={words.save} onPress={on.save} />
          <Button label={words.print} onPress={on.print} />
        </div>
        {page.copy === 'refused' ? <Note kind="bad">{words.copyRefused}</Note> : null}
        {page.isOverdue ? <Note kind="warn">{words.overdue}</Note> : null}
        {page.wasChanged ? <Note kind="warn">{openWords.changed}</Note> : null}
      </Slip>
      {page.isAsking ? (
        <Ask question={words.ask} detail={words.askDetail} yes={words.askYes} no={words.askNo} onAnswer={on.answer} />
      ) : null}
    </>
  )
}

function Clear({ on }: { readonly on: OpenHandlers }) {
  return (
    <>
      <p class="help">{words.clearHelp}</p>
      <div class="row">
        <Button label={words.clear} onPress={on.clear} />
      </div>
    </>
  )
}

function Tinted({ text }: { readonly text: string }) {
  return (
    <>
      {tintText(text).map(({ kind, text: piece }, i) => {
        if (kind === 'letters') return piece
        return kind === 'digits' ? <i key={i}>{piece}</i> : <b key={i}>{piece}</b>
      })}
    </>
  )
}
