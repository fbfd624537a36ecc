// What /s loads before it claims anything: it claims and opens. It also knows whether a link is
// this browser's own, which takes the same keys.
import { type Bytes, deriveLinkKeys } from '@letterlock/protocol'
import { isOwn } from '../../ui/own-links.ts'

export { claimSecret, confirmOpened } from './claim-secret.ts'

/** What the part says: nothing. */
export const sections = {}

/** Whether this browser has made the link, as far as it remembers. */
export async function isOwnLink(key: Bytes): Promise<boolean> {
  return isOwn((await deriveLinkKeys(key)).id)
}
