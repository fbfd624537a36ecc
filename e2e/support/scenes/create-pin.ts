import type { Page } from 'playwright-core'
import { createWords } from '../../../packages/web/src/languages/en.ts'
import { makeLocked, press, seeSaid } from '../steps.ts'
import { write } from './create.ts'
import { LETTER, STRETCH, type Scene, type Scenes, stretchHalfway } from './scene.ts'

const unfoldPin: Scene = async (page, base) => {
  await write(page, base, LETTER)
  await press(page, createWords.pin)
}

async function submitPin(page: Page, base: string, pin: string): Promise<void> {
  await unfoldPin(page, base)
  await page.getByLabel(createWords.pinLabel, { exact: true }).fill(pin)
  await press(page, createWords.submit)
}

/** Adding a PIN on /. */
export const createPinScenes: Scenes = {
  'create, PIN, empty': unfoldPin,
  'create, PIN, made up': async (page, base) => {
    await unfoldPin(page, base)
    await press(page, createWords.pinMakeUp)
    await page.getByText(createWords.pinMore, { exact: true }).click()
  },
  'create, PIN, none yet': async (page, base) => {
    await unfoldPin(page, base)
    await press(page, createWords.submit)
    await seeSaid(page, createWords.pinEmpty)
  },
  'create, PIN, link ready': async (page, base) => void (await makeLocked(page, base)),
  'create, PIN, longest': async (page, base) => void (await makeLocked(page, base, { pin: 'Wm'.repeat(128) })),
  'create, PIN, too long': async (page, base) => {
    await submitPin(page, base, 'Wm'.repeat(129))
    await seeSaid(page, createWords.pinTooLong)
  },
  'create, PIN, of a character that not every device has': async (page, base) => {
    await submitPin(page, base, '4829\u0378')
    await seeSaid(page, createWords.pinOdd)
  },
  'create, PIN, stretching': async (page, base) => {
    await stretchHalfway(page)
    await submitPin(page, base, '482913')
    await page.getByRole('progressbar', { name: createWords.pinProgress }).waitFor()
  },
  'create, PIN, unable': async (page, base) => {
    await page.route(STRETCH, (route) => route.abort())
    await submitPin(page, base, '482913')
    await seeSaid(page, createWords.unable)
  },
}
