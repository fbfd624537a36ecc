import type { Page } from 'playwright-core'
import { createWords, generatorWords } from '../../../packages/web/src/languages/en.ts'
import { CALLS, answer, button, press, refusal, seeHeading, seeSaid, seeStarted } from '../steps.ts'
import { LETTER, type Scene, type Scenes } from './scene.ts'

export async function write(page: Page, base: string, text: string): Promise<void> {
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

const generate: Scene = async (page, base) => {
  await page.goto(base)
  await press(page, createWords.generate)
  await button(page, generatorWords.use).waitFor()
}

export async function sendToMany(page: Page, base: string, people: number): Promise<void> {
  await write(page, base, LETTER)
  await submitMany(page, people)
}

export async function submitMany(page: Page, people: number): Promise<void> {
  await page.getByLabel(createWords.people).selectOption(String(people))
  await page.locator('#page [type="submit"]').click()
}

/** Writing and sending on /. */
export const createScenes: Scenes = {
  'create, empty': (page, base) => page.goto(base).then(() => seeHeading(page, createWords.title)),
  'create, written': (page, base) => write(page, base, LETTER),
  'create, nothing to send': async (page, base) => {
    await page.goto(base)
    await press(page, createWords.submit)
    await seeSaid(page, createWords.empty)
  },
  'create, near the limit': (page, base) => write(page, base, 'x'.repeat(63_000)),
  'create, too long': async (page, base) => {
    await write(page, base, 'x'.repeat(70_000))
    await press(page, createWords.submit)
  },
  'create, half of a character': async (page, base) => {
    await page.goto(base)
    await seeStarted(page)
    await page.getByLabel(createWords.text, { exact: true }).evaluate((field) => {
      ;(field as HTMLTextAreaElement).value = 'half \uD83D of it'
      field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    })
    await press(page, createWords.submit)
    await seeSaid(page, createWords.broken)
  },
  'create, reply': (page, base) => page.goto(`${base}#reply`).then(() => seeSaid(page, createWords.replying)),
  'create, password': generate,
  'create, password, on its way': async (page, base) => {
    await page.route(/create-generator/, () => undefined)
    await page.goto(base)
    await press(page, createWords.generate)
    await page.locator('#generate[aria-disabled="true"]').waitFor()
  },
  'create, password, words': async (page, base) => {
    await generate(page, base)
    await page.getByLabel(generatorWords.words).check()
    await page.getByLabel(generatorWords.length).fill('10')
  },
  'create, password, weak': async (page, base) => {
    await generate(page, base)
    await page.getByLabel(generatorWords.words).check()
    await page.getByLabel(generatorWords.length).fill('3')
    await seeSaid(page, generatorWords.weak)
  },
  'create, password, used': async (page, base) => {
    await generate(page, base)
    await press(page, generatorWords.use)
    await button(page, generatorWords.use).waitFor({ state: 'detached' })
  },
  'create, password, not to be had': async (page, base) => {
    await page.route(/create-generator/, (route) => route.abort())
    await page.goto(base)
    await press(page, createWords.generate)
    await seeSaid(page, generatorWords.unavailable)
  },
  'create, for several, lost midway': async (page, base) => {
    let calls = 0
    await page.route(CALLS.create, (route) => (++calls > 1 ? route.abort() : route.fallback()))
    await sendToMany(page, base, 3)
    await page.locator('#trouble').waitFor()
  },
  'create, for several, sending': async (page, base) => {
    const second = Promise.withResolvers<void>()
    let calls = 0
    await page.route(CALLS.create, (route) => (++calls > 1 ? second.resolve() : route.fallback()))
    await sendToMany(page, base, 3)
    await second.promise
  },
  'create, sending': submit('never', () => createWords.sending),
  'create, connection lost': submit('lost', () => createWords.retry),
  'create, refused': submit(refusal(507, 'storage_full'), () => createWords.retry),
}
