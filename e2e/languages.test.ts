import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, after, describe, test } from 'node:test'
import type { Page, Route } from 'playwright-core'
import { buildPages } from '../packages/web/build.ts'
import { createWords, headWords, openWords, shellWords } from '../packages/web/src/languages/en.ts'
import { makeLong, makeMirrored } from '../packages/web/test/translations.ts'
import { readIn } from './support/language.ts'
import { SCENES_AT_ONCE, findSideways } from './support/rules.ts'
import { findComplaints, listScenes } from './support/scenes.ts'
import { openStage } from './support/stage.ts'
import { SECRET, keepSecret, press, secret, seeHeading, seeStarted } from './support/steps.ts'

/** Two languages that nobody speaks, in the places of two that many do. */
const LONG = { tag: 'de', translation: makeLong() }
const MIRRORED = { tag: 'ar', translation: makeMirrored() }

/** The words of a language, on their way. */
const PACK = /\/assets\/[a-z-]+-(?:de|ar)-[0-9a-f]{12}\.json$/

let folder = ''
const stage = openStage(undefined, async () => {
  folder = await mkdtemp(join(tmpdir(), 'letterlock-languages-'))
  await buildPages(folder, [LONG, MIRRORED])
  return folder
})
after(() => rm(folder, { recursive: true, force: true }))

/** The sentences that a reader can see which are in no language but English. */
function findEnglish(page: Page, mark: string): Promise<readonly string[]> {
  return page.evaluate((mark) => {
    const seen: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement as HTMLElement
      const words = node.nodeValue?.trim() ?? ''
      // What somebody typed, names of languages, our own name, and what Intl writes out are nobody's to translate.
      const isOurs = element.closest('script, style, noscript, [translate="no"], .brand, option:not([data-word])') === null
      if (isOurs && element.checkVisibility() && /[a-z]{3}/i.test(words) && !new RegExp(mark, 'u').test(words)) seen.push(words)
    }
    const named = [...document.querySelectorAll<HTMLElement>('#page [aria-label], #page [placeholder], #page [title]')]
    for (const element of named)
      for (const name of ['aria-label', 'placeholder', 'title']) {
        const words = element.getAttribute(name) ?? ''
        if (/[a-z]{3}/i.test(words) && !new RegExp(mark, 'u').test(words)) seen.push(`${name}: ${words}`)
      }
    return seen
  }, mark)
}

/** Hold the words of the language back until the test says how they come. */
async function holdPack(page: Page): Promise<(answer: (route: Route) => Promise<void>) => Promise<void>> {
  let take: (route: Route) => void = () => {}
  const held = new Promise<Route>((resolve) => (take = resolve))
  await page.route(PACK, (route) => take(route))
  return async (answer) => answer(await held)
}

const isSeen = (page: Page) => page.evaluate(() => document.querySelector('h1')?.checkVisibility({ visibilityProperty: true }))

