// What /s loads only when the server says that there is a PIN. A bundle of its own: what it
// shares with the page, it is handed.
import { type Pin, type Stretch, foldPin } from '@letterlock/protocol'
import type { ComponentChild } from 'preact'
import { type openWords, pinWords, questionWords } from '../../languages/en.ts'
import type { Screen } from '../../ui/mount-screen.ts'
import { createStretcher } from '../../ui/stretch-pin.ts'
import type { TimeStyle } from '../../ui/times.ts'
import { announcePin } from './describe-pin.ts'
import { type PinEvent, type PinKnown, type PinPage, askForPin, reducePin } from './pin-state.ts'
import { addPinStyle } from './pin-style.ts'
import { type PinHandlers, PinView } from './pin-view.tsx'
import type { OpenEvent, OpenPage } from './state.ts'

export type { PinKnown } from './pin-state.ts'

/** What the part says by itself. */
export const sections = { pin: pinWords, question: questionWords }

/** What the page hands to the part. */
export interface PinHost {
  readonly base: string
  readonly times: TimeStyle
  readonly words: typeof openWords
  /** A program has changed the link. */
  readonly wasChanged: boolean
  readonly screen: Screen<OpenPage, OpenEvent>
  /** Claim and open with this PIN, with the claim that the tab keeps. */
  readonly open: (pin: Pin) => Promise<void>
}

export interface PinPart {
  /** Ask for the PIN, or ask again, because the one that was just sent is wrong. */
  ask(known: PinKnown, isWrong: boolean): void
  draw(page: PinPage): ComponentChild
  announce(page: PinPage): string
}

/** Bring what asks for a PIN to life, and begin to fetch what stretches it. */
export function bringPin({ base, times, words, wasChanged, screen, open }: PinHost): PinPart {
  const find = (): PinPage | null => {
    const page = screen.state()
    return page.at === 'pin' ? page : null
  }
  const send = (event: PinEvent): PinPage | null => {
    const page = find()
    if (page !== null) screen.send({ type: 'pin', page: reducePin(page, event) })
    return find()
  }
  const stretcher = createStretcher(base, (share) => send({ type: 'progress', share }))
  stretcher.warm()
  addPinStyle()
  addEventListener('pagehide', () => send({ type: 'left' }))

  /** The claim leaves when the PIN is stretched. If it cannot be, nothing has left. */
  const unlock = async (text: string): Promise<void> => {
    let isAble = true
    const stretch: Stretch = async (password, salt) => {
      isAble = false
      const stretched = await stretcher.stretch(password, salt)
      isAble = true
      send({ type: 'stretched' })
      return stretched
    }
    try {
      await open({ text, stretch })
    } catch (error) {
      if (isAble) throw error
      send({ type: 'unable' })
    }
  }

  const on: PinHandlers = {
    type: (typed) => void send({ type: 'typed', typed }),
    mask: () => void send({ type: 'masked' }),
    keys() {
      send({ type: 'keys' })
      focusField()
    },
    press({ isTrusted }) {
      if (find()?.step !== 'asking') return
      const page = send({ type: 'pressed', isTrusted })
      const text = foldPin(page?.typed ?? '')
      if (page?.step === 'stretching' && text !== null) void unlock(text)
      else focusField()
    },
  }

  return {
    ask(known, isWrong) {
      if (isWrong) {
        // The last worker ended with its stretch: another is made ready while the reader types.
        stretcher.warm()
        send({ type: 'refused', attemptsLeft: known.attemptsLeft })
        return focusField()?.select()
      }
      screen.send({ type: 'pin', page: askForPin(known, Date.now(), wasChanged) })
      // A phone would answer the focus with its keyboard, over half of the page.
      if (matchMedia('(hover: hover) and (min-height: 40rem)').matches) focusField()
    },
    draw: (page) => <PinView page={page} on={on} times={times} openWords={words} />,
    announce: (page) => announcePin(page, words, times.locale),
  }
}

function focusField(): HTMLInputElement | null {
  const field = document.getElementById('pin') as HTMLInputElement | null
  field?.focus()
  return field
}
