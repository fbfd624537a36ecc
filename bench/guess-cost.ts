// What guessing a PIN costs someone who holds the link and the vault: one Argon2id a guess.
// The figures of SECURITY.md come from here.
//
//   npm run guess-cost
import { argon2Sync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker, isMainThread, parentPort } from 'node:worker_threads'
import { ATTEMPTS, PIN_STRETCH } from '@letterlock/protocol'
import { describeMachine } from './machine.ts'
import { formatTable, median } from './statistics.ts'

const ROUNDS = 9
/** Guesses of each thread in a round: enough that starting together does not count. */
const GUESSES_A_ROUND = 5
/** The model of a strong thief: so many machines such as this one, that share the PINs out among them. */
const MACHINES = 1000

/** PINs that were drawn at random, every one as likely as another. */
const PINS = [
  { kind: '4 digits', count: 10 ** 4 },
  { kind: '6 digits', count: 10 ** 6 },
  { kind: '8 letters a–z', count: 26 ** 8 },
] as const

if (isMainThread) await main()
else parentPort?.on('message', () => parentPort?.postMessage(measureGuessMs()))

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'letterlock-guess-'))
  try {
    console.log(`Machine\n${describeMachine(folder)}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const threads = availableParallelism()
  const aloneMs = await measureRounds(1)
  const togetherMs = await measureRounds(threads)
  const guessesASecond = (1000 * threads) / togetherMs
  console.log(describeStretch(threads, aloneMs, togetherMs, guessesASecond))
  console.log(`\nWith the link and the vault: every PIN can be tried\n${describeOffline(guessesASecond)}`)
  console.log(`  Expected is half of all. ${MACHINES} machines are a model: so many such as this one, each with its share of the PINs.`)
  console.log(`\nWith the link and the running server: the share is erased after the last attempt\n${describeOnline()}`)
}

/** The time of one guess in each of so many threads at once, in ms: the median of some rounds. */
async function measureRounds(threads: number): Promise<number> {
  const workers = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url)))
  try {
    const roundsMs: number[] = []
    // The first round warms up memory and processors, and does not count.
    for (let round = 0; round <= ROUNDS; round++) {
      const perGuessMs = await Promise.all(workers.map(askWorker))
      if (round > 0) roundsMs.push(perGuessMs.reduce((sum, ms) => sum + ms, 0) / threads)
    }
    return median(roundsMs)
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

async function askWorker(worker: Worker): Promise<number> {
  const answer = once(worker, 'message')
  worker.postMessage('guess')
  const [guessMs] = (await answer) as [number]
  return guessMs
}

function measureGuessMs(): number {
  const { memoryKib: memory, passes, lanes: parallelism, bytes: tagLength } = PIN_STRETCH
  const startMs = performance.now()
  for (let guess = 0; guess < GUESSES_A_ROUND; guess++) {
    const message = guess.toString().padStart(6, '0')
    argon2Sync('argon2id', { message, nonce: new Uint8Array(16), memory, passes, parallelism, tagLength })
  }
  return (performance.now() - startMs) / GUESSES_A_ROUND
}

function describeStretch(threads: number, aloneMs: number, togetherMs: number, guessesASecond: number): string {
  const { memoryKib, passes, lanes } = PIN_STRETCH
  return [
    `One guess: Argon2id, ${memoryKib / 1024} MiB, t = ${passes}, p = ${lanes}; medians of ${ROUNDS} rounds of ${GUESSES_A_ROUND}`,
    `  alone                ${aloneMs.toFixed(0)} ms`,
    `  ${threads} at once            ${togetherMs.toFixed(0)} ms each, which is ${guessesASecond.toFixed(1)} a second on this machine`,
  ].join('\n')
}

function describeOffline(guessesASecond: number): string {
  const head = ['PIN', 'possible', 'expected', 'all', `expected, ${MACHINES} machines`, `all, ${MACHINES} machines`]
  const rows = PINS.map(({ kind, count }) => {
    const allSeconds = count / guessesASecond
    const times = [allSeconds / 2, allSeconds, allSeconds / 2 / MACHINES, allSeconds / MACHINES]
    return [kind, count.toLocaleString('en'), ...times.map(formatSeconds)]
  })
  return formatTable([head, ...rows])
}

function describeOnline(): string {
  const { min, max, default: usual } = ATTEMPTS
  const counts = [min, usual, max]
  const rows = PINS.map(({ kind, count }) => [
    kind,
    ...counts.map((attempts) => `1 in ${Math.round(count / attempts).toLocaleString('en')}`),
  ])
  return formatTable([['PIN', ...counts.map((attempts) => `${attempts} attempts`)], ...rows])
}

/** The largest unit that gives at least 2, from seconds to years of 365.25 days. */
function formatSeconds(seconds: number): string {
  const units = [
    ['years', 31_557_600],
    ['days', 86_400],
    ['hours', 3600],
    ['minutes', 60],
  ] as const
  const [unit, length] = units.find(([, length]) => seconds >= 2 * length) ?? ['seconds', 1]
  const value = seconds / length
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} ${unit}`
}
