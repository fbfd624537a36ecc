import { createWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { secretField } from '../../ui/secret-field.ts'
import { sayCount } from '../../ui/say.ts'
import { Choice } from './choice.tsx'
import { describePinTrouble } from './describe.ts'
import { type PinDraft, gaugePin, pickAttempts } from './pin.ts'
import type { Offer, Trouble } from './draft.ts'
import { Unfold } from './unfold.tsx'
import type { CreateHandlers } from './view.tsx'

interface PinSectionProps {
  /** `null` while the section is folded away, and the secret goes without. */
  readonly pin: PinDraft | null
  readonly offer: Offer
  readonly trouble: Trouble | null
  readonly isBusy: boolean
  readonly on: CreateHandlers
  readonly locale: string
}

/** A PIN, folded away until it is wanted. Folding it away again forgets it. */
export function PinSection({ pin, offer, trouble, isBusy, on, locale }: PinSectionProps) {
  const isOpen = pin !== null
  return (
    <div class="pin">
      <Unfold
        id="pin-unfold"
        label={words.pin}
        isOpen={isOpen}
        controls="pin-section"
        isBusy={isBusy}
        onPress={() => on.unfoldPin(!isOpen)}
        help="pin-help"
      />
      <p class="help" id="pin-help">
        {words.pinHelp}
      </p>
      {pin === null ? null : (
        <div id="pin-section" role="group" aria-labelledby="pin-unfold">
          <PinField pin={pin} offer={offer} trouble={trouble} isBusy={isBusy} on={on} locale={locale} />
          <details>
            <summary>{words.pinMore}</summary>
            <Attempts pin={pin} offer={offer} isBusy={isBusy} on={on} locale={locale} />
          </details>
        </div>
      )}
    </div>
  )
}

interface PinFieldProps extends PinSectionProps {
  readonly pin: PinDraft
}

function PinField({ pin, offer, trouble, isBusy, on, locale }: PinFieldProps) {
  const problem = findProblem(trouble)
  const hint = describeStrength(pin, offer, locale)
  const about = [problem === '' ? '' : 'pin-problem', hint === '' ? '' : 'pin-hint'].join(' ').trim()
  return (
    <div class="field">
      <label for="pin">{words.pinLabel}</label>
      <input
        id="pin"
        {...secretField}
        type="text"
        autocomplete="off"
        value={pin.text}
        readOnly={isBusy}
        aria-invalid={problem === '' ? undefined : 'true'}
        aria-describedby={about === '' ? undefined : about}
        onInput={(event) => on.writePin(event.currentTarget.value)}
      />
      {problem === '' ? null : (
        <Note kind="bad" id="pin-problem">
          {problem}
        </Note>
      )}
      <div class="row">
        <Button label={words.pinMakeUp} isBusy={isBusy} onPress={on.makeUpPin} />
        <Button label={words.pinRemove} isBusy={isBusy} onPress={() => on.unfoldPin(false)} />
      </div>
      {hint === '' ? null : (
        <p class="help" id="pin-hint">
          {hint}
        </p>
      )}
    </div>
  )
}

function Attempts({ pin, offer, isBusy, on, locale }: Omit<PinFieldProps, 'trouble'>) {
  const { min, max } = offer.attempts
  return (
    <Choice
      id="attempts"
      label={words.attempts}
      help={words.attemptsHelp}
      options={Array.from({ length: max - min + 1 }, (_, i) => min + i)}
      chosen={pickAttempts(pin, offer.attempts)}
      isBusy={isBusy}
      write={(attempts) => new Intl.NumberFormat(locale).format(attempts)}
      onChoose={on.chooseAttempts}
    />
  )
}

function findProblem(trouble: Trouble | null): string {
  switch (trouble?.kind) {
    case 'pin-empty':
    case 'pin-too-long':
    case 'pin-odd':
      return describePinTrouble(trouble.kind)
    case undefined:
    case 'broken':
    case 'damaged':
    case 'empty':
    case 'refused':
    case 'too-long':
    case 'unable':
    case 'unreachable':
      return ''
  }
}

/** A hint, never a wall: what a short PIN is good for, and what it is not. */
function describeStrength(pin: PinDraft, offer: Offer, locale: string): string {
  const strength = gaugePin(pin.text)
  if (strength === 'none' || strength === 'long') return ''
  const hint = sayCount(words.pinShort, pickAttempts(pin, offer.attempts), locale)
  return strength === 'lucky' ? `${words.pinLucky} ${hint}` : hint
}
