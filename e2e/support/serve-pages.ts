// The server as it is, but with pages from elsewhere: for tests that build their own.
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { createLog } from '../../packages/server/src/log.ts'
import { startServer } from '../../packages/server/src/server.ts'
import { readSettings } from '../../packages/server/src/settings.ts'

const { TEST_PAGES: pages = '', ...env } = process.env
const settings = readSettings(env)
if ('reasons' in settings) throw new Error(settings.reasons.join(' '))
const urls = {
  worker: new URL('../../packages/server/src/secrets/worker.ts', import.meta.url),
  pages: pathToFileURL(`${pages}/`),
}
const log = createLog((text) => process.stderr.write(text), Date.now, settings.log)
const server = await startServer(settings, urls, log, () => process.exit(1))
process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)))
process.stdout.write(`Letterlock is ready at ${server.url}\n`)
