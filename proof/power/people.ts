import { formatRequest, hold } from '../../packages/server/test/support/held.ts'
import type { Chance } from '../chance.ts'
import { type Asked, type Subject, aSubject, formCall, tellOutcome } from '../subject.ts'

/** A call that was made while everything was recorded. */
export interface Call extends Asked {
  /** Of the subject. */
  readonly index: number
  /** At the caller's end of its connection, of which each call has its own. */
  readonly port: number
  readonly outcome: string
}

/** Calls that are under way at once, at most. */
const LANES = 3

/** What is done with a secret, step by step; the calls of one step are made together. */
type Steps = readonly (readonly Asked[])[]

/** What is done with a new secret. */
interface Script {
  /** How many wrong PINs it bears; none without a PIN. */
  readonly attempts?: number
  readonly steps: Steps
}

const create: Asked = { kind: 'create', by: '' }
const burn: Asked = { kind: 'burn', by: '' }
const claim = (by: string): Asked => ({ kind: 'claim', by })
const guess = (by: string): Asked => ({ kind: 'guess', by })
const ack = (by: string): Asked => ({ kind: 'ack', by })

const SCRIPTS: readonly Script[] = [
  { steps: [[create]] },
  { steps: [[create], [claim('a')], [ack('a')]] },
  { steps: [[create], [guess('x')], [guess('y')]], attempts: 3 },
  { steps: [[create], [burn]] },
  { steps: [[create], [claim('a'), claim('b'), burn]] },
  { steps: [[create], [guess('x'), guess('y')], [guess('z')]], attempts: 3 },
  { steps: [[create], [claim('a')], [claim('a')]] },
  { steps: [[create], [claim('a')], [burn], [ack('a')]] },
  { steps: [[create], [guess('x')], [guess('x')], [claim('a')]], attempts: 4 },
]

/** One new secret after each script. */
export const PEOPLE_EACH = SCRIPTS.length

/** What is done later with secrets that were left waiting or claimed. */
const LATER: readonly Steps[] = [[[claim('a')], [ack('a')]], [[burn]], [[claim('b')]], [[ack('a'), claim('b')]], [[guess('z')]]]

/** People who create, open, confirm and delete secrets, by scripts that come in turn. */
export function gatherPeople(chance: Chance) {
  const subjects: Subject[] = []
  const made: Call[] = []
  const follow = async (url: string, index: number, steps: Steps) => {
    for (const step of steps) {
      const asked = await Promise.all(step.map((one) => ask(url, subjects[index] as Subject, one)))
      made.push(...asked.map((call) => ({ ...call, index })))
    }
  }
  const inLanes = async (works: (() => Promise<void>)[]) => {
    const lane = async () => {
      for (let work = works.shift(); work !== undefined; work = works.shift()) await work()
    }
    await Promise.all(Array.from({ length: LANES }, lane))
  }
  return {
    subjects,
    made,
    /** So many new secrets, each with the next script. */
    come: (url: string, count: number) =>
      inLanes(
        Array.from({ length: count }, (_, n) => {
          const { attempts, steps } = SCRIPTS[n % SCRIPTS.length] as Script
          const index = subjects.push(aSubject(attempts ?? null)) - 1
          return () => follow(url, index, steps)
        }),
      ),
    /** Something else with so many of the secrets that are there. */
    comeBack: (url: string, count: number) =>
      inLanes(Array.from({ length: count }, () => () => follow(url, chance.below(subjects.length), chance.pick(LATER)))),
  }
}

async function ask(url: string, subject: Subject, asked: Asked): Promise<Omit<Call, 'index'>> {
  const held = await hold(url, formatRequest(formCall(subject, asked)))
  const answer = await held.release()
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return { ...asked, port: held.localPort, outcome: tellOutcome(subject.secret, asked.kind, Number(head.slice(9, 12)), body) }
}
