import type { Page } from 'playwright-core'
import type { End } from '../../packages/protocol/src/index.ts'
import {
  createWords,
  endedWords,
  madeWords,
  openWords,
  pinWords,
  receiptWords,
  receiptsWords,
  shownWords,
} from '../../packages/web/src/languages/en.ts'
import { IDLE_MINUTES_MAX } from '../../packages/web/src/pages/open/watch-use.ts'
import { say, sayCount } from '../../packages/web/src/ui/say.ts'
import type { Outcome } from '../../packages/web/src/ui/name-outcome.ts'
import {
  CALLS,
  PIN,
  answer,
  button,
  comeTo,
  comeToLocked,
  keepLocked,
  keepSecret,
  makeLink,
  makeLocked,
  pinField,
  press,
  refusal,
  refuseCopies,
  rememberMade,
  seeErased,
  seeHeading,
  setHidden,
  show,
  tryPin,
} from './steps.ts'

/** Bring a page into one state of its own. Where a server takes days to get there, its answer stands in its place. */
export type Scene = (page: Page, base: string) => Promise<void>

const HOUR_MS = 3_600_000
const LETTER = `Hello Ada,\n\n  network   Lighthouse 5G\n  password  kT7-vQm2!xRw9LpZc4\n\nشكرا — see you.\n${'unbroken'.repeat(60)}`

/** A token of a page that this version does not have: vectors/links.json. */
const NEWER_TOKEN = '2rw9iVAtwYqjMb61vzPWSbKH3oJYxNUn28t5ZWMakHYed7xC7'

const said = (page: Page, words: string) => page.locator('#page').getByText(words).first().waitFor()

async function write(page: Page, base: string, text: string): Promise<void> {
  await page.goto(base)
  await page.getByLabel(createWords.text, { exact: true }).fill(text)
}

function submit(reply: Parameters<typeof answer>[3], words: string): Scene {
  return async (page, base) => {
    await answer(page, 'POST', CALLS.create, reply)
    await write(page, base, LETTER)
    await press(page, createWords.submit)
    await button(page, words).waitFor()
  }
}

/** Come to a link while a call is answered so. */
function meet(method: string, call: RegExp, reply: Parameters<typeof answer>[3], title: string, isPressed = false): Scene {
  return async (page, base) => {
    const { link } = await keepSecret(base, LETTER)
    await answer(page, method, call, reply)
    await page.goto(link)
    if (isPressed) await press(page, openWords.show)
    await seeHeading(page, title)
  }
}

const gone = (end: End) => meet('GET', CALLS.one, refusal(410, 'gone', { state: end, at: Date.now() - 26 * HOUR_MS }), endedWords[end])

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

const damage = (mangle: (linkToken: string) => string, words: string): Scene => {
  return async (page, base) => {
    const { linkToken } = await keepSecret(base)
    await page.goto(`${base}s#${mangle(linkToken)}`)
    await said(page, words)
  }
}

/** Try a PIN that the server refuses so. */
function refusePin(more: object, words: string): Scene {
  return async (page, base) => {
    await comeToLocked(page, (await keepLocked(base)).link)
    await answer(page, 'POST', CALLS.claim, refusal(403, 'pin_wrong', more))
    await tryPin(page, PIN)
    await said(page, words)
  }
}

const unfoldPin: Scene = async (page, base) => {
  await write(page, base, LETTER)
  await press(page, createWords.pin)
}

const follow: Scene = async (page, base) => {
  await page.goto((await keepSecret(base)).receiptLink)
  await seeHeading(page, receiptWords.title.sealed)
  await said(page, receiptWords.live)
}

/** Answer for a receipt, which is then asked for from time to time. */
function told(outcome: Outcome, reply: object, { ageMs = 50 * HOUR_MS } = {}): Scene {
  return async (page, base) => {
    const { receiptLink } = await keepSecret(base)
    const times = { createdAt: NOW_MS - ageMs, expiresAt: NOW_MS + 168 * HOUR_MS - ageMs }
    const body = { confirmed: false, attemptsFailed: 0, ...times, ...reply }
    await answer(page, 'GET', CALLS.receipt, { status: 200, body })
    await answer(page, 'GET', CALLS.events, refusal(404, 'not_found'))
    await page.goto(receiptLink)
    await seeHeading(page, receiptWords.title[outcome])
    if (!('endedAt' in reply)) await said(page, receiptWords.polled)
  }
}

/** Lose touch with a receipt that has been told. */
const loseTouch: Scene = async (page, base) => {
  await page.goto((await keepSecret(base)).receiptLink)
  await said(page, receiptWords.live)
  await answer(page, 'GET', CALLS.events, 'lost')
  await answer(page, 'GET', CALLS.receipt, 'lost')
  await setHidden(page, true)
  await setHidden(page, false)
  await said(page, receiptWords.lostTouch)
}

