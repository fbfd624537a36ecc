import type { Page } from 'playwright-core'
import { endedWords, openWords, pinWords } from '../../../packages/web/src/languages/en.ts'
import { sayCount } from '../../../packages/web/src/ui/say.ts'
import { spoken } from '../language.ts'
import { CALLS, PIN, answer, button, comeToLocked, keepLocked, pinField, press, refusal, rememberMade, seeSaid, tryPin } from '../steps.ts'
import { STRETCH, type Scene, type Scenes, stretchHalfway } from './scene.ts'

const come: Scene = async (page, base) => comeToLocked(page, (await keepLocked(base)).link)

/** Try a PIN that the server refuses so. */
function refuse(more: object, words: () => string): Scene {
  return async (page, base) => {
    await come(page, base)
    await answer(page, 'POST', CALLS.claim, refusal(403, 'pin_wrong', more))
    await tryPin(page, PIN)
    await seeSaid(page, words())
  }
}

/** Let the page have a keyboard on the screen. */
async function beTouched(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: true })
}

/** A link with a PIN on /s, until it is opened. */
export const openPinScenes: Scenes = {
  'open, own link, PIN': async (page, base) => {
    const kept = await keepLocked(base)
    await rememberMade(page, kept)
    await page.goto(kept.link)
    await seeSaid(page, openWords.own)
  },
  'open, PIN': come,
  'open, PIN, hidden': async (page, base) => {
    await come(page, base)
    await pinField(page).fill(PIN)
    await press(page, pinWords.mask)
  },
  'open, PIN, nothing typed': async (page, base) => {
    await come(page, base)
    await press(page, openWords.show)
    await seeSaid(page, pinWords.empty)
  },
  'open, PIN, wrong': refuse({ attemptsLeft: 3 }, () => sayCount(pinWords.triesLeft, 3, spoken.tag)),
  'open, PIN, last try': refuse({ attemptsLeft: 1 }, () => pinWords.lastTry),
  'open, PIN, last wrong': refuse({ attemptsLeft: 0 }, () => endedWords.locked),
  'open, PIN, mistyped within the lease': refuse({}, () => pinWords.mistyped),
  'open, PIN, opening': async (page, base) => {
    await come(page, base)
    await answer(page, 'POST', CALLS.claim, 'never')
    await tryPin(page, PIN)
    await button(page, openWords.opening).waitFor()
  },
  'open, PIN, unreachable after': async (page, base) => {
    await come(page, base)
    await answer(page, 'POST', CALLS.claim, 'lost')
    await tryPin(page, PIN)
    await seeSaid(page, pinWords.stillHere)
  },
  'open, PIN, changed link': async (page, base) => {
    await comeToLocked(page, `${base}s%23${(await keepLocked(base)).linkToken}`)
    await seeSaid(page, openWords.changed)
  },
  'open, PIN, number keys': async (page, base) => {
    await beTouched(page)
    await come(page, base)
    await press(page, pinWords.digits)
    await button(page, pinWords.all).waitFor()
  },
  'open, PIN, too long': async (page, base) => {
    await come(page, base)
    await tryPin(page, 'Wm'.repeat(129))
    await seeSaid(page, pinWords.tooLong)
  },
  'open, PIN, pressed by a script': async (page, base) => {
    await come(page, base)
    await pinField(page).fill(PIN)
    await button(page, openWords.show).dispatchEvent('click')
    await seeSaid(page, openWords.pressAgain)
  },
  'open, PIN, stretching': async (page, base) => {
    await stretchHalfway(page)
    await come(page, base)
    await tryPin(page, PIN)
    await page.getByRole('progressbar', { name: pinWords.progress }).waitFor()
  },
  'open, PIN, unable': async (page, base) => {
    await page.route(STRETCH, (route) => route.abort())
    await come(page, base)
    await tryPin(page, PIN)
    await seeSaid(page, pinWords.unable)
  },
}
