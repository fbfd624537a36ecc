import type { Page } from 'playwright-core'
import type { End } from '../../../packages/protocol/src/index.ts'
import { endedWords, openWords, pinWords, shownWords } from '../../../packages/web/src/languages/en.ts'
import { IDLE_MINUTES_MAX } from '../../../packages/web/src/pages/open/watch-use.ts'
import { say, sayCount } from '../../../packages/web/src/ui/say.ts'
import { NEWER_TOKEN } from '../ends.ts'
import { spoken } from '../language.ts'
import {
  CALLS,
  PIN,
  answer,
  button,
  comeTo,
  comeToLocked,
  keepLocked,
  keepSecret,
  pinField,
  press,
  refusal,
  refuseCopies,
  rememberMade,
  seeErased,
  seeHeading,
  show,
  tryPin,
} from '../steps.ts'
import { HOUR_MS, LETTER, type Scene, type Scenes, said } from './scene.ts'

/** Come to a link while a call is answered so. */
function meet(method: string, call: RegExp, reply: Parameters<typeof answer>[3], title: () => string, isPressed = false): Scene {
  return async (page, base) => {
    const { link } = await keepSecret(base, LETTER)
    await answer(page, method, call, reply)
    await page.goto(link)
    if (isPressed) await press(page, openWords.show)
    await seeHeading(page, title())
  }
}

const gone = (end: End) =>
  meet('GET', CALLS.one, refusal(410, 'gone', { state: end, at: Date.now() - 26 * HOUR_MS }), () => endedWords[end])

const open: Scene = async (page, base) => {
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
  await said(page, shownWords.parts)
  await seeErased(page)
}

