import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Route } from 'playwright-core'
import { launchChromium } from '../e2e/support/browsers.ts'
import type { createStretcher } from '../packages/web/src/ui/stretch-pin.ts'
import { startOurs } from './processes.ts'
import { formatTable, median } from './statistics.ts'

/** How long stretching a PIN may take, and how long the page may be busy meanwhile, in ms. */
const STRETCH_MS_MAX = 500
const TASK_MS_MAX = 50

const TIMES = 5
/** How often the page looks at the clock: a larger gap is a task that kept it busy. */
const TICK_MS = 5

declare global {
  var timed: { readonly createStretcher: typeof createStretcher }
}

interface Timing {
  readonly stretchMs: number
  /** The longest time for which the page's main thread did not come round, in ms. */
  readonly busyMs: number
}

/**
 * Time the stretching of a PIN in headless Chromium: the worker of the built pages, in a page
 * of the built server, with wasm and without.
 *
 * @param folder - takes the server's data directory and log.
 */
export async function describeStretching(folder: string, main: string): Promise<string> {
  if (!existsSync(process.env['CHROMIUM'] ?? '/usr/bin/chromium')) return '  only measured where there is a Chromium: npm test installs it'
  const server = await startOurs(folder, main)
  try {
    const inWasm = await timeIn(server.url, true)
    const inScript = await timeIn(server.url, false)
    const head = ['', 'median', 'slowest', 'longest task of the page']
    const table = formatTable([head, describe('wasm', inWasm), describe('plain JavaScript', inScript)])
    return `${table}\n  aims with wasm: at most ${STRETCH_MS_MAX} ms, at most ${TASK_MS_MAX} ms: ${judge(inWasm)}`
  } finally {
    await server.stop()
  }
}

function judge(timings: readonly Timing[]): string {
  const isQuick = median(timings.map(({ stretchMs }) => stretchMs)) <= STRETCH_MS_MAX
  return isQuick && timings.every(({ busyMs }) => busyMs <= TASK_MS_MAX) ? 'both met' : 'missed'
}

function describe(name: string, timings: readonly Timing[]): string[] {
  const stretchMs = timings.map((timing) => timing.stretchMs)
  const busyMs = Math.max(...timings.map((timing) => timing.busyMs))
  return [name, ...[median(stretchMs), Math.max(...stretchMs), busyMs].map((ms) => `${ms.toFixed(0)} ms`)]
}

/** Each time another PIN, so another worker; as on a page where the person has begun to type, it is warm. */
async function timeIn(url: string, mayCompile: boolean): Promise<readonly Timing[]> {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    if (!mayCompile) await page.route('**/assets/stretch-*.js', forbidWasm)
    await page.goto(`${url}about`)
    await page.evaluate(await bundleStretcher())
    const timings: Timing[] = []
    for (let i = 0; i < TIMES; i++) timings.push(await page.evaluate(timeOne, { url, tickMs: TICK_MS }))
    return timings
  } finally {
    await browser.close()
  }
}

/** The worker, but under a policy that does not let it compile. */
async function forbidWasm(route: Route): Promise<void> {
  const response = await route.fetch()
  await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': "default-src 'none'" } })
}

/** Runs in the page. */
async function timeOne({ url, tickMs }: { readonly url: string; readonly tickMs: number }): Promise<Timing> {
  const stretcher = globalThis.timed.createStretcher(url, () => {})
  stretcher.warm()
  await new Promise((resolve) => setTimeout(resolve, 300))
  let busyMs = 0
  let lastMs = performance.now()
  const look = () => {
    busyMs = Math.max(busyMs, performance.now() - lastMs - tickMs)
    lastMs = performance.now()
  }
  const looking = setInterval(look, tickMs)
  const startMs = performance.now()
  await stretcher.stretch(crypto.getRandomValues(new Uint8Array(6)), crypto.getRandomValues(new Uint8Array(16)))
  const stretchMs = performance.now() - startMs
  look()
  clearInterval(looking)
  return { stretchMs, busyMs }
}

/** The page's own way to the worker, as one script. */
async function bundleStretcher(): Promise<string> {
  const web = fileURLToPath(new URL('../packages/web/', import.meta.url))
  const { files } = JSON.parse(readFileSync(join(web, 'dist/manifest.json'), 'utf8')) as {
    readonly files: Readonly<Record<string, { readonly file: string; readonly armour: 'page' | 'worker' }>>
  }
  const worker = Object.values(files).find(({ armour }) => armour === 'worker')
  if (worker === undefined) throw new Error('the pages have no worker; run npm run build')
  const bundled = await build({
    entryPoints: [join(web, 'src/ui/stretch-pin.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'timed',
    define: { STRETCH_WORKER: JSON.stringify(worker.file) },
    logLevel: 'warning',
  })
  return (bundled.outputFiles[0]?.text ?? '').replace('var timed', 'globalThis.timed')
}
