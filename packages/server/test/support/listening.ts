import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { RequestLine } from '../../src/log.ts'
import { type RunningServer, startServer } from '../../src/server.ts'
import { type RawReply, type RawRequest, send } from './raw-client.ts'
import { settingsOf } from './in-process.ts'

/** The whole server, its sockets and its files, in this process: every call it logs can be looked at. */
export interface Listening {
  readonly url: string
  /** What has reached a route, or was refused by the front door. */
  readonly lines: readonly RequestLine[]
  send(request: RawRequest): Promise<RawReply>
}

export async function aListening(t: TestContext, env: Readonly<Record<string, string>> = {}): Promise<Listening> {
  const directory = mkdtempSync(join(tmpdir(), 'letterlock-test-'))
  const lines: RequestLine[] = []
  const log = { request: (line: RequestLine) => lines.push(line), event: () => {}, flush: () => {} }
  const urls = {
    worker: new URL('../../src/secrets/worker.ts', import.meta.url),
    pages: new URL('../../../web/dist/', import.meta.url),
  }
  const settings = settingsOf({ LETTERLOCK_DATA_DIR: directory, LETTERLOCK_PORT: '0', ...env })
  let server: RunningServer | null = null
  t.after(async () => {
    await server?.stop()
    rmSync(directory, { recursive: true, force: true })
  })
  server = await startServer(settings, urls, log, () => {})
  const { url } = server
  return { url, lines, send: (request) => send(url, request) }
}
