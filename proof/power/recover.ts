import { join } from 'node:path'
import { takeDataDirectory } from '../../packages/server/src/data-directory.ts'
import { type Engine, openEngine } from '../../packages/server/src/secrets/engine.ts'
import type { Chance } from '../chance.ts'
import { type Act, isExplained, nameViolation } from '../history.ts'
import { type Asked, type Subject, tellOutcome, tellWrong } from '../subject.ts'
import { AGED } from './aged.ts'
import { type Image, writeImage } from './disk.ts'
import { anEngineFor, formOperation } from './forms.ts'
import type { Recording } from './record.ts'
import { checkVault } from './vault.ts'

/** What was wrong with what recovery made of a disk: a word or two, and where. */
export interface Violation {
  readonly what: string
  readonly where: string
}

/** What the engine answers, as far as it matters here. */
interface Answer {
  readonly outcome: string
  readonly share?: Uint8Array
  readonly sealed?: Uint8Array
  readonly attemptsLeft?: number | null
  readonly life?: { readonly state: string; readonly confirmed: boolean; readonly attemptsFailed: number }
}

/** What is asked of every secret after a recovery: two who want to open it come in either order. */
const LOOK: Asked = { kind: 'receipt', by: '' }
const CLAIMANT: Asked = { kind: 'claim', by: 'a' }
const OTHER: Asked = { kind: 'claim', by: 'c' }
const ENDING: readonly Asked[] = [{ kind: 'claim', by: 'b' }, { kind: 'ack', by: 'a' }, { kind: 'create', by: '' }, LOOK]

/**
 * Look into the vault on a disk as the power left it; then start the shipped recovery there, ask it
 * for every secret, and compare with what had been answered before.
 *
 * @param behind - how much had happened to the disk.
 */
export function checkDisk(directory: string, image: Image, recording: Recording, behind: number, chance: Chance): readonly Violation[] {
  return [...lookIntoVault(image, recording, behind), ...checkRecovery(directory, image, recording, behind, chance)]
}

/** What needs no recovery: compare the vault alone with what had been answered. */
export function lookIntoVault(image: Image, recording: Recording, behind: number): readonly Violation[] {
  const people = recording.subjects.map((subject, index) => ({ subject, acts: listBefore(recording, index, behind) }))
  const aged = recording.aged.flatMap(({ name, subject, doneBehind }) => (doneBehind <= behind ? [{ subject, acts: AGED[name].told }] : []))
  return checkVault(image, [...people, ...aged])
}

function checkRecovery(directory: string, image: Image, recording: Recording, behind: number, chance: Chance): readonly Violation[] {
  writeImage(directory, image)
  let closing: { close(): void } | null = null
  try {
    const taken = takeDataDirectory(join(directory, 'data'))
    closing = { close: () => taken.release() }
    const engine = openEngine(anEngineFor(taken.path, recording.endMs))
    closing = {
      close() {
        engine.close()
        taken.release()
      },
    }
    const { fencedGeneration } = engine.started
    if (fencedGeneration !== null) return [{ what: 'fenced', where: `at generation ${fencedGeneration}` }]
    return [...checkSubjects(engine, recording, behind, chance), ...checkAged(engine, recording, behind)]
  } catch (error) {
    return [{ what: 'does not start', where: String(error) }]
  } finally {
    closing?.close()
  }
}

function checkSubjects(engine: Engine, recording: Recording, behind: number, chance: Chance): readonly Violation[] {
  const histories = recording.subjects.map((_, index) => listBefore(recording, index, behind))
  // Of a secret that nobody has asked for yet there is nothing to know.
  const subjects = recording.subjects.flatMap((subject, index) => (histories[index]?.length === 0 ? [] : [{ subject, index }]))
  const plans = subjects.map(() => [LOOK, ...(chance.below(2) === 0 ? [CLAIMANT, OTHER, CLAIMANT] : [OTHER, CLAIMANT, OTHER]), ...ENDING])
  const now = { ms: recording.endMs, doubt: null }
  for (let step = 0; step < 1 + 3 + ENDING.length; step++) {
    const asked = subjects.map(({ subject }, n) => ({ subject, asked: plans[n]?.[step] as Asked }))
    const answers = engine.run(asked.map(({ subject, asked }) => formOperation(subject, asked, now))) as readonly Answer[]
    // After everything else, and one after the other.
    const at = Number.MAX_SAFE_INTEGER - 100 + 2 * step
    answers.forEach((answer, n) => {
      const { subject, asked: one } = asked[n] as (typeof asked)[number]
      histories[subjects[n]?.index as number]?.push({ ...one, beganAt: at, endedAt: at + 1, outcome: tellAnswer(subject, one, answer) })
    })
  }
  return subjects.flatMap(({ subject, index }) => {
    const history = histories[index] as readonly Act[]
    if (isExplained(history, subject.attempts)) return []
    return [{ what: nameViolation(history), where: history.map(({ kind, by, outcome }) => `${kind} ${by}: ${outcome}`).join(', ') }]
  })
}

/** What had been asked of a secret, and answered, before the power went. */
function listBefore({ calls }: Recording, index: number, behind: number): Act[] {
  return calls.flatMap((call): readonly Act[] => {
    if (call.index !== index) return []
    const { kind, by, outcome, beganAt, answeredAt } = call
    if (call.answeredBehind <= behind) return [{ kind, by, outcome, beganAt, endedAt: answeredAt }]
    return call.begunBehind < behind ? [{ kind, by, outcome: null, beganAt, endedAt: Number.MAX_SAFE_INTEGER - 200 }] : []
  })
}

/** Whose time had come stays ended, and its receipt says so. */
function checkAged(engine: Engine, recording: Recording, behind: number): readonly Violation[] {
  const aged = recording.aged.filter(({ doneBehind }) => doneBehind <= behind)
  const now = { ms: recording.endMs, doubt: null }
  const ask = (asked: Asked) => engine.run(aged.map(({ subject }) => formOperation(subject, asked, now))) as readonly Answer[]
  const told = [ask(LOOK), ask(CLAIMANT), ask(OTHER), ask(LOOK)]
  return aged.flatMap(({ name, subject }, n) => {
    const [first, own, others, last] = told.map((answers, i) =>
      tellAnswer(subject, [LOOK, CLAIMANT, OTHER, LOOK][i] as Asked, answers[n] as Answer),
    )
    const { wants } = AGED[name]
    const isGone = own === others && own === (wants === 'unknown' ? 'unknown' : 'gone')
    return first === wants && last === wants && isGone ? [] : [{ what: `${name} is not`, where: `${first}, ${own}, ${others}, ${last}` }]
  })
}

function tellAnswer({ secret }: Subject, { kind }: Asked, { outcome, share, sealed, life, attemptsLeft }: Answer): string {
  if (outcome === 'pin_wrong') return tellWrong(attemptsLeft)
  if (outcome === 'claimed') {
    const body = { share: Buffer.from(share ?? []).toString('base64url'), sealed: Buffer.from(sealed ?? []).toString('base64url') }
    return tellOutcome(secret, kind, 200, JSON.stringify(body))
  }
  return outcome === 'receipt' ? tellOutcome(secret, kind, 200, JSON.stringify(life)) : outcome
}
