import type { ComponentChild } from 'preact'
import { createWords as words, plainGenerator } from '../../languages/en.ts'
import { secretField } from '../../ui/secret-field.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { sayCount } from '../../ui/say.ts'
import { Slip } from '../../ui/slip.tsx'
import { type TimeStyle, formatLifetimeWords } from '../../ui/times.ts'
import { Choice } from './choice.tsx'
import { describeFailed, describeRoom, describeSubmit, isOfPin, isOurs } from './describe.ts'
import { PEOPLE_MAX, pickLifetime } from './draft.ts'
import { PinSection } from './pin-section.tsx'
import type { DraftPage } from './state.ts'
import { Unfold } from './unfold.tsx'

/** What a sender can do until there is a link. */
export interface CreateHandlers {
  readonly write: (text: string) => void
  readonly generate: () => void
  readonly choose: (lifetimeMs: number) => void
  readonly count: (people: number) => void
  readonly unfoldPin: (isOpen: boolean) => void
  readonly writePin: (text: string) => void
  readonly makeUpPin: () => void
  readonly chooseAttempts: (attempts: number) => void
  readonly submit: () => void
}

interface CreateViewProps {
  readonly page: DraftPage
  readonly on: CreateHandlers
  readonly times: TimeStyle
  /** The panel that makes up passwords, drawn by its own part. */
  readonly generator?: ComponentChild
}

/** A secret that is being written or sent. */
export function CreateView({ page, on, times, generator }: CreateViewProps) {
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
        {page.isReply ? <Note>{words.replying}</Note> : null}
        <Text page={page} on={on} times={times} />
        <Generate page={page} on={on} panel={generator} />
        {trouble === null || trouble.kind === 'too-long' || isOfPin(trouble) ? null : (
          <Note kind="bad" id="trouble">
            {describeFailed(page, times.locale)}
          </Note>
        )}
      </Slip>
    </form>
  )
}

function Text({ page: { at, draft, offer, ...page }, on, times }: CreateViewProps) {
  const room = describeRoom(draft, offer, times.locale)
  const isWrong = 'trouble' in page && isOurs(page.trouble)
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

interface GenerateProps {
  readonly page: DraftPage
  readonly on: CreateHandlers
  readonly panel: ComponentChild
}

/** A password that is made up, folded away until it is wanted. */
function Generate({ page, on, panel }: GenerateProps) {
  const at = page.at === 'writing' ? page.generator?.at : undefined
  return (
    <div>
      <Unfold
        id="generate"
        label={words.generate}
        isOpen={at === 'open'}
        controls="generator"
        isBusy={page.at === 'sending' || at === 'loading'}
        onPress={on.generate}
      />
      {at === 'unavailable' ? <Note kind="bad">{plainGenerator.unavailable}</Note> : null}
      {at === 'open' ? panel : null}
    </div>
  )
}

function Send({ page, on, times }: CreateViewProps) {
  const { draft, offer } = page
  const isBusy = page.at === 'sending'
  const share = page.at === 'sending' ? (page.done + page.share) / draft.people : 0
  return (
    <>
      <div class="choices">
        <Choice
          id="lifetime"
          label={words.lifetime}
          help={words.lifetimeHelp}
          options={offer.lifetimesMs}
          chosen={pickLifetime(draft, offer)}
          isBusy={isBusy}
          write={(lifetimeMs) => formatLifetimeWords(lifetimeMs, times.locale)}
          onChoose={on.choose}
        />
        <Choice
          id="people"
          label={words.people}
          help={words.peopleHelp}
          options={Array.from({ length: PEOPLE_MAX }, (_, i) => i + 1)}
          chosen={draft.people}
          isBusy={isBusy}
          write={(people) => sayCount(words.peopleCount, people, times.locale)}
          onChoose={on.count}
        />
      </div>
      <PinSection
        pin={draft.pin}
        offer={offer}
        trouble={page.at === 'writing' ? page.trouble : null}
        isBusy={isBusy}
        on={on}
        locale={times.locale}
      />
      <Button label={describeSubmit(page, times.locale)} hint={words.submitHint} look="main" isWide isBusy={isBusy} isSubmit />
      {isBusy && (draft.people > 1 || share > 0) ? (
        <progress aria-label={draft.pin === null ? words.sending : words.pinProgress} value={share} max={1} />
      ) : null}
    </>
  )
}
