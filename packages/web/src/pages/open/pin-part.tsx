// What /s loads only when the server says that there is a PIN. A bundle of its own: what it
// shares with the page, it is handed.
import { type Stretch, foldPin } from '@letterlock/protocol'
import { pinWords, questionWords } from '../../languages/en.ts'
import { adoptStyle } from '../../ui/adopt-style.ts'
import { createStretcher } from '../../ui/stretch-pin.ts'
import { announcePin } from './describe-pin.ts'
import type { OpenHost, Presented } from './open-host.ts'
import { type PinEvent, type PinKnown, type PinPage, askForPin, reducePin } from './pin-state.ts'
import { type PinHandlers, PinView } from './pin-view.tsx'
import style from './pin.css'
import type { Origin } from './state.ts'

/** What the part says by itself. */
export const sections = { pin: pinWords, question: questionWords }

export interface PinPart {
  /** Ask for the PIN, or ask again, because the one that was just sent is wrong. */
  ask(known: PinKnown, isWrong: boolean, origin: Origin): void
  /** Say that the link was made here, before the PIN goes on its way. */
  warn(): void
  present(page: PinPage): Presented
}

/** Bring what asks for a PIN to life, and begin to fetch what stretches it. */
export function bring({ base, times, words, screen, link, open, drawOrigin }: OpenHost): PinPart {
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
  adoptStyle(style)
  addEventListener('pagehide', () => {
    send({ type: 'left' })
    stretcher.end()
  })

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
      if (page?.step !== 'stretching' || text === null) return void focusField()
      void unlock(text, stretcher.stretch, open, send).then(() => {
        // The secret is shown, or has ended: nothing is stretched any more.
        if (find() === null) stretcher.end()
      })
    },
  }

  return {
    ask(known, isWrong, origin) {
      // A worker ends with its stretch: another is made ready while the reader types.
      stretcher.warm()
      if (isWrong) {
        send({ type: 'refused', attemptsLeft: known.attemptsLeft })
        return focusField()?.select()
      }
      screen.send({ type: 'pin', page: askForPin(known, Date.now(), { wasChanged: link()?.wasChanged === true, origin }) })
      // A phone would answer the focus with its keyboard, over half of the page.
      if (matchMedia('(hover: hover) and (min-height: 40rem)').matches) focusField()
    },
    warn: () => void send({ type: 'warned' }),
    present: (page) => ({
      view: <PinView page={page} on={on} times={times} openWords={words} drawOrigin={drawOrigin} />,
      said: announcePin(page, words, times.locale),
    }),
  }
}

/** The claim leaves when the PIN is stretched. If it cannot be, nothing has left. */
async function unlock(text: string, stretch: Stretch, open: OpenHost['open'], send: (event: PinEvent) => unknown): Promise<void> {
  let isAble = true
  const stretchHere: Stretch = async (password, salt) => {
    isAble = false
    const stretched = await stretch(password, salt)
    isAble = true
    send({ type: 'stretched' })
    return stretched
  }
  try {
    await open({ text, stretch: stretchHere })
  } catch (error) {
    if (isAble) throw error
    send({ type: 'unable' })
  }
}

function focusField(): HTMLInputElement | null {
  const field = document.getElementById('pin') as HTMLInputElement | null
  field?.focus()
  return field
}
