import { randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import { formatRequest, statusOf } from '../../packages/server/test/support/held.ts'
import { type RawReply, type RawRequest, type RawSecret, calls, makeSecret, send } from '../../packages/server/test/support/raw-client.ts'
import { type Behind, anInstance } from '../../packages/server/test/support/server-process.ts'
import { type Patch, patching } from '../mutate.ts'
import { type Cut, type CuttingRelay, askThrough, openCuttingRelay } from './cutting-relay.ts'

export interface CutsSize {
  readonly seed: number
  /** 1: behind every single byte; n: behind every n-th. */
  readonly every: number
  readonly calls: readonly Call[]
}

export const CALLS = ['create', 'claim', 'ack'] as const
export type Call = (typeof CALLS)[number]

/** What came of it: how often was cut, and each cut after which something was not as promised. */
export interface CutsFound {
  readonly cuts: number
  readonly violations: readonly string[]
}

/** Cuts that are being tried at once. */
const LANES = 24
/** Small, so that a secret has few bytes behind which to cut. */
const SEALED_BYTES = 72

interface Asking {
  readonly url: string
  readonly agent: Agent
  readonly relay: CuttingRelay
}

/** One cut of one call. */
interface Job {
  readonly call: Call
  readonly cut: Cut
  /** Whether somebody else asks before the same is asked again: tried both ways where both may claim. */
  readonly isOtherFirst: boolean
}

/** Cut every call behind every byte, ask the same again, and see what it gets. */
export async function proveCuts(t: Behind, size: CutsSize, patches: readonly Patch[] = []): Promise<CutsFound> {
  const patched = patching(t, patches)
  const server = await anInstance(t).start({ ...QUIET, ...patched.env })
  patched.assertApplied()
  const relay = await openCuttingRelay(server.url)
  t.after(() => relay.close())
  const agent = new Agent({ keepAlive: true, maxSockets: LANES })
  const asking = { url: server.url, agent, relay }
  const jobs = await listCuts(asking, size)
  const violations: string[] = []
  const takeJobs = async () => {
    for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
      const { call, cut, isOtherFirst } = job
      const wrong = await TRY[call](asking, cut, isOtherFirst)
      const where = `${cut.how} behind ${cut.bytes} bytes of the ${cut.side}${isOtherFirst ? ', another first' : ''}`
      if (wrong !== null) violations.push(`${call}, ${where}: ${wrong}`)
    }
  }
  const wanted = jobs.length
  await Promise.all(Array.from({ length: LANES }, takeJobs))
  // A broken server may answer with fewer bytes than there are to be cut.
  const cuts = relay.cuts()
  if (patches.length === 0 && cuts !== wanted) throw new Error(`${cuts} connections were cut, not ${wanted}`)
  agent.destroy()
  await server.stop()
  return { cuts, violations }
}

export const QUIET = { LETTERLOCK_LIMITS: 'off', LETTERLOCK_LOG: 'events' } as const

/** See how long each call and its answer are, and list every cut of them. */
async function listCuts(asking: Asking, { every, calls: wanted, seed }: CutsSize): Promise<Job[]> {
  const jobs: Job[] = []
  const secret = aSecret()
  // One after the other, since each needs those before it.
  for (const call of CALLS.slice(0, Math.max(...wanted.map((call) => CALLS.indexOf(call))) + 1)) {
    const request = formatRequest(calls[call](secret))
    const reply = await askThrough(asking.relay, request, null)
    if (!(statusOf(reply.toString('latin1')) < 300)) throw new Error(`an uncut ${call} is answered ${reply.toString('latin1')}`)
    const lengths = { request: request.length, reply: reply.length }
    for (const side of ['request', 'reply'] as const) {
      for (const how of ['reset', 'close'] as const) {
        // The last of them is cut behind its whole length.
        for (let bytes = every === 1 ? 0 : seed % every; bytes <= lengths[side]; bytes += every) {
          if (!wanted.includes(call)) continue
          for (const isOtherFirst of call === 'claim' ? [false, true] : [false])
            jobs.push({ call, cut: { side, bytes, how }, isOtherFirst })
        }
      }
    }
  }
  return jobs
}

/** How each call is tried: what was wrong, or `null`. */
const TRY: Readonly<Record<Call, (asking: Asking, cut: Cut, isOtherFirst: boolean) => Promise<string | null>>> = {
  create: tryCreate,
  claim: tryClaim,
  ack: tryAck,
}