describe('a language', { concurrency: false }, () => {
  after(() => readIn('en', null))

  test('shows no English while its words are on their way', async (t: TestContext) => {
    const { page } = await stage.visit(t, { locale: 'de-AT' })
    const release = await holdPack(page)
    await page.goto(stage.url)
    await page.locator('html[data-waiting]').waitFor()
    assert.equal(await isSeen(page), false)
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de')
    await release((route) => route.continue())
    await seeHeading(page, LONG.translation.create.title)
    assert.equal(await isSeen(page), true)
    assert.equal(await page.title(), LONG.translation.head.create)
  })

  test('gives way to English when its words do not come, or are not the ones that the page was built with', async (t: TestContext) => {
    for (const spoil of [
      (route: Route) => route.abort(),
      (route: Route) => route.fulfill({ status: 404, body: '' }),
      (route: Route) =>
        route.fulfill({ contentType: 'application/json', body: JSON.stringify({ tag: 'de', title: 'x', words: {}, parts: {} }) }),
      (route: Route) => route.fulfill({ contentType: 'application/json', body: 'no JSON' }),
    ]) {
      const { page } = await stage.visit(t, { locale: 'de-AT', allows: /Failed to load|integrity|net::/ })
      const release = await holdPack(page)
      await page.goto(stage.url)
      await release(spoil)
      await seeHeading(page, createWords.title)
      assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ['en', 'ltr'])
      assert.equal(await page.title(), headWords.create)
    }
  })

  test('is the first of the reader’s that there is, and is written their way', async (t: TestContext) => {
    for (const [languages, tag, dir] of [
      [['th', 'ar-EG', 'de'], 'ar', 'rtl'],
      [['de-CH'], 'de', 'ltr'],
      [['th', 'vi'], 'en', 'ltr'],
      [['en-GB', 'de'], 'en', 'ltr'],
    ] as const) {
      const { page, context } = await stage.visit(t)
      await context.addInitScript((languages) => Object.defineProperty(navigator, 'languages', { value: languages }), languages)
      await page.goto(`${stage.url}about`)
      await seeStarted(page)
      assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), [tag, dir])
    }
  })

  test('is where an empty field begins, and what is written in it begins where its own language does', async (t: TestContext) => {
    const { page } = await stage.visit(t, { locale: 'ar' })
    await page.goto(stage.url)
    await seeHeading(page, MIRRORED.translation.create.title)
    const field = page.locator('#text')
    const directions = () =>
      field.evaluate((field) => {
        const { direction, unicodeBidi } = getComputedStyle(field)
        return `${direction} ${unicodeBidi}`
      })
    assert.equal(await directions(), 'rtl normal')
    await field.fill('abc')
    assert.match(await directions(), /plaintext$/)
  })

  test('is chosen in the page, stays on this device, and takes nothing from what was typed', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    await page.goto(stage.url)
    await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
    await page.getByLabel(shellWords.language).selectOption('ar')
    await seeHeading(page, MIRRORED.translation.create.title)
    assert.equal(await page.getByLabel(MIRRORED.translation.create.text, { exact: true }).inputValue(), SECRET)
    assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl')
    await page.goto(`${stage.url}about`)
    await seeHeading(page, MIRRORED.translation.about.title)
    await page.getByLabel(MIRRORED.translation.shell.language).selectOption('en')
    await seeHeading(page, 'How it works')
    assert.equal(await page.evaluate(() => localStorage.getItem('letterlock.language')), 'en')
    await page.reload()
    await seeHeading(page, 'How it works')
  })

  test('changes what a part says, too, while a secret is shown', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    await page.goto((await keepSecret(stage.url)).link)
    await press(page, openWords.show)
    await secret(page).waitFor()
    await page.getByLabel(shellWords.language).selectOption('de')
    await seeHeading(page, LONG.translation.shown.title)
    assert.equal(await page.getByRole('region', { name: LONG.translation.shown.secret }).textContent(), SECRET)
  })

  test('that cannot be loaded when it is chosen leaves everything as it is, and says so', async (t: TestContext) => {
    const { page } = await stage.visit(t, { allows: /Failed to load|net::/ })
    await page.goto(stage.url)
    await seeStarted(page)
    await page.route(PACK, (route) => route.abort())
    await page.getByLabel(shellWords.language).selectOption('de')
    await page.getByRole('status').getByText(shellWords.languageLost).waitFor()
    await seeHeading(page, createWords.title)
    assert.equal(await page.getByLabel(shellWords.language).inputValue(), 'en')
    assert.equal(await page.evaluate(() => localStorage.getItem('letterlock.language')), null)
    const seen = page.locator('footer').getByText(shellWords.languageLost)
    assert.equal(await seen.isVisible(), true, 'whoever looks is told, too')
    await page.unroute(PACK)
    await page.getByLabel(shellWords.language).selectOption('de')
    await seeHeading(page, LONG.translation.create.title)
    assert.equal(await page.locator('#language-lost').isVisible(), false)
  })

  for (const { language, mark } of [
    { language: LONG, mark: '⟦|ëxtrå' },
    { language: MIRRORED, mark: '[\\u0600-\\u06ff]' },
  ])
    describe('of words that nobody speaks leaves nothing in English, and fits', { concurrency: SCENES_AT_ONCE }, () => {
      for (const [name, scene] of listScenes(language.tag))
        test(`${name}, ${language.tag}`, async (t: TestContext) => {
          readIn(language.tag, language.translation)
          const { page } = await stage.visit(t, {
            locale: language.tag,
            viewport: { width: 390, height: 844 },
            permissions: ['clipboard-write'],
            allows: findComplaints(name),
          })
          await scene(page, stage.url)
          assert.deepEqual(await findEnglish(page, mark), [])
          assert.deepEqual(await findSideways(page), [])
          await page.setViewportSize({ width: 320, height: 640 })
          assert.deepEqual(await findSideways(page), [])
        })
    })

  test('finds what is left in English', async (t: TestContext) => {
    const { page } = await stage.visit(t, { locale: 'de' })
    await page.goto(stage.url)
    await seeHeading(page, LONG.translation.create.title)
    await page.evaluate(
      (words) => document.querySelector('main')?.append(Object.assign(document.createElement('p'), { textContent: words })),
      'Left in English.',
    )
    assert.deepEqual(await findEnglish(page, '⟦|ëxtrå'), ['Left in English.'])
  })
})