const preview: Scene = async (page, base) => {
  await page.goto(`${base}s#preview`)
  await said(page, openWords.isPreview)
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

const damage = (mangle: (linkToken: string) => string, words: () => string): Scene => {
  return async (page, base) => {
    const { linkToken } = await keepSecret(base)
    await page.goto(`${base}s#${mangle(linkToken)}`)
    await said(page, words())
  }
}

/** Try a PIN that the server refuses so. */
function refusePin(more: object, words: () => string): Scene {
  return async (page, base) => {
    await comeToLocked(page, (await keepLocked(base)).link)
    await answer(page, 'POST', CALLS.claim, refusal(403, 'pin_wrong', more))
    await tryPin(page, PIN)
    await said(page, words())
  }
}

export const openScenes: Scenes = {
  'open, checking': meet('GET', CALLS.one, 'never', () => openWords.before),
  'open, before': async (page, base) => comeTo(page, (await keepSecret(base)).link),
  'open, changed link': async (page, base) => {
    await comeTo(page, `${base}s%23${(await keepSecret(base)).linkToken}`)
    await said(page, openWords.changed)
  },
  'open, own link': async (page, base) => {
    const kept = await keepSecret(base)
    await rememberMade(page, kept)
    await page.goto(kept.link)
    await said(page, openWords.own)
  },
  'open, own link, PIN': async (page, base) => {
    const kept = await keepLocked(base)
    await rememberMade(page, kept)
    await page.goto(kept.link)
    await said(page, openWords.own)
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
    await said(page, openWords.pressAgain)
  },
  'open, opening': meet('POST', CALLS.claim, 'never', () => openWords.before, true),
  'open, shown': open,
  'open, hidden': async (page, base) => {
    await open(page, base)
    await press(page, shownWords.hide)
  },
  'open, hidden by itself': async (page, base) => {
    await page.clock.install()
    await openParts(page, base)
    await page.clock.fastForward(IDLE_MINUTES_MAX * 60_000)
    await said(page, shownWords.hidByItself)
  },
  'open, kept open': async (page, base) => {
    await open(page, base)
    await press(page, shownWords.keepOpen)
    await said(page, shownWords.keptOpen)
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
    await said(page, shownWords.copyRefused)
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
  'open, cleared after copying': clearCopied,
  'open, clipboard emptied': async (page, base) => {
    await clearCopied(page, base)
    await press(page, shownWords.emptyClipboard)
    await said(page, shownWords.clipboardEmpty)
  },
  'open, clipboard refused': async (page, base) => {
    await clearCopied(page, base)
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException('refused', 'NotAllowedError'))
      document.execCommand = () => false
    })
    await press(page, shownWords.emptyClipboard)
    await said(page, shownWords.clipboardRefused)
  },
  'open, opened here': async (page, base) => {
    await open(page, base)
    await page.reload()
    await seeHeading(page, endedWords.openedHere)
  },
  'open, opened': gone('opened'),
  'open, opened, asked': async (page, base) => {
    await gone('opened')(page, base)
    await press(page, endedWords.askForNew)
    await said(page, endedWords.askCopied)
  },
  'open, locked, ask refused': async (page, base) => {
    await refuseCopies(page)
    await gone('locked')(page, base)
    await press(page, endedWords.askForNew)
    await said(page, endedWords.askText.locked)
  },
  'open, expired': gone('expired'),
  'open, burned': gone('burned'),
  'open, locked': gone('locked'),
  'open, lost': gone('lost'),
  'open, unknown': meet('GET', CALLS.one, refusal(404, 'not_found'), () => endedWords.unknown),
  'open, PIN': async (page, base) => comeToLocked(page, (await keepLocked(base)).link),
  'open, PIN, hidden': async (page, base) => {
    await comeToLocked(page, (await keepLocked(base)).link)
    await pinField(page).fill(PIN)
    await press(page, pinWords.mask)
  },
  'open, PIN, nothing typed': async (page, base) => {
    await comeToLocked(page, (await keepLocked(base)).link)
    await press(page, openWords.show)
    await said(page, pinWords.empty)
  },
  'open, PIN, wrong': refusePin({ attemptsLeft: 3 }, () => sayCount(pinWords.triesLeft, 3, spoken.tag)),
  'open, PIN, last try': refusePin({ attemptsLeft: 1 }, () => pinWords.lastTry),
  'open, PIN, last wrong': refusePin({ attemptsLeft: 0 }, () => endedWords.locked),
  'open, PIN, mistyped within the lease': refusePin({}, () => pinWords.mistyped),
  'open, PIN, opening': async (page, base) => {
    await comeToLocked(page, (await keepLocked(base)).link)
    await answer(page, 'POST', CALLS.claim, 'never')
    await tryPin(page, PIN)
    await button(page, openWords.opening).waitFor()
  },
  'open, PIN, unreachable after': async (page, base) => {
    await comeToLocked(page, (await keepLocked(base)).link)
    await answer(page, 'POST', CALLS.claim, 'lost')
    await tryPin(page, PIN)
    await said(page, pinWords.stillHere)
  },
  'open, unreachable before': meet('GET', CALLS.one, 'lost', () => openWords.failed),
  'open, unreachable after': meet('POST', CALLS.claim, 'lost', () => openWords.failed, true),
  'open, unreadable': meet(
    'POST',
    CALLS.claim,
    {
      status: 200,
      body: {
        share: Buffer.alloc(32).toString('base64url'),
        leaseUntil: Date.now() + HOUR_MS,
        sealedBytes: 72,
        sealed: Buffer.alloc(72).toString('base64url'),
      },
    },
    () => endedWords.unreadable,
    true,
  ),
  'open, damaged': async (page, base) => {
    await page.goto(`${base}s#damaged`)
    await seeHeading(page, endedWords.damaged)
  },
  'open, damaged, cut': damage(
    (token) => token.slice(0, -4),
    () => endedWords.damagedWhy.cut,
  ),
  'open, damaged, letter case': damage(
    (token) => token.toLowerCase(),
    () => endedWords.damagedWhy['letter-case'],
  ),
  'open, damaged, empty': async (page, base) => {
    await page.goto(`${base}s`)
    await said(page, endedWords.damagedWhy.empty)
  },
  'open, newer': async (page, base) => {
    await page.goto(`${base}s#${NEWER_TOKEN}`)
    await seeHeading(page, endedWords.newer)
  },
  'open, still damaged': async (page, base) => {
    await page.goto(`${base}s#damaged`)
    await page.getByLabel(endedWords.paste).fill('this neither')
    await press(page, endedWords.useLink)
    await said(page, endedWords.stillDamaged)
  },
}
