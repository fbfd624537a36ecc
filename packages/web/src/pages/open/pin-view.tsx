import type { ComponentChild } from 'preact'
import { type openWords, pinWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { say, sayCount } from '../../ui/say.ts'
import { Slip } from '../../ui/slip.tsx'
import { type TimeStyle, formatDistance, formatMoment } from '../../ui/times.ts'
import { secretField } from '../../ui/secret-field.ts'
import { describePinButton, describePinTrouble } from './describe-pin.ts'
import type { PinPage } from './pin-state.ts'
import type { Origin } from './state.ts'

/** What a reader can do about a PIN. */
export interface PinHandlers {
  readonly type: (typed: string) => void
  readonly mask: () => void
  readonly keys: () => void
  readonly press: (event: MouseEvent) => void
}

interface PinViewProps {
  readonly page: PinPage
  readonly on: PinHandlers
  readonly times: TimeStyle
  /** The page's own, which it has already. */
  readonly openWords: typeof openWords
  readonly drawOrigin: (origin: Origin) => ComponentChild
}

/** Ask for the PIN where the button to open stands. */
export function PinView({ page, on, times, openWords, drawOrigin }: PinViewProps) {
  const isBusy = page.step !== 'asking'
  const isLast = page.attemptsLeft === 1
  return (
    <form noValidate onSubmit={(event) => event.preventDefault()}>
      <Slip
        title={openWords.before}
        stub={
          <>
            <Field page={page} on={on} locale={times.locale} openWords={openWords} />
            {isLast ? (
              <Note kind="warn" id="pin-last">
                <strong>{words.lastTry}</strong> {words.lastTryDetail}
              </Note>
            ) : null}
            {page.step === 'stretching' && page.share > 0 ? <progress aria-label={words.progress} value={page.share} max={1} /> : null}
            <Button label={describePinButton(page, openWords)} look="main" isWide isBusy={isBusy} isSubmit onPress={on.press} />
            <p class="help">{openWords.unexpected}</p>
          </>
        }
      >
        {drawOrigin(page.origin)}
        <p>
          <strong>{words.ask}</strong> {words.askDetail}
        </p>
        <p>{openWords.once}</p>
        {page.expiresAtMs === null ? null : (
          <p class="help">
            {say(openWords.waits, {
              moment: formatMoment(page.expiresAtMs, times),
              distance: formatDistance(page.expiresAtMs, page.nowMs, times),
            })}
          </p>
        )}
        {page.wasChanged ? <Note kind="warn">{openWords.changed}</Note> : null}
      </Slip>
    </form>
  )
}

interface FieldProps extends Pick<PinViewProps, 'page' | 'on' | 'openWords'> {
  readonly locale: string
}

function Field({ page, on, locale, openWords }: FieldProps) {
  const problem = describePinTrouble(page, openWords, locale)
  const hasTries = page.trouble !== 'wrong' && page.attemptsLeft !== 1
  const about = [problem === '' ? '' : 'pin-problem', hasTries ? 'pin-tries' : '', page.attemptsLeft === 1 ? 'pin-last' : '']
  const isWrong = problem !== '' && typeof page.trouble === 'string' && page.trouble !== 'press-again' && page.trouble !== 'unable'
  return (
    <div class="field">
      <label for="pin">{words.label}</label>
      <input
        id="pin"
        {...secretField}
        type="text"
        inputMode={page.keys === 'digits' ? 'numeric' : 'text'}
        autocomplete="one-time-code"
        enterkeyhint="go"
        data-masked={page.isMasked}
        value={page.typed}
        readOnly={page.step !== 'asking'}
        aria-invalid={isWrong ? 'true' : undefined}
        aria-describedby={about.join(' ').trim()}
        onInput={(event) => on.type(event.currentTarget.value)}
      />
      {problem === '' ? null : (
        <Note kind={page.trouble === 'press-again' ? 'warn' : 'bad'} id="pin-problem">
          {problem}
        </Note>
      )}
      <div class="row">
        <Button label={page.isMasked ? words.unmask : words.mask} onPress={on.mask} />
        <span id="pin-keys">
          <Button label={page.keys === 'all' ? words.digits : words.all} onPress={on.keys} />
        </span>
      </div>
      {hasTries ? (
        <p class="help" id="pin-tries">
          {page.attemptsLeft === null ? words.free : sayCount(words.triesBefore, page.attemptsLeft, locale)}
        </p>
      ) : null}
    </div>
  )
}
