import assert from 'node:assert/strict'
import { type TestContext, after, before } from 'node:test'
import { type ServerProcess, anInstance } from '../../packages/server/test/support/server-process.ts'
import { type Relay, openRelay } from './relay.ts'
import { type Webkit, launchWebkit } from './webkit.ts'
import type { WebkitPage } from './webkit-page.ts'

/** What one test plays with. Unless the test empties the relay's faults, they fail it. */
export interface Scene {
  readonly relay: Relay
  /** The relay's address, which is where everybody finds the server. */
  readonly url: string
  /** Somebody with a WebKit of their own. */
  visit(): Promise<WebkitPage>
}

/** Set the stage for a file of tests in WebKit: one real server, and a relay before it for each test. */
export function openWebkitStage(): (t: TestContext) => Promise<Scene> {
  const instance = anInstance({ after })
  let server: ServerProcess | undefined
  before(async () => void (server = await instance.start({ LETTERLOCK_LIMITS: 'off' })))
  return async (t) => {
    assert.ok(server !== undefined, 'the server is there once the tests have begun')
    const relay = await openRelay(server.url)
    const opened: Webkit[] = []
    t.after(async () => {
      await Promise.all(opened.map(({ close }) => close())).finally(relay.close)
      assert.deepEqual(relay.faults, [], 'a page complained')
    })
    const visit = async () => {
      const webkit = await launchWebkit()
      opened.push(webkit)
      return webkit.page
    }
    return { relay, url: relay.url, visit }
  }
}