/** Let this browser keep nothing for the page. */
async function refuseKeeping(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    }
  })
}

/** Come to the receipts of this device; each is answered with a state, for as long as there are any. */
function list(names: readonly string[], replies: readonly object[] = []): Scene {
  return async (page, base) => {
    const receipts = await Promise.all(
      names.map(async (name, i) => {
        const { receiptToken } = await keepSecret(base)
        return { token: receiptToken, name, createdAtMs: NOW_MS - (i + 1) * HOUR_MS, expiresAtMs: NOW_MS + 118 * HOUR_MS }
      }),
    )
    await page.goto(`${base}receipts`)
    await page.evaluate((text) => localStorage.setItem('letterlock.receipts', text), JSON.stringify(receipts))
    let asked = 0
    await page.route(CALLS.receipt, (route) => {
      const reply = replies[asked++]
      if (reply === undefined) return route.abort()
      const times = { createdAt: NOW_MS, expiresAt: NOW_MS }
      return route.fulfill({ json: { confirmed: false, attemptsFailed: 0, ...times, ...reply } })
    })
    await page.reload()
    for (let i = 0; i < names.length; i++) await page.locator('.state').nth(i).waitFor()
    await page.waitForFunction((words) => !document.body.textContent?.includes(words), receiptsWords.state.checking)
  }
}

const NOW_MS = Math.floor(Date.now() / 1000) * 1000
const endedAt = NOW_MS - 26 * HOUR_MS
const claimed = { claimedAt: endedAt }
const LONG_NAME = 'Änderungen an Öttingens Überweisungsvorlagen, zweiter Teil'
const several = list(
  ['Router for Ada', '', LONG_NAME, 'مفتاح الخزانة', 'Wm'.repeat(30)],
  [
    { state: 'sealed' },
    { state: 'claimed', ...claimed },
    { state: 'opened', confirmed: true, endedAt, ...claimed },
    { state: 'burned', by: 'operator', endedAt },
    { state: 'locked', endedAt },
  ],
)

