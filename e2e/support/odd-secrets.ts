import assert from 'node:assert/strict'
import { createSecret, prepareSecret } from '../../packages/client/src/index.ts'
import type { Content } from '../../packages/protocol/src/index.ts'
import { calls, makeSecret, send, writeToken } from '../../packages/server/test/support/raw-client.ts'
import { LIFETIME_MS } from './steps.ts'

/**
 * Make a secret of any content, and give its link.
 *
 * @param senderMs - the time by the sender's clock.
 */
export async function keepContent(base: string, content: Content, senderMs = Date.now()): Promise<string> {
  const prepared = await prepareSecret(content, LIFETIME_MS, senderMs)
  await createSecret({ baseUrl: base, fetch }, prepared)
  return `${base}s#${prepared.linkToken}`
}

/** Seal what no sender of this version seals, and give its link: what becomes of it is up to the reader's page. */
export async function keepPlaintext(base: string, plaintext: Uint8Array): Promise<string> {
  const secret = makeSecret('', { plaintext: Buffer.from(plaintext), lifetimeMs: LIFETIME_MS })
  const { status } = await send(base, calls.create(secret))
  assert.equal(status, 201)
  return `${base}s#${writeToken(secret.linkKey)}`
}
