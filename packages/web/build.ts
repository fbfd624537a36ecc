import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BuildOptions, Plugin } from 'esbuild'
import { WEB_FOLDER as here, bundle } from './src/build/bundle.ts'
import { drawIcons, readMark } from './src/build/draw-icons.ts'
import { describeApp } from './src/build/describe-app.ts'
import { OFFLINE_PAGE, gatherOfflineWords, makeOfflineWorker } from './src/build/make-offline.ts'
import { type PackFile, type Spoken, makePagePacks, makePartPacks } from './src/build/make-packs.ts'
import type { Renderer, PageName } from './src/build/pages.tsx'
import { type SiteFile, compress, hashOf, hexOf, isCompressible, nameAsset, nameKnown } from './src/build/site-file.ts'
import { LANGUAGES } from './src/languages/languages.ts'
import type { Translation } from './src/languages/translation.ts'
import type { Part } from './src/ui/load-part.ts'

/** What each page may weigh, HTML, CSS, scripts and the words of any language together, in bytes after brotli. */
const WEIGHT_BYTES_MAX: Partial<Record<PageName, number>> = { open: 16_384, create: 24_576 }

interface PageFile {
  readonly name: PageName
  readonly url: string
  readonly file: string
  /** Whether it offers to be installed, and keeps the offline page when it is. A page that a link leads to does not. */
  readonly isInstallable?: true
}

const pages: readonly PageFile[] = [
  { name: 'create', url: '/', file: 'index.html', isInstallable: true },
  { name: 'open', url: '/s', file: 's.html' },
  { name: 'receipt', url: '/receipt', file: 'receipt.html' },
  { name: 'receipts', url: '/receipts', file: 'receipts.html', isInstallable: true },
  { name: 'about', url: '/about', file: 'about.html', isInstallable: true },
  { name: 'accessibility', url: '/accessibility', file: 'accessibility.html', isInstallable: true },
  { name: 'not-found', url: '/404', file: '404.html' },
]

/** What a page loads only once it is needed, and where it begins: ui/load-part.ts. The notice is for what others wrote. */
const PARTS: readonly { readonly name: Part; readonly page: PageName; readonly entry: string; readonly notice?: string }[] = [
  {
    name: 'create-generator',
    page: 'create',
    entry: 'src/pages/create/generator-part.tsx',
    notice: '/* Words of @scure/bip39 (c) 2022 Patricio Palladino, Paul Miller. MIT, in full in NOTICES.md of Letterlock. */',
  },
  { name: 'create-made', page: 'create', entry: 'src/pages/create/made-part.tsx' },
  {
    name: 'create-qr',
    page: 'create',
    entry: 'src/pages/create/qr-part.ts',
    notice: '/* lean-qr (c) 2021-2025 David Evans. MIT, in full in NOTICES.md of Letterlock. */',
  },
  { name: 'open-pin', page: 'open', entry: 'src/pages/open/pin-part.tsx' },
  { name: 'open-claim', page: 'open', entry: 'src/pages/open/claim-part.ts' },
  { name: 'open-shown', page: 'open', entry: 'src/pages/open/shown-part.tsx' },
  { name: 'open-fields', page: 'open', entry: 'src/pages/open/fields-part.ts' },
  { name: 'open-ended', page: 'open', entry: 'src/pages/open/ended-part.tsx' },
  { name: 'receipt-told', page: 'receipt', entry: 'src/pages/receipt/told-part.tsx' },
]

/** The worker that stretches PINs, for every page that asks for one: ui/stretch-pin.ts. */
const WORKER = 'stretch'

/** How long words in another language than English are waited for, in ms. */
const LANGUAGE_MS_MAX = 8_000

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  ico: 'image/x-icon',
  png: 'image/png',
  webmanifest: 'application/manifest+json',
  txt: 'text/plain; charset=utf-8',
}

/** What the licences ask for. */
const WORKER_NOTICE =
  '/* argon2id (c) 2022 Proton AG, (c) 2017 Emil Bay; @noble/hashes (c) 2022 Paul Miller. MIT, in full in NOTICES.md of Letterlock. */'

/** What stands in for Preact in the browser; without this line, Preact itself does. */
const DRAW = { preact: './src/ui/draw.ts', 'preact/jsx-runtime': './src/ui/draw.ts' }

