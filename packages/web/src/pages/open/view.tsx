import { openWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { describeQuestionFailure } from '../../ui/describe-question-failure.ts'
import { Note } from '../../ui/note.tsx'
import { say } from '../../ui/say.ts'
import { Slip } from '../../ui/slip.tsx'
import { type TimeStyle, formatDistance, formatMoment } from '../../ui/times.ts'
import type { PlainOpenPage } from './state.ts'

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
  /** The parts draw their own. */
  readonly page: PlainOpenPage
  readonly on: OpenHandlers
  readonly times: TimeStyle
}

export function OpenView({ page, on, times }: OpenViewProps) {
  if (page.at !== 'failed') return <Waiting page={page} on={on} times={times} />
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

function Waiting({ page, on, times }: WaitingProps) {
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

function describeWait(page: WaitingProps['page'], times: TimeStyle): string {
  if (page.at === 'opening') return words.opening
  if (page.at !== 'before') return words.checking
  return say(words.waits, {
    moment: formatMoment(page.expiresAtMs, times),
    distance: formatDistance(page.expiresAtMs, page.nowMs, times),
  })
}
