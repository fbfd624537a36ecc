import { writeSync } from 'node:fs'
import process from 'node:process'
import { createLog } from './log.ts'
import { StartError } from './secrets/database.ts'
import { type RunningServer, startServer } from './server.ts'
import { type Settings, describeSettings, readSettings } from './settings.ts'

/** How long answers that say so may take to leave when the disk has failed, in ms. */
const LAST_WORDS_MS = 200

const settings = readSettings(process.env)
if ('reasons' in settings) refuse(settings.reasons)
else await run(settings)

async function run(settings: Settings): Promise<void> {
  // Whatever this process makes is for its own user alone. SPEC §9.1.
  process.umask(0o077)
  // A log that cannot be written, on a disk that is full say, must not keep anybody from opening.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const log = createLog((text) => writeLog(text), Date.now, settings.log)
  const isSource = import.meta.url.endsWith('.ts')
  const urls = {
    worker: new URL(isSource ? './secrets/worker.ts' : './store-worker.js', import.meta.url),
    pages: new URL('../../web/dist/', import.meta.url),
  }
  const onBroken = (reason: string) => {
    log.event(`The store has failed (${reason}). Nothing more is answered; the next start recovers from the disk.`)
    setTimeout(() => process.exit(1), LAST_WORDS_MS)
  }
  try {
    const server = await startServer(settings, urls, log, onBroken)
    for (const line of describeSettings(settings)) log.event(line)
    // Whoever is told that it is ready may stop it at once.
    stopOnSignal(server)
    process.stdout.write(`Letterlock is ready at ${server.url}\n`)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    refuse([error.message])
  }
}

/** A stream that has failed once stays so; its file may have room again. */
function writeLog(text: string): void {
  if (!process.stderr.destroyed) process.stderr.write(text)
  else {
    try {
      writeSync(process.stderr.fd, text)
    } catch {
      // There is nowhere else to say so.
    }
  }
}

/** The first signal stops in good order, the second at once. */
function stopOnSignal(server: RunningServer): void {
  let isStopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1)
      isStopping = true
      server.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
  }
}

function refuse(reasons: readonly string[]): void {
  for (const reason of reasons) process.stderr.write(`letterlock: ${reason}\n`)
  process.exitCode = 1
}
