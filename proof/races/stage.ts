import { fileURLToPath } from 'node:url'
import { createMemoryStore } from '../../packages/server/src/secrets/memory.ts'
import { type GuessStory, QUIET, listBrokenBy, raceGuesses, raceGuessesOverKill } from '../../packages/server/test/support/guesses.ts'
import { anInstance } from '../../packages/server/test/support/server-process.ts'
import { holdTo, listClauses } from '../../packages/server/test/store/contract.ts'
import { MUTANTS } from '../../packages/server/test/store/mutants.ts'
import { openMemorySubject, openSqliteSubject } from '../../packages/server/test/store/subjects.ts'
import { BAD_HISTORIES } from '../bad-histories.ts'
import { isExplained } from '../history.ts'
import type { Control, Figure, Stage, StageOptions } from '../stage.ts'
import { isSound, raceClaims } from './claims.ts'
import { controlErasure, controlKill } from './guess-controls.ts'
import { TOLD_BY_HISTORIES, compareMutant, holdMutant } from './mutants.ts'
import { startRunners } from '../../packages/server/test/support/runners.ts'
import { compareStores } from './stores.ts'

const BROKEN_SERVER = fileURLToPath(new URL('../../packages/server/test/support/broken-server.ts', import.meta.url))

const PROCESSES = 4
const RACE = { secrets: 1000, claimsEach: 64, wave: 20 }
const GUESSES = 200
/** What a sender may allow. SPEC §6.4. */
const ATTEMPTS = [3, 4, 5, 6, 7, 8, 9, 10]
const RUNS = 120
const MUTANT_RUNS = 100

export const stage: Stage = {
  minutesMax: 15,
  run: async (given) => [await proveClaims(given), ...(await proveGuesses(given)), await proveContract(given), await proveHistories(given)],
}

/** P1. */
async function proveClaims(given: StageOptions): Promise<Figure> {
  const runners = startRunners(given, PROCESSES)
  const server = await anInstance(given).start(QUIET)
  const stories = await raceClaims(runners, server.url, RACE, given.say)
  await server.stop()
  const broken = await anInstance(given).start({}, { script: BROKEN_SERVER })
  const bad = await raceClaims(runners, broken.url, { ...RACE, secrets: 40 })
  await broken.stop()
  const several = bad.filter(({ winners }) => winners.size > 1).length
  const unexplained = bad.filter(({ acts }) => !isExplained(acts)).length
  const histories = Object.entries(BAD_HISTORIES)
  const missed = histories.filter(([, acts]) => isExplained(acts)).map(([name]) => name)
  const calls = stories.reduce((sum, { acts }) => sum + acts.length, 0)
  return {
    promise: 'P1',
    what: `${RACE.claimsEach} claims at once of each secret from ${PROCESSES} processes, and what followed: ${calls} calls, checked for an order that explains them`,
    tried: stories.length,
    unit: 'secrets',
    violations: stories.filter((story) => !isSound(story)).length,
    kind: 'sampled',
    controls: [
      {
        what: 'a server whose store reads, and then writes',
        isCaught: several > 0 && unexplained > 0,
        how: `several winners of ${several} of ${bad.length} secrets, no order for ${unexplained}`,
      },
      {
        what: 'histories that no order explains',
        isCaught: missed.length === 0,
        how: `${histories.length - missed.length} of ${histories.length} refused${missed.length === 0 ? '' : `, but not ${missed.join(', ')}`}`,
      },
    ],
  }
}

/** P16. */
async function proveGuesses(given: StageOptions): Promise<readonly Figure[]> {
  const atOnce: GuessStory[] = []
  const instance = anInstance(given)
  const server = await instance.start(QUIET)
  const site = { url: server.url, directory: instance.directory }
  for (let round = 0; round < 2; round++) {
    for (const attempts of ATTEMPTS) atOnce.push(await raceGuesses(site, { guesses: GUESSES, attempts }))
  }
  await server.stop()
  given.say(`${atOnce.length} PINs guessed at once`)
  const killed: GuessStory[] = []
  for (const attempts of ATTEMPTS) {
    for (const before of [0, attempts - 1]) {
      killed.push(await raceGuessesOverKill(anInstance(given), { guesses: GUESSES, attempts }, before))
    }
  }
  given.say(`${killed.length} servers killed between`)
  for (const story of [...atOnce, ...killed]) for (const line of listBrokenBy(story)) given.say(line)
  const forgetful = anInstance(given)
  const broken = await forgetful.start({}, { script: BROKEN_SERVER })
  const bad = await raceGuesses({ url: broken.url, directory: forgetful.directory }, { guesses: GUESSES, attempts: 5 })
  await broken.stop()
  const control: Control = {
    what: 'a store that reads the count, and then writes it',
    isCaught: bad.toldFirst.length > bad.attempts,
    how: `${bad.toldFirst.length} PINs compared where ${bad.attempts} were allowed`,
  }
  const figure = (what: string, stories: readonly GuessStory[], controls: readonly Control[]): Figure => ({
    promise: 'P16',
    what,
    tried: stories.length,
    unit: 'secrets',
    violations: stories.filter((story) => listBrokenBy(story).length > 0).length,
    kind: 'sampled',
    controls,
  })
  return [
    figure(`${GUESSES} wrong PINs at once from ${GUESSES} addresses, with 3 to 10 allowed`, atOnce, [control, await controlErasure(given)]),
    figure('the same, with the server killed as the first is answered and asked again', killed, [control, await controlKill(given)]),
  ]
}

/** P24, clause by clause. */
async function proveContract(given: StageOptions): Promise<Figure> {
  let tried = 0
  let violations = 0
  for (const [open, abilities] of [
    [openMemorySubject, ['break']],
    [openSqliteSubject, ['break', 'crash', 'keeps']],
  ] as const) {
    for (const clause of listClauses(abilities)) {
      tried++
      await holdTo(clause, open).catch((error: unknown) => {
        violations++
        given.say(`${clause.says}: ${String(error)}`)
      })
    }
  }
  const controls: Control[] = []
  for (const mutant of MUTANTS) controls.push(await holdMutant(mutant))
  given.say(`${tried} clauses held`)
  return {
    promise: 'P24',
    what: 'every clause of the contract, on both stores',
    tried,
    unit: 'clauses',
    violations,
    kind: 'exhaustive',
    controls,
  }
}

/** P24, history by history. */
async function proveHistories(given: StageOptions): Promise<Figure> {
  const subject = await openSqliteSubject()
  given.after(() => subject.dispose())
  const pair = { one: createMemoryStore(), other: subject.store }
  const { histories, answers, different } = await compareStores(pair, given.seed, RUNS)
  for (const line of different.slice(0, 5)) given.say(line)
  const controls: Control[] = []
  for (const mutant of TOLD_BY_HISTORIES) controls.push(await compareMutant(mutant, given.seed, MUTANT_RUNS))
  return {
    promise: 'P24',
    what: `random histories asked of both stores, ${answers} answers compared`,
    tried: histories,
    unit: 'histories',
    violations: different.length,
    kind: 'sampled',
    controls,
  }
}