/** What stands in the pages themselves, by its hash: the policy lets in nothing else that does. */
interface Inline {
  readonly scripts: Set<string>
  readonly styles: Set<string>
}

interface Site {
  readonly files: readonly SiteFile[]
  readonly inline: Inline
}

/**
 * Build the pages into a folder that is theirs alone: HTML, scripts, styles, icons, each
 * with a brotli twin, and the manifest that the server serves them by. The same sources
 * give the same bytes, wherever and whenever they are built.
 *
 * @param spoken - other languages than those that there are, for tests.
 */
export async function buildPages(outDir: string, spoken?: readonly Spoken[]): Promise<void> {
  const { files, inline } = await makeSite(spoken ?? (await readTranslations()))
  await clearFolder(outDir)
  for (const { file, bytes } of files) {
    await mkdir(dirname(join(outDir, file)), { recursive: true })
    await writeFile(join(outDir, file), bytes)
    if (isCompressible(file)) await writeFile(join(outDir, `${file}.br`), compress(bytes))
  }
  await writeFile(join(outDir, 'manifest.json'), await describeSite(files, inline))
  weigh(files)
}

async function makeSite(spoken: readonly Spoken[]): Promise<Site> {
  const boot = await makeBoot(spoken)
  const icon = await readFile(join(here, 'src/assets/icon.svg'))
  const look = { iconUrl: embedIcon(icon), mark: readMark(icon.toString()).lines }
  const { version } = await readPackage()
  const { renderPage, renderOffline } = await loadRenderer(version)
  const worker = await makeWorker()
  const parts = await makeParts(worker)
  const partPacks = makePartPacks(spoken).map(namePack)
  const hashOfPart = (part: Part, tag: string) => hexOf(partPacks.find((pack) => pack.name === part && pack.tag === tag)?.file.bytes)
  const files: SiteFile[] = [worker, ...parts.map(({ script }) => script), ...partPacks.map(({ file }) => file)]
  const inline: Inline = { scripts: new Set([hashOf(boot)]), styles: new Set() }
  for (const { name, url, file, isInstallable = false } of pages) {
    const main = existsSync(join(here, `src/pages/${name}/main.tsx`)) ? 'main.tsx' : 'main.ts'
    const own = parts.filter(({ page }) => page === name)
    const define = { ...defineScripts(name, worker, own), VERSION: JSON.stringify(version) }
    const packs = makePagePacks(
      name,
      own.map((part) => part.name),
      spoken,
      hashOfPart,
    ).map(namePack)
    files.push(...packs.map(({ file }) => file))
    const code = await bundle({ entryPoints: [`src/pages/${name}/${main}`], format: 'iife', alias: DRAW, define })
    const script = nameAsset(name, 'js', startAfterPaint(code))
    const style = await bundle({ entryPoints: [`src/pages/${name}/${name}.css`] })
    const html = renderPage(name, { script: refer(script), packs: packs.map(referPack).join(' '), isInstallable, ...look })
    files.push(script, makePage(url, file, html, boot, style, inline))
  }
  const offline = await makeOffline(renderOffline(look), spoken, inline)
  files.push(offline, await makeOfflineWorker(offline), ...(await makeKnown(icon)))
  return { files, inline }
}

/** A page with its style and what runs before it is drawn inside, and those in the policy. */
function makePage(url: string, file: string, html: string, script: Buffer, style: Buffer, inline: Inline): SiteFile {
  inline.scripts.add(hashOf(script))
  inline.styles.add(hashOf(style))
  return { url, file, cache: 'page', armour: 'page', bytes: Buffer.from(inlineHead(html, script, style)) }
}

/** The page that says that there is no connection. It is kept alone, so everything of it is inside, in every language. */
async function makeOffline(html: string, spoken: readonly Spoken[], inline: Inline): Promise<SiteFile> {
  const define = { OFFLINE_WORDS: JSON.stringify(gatherOfflineWords(spoken)), OFFLINE_PAGE: JSON.stringify(OFFLINE_PAGE) }
  const script = await bundle({ entryPoints: ['src/pages/offline/main.ts'], format: 'iife', define })
  const style = await bundle({ entryPoints: ['src/pages/offline/offline.css'] })
  return makePage(`/${OFFLINE_PAGE}`, 'offline.html', html, script, style, inline)
}

