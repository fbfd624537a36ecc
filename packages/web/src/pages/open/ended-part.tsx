// What /s loads only when there is nothing to show: it says why, and what to do now.
import { endedWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { PasteLink } from '../../ui/paste-link.tsx'
import { say } from '../../ui/say.ts'
import { Slip } from '../../ui/slip.tsx'
import { type TimeStyle, formatMoment } from '../../ui/times.ts'
import type { Ended } from './state.ts'
import type { OpenHandlers } from './view.tsx'

export { announceEnded } from './describe-ended.ts'

/** What the part says. */
export const sections = { ended: words }

interface EndedProps {
  readonly page: Ended
  readonly on: OpenHandlers
  readonly times: TimeStyle
}

export function EndedView({ page, on, times }: EndedProps) {
  switch (page.at) {
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
    case 'unreadable':
      return (
        <Slip title={words.unreadable} stub={<Button label={words.retry} look="main" isWide onPress={on.retry} />}>
          <p>{words.unreadableWhy[page.why]}</p>
        </Slip>
      )
    case 'newer':
    case 'opened-here':
    case 'unknown':
      return <Plain page={page} />
  }
}

function Gone({ page, times }: { readonly page: Extract<Ended, { at: 'gone' }>; readonly times: TimeStyle }) {
  return (
    <Slip title={words[page.end]} isTorn stub={<SendNew />}>
      <p>{say(words[`${page.end}Detail`], { moment: formatMoment(page.atMs, times) })}</p>
      {page.end === 'opened' ? (
        <Note kind="warn">
          <strong>{words.notYou}</strong> {words.notYouDetail}
        </Note>
      ) : null}
    </Slip>
  )
}

type PlainPage = Extract<Ended, { at: 'opened-here' | 'newer' | 'unknown' }>

function Plain({ page: { at } }: { readonly page: PlainPage }) {
  const name = at === 'opened-here' ? 'openedHere' : at
  return (
    <Slip title={words[name]} isTorn={at === 'opened-here'} stub={<SendNew />}>
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
