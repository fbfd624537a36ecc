import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { TlsProxy } from './tls-proxy.ts'

const PACKAGE = new URL('node_modules/@mdn/mdn-http-observatory/', import.meta.url)

/** Points that the pages and their armour are worth, by the observatory's count. */
const SCORE_MIN = 130

/** What one of its tests has found. */
interface TestResult {
  readonly result: string
  readonly pass: boolean
}

/** The parts of the observatory that a scan is made of. */
interface Observatory {
  readonly retrieve: (
    host: string,
    ports: { httpPort: number; httpsPort: number },
  ) => Promise<{ responses: { auto: { verified: boolean } | null } }>
  readonly tests: readonly ((retrieved: unknown) => TestResult)[]
  readonly countPoints: (result: string) => number
  readonly extraCreditMin: number
}

export interface Verdict {
  readonly text: string
  readonly failures: readonly string[]
}

/**
 * Hold the pages to the rules of the MDN HTTP Observatory: the original, run against this
 * machine. Its own command takes only the public ports, so its parts are put together here
 * as its `src/scanner/index.js` does.
 */
export async function scanWithObservatory({ httpPort, httpsPort, certificate }: TlsProxy): Promise<Verdict> {
  const version = readVersion()
  setDefaultCACertificates([...getCACertificates('default'), certificate])
  const { retrieve, tests, countPoints, extraCreditMin } = await loadObservatory()
  const retrieved = await retrieve('localhost', { httpPort, httpsPort })
  if (retrieved.responses.auto?.verified !== true)
    return { text: '', failures: ['the observatory did not reach the pages over TLS that it trusts'] }
  const results = tests.map((test) => test(retrieved))
  const points = results.map(({ result }) => countPoints(result))
  const withoutExtra = 100 + sum(points.filter((point) => point < 0))
  const score = withoutExtra >= extraCreditMin ? 100 + sum(points) : withoutExtra
  const lines = results.map(({ result, pass }, i) => `  ${pass ? 'pass' : 'FAIL'}  ${String(points[i]).padStart(4)}  ${result}`)
  const failed = results.filter(({ pass }) => !pass).map(({ result }) => `the observatory finds ${result}`)
  return {
    text: [`MDN HTTP Observatory ${version}: ${score} points (at least ${SCORE_MIN})`, ...lines].join('\n'),
    failures: score < SCORE_MIN ? [...failed, `the observatory gives ${score} points, and ${SCORE_MIN} are due`] : failed,
  }
}

async function loadObservatory(): Promise<Observatory> {
  // Its installation would fetch the preload list; localhost is on none.
  const preloaded = new URL('conf/hsts-preload.json', PACKAGE)
  if (!existsSync(preloaded)) writeFileSync(preloaded, '{}')
  const load = async <T>(path: string) => (await import(new URL(path, PACKAGE).href)) as T
  const { retrieve } = await load<Pick<Observatory, 'retrieve'>>('src/retriever/retriever.js')
  const { ALL_TESTS } = await load<{ ALL_TESTS: Observatory['tests'] }>('src/constants.js')
  const { getScoreModifier } = await load<{ getScoreModifier: Observatory['countPoints'] }>('src/grader/grader.js')
  const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await load<{ MINIMUM_SCORE_FOR_EXTRA_CREDIT: number }>('src/grader/charts.js')
  return { retrieve, tests: ALL_TESTS, countPoints: getScoreModifier, extraCreditMin: MINIMUM_SCORE_FOR_EXTRA_CREDIT }
}

function readVersion(): string {
  return (JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8')) as { version: string }).version
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
