import { createWords as words } from '../../languages/en.ts'
import { secretField } from '../../ui/secret-field.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { Slip } from '../../ui/slip.tsx'
import { type TimeStyle, formatLifetimeWords } from '../../ui/times.ts'
import { Choice } from './choice.tsx'
import { describeRoom, describeTrouble } from './describe.ts'
import { PinSection } from './pin-section.tsx'
import { ReadyLink } from './ready-link.tsx'
import { type CopyTarget, type CreatePage, pickLifetime } from './state.ts'

/** What a sender can do on this page. */
export interface CreateHandlers {
  readonly write: (text: string) => void
  readonly choose: (lifetimeMs: number) => void
  readonly unfoldPin: (isOpen: boolean) => void
  readonly writePin: (text: string) => void
  readonly makeUpPin: () => void
  readonly chooseAttempts: (attempts: number) => void
  readonly submit: () => void
  readonly copy: (what: CopyTarget) => void
  readonly startOver: () => void
  readonly answer: (isYes: boolean) => void
}

interface CreateViewProps {
  readonly page: CreatePage
  readonly on: CreateHandlers
  readonly times: TimeStyle
}

export function CreateView({ page, on, times }: CreateViewProps) {
  return page.at === 'ready' ? <ReadyLink page={page} on={on} times={times} /> : <Writing page={page} on={on} times={times} />
}

interface WritingProps extends CreateViewProps {
  readonly page: Exclude<CreatePage, { at: 'ready' }>
}

function Writing({ page, on, times }: WritingProps) {
  const trouble = page.at === 'writing' ? page.trouble : null
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        on.submit()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) on.submit()
      }}
    >
      <Slip title={words.title} stub={<Send page={page} on={on} times={times} />}>
        <Text page={page} on={on} times={times} />
        {trouble === null || trouble.kind === 'too-long' || trouble.kind.startsWith('pin-') ? null : (
          <Note kind="bad" id="trouble">
            {describeTrouble(trouble, page.draft, page.offer, times.locale)}
            {isOurs(trouble.kind) || trouble.kind === 'unreachable' || trouble.kind === 'unable' ? null : <> {words.stillHere}</>}
          </Note>
        )}
      </Slip>
    </form>
  )
}

function Text({ page: { at, draft, offer, ...page }, on, times }: WritingProps) {
  const room = describeRoom(draft, offer, times.locale)
  const trouble = 'trouble' in page ? page.trouble : null
  const isWrong = trouble !== null && isOurs(trouble.kind)
  return (
    <div class="field">
      <label for="text">{words.text}</label>
      <textarea
        id="text"
        {...secretField}
        rows={5}
        autocomplete="off"
        placeholder={words.placeholder}
        value={draft.text}
        readOnly={at === 'sending'}
        aria-invalid={isWrong ? 'true' : undefined}
        aria-describedby={isWrong ? 'trouble room' : 'room'}
        onInput={(event) => on.write(event.currentTarget.value)}
      />
      <p class="help" id="room" data-over={room !== '' && isWrong}>
        {room}
      </p>
    </div>
  )
}

function Send({ page, on, times }: WritingProps) {
  const isBusy = page.at === 'sending'
  const trouble = page.at === 'writing' ? page.trouble : null
  const wasLost = trouble !== null && !isOurs(trouble.kind) && !trouble.kind.startsWith('pin-')
  const label = page.at === 'writing' ? (wasLost ? words.retry : words.submit) : page.step === 'locking' ? words.locking : words.sending
  return (
    <>
      <Choice
        id="lifetime"
        label={words.lifetime}
        help={words.lifetimeHelp}
        options={page.offer.lifetimesMs}
        chosen={pickLifetime(page.draft, page.offer)}
        isBusy={isBusy}
        write={(lifetimeMs) => formatLifetimeWords(lifetimeMs, times.locale)}
        onChoose={on.choose}
      />
      <PinSection pin={page.draft.pin} offer={page.offer} trouble={trouble} isBusy={isBusy} on={on} locale={times.locale} />
      {page.at === 'sending' && page.step === 'locking' && page.share > 0 ? (
        <progress aria-label={words.pinProgress} value={page.share} max={1} />
      ) : null}
      <Button label={label} hint={words.submitHint} look="main" isWide isBusy={isBusy} isSubmit />
    </>
  )
}

/** Troubles that the sender can mend in the text itself. */
function isOurs(kind: string): boolean {
  return kind === 'empty' || kind === 'too-long' || kind === 'broken'
}
