import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { PasteLink } from '../../ui/paste-link.tsx'
import { describeQuestionFailure } from '../../ui/question-words.ts'
import { Slip } from '../../ui/slip.tsx'
import { type TimeStyle, formatDistance, formatMoment } from '../../ui/times.ts'
import type { PinPage } from './pin-state.ts'
import { ShownSecret } from './shown-secret.tsx'
import type { OpenPage } from './state.ts'
import { openWords as words } from './words.ts'

/** What a reader can do on this page. */
export interface OpenHandlers {
  readonly show: (event: MouseEvent) => void
  readonly retry: () => void
  readonly paste: (text: string) => void
  readonly copy: () => void
  readonly hide: () => void
  readonly save: () => void
  readonly print: () => void
  readonly clear: () => void
  readonly answer: (isYes: boolean) => void
}

interface OpenViewProps {
  /** The part for PINs draws its own. */
  readonly page: Exclude<OpenPage, PinPage>
  readonly on: OpenHandlers
  readonly times: TimeStyle
}

export function OpenView({ page, on, times }: OpenViewProps) {
  switch (page.at) {
    case 'checking':
    case 'before':
    case 'opening':
      return <Waiting page={page} on={on} times={times} />
    case 'after':
      return <ShownSecret page={page} on={on} />
    case 'gone':
      return <Gone page={page} times={times} />
    case 'damaged':
      return (
        <Slip
          title={words.damaged}
          stub={
            <PasteLink label={words.paste} button={words.useLink} problem={page.wasPasted ? words.stillDamaged : null} onPaste={on.paste} />
          }
        >
          <p>{words.damagedDetail}</p>
        </Slip>
      )
    case 'failed':
      return (
        <Retry
          title={words.failed}
          details={[describeQuestionFailure(page.failure), page.wasClaimed ? words.failedAfter : words.failedBefore]}
          on={on}
        />
      )
    case 'unreadable':
      return <Retry title={words.unreadable} details={[words.unreadableDetail[page.why]]} on={on} />
    case 'cleared':
    case 'newer':
    case 'opened-here':
    case 'unknown':
      return <Plain page={page} />
  }
}

function Waiting({ page, on, times }: OpenViewProps) {
  const isBusy = page.at !== 'before'
  return (
    <Slip
      title={words.before}
      stub={
        <>
          <Button label={page.at === 'opening' ? words.opening : words.show} look="main" isWide isBusy={isBusy} onPress={on.show} />
          {page.at === 'before' && page.asksAgain ? <Note kind="warn">{words.pressAgain}</Note> : null}
          <p class="help">{words.unexpected}</p>
        </>
      }
    >
      <p>{words.once}</p>
      <p class="help">{describeWait(page, times)}</p>
      {page.at === 'before' && page.wasChanged ? <Note kind="warn">{words.changed}</Note> : null}
    </Slip>
  )
}

function describeWait(page: OpenViewProps['page'], times: TimeStyle): string {
  if (page.at === 'opening') return words.opening
  if (page.at !== 'before') return words.checking
  return words.waits(formatMoment(page.expiresAtMs, times), formatDistance(page.expiresAtMs, page.nowMs, times))
}

function Gone({ page, times }: { readonly page: Extract<OpenPage, { at: 'gone' }>; readonly times: TimeStyle }) {
  return (
    <Slip title={words.gone[page.end]} isTorn stub={<SendNew />}>
      <p>{words.goneDetail[page.end](formatMoment(page.atMs, times))}</p>
      {page.end === 'opened' ? (
        <Note kind="warn">
          <strong>{words.notYou}</strong> {words.notYouDetail}
        </Note>
      ) : null}
    </Slip>
  )
}

function Retry({ title, details, on }: { readonly title: string; readonly details: readonly string[]; readonly on: OpenHandlers }) {
  return (
    <Slip title={title} stub={<Button label={words.retry} look="main" isWide onPress={on.retry} />}>
      {details.map((detail) => (
        <p key={detail}>{detail}</p>
      ))}
    </Slip>
  )
}

type PlainPage = Extract<OpenPage, { at: 'cleared' | 'opened-here' | 'newer' | 'unknown' }>

function Plain({ page: { at } }: { readonly page: PlainPage }) {
  const name = at === 'opened-here' ? 'openedHere' : at
  return (
    <Slip title={words[name]} isTorn={at === 'cleared' || at === 'opened-here'} stub={<SendNew />}>
      <p>{words[`${name}Detail`]}</p>
    </Slip>
  )
}

function SendNew() {
  return (
    <div class="row">
      <a class="button" href="./">
        {words.sendNew}
      </a>
    </div>
  )
}
