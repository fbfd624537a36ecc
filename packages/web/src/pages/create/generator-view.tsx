import { generatorWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { Check } from '../../ui/check.tsx'
import { sayCount } from '../../ui/say.ts'
import { untranslated } from '../../ui/untranslated.ts'
import type { PasswordChoice, Strength } from './generate-password.ts'
import { type OpenGenerator, pickAmount } from './generator-state.ts'

type Kind = PasswordChoice['kind']

/** What a sender can do to have a password made. */
export interface GeneratorHandlers {
  readonly chooseKind: (kind: Kind) => void
  readonly chooseAmount: (amount: number) => void
  readonly chooseReadable: (isReadable: boolean) => void
  readonly another: () => void
  readonly use: () => void
  readonly cancel: () => void
}

interface GeneratorProps {
  readonly page: OpenGenerator
  readonly strength: Strength
  readonly on: GeneratorHandlers
  readonly locale: string
}

/** The password first, then what to do with it, then how it is made: so that no choice moves a button. */
export function GeneratorView({ page, strength, on, locale }: GeneratorProps) {
  return (
    <section id="generator" aria-label={words.title} onKeyDown={(event) => decideKey(event, on)}>
      <div class="made">
        <p id="generator-made">{words.made}</p>
        <output class="notranslate" {...untranslated} dir="ltr" aria-live="off" aria-labelledby="generator-made">
          {page.password}
        </output>
        <p class="help" id="generator-strength">
          {describeStrength(strength)}
        </p>
      </div>
      <div class="row">
        <button type="button" class="button" id="generator-use" data-look="main" aria-describedby="generator-strength" onClick={on.use}>
          {words.use}
        </button>
        <Button label={words.another} onPress={on.another} />
        <Button label={words.cancel} onPress={on.cancel} />
      </div>
      <Choices page={page} on={on} locale={locale} />
    </section>
  )
}

function Choices({ page: { choice }, on, locale }: Omit<GeneratorProps, 'strength'>) {
  const { amount, min, max } = pickAmount(choice)
  const length = sayCount(choice.kind === 'characters' ? words.characterCount : words.wordCount, amount, locale)
  return (
    <>
      <fieldset>
        <legend>{words.kind}</legend>
        <Kind kind="characters" label={words.characters} chosen={choice.kind} on={on} />
        <Kind kind="words" label={words.words} chosen={choice.kind} on={on} />
      </fieldset>
      <div class="amount">
        <label for="generator-length">{words.length}</label>
        <span aria-hidden="true">{length}</span>
        <input
          id="generator-length"
          type="range"
          min={min}
          max={max}
          value={amount}
          autocomplete="off"
          aria-valuetext={length}
          onInput={(event) => on.chooseAmount(Number(event.currentTarget.value))}
        />
      </div>
      <div class="readable" data-off={choice.kind === 'words'}>
        <Check
          id="generator-readable"
          label={words.readable}
          help={words.readableHelp}
          isChecked={choice.isReadable}
          onCheck={on.chooseReadable}
        />
      </div>
    </>
  )
}

interface KindProps {
  readonly kind: Kind
  readonly label: string
  readonly chosen: Kind
  readonly on: GeneratorHandlers
}

function Kind({ kind, label, chosen, on }: KindProps) {
  return (
    <label class="check">
      <input type="radio" name="generator-kind" checked={kind === chosen} autocomplete="off" onChange={() => on.chooseKind(kind)} />
      {label}
    </label>
  )
}

/** The strength, in words. */
export function describeStrength(strength: Strength): string {
  return words[strength === 'very-strong' ? 'veryStrong' : strength]
}

/**
 * The panel stands in the form that sends the secret: its keys must not send it half done.
 * Enter in a choice uses the password, as it does anywhere with Ctrl or ⌘; Escape closes.
 */
function decideKey(event: KeyboardEvent, on: GeneratorHandlers): void {
  const isUse = event.key === 'Enter' && (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey)
  if (!isUse && event.key !== 'Escape') return
  event.preventDefault()
  event.stopPropagation()
  if (isUse) on.use()
  else on.cancel()
}