/** The files that browsers, systems, chats and robots ask for. */
async function makeKnown(icon: Buffer): Promise<readonly SiteFile[]> {
  return [
    nameKnown('favicon.svg', icon),
    ...Array.from(drawIcons(readMark(icon.toString())), ([file, bytes]) => nameKnown(file, bytes)),
    nameKnown('manifest.webmanifest', Buffer.from(describeApp())),
    nameKnown('robots.txt', await readFile(join(here, 'src/assets/robots.txt'))),
  ]
}

/** The icon in the page itself, written so that as much of it as possible is what stands in the page anyway. */
function embedIcon(icon: Buffer): string {
  return `data:image/svg+xml,${icon.toString().trim().replaceAll('#', '%23')}`
}

/** What runs before the page is drawn: it must know which languages there are. */
function makeBoot(spoken: readonly Spoken[]): Promise<Buffer> {
  const define = {
    LANGUAGE_TAGS: JSON.stringify(['en', ...spoken.map(({ tag }) => tag)]),
    LANGUAGE_MS_MAX: String(LANGUAGE_MS_MAX),
  }
  return bundle({ entryPoints: ['src/boot.ts'], target: 'es5', format: 'iife', define })
}

/** Every language but the one that the pages are written in. */
function readTranslations(): Promise<Spoken[]> {
  return Promise.all(
    LANGUAGES.slice(1).map(async ({ tag }) => ({
      tag,
      translation: ((await import(`./src/languages/${tag}.ts`)) as { translation: Translation }).translation,
    })),
  )
}

interface NamedPack extends PackFile {
  readonly file: SiteFile
}

function namePack(pack: PackFile): NamedPack {
  return { ...pack, file: nameAsset(`${pack.name}-${pack.tag}`, 'json', Buffer.from(JSON.stringify(pack.pack))) }
}

/** How a page names its words in another language, for boot.ts. */
function referPack({ name, tag, file }: NamedPack): string {
  return `${name}-${tag}:${hexOf(file.bytes)}`
}

/** The worker with its wasm inside: nothing else is fetched for it. */
async function makeWorker(): Promise<SiteFile> {
  const options: BuildOptions = { loader: { '.wasm': 'binary' }, banner: { js: WORKER_NOTICE } }
  return {
    ...nameAsset(WORKER, 'js', await bundle({ entryPoints: ['src/stretch/worker.ts'], format: 'iife', ...options })),
    armour: 'worker',
  }
}

interface PartScript {
  readonly name: Part
  readonly page: PageName
  readonly script: SiteFile
}

/** A part is a module, so that the page can import what it exports. */
function makeParts(worker: SiteFile): Promise<PartScript[]> {
  return Promise.all(
    PARTS.map(async ({ name, page, entry, notice }) => {
      const define = defineScripts(page, worker, [])
      const banner = { js: notice ?? '' }
      const code = await bundle({ entryPoints: [entry], format: 'esm', alias: DRAW, define, banner, plugins: [styleAsText] })
      return { name, page, script: nameAsset(name, 'js', code) }
    }),
  )
}

/** The style of a part comes with its script, as a text: ui/adopt-style.ts. */
const styleAsText: Plugin = {
  name: 'style-as-text',
  setup(bundling) {
    bundling.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
      contents: (await bundle({ entryPoints: [path] })).toString(),
      loader: 'text',
    }))
  },
}

/** What scripts of a page say where they name a script of the build; one that names none does not grow. */
function defineScripts(page: PageName, worker: SiteFile, parts: readonly PartScript[]): Readonly<Record<string, string>> {
  const references = parts.map(({ name, script: { file, bytes } }) => [name, { file, integrity: hashOf(bytes) }] as const)
  return {
    STRETCH_WORKER: JSON.stringify(worker.file),
    PARTS: JSON.stringify(Object.fromEntries(references)),
    IS_INSTALLABLE: String(pages.some(({ name, isInstallable }) => name === page && isInstallable)),
  }
}

/**
 * Let a page be drawn before its script begins: the words stand in its HTML. What is sent off
 * meanwhile is remembered by boot.ts. A tab in the background draws nothing to wait for. The
 * words of the reader's language are there then, or will not come.
 */
