import { endedWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { PasteLink } from '../../ui/paste-link.tsx'
import { say } from '../../ui/say.ts'
import { Slip } from '../../ui/slip.tsx'
import { type TimeStyle, formatMoment } from '../../ui/times.ts'
import { describeAsk, describeDamage } from './describe-ended.ts'
import type { Ended } from './ended-state.ts'

/** What a reader can do when there is nothing to show. */
export interface EndedHandlers {
  readonly retry: () => void
  readonly paste: (text: string) => void
  /** Copy the words that ask for a new one. */
  readonly ask: () => void
}

interface EndedProps<Page extends Ended> {
  readonly page: Page
  readonly on: EndedHandlers
  readonly times: TimeStyle
}

export function EndedView({ page, on, times }: EndedProps<Ended>) {
  switch (page.at) {
    case 'gone':
      return <Gone page={page} on={on} times={times} />
    case 'damaged':
      return <Damaged page={page} on={on} />
    case 'unreadable':
      return (
        <Slip
          title={words.unreadable}
          stub={
            <>
              {page.why === 'damaged' ? <Button label={words.retry} look="main" isWide onPress={on.retry} /> : null}
              <AskForNew page={page} on={on} isMain={page.why !== 'damaged'} />
            </>
          }
        >
          <p>{words.unreadableWhy[page.why]}</p>
        </Slip>
      )
    case 'unknown':
      return (
        <Slip title={words.unknown} stub={<AskForNew page={page} on={on} isMain />}>
          <p>{words.unknownDetail}</p>
        </Slip>
      )
    case 'newer':
    case 'opened-here':
      return <Plain name={page.at === 'newer' ? 'newer' : 'openedHere'} />
  }
}

function Gone({ page, on, times }: EndedProps<Extract<Ended, { at: 'gone' }>>) {
  return (
    <Slip title={words[page.end]} isTorn stub={<AskForNew page={page} on={on} isMain />}>
      <p>{say(words[`${page.end}Detail`], { moment: formatMoment(page.atMs, times) })}</p>
      {page.end === 'opened' ? (
        <Note kind="warn">
          <strong>{words.notYou}</strong> {words.notYouDetail}
        </Note>
      ) : null}
    </Slip>
  )
}

function Damaged({ page, on }: Omit<EndedProps<Extract<Ended, { at: 'damaged' }>>, 'times'>) {
  return (
    <Slip
      title={words.damaged}
      stub={
        <>
          <PasteLink label={words.paste} button={words.useLink} problem={page.wasPasted ? words.stillDamaged : null} onPaste={on.paste} />
          <AskForNew page={page} on={on} />
        </>
      }
    >
      <p>{describeDamage(page.why)}</p>
      <p>{words.damagedDetail}</p>
    </Slip>
  )
}

function Plain({ name }: { readonly name: 'newer' | 'openedHere' }) {
  return (
    <Slip
      title={words[name]}
      isTorn={name === 'openedHere'}
      stub={
        <div class="row">
          <a class="button" href="./">
            {words.sendNew}
          </a>
        </div>
      }
    >
      <p>{words[`${name}Detail`]}</p>
    </Slip>
  )
}

interface AskProps {
  readonly page: Ended
  readonly on: EndedHandlers
  /** Nothing else is to be done here. */
  readonly isMain?: boolean
}

/** Words to ask the sender with: people often do not know what to write. */
function AskForNew({ page, on, isMain = false }: AskProps) {
  return (
    <div class="ask">
      <Button label={words.askForNew} {...(isMain ? { look: 'main', isWide: true } : {})} onPress={on.ask} />
      {page.asked === 'refused' ? (
        <>
          <Note kind="bad">{words.askRefused}</Note>
          <p class="note" id="ask-text">
            {describeAsk(page)}
          </p>
        </>
      ) : (
        <p class="help">{page.asked === 'copied' ? words.askCopied : words.askForNewHelp}</p>
      )}
    </div>
  )
}
