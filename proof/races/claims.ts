import { randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import process from 'node:process'
import { formatRequest } from '../../packages/server/test/support/held.ts'
import { type RawRequest, type RawSecret, calls, makeSecret, send } from '../../packages/server/test/support/raw-client.ts'
import { type Asked, type Call, isLinearizable } from './linearize.ts'
import type { Told } from '../../packages/server/test/support/runner.ts'
import type { Runners } from '../../packages/server/test/support/runners.ts'

export interface RaceSize {
  readonly secrets: number
  /** Claims of one secret that are released at the same moment. */
  readonly claimsEach: number
  /** Secrets whose requests are held at the same time. */
  readonly wave: number
}

/** What was seen of one secret. */
export interface Story {
  readonly calls: readonly Call[]
  /** Those who were given the share, by number. */
  readonly winners: ReadonlySet<number>
  /** What no order of calls could mend: another share, or an answer that no call has. */
  readonly oddities: readonly string[]
}

/** Peeks and receipts that are released together with the claims. */
const WATCHERS = 4
/** Of each of the later acts, so that they race, too. */
const AGAIN = 2

/** One call that is to be made. */
interface Planned {
  readonly asked: Asked
  readonly request: RawRequest
  readonly isLost?: boolean
}

interface Course {
  readonly secret: RawSecret
  readonly claims: readonly Buffer[]
  readonly calls: Call[]
  readonly winners: Set<number>
  readonly oddities: string[]
}

/**
 * Let many claim each of many secrets at the same moment, while others look; then let the winner ask
 * again beside latecomers, and acknowledge, twice at once. Of every secret the first claim's answer is lost.
 */
export async function raceClaims(runners: Runners, url: string, size: RaceSize, say: (line: string) => void = () => {}): Promise<Story[]> {
  const stories: Story[] = []
  for (let done = 0; done < size.secrets; done += size.wave) {
    const courses = await createAll(url, Math.min(size.wave, size.secrets - done), size.claimsEach)
    await act(runners, url, courses, (course) => planRace(course, size.claimsEach))
    await act(runners, url, courses, planAgain)
    await act(runners, url, courses, planAck)
    await act(runners, url, courses, planAfter)
    stories.push(...courses)
    if (stories.length % (10 * size.wave) === 0) say(`${stories.length} secrets`)
  }
  return stories
}

/** Whether a story keeps the promise: one winner, and an order of calls that explains every answer. */
export function isSound({ calls, winners, oddities }: Story): boolean {
  return winners.size === 1 && oddities.length === 0 && isLinearizable(calls)
}

async function createAll(url: string, count: number, claimsEach: number): Promise<readonly Course[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const nowUs = () => Number(process.hrtime.bigint() / 1000n)
  const courses = await Promise.all(
    Array.from({ length: count }, async (): Promise<Course> => {
      const secret = makeSecret('', { sealed: randomBytes(72) })
      const start = nowUs()
      const { status } = await send(url, { ...calls.create(secret), agent })
      const created: Call = { kind: 'create', start, end: nowUs(), answer: status === 201 ? 'created' : `${status}` }
      const claims = Array.from({ length: claimsEach + AGAIN }, () => randomBytes(32))
      return { secret, claims, calls: [created], winners: new Set(), oddities: [] }
    }),
  )
  agent.destroy()
  return courses
}

function planRace({ secret, claims }: Course, claimsEach: number): Planned[] {
  const claiming = claims.slice(0, claimsEach).map((claim, by) => ({ ...planClaim(secret, claim, by), isLost: by === 0 }))
  return [...claiming, ...times(WATCHERS, planPeek(secret)), ...times(AGAIN, planReceipt(secret))]
}

/** Whoever won, or may have won, asks again, beside latecomers. */
function planAgain({ secret, claims, winners }: Course): Planned[] {
  const [lost, ...others] = [0, ...winners].map((by) => planClaim(secret, claims[by] as Buffer, by))
  const late = claims.slice(-AGAIN).map((claim, i) => planClaim(secret, claim, claims.length - AGAIN + i))
  return [...(lost === undefined ? [] : [lost]), ...others, ...late, ...times(AGAIN, planPeek(secret)), planReceipt(secret)]
}

function planAck(course: Course): Planned[] {
  const { secret, claims, winners } = course
  const other = winners.has(1) ? 2 : 1
  const acks = [...winners].flatMap((by) => [
    ...times(AGAIN, planAckBy(secret, claims[by] as Buffer, by, true)),
    planAckBy(secret, claims[by] as Buffer, by, false),
    planClaim(secret, claims[by] as Buffer, by),
  ])
  return [...acks, planAckBy(secret, claims[other] as Buffer, other, true), planPeek(secret), ...times(AGAIN, planReceipt(secret))]
}

function planAfter({ secret, claims, winners }: Course): Planned[] {
  const again = [...winners].map((by) => planClaim(secret, claims[by] as Buffer, by))
  return [...again, planReceipt(secret), planPeek(secret)]
}

function times(count: number, planned: Planned): Planned[] {
  return Array.from({ length: count }, () => planned)
}

function planClaim(secret: RawSecret, claim: Buffer, by: number): Planned {
  return { asked: { kind: 'claim', by }, request: calls.claim({ ...secret, claim }) }
}

function planPeek(secret: RawSecret): Planned {
  return { asked: { kind: 'peek' }, request: calls.peek(secret) }
}

function planReceipt(secret: RawSecret): Planned {
  return { asked: { kind: 'receipt' }, request: calls.receipt(secret) }
}

function planAckBy({ id, ack }: RawSecret, claim: Buffer, by: number, isRight: boolean): Planned {
  return { asked: { kind: 'ack', by, isRight }, request: calls.ack({ id, claim, ack: isRight ? ack : randomBytes(32) }) }
}

/** Make the calls of all courses at the same moment, and write down what was answered. */
async function act(runners: Runners, url: string, courses: readonly Course[], plan: (course: Course) => Planned[]): Promise<void> {
  const planned = courses.flatMap((course) => plan(course).map((one) => ({ course, ...one })))
  const orders = planned.map(({ request, isLost = false }) => ({ request: formatRequest(request), isLost }))
  const told = await runners.together(url, orders)
  planned.forEach(({ course, asked }, i) => note(course, asked, told[i] as Told))
}

function note(course: Course, asked: Asked, { start, end, status, body }: Told): void {
  const answer = status === null ? null : nameAnswer(asked.kind, status, body)
  course.calls.push({ ...asked, start, end, answer })
  if (asked.kind !== 'claim' || answer !== 'claimed') return
  course.winners.add(asked.by)
  if (body.share !== course.secret.share.toString('base64url')) course.oddities.push('another share')
}

/** The answer by its name; an answer that no call has is explained by no order. */
function nameAnswer(kind: Asked['kind'], status: number, { state = '', confirmed }: Told['body']): string {
  if (status === 410) return 'gone'
  if (status === 404) return 'unknown'
  if (kind === 'claim' && status === 200) return 'claimed'
  if (kind === 'peek' && status === 200) return state
  if (kind === 'receipt' && status === 200) return confirmed === true ? `${state}, confirmed` : state
  if (kind === 'ack' && status === 204) return 'acked'
  if (kind === 'ack' && status === 400) return 'ack_wrong'
  return `${status}`
}
