import { Agent } from 'node:http'
import { send } from '../../packages/server/test/support/raw-client.ts'
import { type Behind, type ServerProcess, anInstance } from '../../packages/server/test/support/server-process.ts'
import { type Chance, drawChance } from '../chance.ts'
import { type Patch, patching } from '../mutate.ts'
import { type Act, isExplained, nameViolation } from '../history.ts'
import { type Asked, type Subject, aSubject, formCall, tellOutcome } from '../subject.ts'

export interface KillsSize {
  readonly seed: number
  readonly kills: number
}

export interface KillsFound {
  readonly kills: number
  readonly secrets: number
  /** Calls that were answered; those that were not. */
  readonly answered: number
  readonly unanswered: number
  readonly violations: readonly string[]
}

/** Callers that load the server, each with one call at a time. */
const CALLERS = 24
/** Secrets that are asked for again over several kills. */
const SECRETS_MAX = 48
/** Longest history that is gone on with. */
const ACTS_MAX = 14
/** Latest moment of a kill: so many ms behind so many answers. */
const KILL_BEHIND_ANSWERS = 160
const KILL_BEHIND_MS = 12

/** A secret, and all that was asked of it. */
interface Watched extends Subject {
  readonly acts: Act[]
}

/** What a caller chooses from. Some cannot come out well: then it must be told so. */
const CHOICES: readonly Asked[] = [
  { kind: 'claim', by: 'a' },
  { kind: 'claim', by: 'a' },
  { kind: 'claim', by: 'b' },
  { kind: 'ack', by: 'a' },
  { kind: 'ack', by: 'b' },
  { kind: 'burn', by: '' },
  { kind: 'create', by: '' },
  { kind: 'receipt', by: '' },
]

/** Kill a loaded server again and again, and compare what it says afterwards with what it had answered. */
export async function proveKills(t: Behind, size: KillsSize, patches: readonly Patch[] = []): Promise<KillsFound> {
  const instance = anInstance(t)
  const patched = patching(t, patches)
  const env = { LETTERLOCK_LIMITS: 'off', LETTERLOCK_LOG: 'events', ...patched.env }
  const observer = new Observer(drawChance(size.seed))
  for (let kill = 0; kill < size.kills; kill++) {
    const server = await instance.start(env)
    patched.assertApplied()
    await observer.askAll(server)
    await observer.load(server)
  }
  const last = await instance.start(env)
  await observer.finish(last)
  await last.stop()
  return { kills: size.kills, ...observer.found() }
}

const CREATE: Asked = { kind: 'create', by: '' }
const LOOK: Asked = { kind: 'receipt', by: '' }
const OTHER: Asked = { kind: 'claim', by: 'c' }
/** What a secret is asked for at last: whatever it is, it must be it for everyone. */
const ENDING: readonly Asked[] = [LOOK, OTHER, { kind: 'claim', by: 'a' }, { kind: 'claim', by: 'b' }, LOOK]

/** Writes down what it asked, when, and what it was answered; it lives on when the server is killed. */
class Observer {
  readonly #chance: Chance
  readonly #violations: string[] = []
  #watched: Watched[] = []
  #tick = 0
  #secrets = 0
  #answered = 0
  #unanswered = 0

  constructor(chance: Chance) {
    this.#chance = chance
  }

  found() {
    return { secrets: this.#secrets, answered: this.#answered, unanswered: this.#unanswered, violations: this.#violations }
  }

  /** Many callers at once, until the server is killed in the midst of them. */
  async load(server: ServerProcess): Promise<void> {
    const agent = anAgent()
    const killBehind = this.#answered + this.#chance.below(KILL_BEHIND_ANSWERS)
    const killMs = this.#chance.next() * KILL_BEHIND_MS
    const killed = Promise.withResolvers<void>()
    const state = { isKilled: false }
    const kill = () => {
      state.isKilled = true
      killed.resolve(server.kill())
    }
    let timer: NodeJS.Timeout | null = null
    const call = async () => {
      while (!state.isKilled) {
        const subject = this.#choose()
        const asked = subject.acts.length === 0 ? CREATE : this.#chance.pick(CHOICES)
        const { outcome } = await this.#ask(server.url, subject, asked, agent)
        // Nothing but the kill may leave a call without an answer.
        if (outcome === null && !state.isKilled) throw new Error(`a living server did not answer a ${asked.kind}`)
        if (this.#answered >= killBehind) timer ??= setTimeout(kill, killMs)
      }
    }
    await Promise.all(Array.from({ length: CALLERS }, call))
    await killed.promise
    agent.destroy()
  }

  /** After a start: look at every secret, and let who had no answer ask again, sometimes behind somebody else. */
  async askAll({ url }: ServerProcess): Promise<void> {
    const agent = anAgent()
    await Promise.all(
      this.#watched.map(async (subject) => {
        const missed = subject.acts.filter(({ outcome }) => outcome === null).at(-1)
        if (missed !== undefined && this.#chance.below(4) === 0) await this.#ask(url, subject, OTHER, agent)
        await this.#ask(url, subject, LOOK, agent)
        if (missed !== undefined && this.#chance.below(2) === 0) await this.#ask(url, subject, missed, agent)
      }),
    )
    await this.#end(url, (subject) => subject.acts.length > ACTS_MAX, agent)
    agent.destroy()
  }

  /** At last every secret that is still watched is asked for to its end. */
  async finish({ url }: ServerProcess): Promise<void> {
    const agent = anAgent()
    await this.#end(url, () => true, agent)
    agent.destroy()
  }

  /** Ask some for the last time; judge all, and watch on those that are explained. */
  async #end(url: string, isLast: (subject: Watched) => boolean, agent: Agent): Promise<void> {
    const last = new Set(this.#watched.filter(isLast))
    const endOne = async (subject: Watched) => {
      for (const asked of ENDING) await this.#ask(url, subject, asked, agent)
    }
    await Promise.all([...last].map(endOne))
    const broken = new Set(this.#watched.filter(({ acts }) => !isExplained(acts)))
    for (const { acts } of broken) {
      const told = acts.map(({ kind, by, outcome, beganAt, endedAt }) => `${beganAt}-${endedAt} ${kind} ${by}: ${outcome}`)
      this.#violations.push(`${nameViolation(acts)}: ${told.join(', ')}`)
    }
    this.#watched = this.#watched.filter((subject) => !last.has(subject) && !broken.has(subject))
  }

  /** A new secret, or one that has been asked for before. */
  #choose(): Watched {
    const known = this.#watched.filter(({ acts }) => acts.length < ACTS_MAX)
    if (known.length > 0 && (this.#watched.length >= SECRETS_MAX || this.#chance.below(2) === 0)) return this.#chance.pick(known)
    const subject = { ...aSubject(), acts: [] }
    this.#watched.push(subject)
    this.#secrets++
    return subject
  }

  async #ask(url: string, subject: Watched, asked: Asked, agent: Agent): Promise<Act> {
    // It is written down before it is sent: an answer that does not come is no answer that was not asked for.
    const act = { kind: asked.kind, by: asked.by, beganAt: this.#tick++, endedAt: Number.POSITIVE_INFINITY, outcome: null as string | null }
    subject.acts.push(act)
    try {
      const { status, body } = await send(url, { ...formCall(subject, asked), agent })
      act.outcome = tellOutcome(subject.secret, asked.kind, status, body.toString())
      this.#answered++
    } catch {
      this.#unanswered++
    }
    act.endedAt = this.#tick++
    return act
  }
}

function anAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: CALLERS })
}
