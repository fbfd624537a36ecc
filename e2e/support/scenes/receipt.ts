import type { Page } from 'playwright-core'
import { receiptWords, receiptsWords } from '../../../packages/web/src/languages/en.ts'
import type { Outcome } from '../../../packages/web/src/ui/name-outcome.ts'
import { CALLS, answer, keepSecret, press, refusal, seeHeading, setHidden } from '../steps.ts'
import { HOUR_MS, type Scene, type Scenes, said } from './scene.ts'

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

export const receiptScenes: Scenes = {
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
}
