import assert from 'node:assert/strict'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { type End, LIFETIME_MS_MIN, formatLinkToken, randomBytes } from '../../packages/protocol/src/index.ts'
import { calls, makeSecret, send, writeToken } from '../../packages/server/test/support/raw-client.ts'
import { type Instance, until } from '../../packages/server/test/support/server-process.ts'
import { endedWords, receiptWords } from '../../packages/web/src/languages/en.ts'
import { findPiece } from './language.ts'
import { mistypeElsewhere, openElsewhere } from './receipt-steps.ts'
import { type Made, SECRET, burn, keepLocked, keepSecret, readState } from './steps.ts'

/** A server with a clock that can be put forward. */
const SERVE_AHEAD = fileURLToPath(new URL('serve-ahead.ts', import.meta.url))

/** A token of a page that this version does not have: vectors/links.json. */
export const NEWER_TOKEN = '2rw9iVAtwYqjMb61vzPWSbKH3oJYxNUn28t5ZWMakHYed7xC7'

/** A secret that is gone, and what its reader and its sender are to be told. */
export interface Gone extends Made {
  readonly heading: string
  readonly detail: string
  readonly outcome: string
}

/** Start a server and let a secret on it come to each end that it can come to by itself: "lost" takes a disaster. */
export async function endSecrets(instance: Instance): Promise<{ readonly url: string; readonly gone: readonly Gone[] }> {
  const { url, pid } = await instance.start({ LETTERLOCK_LIMITS: 'off', LETTERLOCK_LIFETIMES: '1m,7d' }, { script: SERVE_AHEAD })
  const opened = await keepSecret(url)
  const burned = await keepSecret(url)
  const locked = await keepLocked(url, { attempts: 3 })
  const expired = await keepSecret(url, SECRET, LIFETIME_MS_MIN)
  await openElsewhere(url, opened.link)
  await burn(url, burned.receiptLink)
  for (const pin of ['000000', '111111', '222222']) await mistypeElsewhere(url, locked.link, pin)
  assert.equal(await readState(url, expired.receiptLink), 'sealed')
  process.kill(pid, 'SIGUSR2')
  await until('the secret to run out', async () => (await readState(url, expired.receiptLink)) === 'expired')
  const tell = ({ link, receiptLink }: Made, end: End, outcome: keyof typeof receiptWords.title): Gone => ({
    link,
    receiptLink,
    heading: endedWords[end],
    detail: findPiece(endedWords[`${end}Detail`]),
    outcome: receiptWords.title[outcome],
  })
  return {
    url,
    gone: [
      tell(opened, 'opened', 'confirmed'),
      tell(burned, 'burned', 'deleted'),
      tell(locked, 'locked', 'locked'),
      tell(expired, 'expired', 'expired'),
    ],
  }
}

/** A link that no server has heard of. */
export async function makeUnknown(url: string): Promise<string> {
  return `${url}s#${await formatLinkToken(randomBytes(32))}`
}

/** Keep a secret of whose sealed bytes one was changed; gives its link. */
export async function keepSpoiled(url: string): Promise<string> {
  const whole = makeSecret(SECRET)
  const sealed = Buffer.from(whole.sealed)
  sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1)
  const { linkKey, share, receiptKey } = whole
  assert.equal((await send(url, calls.create(makeSecret(SECRET, { linkKey, share, receiptKey, sealed })))).status, 201)
  return `${url}s#${writeToken(linkKey)}`
}
