import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { formatRequest, hold, statusOf } from './held.ts'
import { type RawSecret, calls, makeSecret, send } from './raw-client.ts'
import type { Instance, ServerProcess } from './server-process.ts'
import { listHolding } from './scan.ts'

export interface GuessSize {
  /** Wrong PINs that are released at the same moment. */
  readonly guesses: number
  /** What the sender allowed. */
  readonly attempts: number
}

/** What came of guessing a PIN, until everybody was told that it is over. */
export interface GuessStory extends GuessSize {
  /** The attempts left that wrong PINs were told while the first server lived, in falling order. */
  readonly toldFirst: readonly number[]
  /** What the receipt counted after a kill; `null` where there was none. */
  readonly countedAfterKill: number | null
  /** Like {@link toldFirst}, for the guesses that were made at the second server. */
  readonly toldThen: readonly number[]
  /** Of the last guesses, how many were told that the secret is gone. */
  readonly gone: number
  /** What the right PIN is told afterwards, and what the receipt says: status, state and count. */
  readonly late: string
  readonly receipt: string
  /** Files of the data directory in which the share still stands after all this. */
  readonly shareIn: readonly string[]
}

/** Where guesses are made: a server, and where it keeps what it has. */
export interface Site {
  readonly url: string
  readonly directory: string
}

/** Of the loopback network, all of which is this machine; elsewhere only the first is. */
const ADDRESSES = process.platform === 'linux' ? 200 : 1
export const QUIET = { LETTERLOCK_LOG: 'events', LETTERLOCK_LIMITS: 'off' }

/** Release wrong PINs at one server, all at the same moment and each from another address. */
export async function raceGuesses(site: Site, size: GuessSize): Promise<GuessStory> {
  const secret = await aSecretWithPin(site.url, size.attempts)
  const answers = await release(await holdGuesses(site.url, secret, size.guesses))
  return { ...size, toldFirst: listLeft(answers), countedAfterKill: null, toldThen: [], ...(await tellEnd(site, secret, answers)) }
}

/** The same, but the server is killed as the first of them is answered; then all are made again at the next one. */
export async function raceGuessesOverKill(instance: Instance, size: GuessSize, before: number): Promise<GuessStory> {
  const first = await instance.start(QUIET)
  const secret = await aSecretWithPin(first.url, size.attempts)
  return guessOverKill({ instance, first, secret, env: QUIET }, size, before)
}

/** A server that is to be killed, a secret on it, and what the one after it is started with. */
export interface Doomed {
  readonly instance: Instance
  readonly first: ServerProcess
  readonly secret: RawSecret
  readonly env: Readonly<Record<string, string>>
}

/** Guess one by one, so often, then at once until the first is answered; kill the server, and guess on at the next. */
export async function guessOverKill({ instance, first, secret, env }: Doomed, size: GuessSize, before: number): Promise<GuessStory> {
  const answers: string[] = []
  for (let i = 0; i < before; i++) answers.push(...(await release(await holdGuesses(first.url, secret, 1))))
  const answering = (await holdGuesses(first.url, secret, size.guesses)).map((one) => one.release())
  // The first answer to come is the signal: the others are being counted, or on their way.
  await Promise.race(answering)
  await first.kill()
  answers.push(...(await Promise.all(answering)))

  const second = await instance.start(env)
  const countedAfterKill = Number((await send(second.url, calls.receipt(secret))).json()['attemptsFailed'])
  const again = await release(await holdGuesses(second.url, secret, size.guesses))
  const end = await tellEnd({ url: second.url, directory: instance.directory }, secret, again)
  await second.stop()
  return { ...size, toldFirst: listLeft(answers), countedAfterKill, toldThen: listLeft(again), ...end }
}

/** What of a story breaks the promise that exactly as many are compared as were allowed; nothing, if it is kept. */
export function listBrokenBy({
  guesses,
  attempts,
  toldFirst,
  countedAfterKill,
  toldThen,
  gone,
  late,
  receipt,
  shareIn,
}: GuessStory): string[] {
  const broken: string[] = []
  const expect = (what: string, holds: boolean) => void (holds || broken.push(what))
  const downwards = Array.from({ length: attempts }, (_none, i) => attempts - 1 - i)
  if (countedAfterKill === null) {
    expect(`told ${toldFirst.join()} to be left`, toldFirst.join() === downwards.join())
    expect(`${gone} were told that it is gone`, gone === guesses - attempts)
  } else {
    expect(`told ${toldFirst.join()} to be left, one of them twice`, new Set(toldFirst).size === toldFirst.length)
    const told = toldFirst.length === 0 ? 0 : attempts - Math.min(...toldFirst)
    expect(`${told} were answered, and ${countedAfterKill} counted`, told <= countedAfterKill && countedAfterKill <= attempts)
    expect(`told ${toldThen.join()} to be left after ${countedAfterKill}`, toldThen.join() === downwards.slice(countedAfterKill).join())
    expect(`${gone} were told that it is gone`, gone === guesses - (attempts - countedAfterKill))
  }
  expect(`the right PIN is told ${late}`, late === '410 locked')
  expect(`the receipt says ${receipt}`, receipt === `locked ${attempts}`)
  expect(`the share still stands in ${shareIn.join()}`, shareIn.length === 0)
  return broken
}

export async function aSecretWithPin(url: string, attempts: number): Promise<RawSecret> {
  const secret = makeSecret('locked twice')
  const withPin = { ...secret, create: { ...secret.create, pin: { attempts } } }
  assert.equal((await send(url, calls.create(withPin))).status, 201)
  return withPin
}

/** Hold wrong guesses on sockets of their own, each from another address. */
function holdGuesses(url: string, secret: RawSecret, count: number) {
  return Promise.all(
    Array.from({ length: count }, (_none, i) => {
      const guess = calls.claim({ ...secret, claim: randomBytes(32), proof: randomBytes(32) })
      return hold(url, formatRequest(guess), `127.0.0.${1 + (i % ADDRESSES)}`)
    }),
  )
}

function release(held: Awaited<ReturnType<typeof holdGuesses>>): Promise<readonly string[]> {
  return Promise.all(held.map((one) => one.release()))
}

/** The attempts left that the answers tell, in falling order; an answer that never came tells none. */
function listLeft(answers: readonly string[]): number[] {
  return answers
    .filter((answer) => statusOf(answer) === 403)
    .map((answer) => (JSON.parse(answer.slice(answer.indexOf('{'))) as { attemptsLeft: number }).attemptsLeft)
    .toSorted((a, b) => b - a)
}

async function tellEnd({ url, directory }: Site, secret: RawSecret, answers: readonly string[]) {
  // Whoever was told that it is gone was told so after its share was erased.
  const shareIn = listHolding(directory, secret.share)
  const late = await send(url, calls.claim(secret))
  const receipt = (await send(url, calls.receipt(secret))).json()
  return {
    gone: answers.filter((answer) => statusOf(answer) === 410).length,
    late: `${late.status} ${late.status === 200 ? '' : String(late.json()['state'])}`,
    receipt: `${String(receipt['state'])} ${String(receipt['attemptsFailed'])}`,
    shareIn,
  }
}
