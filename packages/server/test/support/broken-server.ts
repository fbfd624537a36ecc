// A server for controls: the real front door over a store that reads, and then writes.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { setImmediate as turn } from 'node:timers/promises'
import type { SecretId } from '@letterlock/protocol'
import { createApp } from '../../src/app.ts'
import { createLog } from '../../src/log.ts'
import { createReceiptStreams } from '../../src/receipt-streams.ts'
import { createMemoryStore } from '../../src/secrets/memory.ts'
import type { NewSecret, SecretStore } from '../../src/secrets/store.ts'
import { settingsOf } from './in-process.ts'

const page = {
  route: '/',
  status: 404,
  type: 'text/plain',
  cacheControl: 'no-store, no-transform',
  plain: Buffer.from(''),
  brotli: null,
  gzip: null,
  armour: 'page' as const,
}
const deps = {
  secrets: createForgetfulStore(),
  settings: settingsOf({}),
  version: '0.0.0',
  now: () => ({ ms: Date.now(), doubt: null }),
  limitCreate: () => null,
  isStopping: () => false,
  receiptStreams: createReceiptStreams({ heartbeatMs: 15_000, beatsMax: 240, streamsMax: 1000 }, () => {}),
}
const log = createLog(() => {}, Date.now, 'events')
const server = createServer(createApp(deps, { version: '0.0.0', inline: { scripts: [], styles: [] }, find: () => page }, log, () => ''))
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`Letterlock is ready at http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`)
})
process.on('SIGTERM', () => process.exit(0))

/** Its claim looks whether the secret waits, comes back in another turn, and only then takes it. */
function createForgetfulStore(): SecretStore {
  const store = createMemoryStore()
  const created = new Map<SecretId, NewSecret>()
  return {
    ...store,
    create(secret, now) {
      created.set(secret.id, secret)
      return store.create(secret, now)
    },
    async claim(claim, now) {
      const peeked = await store.peek(claim.id, claim.accessHash, now)
      const secret = created.get(claim.id)
      if (peeked.outcome !== 'sealed' || secret === undefined) return store.claim(claim, now)
      await turn()
      const claimed = await store.claim(claim, now)
      if (peeked.attemptsLeft !== null) return { outcome: 'pin_wrong', attemptsLeft: peeked.attemptsLeft - 1 }
      if (claimed.outcome === 'unknown') return claimed
      return { outcome: 'claimed', share: secret.share, sealed: secret.sealed, leaseUntilMs: now.ms + 600_000 }
    },
  }
}
