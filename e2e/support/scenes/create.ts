import type { Page } from 'playwright-core'
import { createWords, madeWords } from '../../../packages/web/src/languages/en.ts'
import { CALLS, answer, button, makeLink, makeLocked, press, refusal, seeHeading } from '../steps.ts'
import { LETTER, type Scene, type Scenes, said } from './scene.ts'

async function write(page: Page, base: string, text: string): Promise<void> {
  await page.goto(base)
  await page.getByLabel(createWords.text, { exact: true }).fill(text)
}

function submit(reply: Parameters<typeof answer>[3], words: () => string): Scene {
  return async (page, base) => {
    await answer(page, 'POST', CALLS.create, reply)
    await write(page, base, LETTER)
    await press(page, createWords.submit)
    await button(page, words()).waitFor()
  }
}

const unfoldPin: Scene = async (page, base) => {
  await write(page, base, LETTER)
  await press(page, createWords.pin)
}

export const createScenes: Scenes = {
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
  'create, sending': submit('never', () => createWords.sending),
  'create, connection lost': submit('lost', () => createWords.retry),
  'create, refused': submit(refusal(507, 'storage_full'), () => createWords.retry),
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
