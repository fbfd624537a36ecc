import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { CHROMIUM_ARGS } from '../e2e/support/browsers.ts'
import type { Verdict } from './observatory.ts'
import { formatTable, median } from './statistics.ts'

const CLI = new URL('node_modules/lighthouse/cli/index.js', import.meta.url)
const BROWSER = process.env['CHROME_PATH'] ?? '/usr/bin/chromium'

/** Runs of which the medians count. */
const RUNS = 5
/** How often a run is begun at most, should the browser record no trace. */
const RECORDINGS_MAX = 3
/** Longest time of one run, in ms. */
const RUN_MS_MAX = 120_000
/** Least score of each kind, out of 100, and longest time until the largest text stands, in ms. */
const SCORE_MIN = 99
const PAINT_MS_MAX = 1000

const SCORES = ['performance', 'accessibility', 'best-practices'] as const
type Score = (typeof SCORES)[number]

/** The parts of a Lighthouse report that are looked at. */
interface Report {
  readonly lighthouseVersion: string
  readonly runtimeError?: { readonly message: string }
  readonly categories: Readonly<
    Record<Score, { readonly score: number | null; readonly auditRefs: readonly { readonly id: string; readonly weight: number }[] }>
  >
  readonly audits: Readonly<
    Record<
      string,
      {
        readonly title: string
        readonly score: number | null
        readonly numericValue?: number
        readonly details?: { readonly items?: readonly Request[] }
      }
    >
  >
}

interface Request {
  readonly url?: string
  readonly statusCode?: number
  readonly transferSize?: number
}

/** A page to look at, and the call that it makes when it is the page we mean. */
export interface AuditedPage {
  readonly name: string
  readonly url: string
  readonly mustCall: string
}

/** Look at pages with Lighthouse as a phone would see them, several times each. */
export async function auditPages(folder: string, pages: readonly AuditedPage[]): Promise<Verdict> {
  const rows: string[][] = [['page', ...SCORES, 'LCP', 'bytes']]
  const failures: string[] = []
  let version = ''
  for (const page of pages) {
    const reports: Report[] = []
    for (let run = 1; run <= RUNS; run++) {
      reports.push(await runLighthouse(folder, page.url))
      process.stderr.write(`Lighthouse: ${page.name}, run ${run} of ${RUNS} is done\n`)
    }
    version = reports[0]?.lighthouseVersion ?? ''
    const scores = SCORES.map((score) => median(reports.map(({ categories }) => Math.round(100 * (categories[score].score ?? 0)))))
    const paintMs = median(reports.map(({ audits }) => audits['largest-contentful-paint']?.numericValue ?? Number.NaN))
    rows.push([page.name, ...scores.map(String), `${(paintMs / 1000).toFixed(2)} s`, String(median(reports.map(countBytes)))])
    failures.push(...judge(page, reports, scores, paintMs))
  }
  const aims = ['at least', ...SCORES.map(() => String(SCORE_MIN)), `≤ ${(PAINT_MS_MAX / 1000).toFixed(2)} s`, '']
  return { text: `Lighthouse ${version}, mobile, medians of ${RUNS}\n${formatTable([...rows, aims])}`, failures }
}

function judge({ name, mustCall }: AuditedPage, reports: readonly Report[], scores: readonly number[], paintMs: number): string[] {
  const failures: string[] = []
  SCORES.forEach((score, i) => {
    const found = scores[i] ?? 0
    if (found < SCORE_MIN) failures.push(`${name}: ${score} is ${found}, and ${SCORE_MIN} is due${explain(reports, score)}`)
  })
  if (!(paintMs <= PAINT_MS_MAX))
    failures.push(`${name}: the largest paint takes ${paintMs.toFixed(0)} ms, and ${PAINT_MS_MAX} ms is the most`)
  const isMeant = reports.every((report) =>
    listRequests(report).some(({ url, statusCode }) => url?.includes(mustCall) === true && statusCode === 200),
  )
  if (!isMeant) failures.push(`${name}: not every run made the call ${mustCall}, so this was not the page that was meant`)
  return failures
}

/** Name what took points away in the worst run. */
function explain(reports: readonly Report[], score: Score): string {
  const worst = reports.toSorted((a, b) => (a.categories[score].score ?? 0) - (b.categories[score].score ?? 0))[0]
  const lost = worst?.categories[score].auditRefs.filter(({ id, weight }) => weight > 0 && (worst.audits[id]?.score ?? 1) < 0.9)
  const titles = lost?.map(({ id }) => worst?.audits[id]?.title ?? id) ?? []
  return titles.length === 0 ? '' : ` (${titles.join('; ')})`
}

function listRequests({ audits }: Report): readonly Request[] {
  return audits['network-requests']?.details?.items ?? []
}

function countBytes(report: Report): number {
  return listRequests(report).reduce((sum, { transferSize }) => sum + (transferSize ?? 0), 0)
}

/** One run; another in its place where the trace itself was not recorded, so that there is nothing to judge. */
async function runLighthouse(folder: string, url: string): Promise<Report> {
  for (let left = RECORDINGS_MAX; ; left--) {
    try {
      return await recordLighthouse(folder, url)
    } catch (error) {
      if (left === 1 || !(error instanceof Error) || !error.message.includes('NO_NAVSTART')) throw error
      process.stderr.write('Lighthouse: a trace was not recorded; that run begins again\n')
    }
  }
}

/** In a process and a browser of its own. */
async function recordLighthouse(folder: string, url: string): Promise<Report> {
  const file = join(folder, 'lighthouse.json')
  const wanted = ['--output=json', `--output-path=${file}`, `--only-categories=${SCORES.join(',')}`]
  const how = ['--quiet', '--no-enable-error-reporting', `--chrome-flags=${CHROMIUM_ARGS.join(' ')}`]
  const env = { ...process.env, CHROME_PATH: BROWSER, HOME: folder }
  const child = spawn(process.execPath, [fileURLToPath(CLI), url, ...wanted, ...how], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: RUN_MS_MAX,
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`Lighthouse ended with ${code}: ${said.trim().split('\n').slice(-5).join('\n')}`)
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  rmSync(file)
  if (report.runtimeError !== undefined) throw new Error(`Lighthouse could not look at the page: ${report.runtimeError.message}`)
  return report
}
