// What / loads when somebody wants a password made: the words of passphrases are in it. A
// bundle of its own: what it shares with the page, it is handed.
import type { ComponentChild } from 'preact'
import { generatorWords as words } from '../../languages/en.ts'
import { adoptStyle } from '../../ui/adopt-style.ts'
import type { Screen } from '../../ui/mount-screen.ts'
import type { TimeStyle } from '../../ui/times.ts'
import { generatePassword } from './generate-password.ts'
import {
  FIRST_CHOICE,
  type GeneratorChoice,
  type OpenGenerator,
  changeAmount,
  describeChoice,
  gaugeChoice,
  insertPassword,
} from './generator-state.ts'
import style from './generator.css'
import { type GeneratorHandlers, GeneratorView, describeStrength } from './generator-view.tsx'
import type { CreateEvent, CreatePage, Generator } from './state.ts'
import { wordList } from './word-list.ts'

/** What the part says. */
export const sections = { generator: words }

/** What the page hands to the part. */
export interface GeneratorHost {
  readonly times: TimeStyle
  readonly screen: Screen<CreatePage, CreateEvent>
}

export interface GeneratorPart {
  /** Open the panel with a password. */
  open(): void
  draw(page: OpenGenerator): ComponentChild
  announce(page: Exclude<Generator, null>): string
}

/** Bring what makes up passwords to life. */
export function bringGenerator({ times, screen }: GeneratorHost): GeneratorPart {
  adoptStyle(style)
  /** In two steps, so that a screen reader is told again what has not changed. */
  const draw = (choice: GeneratorChoice): void => {
    screen.send({ type: 'generator', generator: { at: 'open', choice, password: '' } })
    const password = generatePassword(describeChoice(choice, wordList))
    screen.send({ type: 'generator', generator: { at: 'open', choice, password } })
  }
  const find = (): OpenGenerator | null => {
    const page = screen.state()
    return page.at === 'writing' && page.generator?.at === 'open' ? page.generator : null
  }
  const redraw = (change: (choice: GeneratorChoice) => GeneratorChoice): void => {
    const open = find()
    if (open !== null) draw(change(open.choice))
  }

  const on: GeneratorHandlers = {
    chooseKind: (kind) => redraw((choice) => ({ ...choice, kind })),
    chooseAmount: (amount) => redraw((choice) => changeAmount(choice, amount)),
    chooseReadable: (isReadable) => redraw((choice) => ({ ...choice, isReadable })),
    another: () => redraw((choice) => choice),
    use() {
      const open = find()
      const field = document.getElementById('text')
      if (open === null || !(field instanceof HTMLTextAreaElement)) return
      const { text, cursor } = insertPassword(field.value, open.password, field.selectionStart, field.selectionEnd)
      screen.send({ type: 'generated', text })
      // A phone would answer the focus with its keyboard, over half of the page.
      if (matchMedia('(hover: hover)').matches) field.focus()
      else focusButton()
      field.setSelectionRange(cursor, cursor)
    },
    cancel() {
      screen.send({ type: 'generator', generator: null })
      focusButton()
    },
  }

  return {
    open() {
      draw(FIRST_CHOICE)
      document.getElementById('generator-use')?.focus()
    },
    draw: (page) => <GeneratorView page={page} strength={gaugeChoice(page.choice, wordList)} on={on} locale={times.locale} />,
    announce(page) {
      if (page.at === 'used') return words.added
      return page.at === 'open' && page.password !== '' ? describeStrength(gaugeChoice(page.choice, wordList)) : ''
    },
  }
}

function focusButton(): void {
  document.getElementById('generate')?.focus()
}
