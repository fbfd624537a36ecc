import { type Ack, ClientError, type Opened, type Server, ackSecret, openSecret } from '@letterlock/client'
import { type Bytes, type DatedContent, KEY_BYTES, type Pin, decodeBase64url, encodeBase64url, randomBytes } from '@letterlock/protocol'
import { WITH_PIN, WRONG_PIN } from './kept-claim.ts'
import type { OpenHost, OpenLink } from './open-host.ts'

/** Waits between tries of the ack, in ms; together they stay within the lease. */
const ACK_WAITS_MS = [500, 2_000, 5_000, 15_000, 60_000, 120_000, 240_000]

/**
 * Claim a secret and open it: gives its content, or `null` where the page has gone on by itself.
 * The claim is kept before it leaves, so that a lost reply or a reload loses nothing.
 *
 * @throws ClientError; the tab can then try again.
 */
export async function claimSecret(
  host: OpenHost,
  link: OpenLink,
  pin: Pin | null,
): Promise<{ readonly content: DatedContent; readonly ack: Ack } | null> {
  const { base, server, keptToken, keptClaim } = host
  const claim = readClaim(keptClaim.read()) ?? randomBytes(KEY_BYTES)
  const text = encodeBase64url(claim)
  const isSafe = keptClaim.keep(pin === null ? text : text + WITH_PIN) && keptToken.keep(link.text)
  if (isSafe) history.replaceState(history.state, '', `${base}s`)
  const opened = await openSecret(server, link.key, claim, pin)
  if (opened.outcome === 'opened') return opened
  if (opened.outcome === 'pin_wrong' && opened.attemptsLeft !== null) keptClaim.keep(text + WRONG_PIN)
  await goOn(host, opened, pin)
  return null
}

async function goOn(host: OpenHost, opened: Exclude<Opened, { outcome: 'opened' }>, pin: Pin | null): Promise<void> {
  switch (opened.outcome) {
    case 'pin_wrong':
      if (opened.attemptsLeft === 0) return host.endMissing({ outcome: 'gone', gone: { state: 'locked', at: Date.now() } })
      // Where nobody has asked for a PIN and none is counted, it is the secret that does not fit its link.
      if (pin === null && opened.attemptsLeft === null) return host.end({ at: 'unreadable', why: 'damaged' })
      return host.askPin(opened, pin !== null)
    case 'unreadable':
      return host.end({ at: 'unreadable', why: opened.why })
    case 'gone':
    case 'unknown':
      return host.endMissing(opened)
  }
}

/**
 * Send the ack, quietly and again if need be; the reader waits for nothing. Gives whether the
 * server has heard it: when there is no more use in it, it has not.
 */
export async function confirmOpened(server: Server, ack: Ack): Promise<boolean> {
  for (const waitMs of [...ACK_WAITS_MS, null]) {
    try {
      await ackSecret(server, ack)
      return true
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      if (error.code === 'refused' || waitMs === null) return false
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
  return false
}

function readClaim(kept: string | null): Bytes | null {
  const claim = decodeBase64url(kept?.split('.', 1)[0] ?? '')
  return claim?.length === KEY_BYTES ? claim : null
}
