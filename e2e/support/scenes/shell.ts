import { shellWords } from '../../../packages/web/src/languages/en.ts'
import { keepSecret, seeStarted } from '../steps.ts'
import { type Scene, type Scenes } from './scene.ts'

/** An address that no browser takes for a safe one. */
const PLAIN = 'http://letterlock.test/'

/** Come without https to a page, which waits for nothing but what it can say. */
function comePlainly(find: (base: string) => Promise<string>): Scene {
  return async (page, base) => {
    await page.route(`${PLAIN}**`, async (route) => {
      return route.fulfill({ response: await route.fetch({ url: route.request().url().replace(PLAIN, base) }) })
    })
    await page.goto((await find(base)).replace(base, PLAIN))
    await seeStarted(page)
    await page.getByText(shellWords.plainHttp).waitFor()
  }
}

/** Come to a page with a browser that knows no dialogs: it is too old. */
function comeLate(find: (base: string) => Promise<string>): Scene {
  return async (page, base) => {
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'HTMLDialogElement'))
    await page.goto(await find(base))
    await page.getByText(shellWords.tooOld).waitFor()
  }
}

/** Come to a page in a browser that runs no scripts of pages. */
function comeStill(find: (base: string) => Promise<string>): Scene {
  return async (page, base) => {
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setScriptExecutionDisabled', { value: true })
    await page.goto(await find(base))
    await page.locator('noscript p').getByText(shellWords.noScript).waitFor()
    // Whatever looks at the page needs scripts, with which a browser shows none of this.
    await session.send('Emulation.setScriptExecutionDisabled', { value: false })
    await page.evaluate(() => {
      for (const shown of document.querySelectorAll('noscript')) shown.replaceWith(...shown.childNodes)
    })
    await page.getByText(shellWords.noScript).waitFor()
  }
}

const first = (base: string) => Promise.resolve(base)
const link = async (base: string) => (await keepSecret(base)).link
const receipt = async (base: string) => (await keepSecret(base)).receiptLink
const receipts = (base: string) => Promise.resolve(`${base}receipts`)

/** What surrounds the pages where they are, and what stands in their place where they cannot be. */
export const shellScenes: Scenes = {
  'create, plain http': comePlainly(first),
  'open, plain http': comePlainly(link),
  'receipt, plain http': comePlainly(receipt),
  'receipts, plain http': comePlainly(receipts),
  'create, browser too old': comeLate(first),
  'open, browser too old': comeLate(link),
  'create, without script': comeStill(first),
  'open, without script': comeStill(link),
  'create, language not to be had': async (page, base) => {
    await page.route(/\/assets\/create-fr-/, (route) => route.abort())
    await page.goto(base)
    await seeStarted(page)
    await page.getByLabel(shellWords.language).selectOption('fr')
    await page.getByText(shellWords.languageLost).and(page.locator('footer *')).waitFor()
  },
}