async function tryCreate(asking: Asking, cut: Cut): Promise<string | null> {
  const secret = aSecret()
  const first = await cutCall(asking, calls.create(secret), cut)
  const again = await ask(asking, calls.create(secret))
  if (again.status !== 201) return `the same create is answered ${tell(again)}`
  const whole = readWhole(first)
  if (whole !== null && whole !== again.body.toString()) return 'the same create is answered with other bytes than before'
  const third = await ask(asking, calls.create(secret))
  if (third.status !== 201 || !third.body.equals(again.body)) return `a third create is answered ${tell(third)}`
  return tellUnread(secret, await ask(asking, calls.claim(secret)))
}

async function tryClaim(asking: Asking, cut: Cut, isOtherFirst: boolean): Promise<string | null> {
  const secret = aSecret()
  const created = await ask(asking, calls.create(secret))
  if (created.status !== 201) return `the create before is answered ${tell(created)}`
  await cutCall(asking, calls.claim(secret), cut)
  const claim = () => ask(asking, calls.claim(secret))
  const other = () => ask(asking, calls.claim({ ...secret, claim: randomBytes(32) }))
  if (isOtherFirst) {
    const others = await other()
    const own = await claim()
    // Behind a byte of its reply a claim has been decided. Before, it may not have arrived.
    if (cut.side === 'request' && others.status === 200) return tellUnread(secret, others) ?? tellOpen('the claimant', own)
    return tellOpen('another, who asks first,', others) ?? tellUnread(secret, own)
  }
  return tellUnread(secret, await claim()) ?? tellOpen('another', await other()) ?? tellUnread(secret, await claim())
}

async function tryAck(asking: Asking, cut: Cut): Promise<string | null> {
  const secret = aSecret()
  const created = await ask(asking, calls.create(secret))
  const claimed = await ask(asking, calls.claim(secret))
  if (created.status !== 201 || claimed.status !== 200) return `before, create is ${created.status} and claim ${claimed.status}`
  await cutCall(asking, calls.ack(secret), cut)
  for (const time of ['same', 'third']) {
    const acked = await ask(asking, calls.ack(secret))
    if (acked.status !== 204) return `the ${time} ack is answered ${tell(acked)}`
  }
  const { state, confirmed } = (await ask(asking, calls.receipt(secret))).json()
  if (state !== 'opened' || confirmed !== true) return `the receipt says ${String(state)}, ${String(confirmed)}`
  return (
    tellOpen('the claimant', await ask(asking, calls.claim(secret))) ??
    tellOpen('another', await ask(asking, calls.claim({ ...secret, claim: randomBytes(32) })))
  )
}

function aSecret(): RawSecret {
  return makeSecret('', { sealed: randomBytes(SEALED_BYTES) })
}

function ask({ url, agent }: Asking, request: RawRequest): Promise<RawReply> {
  return send(url, { ...request, agent })
}

function cutCall({ relay }: Asking, request: RawRequest, cut: Cut): Promise<Buffer> {
  return askThrough(relay, formatRequest(request), cut)
}

/** The body of a reply that has come whole, or `null`. */
function readWhole(reply: Buffer): string | null {
  const text = reply.toString('latin1')
  const [, length] = /\r\ncontent-length: (\d+)\r\n/i.exec(text) ?? []
  const bodyAt = text.indexOf('\r\n\r\n') + 4
  return bodyAt >= 4 && text.length === bodyAt + Number(length) ? text.slice(bodyAt) : null
}

/** What is wrong with a claim that is to be given the secret, or `null`. */
function tellUnread(secret: RawSecret, reply: RawReply): string | null {
  if (reply.status !== 200) return `the claimant is answered ${tell(reply)}`
  const { share, sealed } = reply.json()
  const isSame = share === secret.share.toString('base64url') && sealed === secret.sealed.toString('base64url')
  return isSame ? null : 'the claimant is given other bytes'
}

/** What is wrong with a claim that is to hear that the secret has been opened, or `null`. */
function tellOpen(who: string, reply: RawReply): string | null {
  return reply.status === 410 && reply.json()['state'] === 'opened' ? null : `${who} is answered ${tell(reply)}`
}

function tell({ status, body }: RawReply): string {
  const { code = '', state = '' } = status >= 400 ? (JSON.parse(body.toString()) as Record<string, string>) : {}
  return [status, code, state].join(' ').trim()
}
