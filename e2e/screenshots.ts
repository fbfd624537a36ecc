// Draws every page in every state into screenshots/: on a phone and a desktop, in light and dark,
// in four languages, with text of twice the size, in forced colours; and sheets of many pictures
// each, to be looked through. Says what went wrong, scrolls sideways or broke the page's policy.
//
//   npm run screenshots                          everything
//   npm run screenshots -- open de ar phone      languages, and scenes and looks whose names begin so
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { PATIENCE_MS } from '../packages/server/test/support/server-process.ts'
import { launchChromium } from './support/browsers.ts'
import { readInLanguage } from './support/language.ts'
import { findSideways } from './support/rules.ts'
import { listScenes, scenes } from './support/scenes.ts'
import type { Scene } from './support/scenes/scene.ts'
import { startServer } from './support/start-server.ts'

const out = fileURLToPath(new URL('../screenshots', import.meta.url))

/** The languages that are drawn; the first is drawn in every look. */
const LANGUAGES = ['en', 'de', 'ar', 'ja']

/** Pages that are open at once. */
const PAGES = 3

/** Pictures on a sheet. */
const SHEET_PICTURES = 12

/** Pixels of a picture that a sheet shows, in its middle: beside the column of a page there is nothing. */
const SHEET_WIDTH_MAX = 760

interface Look {
  readonly name: string
  readonly options: BrowserContextOptions
  readonly textPercent?: number
  /** Drawn in English alone. */
  readonly isEnglish?: boolean
}

const phone = { width: 390, height: 844 }
const desktop = { width: 1280, height: 800 }
const looks: readonly Look[] = [
  { name: 'phone-light', options: { viewport: phone, colorScheme: 'light' } },
  { name: 'phone-dark', options: { viewport: phone, colorScheme: 'dark' } },
  { name: 'desktop-light', options: { viewport: desktop, colorScheme: 'light' } },
  { name: 'desktop-dark', options: { viewport: desktop, colorScheme: 'dark' } },
  { name: 'large-text', options: { viewport: phone, colorScheme: 'light' }, textPercent: 200 },
  { name: 'forced-colors', options: { viewport: phone, forcedColors: 'active' }, isEnglish: true },
  { name: 'contrast', options: { viewport: phone, contrast: 'more' }, isEnglish: true },
  { name: 'landscape', options: { viewport: { width: 740, height: 360 } }, isEnglish: true },
]

interface Picture {
  readonly scene: string
  readonly file: string
}

async function drawScene(browser: Browser, base: string, scene: string, look: Look, tag: string): Promise<readonly string[]> {
  const where = `${scene}, ${tag}, ${look.name}`
  const context = await browser.newContext({
    ...look.options,
    reducedMotion: 'reduce',
    permissions: ['clipboard-write'],
    timezoneId: 'Europe/Vienna',
    locale: tag === 'en' ? 'en-GB' : tag,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('console', (message) => void (message.text().includes('Content Security') && wrong.push(`${where}: ${message.text()}`)))
  page.on('pageerror', (error) => wrong.push(`${where}: ${error.message}`))
  try {
    await (scenes[scene] as Scene)(page, base)
    await page.evaluate((percent) => (document.documentElement.style.fontSize = `${percent}%`), look.textPercent ?? 100)
    wrong.push(...(await findSideways(page)).map((line) => `${where}: ${line}`))
    await page.screenshot({ path: fileOf(scene, look, tag), fullPage: true })
  } catch (error) {
    wrong.push(`${where}: ${(error as Error).message.split('\n', 2).join(' ')}`)
  }
  await context.close()
  return wrong
}

function fileOf(scene: string, look: Look, tag: string): string {
  return join(out, tag, look.name, `${scene.replaceAll(/\W+/g, '-')}.png`)
}

/** Put pictures, which are so wide, side by side, each under its name. */
async function drawSheets(browser: Browser, pictures: readonly Picture[], name: string, width: number): Promise<void> {
  const percent = Math.max(100, (100 * width) / SHEET_WIDTH_MAX)
  for (let i = 0; i < pictures.length; i += SHEET_PICTURES) {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } })
    const figures = await Promise.all(
      pictures.slice(i, i + SHEET_PICTURES).map(async ({ scene, file }) => {
        const bytes = await readFile(file).catch(() => Buffer.alloc(0))
        return `<figure><figcaption>${scene}</figcaption><img src="data:image/png;base64,${bytes.toString('base64')}"></figure>`
      }),
    )
    const style = `
      body { margin: 8px; display: grid; grid-template-columns: repeat(6, 1fr); gap: 8px; background: #888; font: 12px sans-serif }
      figure { margin: 0; overflow: hidden }
      img { display: block; width: ${percent}%; max-height: 560px; margin-left: ${(100 - percent) / 2}%; object-fit: contain; object-position: top }`
    await page.setContent(`<!doctype html><style>${style}</style>${figures.join('')}`)
    await page.screenshot({ path: join(out, 'sheets', `${name}-${String(i / SHEET_PICTURES + 1).padStart(2, '0')}.png`), fullPage: true })
    await page.close()
  }
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2)
  const tagged = LANGUAGES.filter((tag) => wanted.includes(tag))
  const starts = wanted.filter((word) => !(LANGUAGES as readonly string[]).includes(word))
  const choices = [Object.keys(scenes), looks.map(({ name }) => name)]
  const missed = starts.filter((start) => !choices.flat().some((name) => name.startsWith(start)))
  if (missed.length > 0) throw new Error(`nothing begins with ${missed.join(', ')}, and no language that is drawn is called so`)
  const [names = [], lookNames = []] = choices.map((some) => {
    const picked = some.filter((name) => starts.some((start) => name.startsWith(start)))
    return picked.length === 0 ? some : picked
  })
  const tags = tagged.length === 0 ? LANGUAGES : tagged
  if (wanted.length === 0) await rm(out, { recursive: true, force: true })
  await mkdir(join(out, 'sheets'), { recursive: true })
  const { base, stop } = await startServer()
  const browser = await launchChromium()
  const wrong: string[] = []
  for (const tag of tags) {
    await readInLanguage(tag)
    const drawn = listScenes(tag).flatMap(([name]) => (names.includes(name) ? [name] : []))
    for (const look of looks.filter(({ name, isEnglish }) => lookNames.includes(name) && (tag === 'en' || isEnglish !== true))) {
      const waiting = [...drawn]
      const work = async () => {
        for (let scene = waiting.shift(); scene !== undefined; scene = waiting.shift())
          wrong.push(...(await drawScene(browser, base, scene, look, tag)))
      }
      await Promise.all(Array.from({ length: PAGES }, work))
      const pictures = drawn.map((scene) => ({ scene, file: fileOf(scene, look, tag) }))
      await drawSheets(browser, pictures, `${tag}-${look.name}`, look.options.viewport?.width ?? 0)
      console.log(`${tag} ${look.name}: ${drawn.length} pictures`)
    }
  }
  await browser.close()
  await stop()
  console.log(wrong.length === 0 ? `Everything is drawn into ${out}.` : wrong.join('\n'))
  if (wrong.length > 0) process.exitCode = 1
}

await main()
