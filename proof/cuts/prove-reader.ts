import { randomBytes } from 'node:crypto'
import { ClientError, type Server, ackSecret, createSecret, openSecret, prepareSecret } from '@letterlock/client'
import { readToken } from '../../packages/server/test/support/raw-client.ts'
import { type Behind, anInstance } from '../../packages/server/test/support/server-process.ts'
import { type Patch, patching } from '../mutate.ts'
import { type Cut, openCuttingRelay } from './cutting-relay.ts'
import { type CutsFound, QUIET } from './prove-cuts.ts'

const TEXT = 'read in the end, over a line that keeps breaking'
const LIFETIME_MS = 3_600_000
/** Readers at once. */
const LANES = 8
/** No call and no reply is longer. */
const BYTES_MAX = 100_000

/** Open secrets with the client that the pages use, whose connection breaks at the first try of each call. */
export async function proveReader(t: Behind, { every }: { readonly every: number }, patches: readonly Patch[] = []): Promise<CutsFound> {
  const patched = patching(t, patches)
  const server = await anInstance(t).start({ ...QUIET, ...patched.env })
  patched.assertApplied()
  const violations: string[] = []
  let cuts = 0
  for (const call of ['claim', 'ack'] as const) {
    for (const side of ['request', 'reply'] as const) {
      let next = 0
      let isOver = false
      const lane = async () => {
        // Where there is nothing to cut any more, every byte has been tried.
        for (let bytes = next; !isOver; bytes = next) {
          next += every
          for (const how of ['reset', 'close'] as const) {
            const { wasCut, wrong } = await readOverCut(server.url, call, { side, bytes, how })
            if (wasCut) cuts++
            else isOver = true
            if (wrong !== null) violations.push(`${call}, ${how} behind ${bytes} bytes of the ${side}: ${wrong}`)
          }
          if (bytes > BYTES_MAX) throw new Error(`a ${call} does not end`)
        }
      }
      await Promise.all(Array.from({ length: LANES }, lane))
    }
  }
  await server.stop()
  return { cuts, violations }
}

async function readOverCut(
  url: string,
  call: 'claim' | 'ack',
  cut: Cut,
): Promise<{ readonly wasCut: boolean; readonly wrong: string | null }> {
  const server: Server = { baseUrl: url, fetch }
  const prepared = await prepareSecret({ text: TEXT, files: [] }, LIFETIME_MS, Date.now())
  await createSecret(server, prepared)
  const linkKey = Uint8Array.from(readToken(prepared.linkToken))
  const claim = Uint8Array.from(randomBytes(32))

  const relay = await openCuttingRelay(url)
  relay.planNext(cut)
  const broken: Server = { baseUrl: relay.url, fetch }
  const tell = (wrong: string | null) => ({ wasCut: relay.cuts() > 0, wrong })
  try {
    const first = call === 'claim' ? await attempt(() => openSecret(broken, linkKey, claim)) : null
    if (first !== null && first.at === 'failed' && first.code !== 'unreachable') return tell(`the reader is told ${first.code}`)
    const opened = await openSecret(server, linkKey, claim)
    if (opened.outcome !== 'opened') return tell(`the reader's next try is ${opened.outcome}`)
    if (opened.content.text !== TEXT) return tell('the reader has another text')
    if (call === 'ack') {
      const acked = await attempt(() => ackSecret(broken, opened.ack))
      if (acked.at === 'failed' && acked.code !== 'unreachable') return tell(`the reader's ack is told ${acked.code}`)
    }
    await ackSecret(server, opened.ack)
    return tell(null)
  } finally {
    await relay.close()
  }
}

/** Try something that may fail in the client's own way, and in no other. */
async function attempt<Result>(act: () => Promise<Result>) {
  try {
    return { at: 'done', result: await act() } as const
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    return { at: 'failed', code: error.code } as const
  }
}
