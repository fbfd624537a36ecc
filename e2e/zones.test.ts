import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { endedWords, receiptWords } from '../packages/web/src/languages/en.ts'
import { readInLanguage } from './support/language.ts'
import { openStage } from './support/stage.ts'
import { CALLS, answer, comeTo, keepSecret, makeLink, refusal, seeHeading } from './support/steps.ts'

const stage = openStage()

const VIEWERS = [
  { timezoneId: 'Pacific/Kiritimati', locale: 'en-GB', zone: /GMT\+14/ },
  { timezoneId: 'America/St_Johns', locale: 'en-CA', zone: /N[SD]T/ },
  { timezoneId: 'America/St_Johns', locale: 'de-AT', zone: /GMT-[23]:30/ },
] as const

/** A date, time and zone in full, as Node tells it in the reader's own kind of the language. */
function tell(atMs: number, { timezoneId, locale }: (typeof VIEWERS)[number]): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: timezoneId,
  }).format(atMs)
}

/** What the page says, with every kind of space as one. */
async function read(page: Page): Promise<string> {
  return (await page.locator('#page').innerText()).replaceAll(/\s+/g, ' ')
}

/** Somebody from there, whose pages are read in their language. */
async function visit(t: TestContext, viewer: (typeof VIEWERS)[number]): Promise<Page> {
  await readInLanguage(viewer.locale.slice(0, 2))
  t.after(() => readInLanguage('en'))
  return (await stage.visit(t, viewer)).page
}

async function seeMoment(page: Page, atMs: number, viewer: (typeof VIEWERS)[number]): Promise<void> {
  const moment = tell(atMs, viewer).replaceAll(/\s+/g, ' ')
  assert.match(moment, viewer.zone)
  const said = await read(page)
  assert.ok(said.includes(moment), `"${moment}" is not in "${said}"`)
}

for (const viewer of VIEWERS) {
  test(`tells times with date and zone in ${viewer.timezoneId} to a reader of ${viewer.locale}`, async (t: TestContext) => {
    const page = await visit(t, viewer)
    const { link, receiptLink, expiresAtMs } = await keepSecret(stage.url)
    await comeTo(page, link)
    await seeMoment(page, expiresAtMs, viewer)
    assert.match(await read(page), /\(in 7 (?:days|Tagen)\)/)
    await page.goto(receiptLink)
    await seeHeading(page, receiptWords.title.sealed)
    await seeMoment(page, expiresAtMs, viewer)
    const created = page.waitForResponse(CALLS.create)
    await makeLink(page, stage.url)
    const { expiresAt } = (await (await created).json()) as { expiresAt: number }
    await seeMoment(page, expiresAt, viewer)
  })
}

test('tells a moment near midnight on the right day, on either side of the world', async (t: TestContext) => {
  const { link } = await keepSecret(stage.url)
  const atMs = Date.UTC(2026, 11, 31, 12, 30)
  const told = []
  for (const viewer of VIEWERS) {
    const page = await visit(t, viewer)
    await answer(page, 'GET', CALLS.one, refusal(410, 'gone', { state: 'expired', at: atMs }))
    await page.goto(link)
    await seeHeading(page, endedWords.expired)
    await seeMoment(page, atMs, viewer)
    told.push(await read(page))
  }
  assert.match(told[0] as string, /1 January 2027.*02:30 GMT\+14/)
  assert.match(told[1] as string, /December 31, 2026.*9:00/)
})

test('counts the time that is left, not the date, when summer time ends in between', async (t: TestContext) => {
  const { page } = await stage.visit(t, { timezoneId: 'Europe/Vienna' })
  const { link } = await keepSecret(stage.url)
  const nowMs = Date.UTC(2026, 9, 24, 12)
  await page.clock.install({ time: nowMs })
  const expiresAt = nowMs + 24 * 3_600_000
  await answer(page, 'GET', CALLS.one, { status: 200, body: { state: 'sealed', pin: null, sealedBytes: 1096, expiresAt } })
  await comeTo(page, link)
  assert.match(await read(page), /25 October 2026.*13:00 CET \(in 24 hours\)/)
})
