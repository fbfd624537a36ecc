import { type openWords, shownWords as words } from '../../languages/en.ts'
import { Ask } from '../../ui/ask.tsx'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { sayCount } from '../../ui/say.ts'
import { Slip } from '../../ui/slip.tsx'
import type { TimeStyle } from '../../ui/times.ts'
import { untranslated } from '../../ui/untranslated.ts'
import { clipboardWords, describeErasing, describeHidden } from './describe-shown.ts'
import { OriginNote } from './origin-note.tsx'
import { Rows } from './rows.tsx'
import type { Cleared, Shown, ShownPage } from './shown-state.ts'
import { Tinted } from './tinted.tsx'
import { IDLE_MINUTES_MAX } from './watch-use.ts'

/** What a reader can do with the secret. */
export interface ShownHandlers {
  /** Copy a row, or all of the text. */
  readonly copy: (row: number | null) => void
  readonly hide: () => void
  readonly save: () => void
  readonly print: () => void
  readonly keepOpen: () => void
  readonly clear: () => void
  readonly answer: (isYes: boolean) => void
  /** Empty the clipboard. */
  readonly empty: () => void
}

interface ShownProps<Page extends ShownPage> {
  readonly page: Page
  readonly on: ShownHandlers
  readonly times: TimeStyle
  /** The page's own, which it has already. */
  readonly openWords: typeof openWords
}

export function ShownView({ page, ...rest }: ShownProps<ShownPage>) {
  switch (page.at) {
    case 'after':
      return <Secret page={page} {...rest} />
    case 'cleared':
      return <ClearPage page={page} {...rest} />
    case 'left':
      return null
  }
}

/**
 * The secret itself, and what its reader can do with it. What comes and goes stands behind what
 * can have the focus, or has an element of its own kind, so that nothing loses the focus by it.
 */
function Secret({ page, on, times, openWords }: ShownProps<Shown>) {
  const hidden = describeHidden(page)
  return (
    <>
      <Slip title={words.title} isTorn stub={<Stub on={on} />}>
        {page.isPreview ? <OriginNote origin="preview" words={openWords} /> : null}
        <p class="lead">
          {words.onlyTime} {page.isErased ? words.erased : words.erasing}
        </p>
        {page.isOverdue ? <Note kind="warn">{words.overdue}</Note> : null}
        {page.wasChanged ? <Note kind="warn">{openWords.changed}</Note> : null}
        <pre
          class="secret notranslate"
          {...untranslated}
          dir="auto"
          tabIndex={0}
          role="region"
          aria-label={words.secret}
          data-hidden={hidden !== null}
        >
          {hidden ?? <Tinted text={page.text} />}
        </pre>
        <div class="row">
          <Button
            label={page.copy?.isDone === true && page.copy.row === null ? words.copied : words.copy}
            look="main"
            onPress={() => on.copy(null)}
          />
          <Button label={hidden === null ? words.hide : words.unhide} onPress={on.hide} />
          <Button label={words.save} onPress={on.save} />
          <Button label={words.print} onPress={on.print} />
        </div>
        {page.copy?.isDone === false ? <Note kind="bad">{words.copyRefused}</Note> : null}
        {hidden === null && page.rows.length > 0 ? <Rows rows={page.rows} copy={page.copy} onCopy={on.copy} /> : null}
        {hidden === null ? <Idle isKeptOpen={page.isKeptOpen} onKeepOpen={on.keepOpen} locale={times.locale} /> : null}
      </Slip>
      {page.isAsking ? (
        <Ask question={words.ask} detail={words.askDetail} yes={words.askYes} no={words.askNo} onAnswer={on.answer} />
      ) : null}
    </>
  )
}

interface IdleProps {
  readonly isKeptOpen: boolean
  readonly onKeepOpen: () => void
  readonly locale: string
}

function Idle({ isKeptOpen, onKeepOpen, locale }: IdleProps) {
  return (
    <div class="row idle">
      <p class="help" id="kept-open" tabIndex={-1}>
        {isKeptOpen ? words.keptOpen : sayCount(words.hidesSoon, IDLE_MINUTES_MAX, locale)}
      </p>
      {isKeptOpen ? null : <Button label={words.keepOpen} onPress={onKeepOpen} />}
    </div>
  )
}

function Stub({ on }: { readonly on: ShownHandlers }) {
  return (
    <>
      <p class="help">{words.clearHelp}</p>
      <div class="row">
        <Button label={words.clear} onPress={on.clear} />
        <Reply />
      </div>
    </>
  )
}

function ClearPage({ page, on, openWords }: ShownProps<Cleared>) {
  const { clipboard } = page
  const isTried = clipboard === 'empty' || clipboard === 'refused'
  return (
    <Slip
      title={words.cleared}
      isTorn
      stub={
        <div class="row">
          <Reply />
        </div>
      }
    >
      {page.isPreview ? <OriginNote origin="preview" words={openWords} /> : null}
      <p>{describeErasing(page)}</p>
      {clipboard === 'untouched' ? null : (
        <p class="note" id="clipboard" tabIndex={-1} data-kind={clipboard === 'refused' ? 'bad' : undefined}>
          {isTried ? clipboardWords()[clipboard] : words.clipboard}
        </p>
      )}
      {clipboard === 'untouched' || clipboard === 'empty' ? null : (
        <div class="row">
          <Button label={words.emptyClipboard} onPress={on.empty} />
        </div>
      )}
    </Slip>
  )
}

function Reply() {
  return (
    <a class="button" href="./#reply">
      {words.reply}
    </a>
  )
}