export const scenes: Readonly<Record<string, Scene>> = {
  'create, empty': (page, base) => page.goto(base).then(() => seeHeading(page, createWords.title)),
  'create, written': (page, base) => write(page, base, LETTER),
  'create, nothing to send': async (page, base) => {
    await page.goto(base)
    await press(page, createWords.submit)
    await said(page, createWords.empty)
  },
  'create, near the limit': (page, base) => write(page, base, 'x'.repeat(63_000)),
  'create, too long': async (page, base) => {
    await write(page, base, 'x'.repeat(70_000))
    await press(page, createWords.submit)
  },
  'create, PIN, empty': unfoldPin,
  'create, PIN, made up': async (page, base) => {
    await unfoldPin(page, base)
    await press(page, createWords.pinMakeUp)
    await page.getByText(createWords.pinMore, { exact: true }).click()
  },
  'create, PIN, none yet': async (page, base) => {
    await unfoldPin(page, base)
    await press(page, createWords.submit)
    await said(page, createWords.pinEmpty)
  },
  'create, PIN, link ready': async (page, base) => void (await makeLocked(page, base)),
  'create, PIN, longest': async (page, base) => void (await makeLocked(page, base, { pin: 'Wm'.repeat(128) })),
  'create, sending': submit('never', createWords.sending),
  'create, connection lost': submit('lost', createWords.retry),
  'create, refused': submit(refusal(507, 'storage_full'), createWords.retry),
  'create, link ready': async (page, base) => void (await makeLink(page, base)),
  'create, link copied': async (page, base) => {
    await makeLink(page, base)
    await press(page, madeWords.copy)
    await button(page, madeWords.copied).waitFor()
  },
  'create, leaving a link': async (page, base) => {
    await makeLink(page, base)
    await press(page, madeWords.another)
    await page.getByRole('dialog').waitFor()
  },
  'open, checking': meet('GET', CALLS.one, 'never', openWords.before),
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
  'open, opening': meet('POST', CALLS.claim, 'never', openWords.before, true),
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
  'open, unknown': meet('GET', CALLS.one, refusal(404, 'not_found'), endedWords.unknown),
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
  'open, PIN, wrong': refusePin({ attemptsLeft: 3 }, sayCount(pinWords.triesLeft, 3, 'en')),
  'open, PIN, last try': refusePin({ attemptsLeft: 1 }, pinWords.lastTry),
  'open, PIN, last wrong': refusePin({ attemptsLeft: 0 }, endedWords.locked),
  'open, PIN, mistyped within the lease': refusePin({}, pinWords.mistyped),
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
  'open, unreachable before': meet('GET', CALLS.one, 'lost', openWords.failed),
  'open, unreachable after': meet('POST', CALLS.claim, 'lost', openWords.failed, true),
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
    endedWords.unreadable,
    true,
  ),
  'open, damaged': async (page, base) => {
    await page.goto(`${base}s#damaged`)
    await seeHeading(page, endedWords.damaged)
  },
  'open, damaged, cut': damage((token) => token.slice(0, -4), endedWords.damagedWhy.cut),
  'open, damaged, letter case': damage((token) => token.toLowerCase(), endedWords.damagedWhy['letter-case']),
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
  'receipt, sealed': follow,
  'receipt, sealed, asked for from time to time': told('sealed', { state: 'sealed' }),
  'receipt, sealed with a PIN': told('sealed', { state: 'sealed', attemptsFailed: 2, attemptsLeft: 3 }),
  'receipt, out of reach': loseTouch,
  'receipt, telling': async (page, base) => {
    await page.context().grantPermissions(['notifications'])
    await follow(page, base)
    await press(page, receiptWords.tell)
    await said(page, receiptWords.telling)
  },
  'receipt, telling refused': async (page, base) => {
    await follow(page, base)
    await press(page, receiptWords.tell)
    await said(page, receiptWords.tellRefused)
  },
  'receipt, kept': async (page, base) => {
    await follow(page, base)
    await page.getByLabel(receiptWords.keep, { exact: true }).check()
  },
  'receipt, not kept': async (page, base) => {
    await refuseKeeping(page)
    await follow(page, base)
    await page.getByLabel(receiptWords.keep, { exact: true }).click()
    await said(page, receiptWords.keepRefused)
  },
  'receipt, asking': async (page, base) => {
    await follow(page, base)
    await press(page, receiptWords.delete)
    await page.getByRole('dialog').waitFor()
  },
  'receipt, too late': async (page, base) => {
    await follow(page, base)
    await answer(page, 'DELETE', CALLS.one, refusal(410, 'gone', { state: 'opened', at: Date.now() }))
    await press(page, receiptWords.delete)
    await press(page, receiptWords.askYes)
    await said(page, receiptWords.tooLate)
  },
  'receipt, draft': told('draft', { state: 'draft' }),
  'receipt, claimed': told('claimed', { state: 'claimed', ...claimed }),
  'receipt, opened': told('confirmed', { state: 'opened', confirmed: true, endedAt, ...claimed }),
  'receipt, opened soon': told(
    'confirmed',
    { state: 'opened', confirmed: true, endedAt, claimedAt: endedAt },
    { ageMs: 26 * HOUR_MS + 4_000 },
  ),
  'receipt, handed out': told('unconfirmed', { state: 'opened', endedAt, ...claimed }),
  'receipt, expired': told('expired', { state: 'expired', endedAt }),
  'receipt, burned': told('deleted', { state: 'burned', by: 'sender', endedAt }),
  'receipt, burned by the operator': told('deleted-by-operator', { state: 'burned', by: 'operator', endedAt }),
  'receipt, locked': told('locked', { state: 'locked', attemptsFailed: 5, endedAt }),
  'receipt, lost': told('lost', { state: 'lost', endedAt }),
  'receipt, checking': async (page, base) => {
    await answer(page, 'GET', CALLS.receipt, 'never')
    await page.goto((await keepSecret(base)).receiptLink)
    await seeHeading(page, receiptWords.checking)
  },
  'receipt, unreachable': async (page, base) => {
    await answer(page, 'GET', CALLS.receipt, 'lost')
    await page.goto((await keepSecret(base)).receiptLink)
    await seeHeading(page, receiptWords.failed)
  },
  'receipt, unknown': async (page, base) => {
    await answer(page, 'GET', CALLS.receipt, refusal(404, 'not_found'))
    await page.goto((await keepSecret(base)).receiptLink)
    await seeHeading(page, receiptWords.unknown)
  },
  'receipt, damaged': async (page, base) => {
    await page.goto(`${base}receipt#damaged`)
    await seeHeading(page, receiptWords.damaged)
  },
  'receipts, none': list([]),
  'receipts, several': several,
  'receipts, out of reach': list(['Router for Ada', '']),
  'receipts, refused': async (page, base) => {
    await refuseKeeping(page)
    await page.goto(`${base}receipts`)
    await page.getByLabel(receiptsWords.keep, { exact: true }).click()
    await said(page, receiptsWords.refused)
  },
  'receipts, asking': async (page, base) => {
    await several(page, base)
    await press(page, receiptsWords.forgetAll)
    await page.getByRole('dialog').waitFor()
  },
  about: async (page, base) => {
    await Promise.all([page.waitForResponse(/\/api\/v1\/instance$/), page.goto(`${base}about`)])
  },
  accessibility: async (page, base) => void (await page.goto(`${base}accessibility`)),
  offline: async (page, base) => void (await page.goto(`${base}offline`)),
  'not found': async (page, base) => void (await page.goto(`${base}nothing/here`)),
}
