import type { Page } from 'playwright-core'
import { openWords, shownWords } from '../../../packages/web/src/languages/en.ts'
import { IDLE_MINUTES_MAX } from '../../../packages/web/src/pages/open/watch-use.ts'
import { say } from '../../../packages/web/src/ui/say.ts'
import { keepContent } from '../odd-secrets.ts'
import {
  CALLS,
  HOUR_MS,
  LIFETIME_MS,
  answer,
  button,
  comeTo,
  keepSecret,
  press,
  refuseCopies,
  refuseCopiesNow,
  rememberMade,
  seeErased,
  seeHeading,
  seeSaid,
  show,
} from '../steps.ts'
import { LETTER, type Scene, type Scenes } from './scene.ts'

/** Come to a link while a call is answered so. */
export function meet(method: string, call: RegExp, reply: Parameters<typeof answer>[3], title: () => string, isPressed = false): Scene {
  return async (page, base) => {
    const { link } = await keepSecret(base, LETTER)
    await answer(page, method, call, reply)
    await page.goto(link)
    if (isPressed) await press(page, openWords.show)
    await seeHeading(page, title())
  }
}

/** Open a secret, and wait until the server has erased its half. */
export const open: Scene = async (page, base) => {
  await comeTo(page, (await keepSecret(base, LETTER)).link)
  await show(page)
  await seeErased(page)
}

/** Everything that is found in a secret, and what would break a narrow page. */
const CREDENTIALS = `Hello Ada,

user: ada.lovelace@example.org
password: kT7-vQm2!xRw9LpZc4
كلمة المرور: سر-٤٢!x
https://intranet.example.org/${'very-long-'.repeat(20)}
otpauth://totp/Example:ada%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Example
-----BEGIN PRIVATE KEY-----
${Array.from({ length: 8 }, (_, i) => `MC4CAQAwBQYDK2VwBCIEIA${String(i).repeat(40)}`).join('\n')}
-----END PRIVATE KEY-----`

async function openParts(page: Page, base: string): Promise<void> {
  await comeTo(page, (await keepSecret(base, CREDENTIALS)).link)
  await show(page)
  await seeSaid(page, shownWords.parts)
  await seeErased(page)
}

const preview: Scene = async (page, base) => {
  await page.goto(`${base}s#preview`)
  await seeSaid(page, openWords.isPreview)
}

const openPreview: Scene = async (page, base) => {
  await preview(page, base)
  await show(page)
}

async function clearCopied(page: Page, base: string): Promise<void> {
  await open(page, base)
  await press(page, shownWords.copy)
  await button(page, shownWords.copied).waitFor()
  await press(page, shownWords.clear)
  await seeHeading(page, shownWords.cleared)
}

/** Open a secret that the server never hears has arrived. */
const openUnheard: Scene = async (page, base) => {
  await answer(page, 'POST', CALLS.ack, 'never')
  await comeTo(page, (await keepSecret(base, LETTER)).link)
  await show(page)
  await seeSaid(page, shownWords.erasing)
}

export const openScenes: Scenes = {
  'open, checking': meet('GET', CALLS.one, 'never', () => openWords.before),
  'open, before': async (page, base) => comeTo(page, (await keepSecret(base)).link),
  'open, changed link': async (page, base) => {
    await comeTo(page, `${base}s%23${(await keepSecret(base)).linkToken}`)
    await seeSaid(page, openWords.changed)
  },
  'open, own link': async (page, base) => {
    const kept = await keepSecret(base)
    await rememberMade(page, kept)
    await page.goto(kept.link)
    await seeSaid(page, openWords.own)
  },
  'open, preview': preview,
  'open, preview shown': openPreview,
  'open, preview cleared': async (page, base) => {
    await openPreview(page, base)
    await press(page, shownWords.clear)
    await seeHeading(page, shownWords.cleared)
  },
  'open, pressed by a script': async (page, base) => {
    await comeTo(page, (await keepSecret(base)).link)
    await button(page, openWords.show).dispatchEvent('click')
    await seeSaid(page, openWords.pressAgain)
  },
  'open, opening': meet('POST', CALLS.claim, 'never', () => openWords.before, true),
  'open, shown': open,
  'open, shown, not yet erased': openUnheard,
  'open, shown, changed link': async (page, base) => {
    await comeTo(page, `${base}s%23${(await keepSecret(base, LETTER)).linkToken}`)
    await show(page)
    await seeErased(page)
    await seeSaid(page, openWords.changed)
  },
  'open, shown, overdue': async (page, base) => {
    await comeTo(page, await keepContent(base, { text: LETTER, files: [] }, Date.now() - LIFETIME_MS - 49 * HOUR_MS))
    await show(page)
    await seeErased(page)
    await seeSaid(page, shownWords.overdue)
  },
  'open, hidden': async (page, base) => {
    await open(page, base)
    await press(page, shownWords.hide)
  },
  'open, hidden by itself': async (page, base) => {
    await page.clock.install()
    await openParts(page, base)
    await page.clock.fastForward(IDLE_MINUTES_MAX * 60_000)
    await seeSaid(page, shownWords.hidByItself)
  },
  'open, kept open': async (page, base) => {
    await open(page, base)
    await press(page, shownWords.keepOpen)
    await seeSaid(page, shownWords.keptOpen)
  },
  'open, parts': openParts,
  'open, part copied': async (page, base) => {
    await openParts(page, base)
    await button(page, say(shownWords.copyPart, { name: 'password' })).click()
    await button(page, shownWords.copied).waitFor()
  },
  'open, copy refused': async (page, base) => {
    await refuseCopies(page)
    await openParts(page, base)
    await press(page, shownWords.copy)
    await seeSaid(page, shownWords.copyRefused)
  },
  'open, clearing': async (page, base) => {
    await open(page, base)
    await press(page, shownWords.clear)
    await page.getByRole('dialog').waitFor()
  },
  'open, cleared': async (page, base) => {
    await open(page, base)
    await press(page, shownWords.clear)
    await press(page, shownWords.askYes)
    await seeHeading(page, shownWords.cleared)
  },
  'open, cleared, not yet erased': async (page, base) => {
    await openUnheard(page, base)
    await press(page, shownWords.clear)
    await press(page, shownWords.askYes)
    await seeHeading(page, shownWords.cleared)
    await seeSaid(page, shownWords.erasing)
  },
  'open, cleared after copying': clearCopied,
  'open, clipboard emptied': async (page, base) => {
    await clearCopied(page, base)
    await press(page, shownWords.emptyClipboard)
    await seeSaid(page, shownWords.clipboardEmpty)
  },
  'open, clipboard refused': async (page, base) => {
    await clearCopied(page, base)
    await refuseCopiesNow(page)
    await press(page, shownWords.emptyClipboard)
    await seeSaid(page, shownWords.clipboardRefused)
  },
  'open, unreachable before': meet('GET', CALLS.one, 'lost', () => openWords.failed),
  'open, unreachable after': meet('POST', CALLS.claim, 'lost', () => openWords.failed, true),
}
