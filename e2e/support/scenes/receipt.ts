import type { Page } from 'playwright-core'
import { questionWords, receiptWords } from '../../../packages/web/src/languages/en.ts'
import type { Outcome } from '../../../packages/web/src/ui/name-outcome.ts'
import { NEWER_TOKEN } from '../ends.ts'
import { openElsewhere } from '../receipt-steps.ts'
import { CALLS, HOUR_MS, answer, button, keepSecret, press, refusal, seeHeading, seeSaid, setHidden } from '../steps.ts'
import { type Scene, type Scenes, refuseKeeping } from './scene.ts'

const follow: Scene = async (page, base) => {
  await page.goto((await keepSecret(base)).receiptLink)
  await seeHeading(page, receiptWords.title.sealed)
  await seeSaid(page, receiptWords.live)
}

/** Have a receipt checked or deleted by hand, and answered so. */
const ask =
  (method: 'GET' | 'DELETE', reply: Parameters<typeof answer>[3], see: (page: Page) => Promise<void>): Scene =>
  async (page, base) => {
    await follow(page, base)
    await answer(page, method, method === 'GET' ? CALLS.receipt : CALLS.one, reply)
    await press(page, method === 'GET' ? receiptWords.refresh : receiptWords.delete)
    if (method === 'DELETE') await press(page, receiptWords.askYes)
    await see(page)
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
    if (!('endedAt' in reply)) await seeSaid(page, receiptWords.polled)
  }
}

/** Lose touch with a receipt that has been told. */
const loseTouch: Scene = async (page, base) => {
  await page.goto((await keepSecret(base)).receiptLink)
  await seeSaid(page, receiptWords.live)
  await answer(page, 'GET', CALLS.events, 'lost')
  await answer(page, 'GET', CALLS.receipt, 'lost')
  await setHidden(page, true)
  await setHidden(page, false)
  await seeSaid(page, receiptWords.lostTouch)
}

const NOW_MS = Math.floor(Date.now() / 1000) * 1000
const endedAt = NOW_MS - 26 * HOUR_MS
const claimed = { claimedAt: endedAt }
export const receiptScenes: Scenes = {
  'receipt, sealed': follow,
  'receipt, sealed, asked for from time to time': told('sealed', { state: 'sealed' }),
  'receipt, sealed with a PIN': told('sealed', { state: 'sealed', attemptsFailed: 2, attemptsLeft: 3 }),
  'receipt, out of reach': loseTouch,
  'receipt, telling': async (page, base) => {
    await page.context().grantPermissions(['notifications'])
    await follow(page, base)
    await press(page, receiptWords.tell)
    await seeSaid(page, receiptWords.telling)
  },
  'receipt, telling refused': async (page, base) => {
    await follow(page, base)
    await press(page, receiptWords.tell)
    await seeSaid(page, receiptWords.tellRefused)
  },
  'receipt, telling unable': async (page, base) => {
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'Notification'))
    await follow(page, base)
  },
  'receipt, kept': async (page, base) => {
    await follow(page, base)
    await page.getByLabel(receiptWords.keep, { exact: true }).check()
  },
  'receipt, not kept': async (page, base) => {
    await refuseKeeping(page)
    await follow(page, base)
    await page.getByLabel(receiptWords.keep, { exact: true }).click()
    await seeSaid(page, receiptWords.keepRefused)
  },
  'receipt, asking': async (page, base) => {
    await follow(page, base)
    await press(page, receiptWords.delete)
    await page.getByRole('dialog').waitFor()
  },
  'receipt, too late': async (page, base) => {
    const { link, receiptLink } = await keepSecret(base)
    await page.goto(receiptLink)
    await seeSaid(page, receiptWords.live)
    // What follows the receipt would notice first.
    await setHidden(page, true)
    await press(page, receiptWords.delete)
    await page.getByRole('dialog').waitFor()
    await openElsewhere(base, link)
    await press(page, receiptWords.askYes)
    await seeSaid(page, receiptWords.tooLate)
  },
  'receipt, deleting': ask('DELETE', 'never', (page) => button(page, receiptWords.deleting).waitFor()),
  'receipt, not deleted': ask('DELETE', 'lost', (page) => seeSaid(page, questionWords.unreachable)),
  'receipt, checking again': ask('GET', 'never', (page) => button(page, receiptWords.refreshing).waitFor()),
  'receipt, not checked': ask('GET', 'lost', (page) => seeSaid(page, questionWords.unreachable)),
  'receipt, draft': told('draft', { state: 'draft' }),
  'receipt, claimed': told('claimed', { state: 'claimed', claimedAt: NOW_MS - 90_000 }),
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
  'receipt, still damaged': async (page, base) => {
    await page.goto(`${base}receipt#damaged`)
    await page.getByLabel(receiptWords.paste).fill('this neither')
    await press(page, receiptWords.useLink)
    await seeSaid(page, receiptWords.stillDamaged)
  },
  'receipt, newer': async (page, base) => {
    await page.goto(`${base}receipt#${NEWER_TOKEN}`)
    await seeHeading(page, receiptWords.newer)
  },
}