function startAfterPaint(code: Buffer): Buffer {
  return Buffer.from(
    `(document.hidden?setTimeout:requestAnimationFrame)(()=>setTimeout(async()=>{await self.booted?.pack;${code.toString()}}))`,
  )
}

/** The pages are TSX, which Node does not read: bundle what renders them, and import that. */
async function loadRenderer(version: string): Promise<Renderer> {
  const define = { VERSION: JSON.stringify(version) }
  const code = await bundle({ entryPoints: ['src/build/pages.tsx'], format: 'esm', platform: 'node', target: 'node24', define })
  return (await import(`data:text/javascript;base64,${code.toString('base64')}`)) as Renderer
}

async function readPackage(): Promise<{ readonly version: string }> {
  return JSON.parse(await readFile(join(here, 'package.json'), 'utf8')) as { version: string }
}

/** Put in the head what the first picture needs, so that it waits for nothing but the page itself. */
function inlineHead(html: string, boot: Buffer, style: Buffer): string {
  if (`${boot.toString()}${style.toString()}`.includes('</')) throw new Error('a script or style would end its own element')
  return html.replace('</head>', () => `<script>${boot.toString()}</script><style>${style.toString()}</style></head>`)
}

function refer({ file, bytes }: SiteFile): { readonly url: string; readonly integrity: string } {
  return { url: file, integrity: hashOf(bytes) }
}

/** Empty the folder, but only if it is one of ours: somebody may have mistyped. */
async function clearFolder(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true })
  const names = await readdir(outDir)
  if (names.length > 0 && !names.includes('manifest.json'))
    throw new Error(`${outDir} holds files that no build of the pages made; choose an empty folder`)
  await Promise.all(names.map((name) => rm(join(outDir, name), { recursive: true })))
}

/** The manifest: what stands at which address. */
async function describeSite(files: readonly SiteFile[], inline: Inline): Promise<string> {
  const { version } = await readPackage()
  const rows = files.map(({ url, file, cache, armour, bytes }) => {
    const type = TYPES[file.slice(file.lastIndexOf('.') + 1)]
    return [url, { file, type, cache, armour, sha256: hexOf(bytes), brotli: isCompressible(file) }] as const
  })
  return `${JSON.stringify({ version, inline: { scripts: [...inline.scripts], styles: [...inline.styles] }, files: Object.fromEntries(rows.toSorted(([a], [b]) => (a < b ? -1 : 1))) }, null, 2)}\n`
}

/** Print what each page weighs, and refuse a page that has grown too heavy. */
function weigh(files: readonly SiteFile[]): void {
  const sizeOf = (url: string) => compress((files.find((file) => file.url === url) as SiteFile).bytes).length
  const tooHeavy: string[] = []
  console.log('page           html     js  words  total   limit (bytes after brotli; html with its styles, words of the heaviest language)')
  for (const { name, url } of pages) {
    const words = files.filter(({ file }) => new RegExp(`^assets/${name}-[A-Za-z]{2}(?:-[A-Za-z]+)?-[0-9a-f]{12}\\.json$`).test(file))
    const weights = [sizeOf(url), sizeOf(findAsset(files, name)), Math.max(0, ...words.map((file) => sizeOf(file.url)))]
    const total = weights.reduce((sum, bytes) => sum + bytes, 0)
    const limit = WEIGHT_BYTES_MAX[name]
    console.log(
      `${url.padEnd(12)}${[...weights, total].map((bytes) => String(bytes).padStart(7)).join('')}${String(limit ?? '').padStart(8)}`,
    )
    if (limit !== undefined && total > limit) tooHeavy.push(`${url} weighs ${total} bytes after brotli, and may weigh ${limit}`)
  }
  for (const name of [...PARTS.map((part) => part.name), WORKER])
    console.log(`${name.padEnd(16)}${String(sizeOf(findAsset(files, name))).padStart(7)}         loaded when it is needed`)
  if (tooHeavy.length > 0) throw new Error(`The pages are too heavy: ${tooHeavy.join('; ')}.`)
}

function findAsset(files: readonly SiteFile[], name: string): string {
  return files.find(({ file }) => new RegExp(`^assets/${name}-[0-9a-f]{12}\\.js$`).test(file))?.url ?? `no script of ${name}`
}

if (import.meta.main) await buildPages(join(here, 'dist'))
