import type { Page } from 'playwright-core'
import { receiptsWords } from '../../../packages/web/src/languages/en.ts'
import { say } from '../../../packages/web/src/ui/say.ts'
import { aKept, storeList } from '../receipt-steps.ts'
import { CALLS, HOUR_MS, answer, keepSecret, press, refusal, seeSaid, seeStarted } from '../steps.ts'
import { type Scene, type Scenes, refuseKeeping } from './scene.ts'

/** Keep receipts on this device that were made one hour after another. */
async function keepHere(page: Page, base: string, names: readonly string[]): Promise<void> {
  const made = await Promise.all(names.map(async (name) => aKept(await keepSecret(base), name)))
  await page.goto(`${base}receipts`)
  await seeStarted(page)
  await storeList(
    page,
    made.map((kept, i) => ({ ...kept, createdAtMs: kept.createdAtMs - (i + 1) * HOUR_MS })),
  )
}

/** Come to the receipts of this device; each is answered with a state, for as long as there are any. */
function list(names: readonly string[], replies: readonly (object | 'unknown')[] = []): Scene {
  return async (page, base) => {
    await keepHere(page, base, names)
    let asked = 0
    await page.route(CALLS.receipt, (route) => {
      const reply = replies[asked++]
      if (reply === undefined) return route.abort()
      if (reply === 'unknown') return route.fulfill({ status: 404, json: refusal(404, 'not_found').body })
      const times = { createdAt: NOW_MS, expiresAt: NOW_MS }
      return route.fulfill({ json: { confirmed: false, attemptsFailed: 0, ...times, ...reply } })
    })
    await page.reload()
    await seeStarted(page)
    for (let i = 0; i < names.length; i++) await page.locator('.state').nth(i).waitFor()
    await page.waitForFunction((words) => !document.body.textContent?.includes(words), receiptsWords.state.checking)
  }
}

const NOW_MS = Math.floor(Date.now() / 1000) * 1000
const endedAt = NOW_MS - 26 * HOUR_MS
const claimed = { claimedAt: endedAt }
const NAMES = [
  'Router for Ada',
  '',
  'Änderungen an Öttingens Überweisungsvorlagen, zweiter Teil',
  'مفتاح الخزانة',
  'Wm'.repeat(30),
] as const
const several = list(NAMES, [
  { state: 'sealed' },
  { state: 'claimed', ...claimed },
  { state: 'opened', confirmed: true, endedAt, ...claimed },
  { state: 'burned', by: 'operator', endedAt },
  { state: 'locked', endedAt },
])
const ended = list(
  [...NAMES, 'Bo'],
  [
    { state: 'draft' },
    { state: 'opened', endedAt, ...claimed },
    { state: 'expired', endedAt },
    { state: 'burned', by: 'sender', endedAt },
    { state: 'lost', endedAt },
    'unknown',
  ],
)

export const receiptsScenes: Scenes = {
  'receipts, none': list([]),
  'receipts, several': several,
  'receipts, out of reach': list(['Router for Ada', '']),
  'receipts, that have ended': ended,
  'receipts, checking': async (page, base) => {
    await keepHere(page, base, NAMES)
    await answer(page, 'GET', CALLS.receipt, 'never')
    await page.reload()
    await seeSaid(page, receiptsWords.state.checking)
  },
  'receipts, one forgotten': async (page, base) => {
    await several(page, base)
    await press(page, say(receiptsWords.forgetFor, { name: NAMES[0] }))
    await page.getByText(NAMES[0], { exact: true }).waitFor({ state: 'detached' })
  },
  'receipts, all forgotten': async (page, base) => {
    await several(page, base)
    await press(page, receiptsWords.forgetAll)
    await page.getByRole('dialog').getByRole('button', { name: receiptsWords.askYes, exact: true }).click()
    await seeSaid(page, receiptsWords.none)
  },
  'receipts, kept from now on': async (page, base) => {
    await page.goto(`${base}receipts`)
    await page.getByLabel(receiptsWords.keep, { exact: true }).check()
  },
  'receipts, refused': async (page, base) => {
    await refuseKeeping(page)
    await page.goto(`${base}receipts`)
    await page.getByLabel(receiptsWords.keep, { exact: true }).click()
    await seeSaid(page, receiptsWords.refused)
  },
  'receipts, asking': async (page, base) => {
    await several(page, base)
    await press(page, receiptsWords.forgetAll)
    await page.getByRole('dialog').waitFor()
  },
}
