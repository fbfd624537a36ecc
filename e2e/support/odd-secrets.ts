import { createSecret, prepareSecret } from '../../packages/client/src/index.ts'
import {
  type Bytes,
  type Content,
  KEY_BYTES,
  SALT_BYTES,
  decodeHex,
  deriveContentKeys,
  deriveLinkKeys,
  deriveProof,
  encodeCreateSecret,
  formatContentContext,
  formatLinkToken,
  randomBytes,
  seal,
  sha256,
} from '../../packages/protocol/src/index.ts'
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
export async function keepPlaintext(base: string, plaintext: Bytes): Promise<string> {
  const [linkKey, share, receiptKey] = [randomBytes(KEY_BYTES), randomBytes(KEY_BYTES), randomBytes(KEY_BYTES)]
  const { id, access } = await deriveLinkKeys(linkKey)
  const { contentKey, ack } = await deriveContentKeys(linkKey, null, share)
  const request = encodeCreateSecret({
    id,
    accessHash: await sha256(access),
    proofHash: await sha256(await deriveProof(linkKey, null)),
    ackHash: await sha256(ack),
    receiptHash: await sha256(receiptKey),
    share,
    lifetimeMs: LIFETIME_MS,
    pin: null,
    sealed: await seal(contentKey, randomBytes(SALT_BYTES), formatContentContext(decodeHex(id) as Bytes), plaintext),
  })
  const linkToken = await formatLinkToken(linkKey)
  await createSecret({ baseUrl: base, fetch }, { id, linkToken, receiptToken: '', request })
  return `${base}s#${linkToken}`
}
