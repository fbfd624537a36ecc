import type { Page } from 'playwright-core'
import { createWords, madeWords } from '../../../packages/web/src/languages/en.ts'
import { say } from '../../../packages/web/src/ui/say.ts'
import { button, makeLink, makeLocked, press, refuseCopies, seeSaid } from '../steps.ts'
import { sendToMany, submitMany, write } from './create.ts'
import { LETTER, type Scenes, refuseKeeping, refuseSharing, stretchAtOnce } from './scene.ts'

/** Make a link for each of so many people. */
async function makeMany(page: Page, base: string, people: number): Promise<void> {
  await sendToMany(page, base, people)
  await page
    .locator('.people li')
    .nth(people - 1)
    .waitFor()
}

/** Links that are ready on /. */
export const madeScenes: Scenes = {
  'create, for several': async (page, base) => {
    await makeMany(page, base, 3)
    await page.locator('#name-0').fill('Ada')
    await page.locator('.people').getByRole('button').first().click()
    await page.locator('.people').getByText(madeWords.copied, { exact: true }).waitFor()
  },
  'create, for several, copy refused': async (page, base) => {
    await refuseCopies(page)
    await makeMany(page, base, 2)
    await press(page, madeWords.copyList)
    await seeSaid(page, madeWords.copyRefused)
  },
  'create, for several, PIN': async (page, base) => {
    await stretchAtOnce(page)
    await write(page, base, LETTER)
    await press(page, createWords.pin)
    await press(page, createWords.pinMakeUp)
    await submitMany(page, 2)
    await button(page, madeWords.copyPin).waitFor()
  },
  'create, for several, PIN, leaving': async (page, base) => {
    await madeScenes['create, for several, PIN']?.(page, base)
    await press(page, madeWords.another)
    await page.getByText(madeWords.askPinDetail).waitFor()
  },
  'create, for several, shown plainly': async (page, base) => {
    await refuseCopies(page)
    await page.route(/create-made/, (route) => route.abort())
    await sendToMany(page, base, 2)
    await press(page, say(madeWords.copyFor, { name: say(madeWords.person, { number: '1' }) }))
    await seeSaid(page, madeWords.copyRefused)
  },
  'create, for several, leaving': async (page, base) => {
    await makeMany(page, base, 2)
    await press(page, madeWords.another)
    await page.getByRole('dialog').waitFor()
  },
  'create, link, QR code on its way': async (page, base) => {
    await page.route(/create-qr/, () => undefined)
    await makeLink(page, base)
    await press(page, madeWords.qr)
    await page.locator('.ways [aria-disabled="true"]').waitFor()
  },
  'create, link, not shared': async (page, base) => {
    await refuseSharing(page)
    await makeLink(page, base)
    await press(page, madeWords.share)
    await seeSaid(page, madeWords.shareRefused)
  },
  'create, link, QR code': async (page, base) => {
    await makeLink(page, base)
    await press(page, madeWords.qr)
    await page.getByRole('img', { name: madeWords.qrLabel }).waitFor()
  },
  'create, link, receipt kept': async (page, base) => {
    await makeLink(page, base)
    await page.getByLabel(madeWords.keep).check()
  },
  'create, link, nothing kept or copied': async (page, base) => {
    await refuseKeeping(page)
    await refuseSharing(page)
    await refuseCopies(page)
    await page.route(/create-qr/, (route) => route.abort())
    await makeLink(page, base)
    await page.getByLabel(madeWords.keep).click()
    await seeSaid(page, madeWords.keepRefused)
    await press(page, madeWords.qr)
    await seeSaid(page, madeWords.qrUnavailable)
    await press(page, madeWords.copy)
    await seeSaid(page, madeWords.copyRefused)
  },
  'create, link, shown plainly': async (page, base) => {
    await page.route(/create-made/, (route) => route.abort())
    await makeLocked(page, base)
  },
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
}
