import type { Page } from 'playwright-core'
import { createWords, generatorWords, madeWords } from '../../../packages/web/src/languages/en.ts'
import { CALLS, answer, button, makeLink, makeLocked, press, refusal, refuseCopies, seeHeading } from '../steps.ts'
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

const generate: Scene = async (page, base) => {
  await page.goto(base)
  await press(page, createWords.generate)
  await button(page, generatorWords.use).waitFor()
}

async function sendToMany(page: Page, base: string, people: number): Promise<void> {
  await write(page, base, LETTER)
  await page.getByLabel(createWords.people).selectOption(String(people))
  await page.locator('#page [type="submit"]').click()
}

/** Make a link for each of so many people. */
async function makeMany(page: Page, base: string, people: number): Promise<void> {
  await sendToMany(page, base, people)
  await page
    .locator('.people li')
    .nth(people - 1)
    .waitFor()
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
  'create, reply': (page, base) => page.goto(`${base}#reply`).then(() => said(page, createWords.replying)),
  'create, password': generate,
  'create, password, words': async (page, base) => {
    await generate(page, base)
    await page.getByLabel(generatorWords.words).check()
    await page.getByLabel(generatorWords.length).fill('10')
  },
  'create, password, weak': async (page, base) => {
    await generate(page, base)
    await page.getByLabel(generatorWords.words).check()
    await page.getByLabel(generatorWords.length).fill('3')
    await said(page, generatorWords.weak)
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
    await said(page, generatorWords.unavailable)
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
  'create, for several': async (page, base) => {
    await makeMany(page, base, 3)
    await page.locator('#name-0').fill('Ada')
    await page.locator('.people').getByRole('button').first().click()
    await page.locator('.people').getByText(madeWords.copied, { exact: true }).waitFor()
  },
  'create, for several, leaving': async (page, base) => {
    await makeMany(page, base, 2)
    await press(page, madeWords.another)
    await page.getByRole('dialog').waitFor()
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
    await page.addInitScript(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
      navigator.share = () => Promise.reject(new DOMException('refused', 'NotAllowedError'))
    })
    await refuseCopies(page)
    await page.route(/create-qr/, (route) => route.abort())
    await makeLink(page, base)
    await page.getByLabel(madeWords.keep).click()
    await said(page, madeWords.keepRefused)
    await press(page, madeWords.qr)
    await said(page, madeWords.qrUnavailable)
    await press(page, madeWords.copy)
    await said(page, madeWords.copyRefused)
  },
  'create, link, shown plainly': async (page, base) => {
    await page.route(/create-made/, (route) => route.abort())
    await makeLocked(page, base)
  },
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
