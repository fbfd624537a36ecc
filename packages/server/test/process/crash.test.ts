import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { formatRequest, hold } from '../support/held.ts'
import { calls, makeSecret, openSealed, send } from '../support/raw-client.ts'
import { type Instance, anInstance, until } from '../support/server-process.ts'
import { killAtFirst, whyNoTracer } from '../support/tracer.ts'

const TEXT = 'read by one, whatever happens'

/** A server with one secret that waits and nothing left to write. */
async function aSettledServer(instance: Instance) {
  const server = await instance.start()
  const witness = () => readFileSync(join(instance.directory, 'vault', 'witness')).toString('hex')
  const before = witness()
  const secret = makeSecret(TEXT)
  assert.equal((await send(server.url, calls.create(secret))).status, 201)
  await until('the witness to follow', () => witness() !== before)
  // The store answers one thing after the other: after this it is done with the witness.
  assert.equal((await send(server.url, calls.peek(secret))).status, 200)
  return { server, secret }
}

/** What the claimant and somebody else get from the next server. */
async function ask(instance: Instance, secret: ReturnType<typeof makeSecret>, whoFirst: 'claimant' | 'other') {
  const server = await instance.start()
  const claims = { claimant: calls.claim(secret), other: calls.claim({ ...secret, claim: makeSecret().claim }) }
  const order = whoFirst === 'other' ? (['other', 'claimant'] as const) : (['claimant', 'other'] as const)
  const replies: Partial<Record<'claimant' | 'other', Awaited<ReturnType<typeof send>>>> = {}
  for (const who of order) replies[who] = await send(server.url, claims[who])
  await server.stop()
  return replies as Record<'claimant' | 'other', Awaited<ReturnType<typeof send>>>
}

/** The claimant has the secret, whole; the other is told that it is opened. */
function assertClaimantHasIt(secret: ReturnType<typeof makeSecret>, { claimant, other }: Awaited<ReturnType<typeof ask>>): void {
  assert.equal(claimant.status, 200)
  const { share, sealed } = claimant.json() as { share: string; sealed: string }
  assert.equal(share, secret.share.toString('base64url'))
  assert.equal(sealed, secret.sealed.toString('base64url'))
  assert.equal(openSealed(secret.linkKey, secret.share, secret.sealed).text, TEXT)
  assert.equal(other.status, 410)
  assert.equal(other.json()['state'], 'opened')
}

for (const whoFirst of ['claimant', 'other'] as const) {
  test(`a claim whose reply nobody read before the server died is still the one, when the ${whoFirst} asks first`, async (t) => {
    const instance = anInstance(t)
    const { server, secret } = await aSettledServer(instance)
    const held = await hold(server.url, formatRequest(calls.claim(secret)))
    held.releaseUnread()
    await until('the claim', async () => (await send(server.url, calls.receipt(secret))).json()['state'] === 'claimed')
    await server.kill()
    held.destroy()
    assertClaimantHasIt(secret, await ask(instance, secret, whoFirst))
  })
}

/** Where a server dies in the middle of a claim: at its first call of this kind. */
const AFTER_THE_DECISION = ['fsync', 'fdatasync'] as const

for (const call of AFTER_THE_DECISION) {
  test(
    `a server that dies at the ${call} of a claim has not replied, and gives it to that claimant`,
    { skip: whyNoTracer(true) },
    async (t) => {
      const instance = anInstance(t)
      const { server, secret } = await aSettledServer(instance)
      const tracer = await killAtFirst(server.pid, call)
      t.after(() => tracer.kill())
      const held = await hold(server.url, formatRequest(calls.claim(secret)))
      assert.equal(await held.release(), '', 'not one byte of the reply has left')
      assert.equal((await server.ended).signal, 'SIGKILL')
      assertClaimantHasIt(secret, await ask(instance, secret, 'other'))
    },
  )
}

test(
  'a server that dies before the decision is written has decided nothing: whoever asks first has it',
  { skip: whyNoTracer(true) },
  async (t) => {
    const instance = anInstance(t)
    const { server, secret } = await aSettledServer(instance)
    const tracer = await killAtFirst(server.pid, 'pwrite64')
    t.after(() => tracer.kill())
    const held = await hold(server.url, formatRequest(calls.claim(secret)))
    assert.equal(await held.release(), '')
    assert.equal((await server.ended).signal, 'SIGKILL')
    const { other, claimant } = await ask(instance, secret, 'other')
    assert.equal(other.status, 200)
    assert.equal(claimant.status, 410)
  },
)

test('a server that dies between an ack and everything after it does not revive the secret', async (t) => {
  const instance = anInstance(t)
  const { server, secret } = await aSettledServer(instance)
  assert.equal((await send(server.url, calls.claim(secret))).status, 200)
  assert.equal((await send(server.url, calls.ack(secret))).status, 204)
  await server.kill()
  const next = await instance.start()
  assert.equal((await send(next.url, calls.claim(secret))).status, 410)
  const { state, confirmed } = (await send(next.url, calls.receipt(secret))).json()
  assert.deepEqual({ state, confirmed }, { state: 'opened', confirmed: true })
  await next.stop()
})
