import { randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import process from 'node:process'
import { formatRequest } from '../../packages/server/test/support/held.ts'
import { calls, makeSecret, send } from '../../packages/server/test/support/raw-client.ts'
import type { Told } from '../../packages/server/test/support/runner.ts'
import type { Runners } from '../../packages/server/test/support/runners.ts'
import { type Act, isExplained } from '../history.ts'
import { type Asked, type Subject, formCall } from '../subject.ts'

export interface RaceSize {
  readonly secrets: number
  /** Claims of one secret that are released at the same moment. */
  readonly claimsEach: number
  /** Secrets whose requests are held at the same time. */
  readonly wave: number
}

/** What was seen of one secret. */
export interface Story {
  readonly acts: readonly Act[]
  /** Those who were given the share. */
  readonly winners: ReadonlySet<string>
  /** What no order of calls could mend: another share, or an answer that no call has. */
  readonly oddities: readonly string[]
}

/** Peeks and receipts that are released together with the claims. */
const WATCHERS = 4
/** Of each of the later acts, so that they race, too. */
const AGAIN = 2

/** One call that is to be made. */
interface Planned extends Asked {
  readonly isLost?: boolean
}

/** A secret, and claimants who are called by their numbers. */
interface Course extends Subject {
  readonly acts: Act[]
  readonly winners: Set<string>
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
export function isSound({ acts, winners, oddities }: Story): boolean {
  return winners.size === 1 && oddities.length === 0 && isExplained(acts)
}

async function createAll(url: string, count: number, claimsEach: number): Promise<readonly Course[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const nowUs = () => Number(process.hrtime.bigint() / 1000n)
  const courses = await Promise.all(
    Array.from({ length: count }, async (): Promise<Course> => {
      const secret = makeSecret('', { sealed: randomBytes(72) })
      const beganAt = nowUs()
      const { status } = await send(url, { ...calls.create(secret), agent })
      const created: Act = { kind: 'create', by: '', beganAt, endedAt: nowUs(), outcome: status === 201 ? 'created' : `${status}` }
      const claims = Object.fromEntries(Array.from({ length: claimsEach + AGAIN }, (_none, by) => [by, randomBytes(32)]))
      return { secret, claims, attempts: null, acts: [created], winners: new Set(), oddities: [] }
    }),
  )
  agent.destroy()
  return courses
}

function planRace({ claims }: Course, claimsEach: number): Planned[] {
  const claiming = Object.keys(claims)
    .slice(0, claimsEach)
    .map((by) => ({ ...claim(by), isLost: by === '0' }))
  return [...claiming, ...times(WATCHERS, PEEK), ...times(AGAIN, RECEIPT)]
}

/** Whoever won, or may have won, asks again, beside latecomers. */
function planAgain({ claims, winners }: Course): Planned[] {
  const late = Object.keys(claims).slice(-AGAIN)
  return [...['0', ...winners, ...late].map(claim), ...times(AGAIN, PEEK), RECEIPT]
}

function planAck({ winners }: Course): Planned[] {
  const other = winners.has('1') ? '2' : '1'
  const acks = [...winners].flatMap((by) => [...times(AGAIN, { kind: 'ack', by }), { kind: 'wrongAck', by } as const, claim(by)])
  return [...acks, { kind: 'ack', by: other }, PEEK, ...times(AGAIN, RECEIPT)]
}

function planAfter({ winners }: Course): Planned[] {
  return [...[...winners].map(claim), RECEIPT, PEEK]
}

const PEEK: Planned = { kind: 'peek', by: '' }
const RECEIPT: Planned = { kind: 'receipt', by: '' }

function claim(by: string): Planned {
  return { kind: 'claim', by }
}

function times(count: number, planned: Planned): Planned[] {
  return Array.from({ length: count }, () => planned)
}

/** Make the calls of all courses at the same moment, and write down what was answered. */
async function act(runners: Runners, url: string, courses: readonly Course[], plan: (course: Course) => Planned[]): Promise<void> {
  const planned = courses.flatMap((course) => plan(course).map((one) => ({ course, one })))
  const orders = planned.map(({ course, one }) => ({ request: formatRequest(formCall(course, one)), isLost: one.isLost ?? false }))
  const told = await runners.together(url, orders)
  planned.forEach(({ course, one }, i) => note(course, one, told[i] as Told))
}

function note(course: Course, { kind, by }: Planned, { start, end, status, body }: Told): void {
  const outcome = status === null ? null : nameAnswer(kind, status, body)
  // The server lives on: what had no answer may still be carried out.
  course.acts.push({ kind, by, beganAt: start, endedAt: end ?? Number.POSITIVE_INFINITY, outcome })
  if (kind !== 'claim' || outcome !== 'claimed') return
  course.winners.add(by)
  if (body.share !== course.secret.share.toString('base64url')) course.oddities.push('another share')
}

/** The answer by its name; an answer that no call has is explained by no order. */
function nameAnswer(kind: Act['kind'], status: number, { state = '', confirmed }: Told['body']): string {
  if (status === 410) return 'gone'
  if (status === 404) return 'unknown'
  if (kind === 'claim' && status === 200) return 'claimed'
  if (kind === 'peek' && status === 200) return state
  if (kind === 'receipt' && status === 200) return state === 'opened' && confirmed === true ? 'confirmed' : state
  if (kind === 'ack' && status === 204) return 'acked'
  if (kind === 'wrongAck' && status === 400) return 'ack_wrong'
  return `${status}`
}
