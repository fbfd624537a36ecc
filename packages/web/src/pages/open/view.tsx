import type { ComponentChild } from 'preact'
import { openWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { describeQuestionFailure } from '../../ui/describe-question-failure.ts'
import { Note } from '../../ui/note.tsx'
import { say } from '../../ui/say.ts'
import { Slip } from '../../ui/slip.tsx'
import { type TimeStyle, formatDistance, formatMoment } from '../../ui/times.ts'
import type { Origin, PlainOpenPage } from './state.ts'

/** What a reader can do before the secret is opened. */
export interface OpenHandlers {
  readonly show: (event: MouseEvent) => void
  readonly retry: () => void
}

interface OpenViewProps {
  /** The parts draw their own. */
  readonly page: PlainOpenPage
  readonly on: OpenHandlers
  readonly times: TimeStyle
  /** What a part says of whose link it is. */
  readonly drawOrigin: (origin: Origin) => ComponentChild
}

export function OpenView({ page, on, times, drawOrigin }: OpenViewProps) {
  if (page.at !== 'failed') return <Waiting page={page} on={on} times={times} drawOrigin={drawOrigin} />
  return (
    <Slip title={words.failed} stub={<Button label={words.retry} look="main" isWide onPress={on.retry} />}>
      <p>{describeQuestionFailure(page.failure)}</p>
      <p>{page.wasClaimed ? words.failedAfter : words.failedBefore}</p>
    </Slip>
  )
}

interface WaitingProps extends OpenViewProps {
  readonly page: Exclude<PlainOpenPage, { at: 'failed' }>
}

function Waiting({ page, on, times, drawOrigin }: WaitingProps) {
  const before = page.at === 'before' ? page : null
  const label = before?.origin === 'own' ? words.ownShow : page.at === 'opening' ? words.opening : words.show
  return (
    <Slip
      title={words.before}
      stub={
        <>
          <Button label={label} look="main" isWide isBusy={before === null} onPress={on.show} />
          {before?.asksAgain === true ? <Note kind="warn">{words.pressAgain}</Note> : null}
          <p class="help">{words.unexpected}</p>
        </>
      }
    >
      {before === null ? null : drawOrigin(before.origin)}
      <p>{words.once}</p>
      <p class="help">{describeWait(page, times)}</p>
      {before?.wasChanged === true ? <Note kind="warn">{words.changed}</Note> : null}
    </Slip>
  )
}

function describeWait(page: WaitingProps['page'], times: TimeStyle): string {
  if (page.at === 'opening') return words.opening
  if (page.at !== 'before') return words.checking
  return say(words.waits, {
    moment: formatMoment(page.expiresAtMs, times),
    distance: formatDistance(page.expiresAtMs, page.nowMs, times),
  })
}
