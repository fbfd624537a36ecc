import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { uptime } from 'node:os'
import type { Duplex } from 'node:stream'
import { HEARTBEAT_MS } from '@letterlock/protocol'
import { type Listener, createApp } from './app.ts'
import { createClock } from './secrets/clock.ts'
import { takeDataDirectory } from './data-directory.ts'
import { problem } from './guard/answer.ts'
import { listDataArmour } from './guard/headers.ts'
import { CREATE_BURST, CREATE_INTERVAL_MS, createRateLimit, networkOf } from './guard/rate.ts'
import { startHealthLog } from './health-log.ts'
import type { Log } from './log.ts'
import { BEATS_MAX, type ReceiptStreams, STREAMS_MAX, createReceiptStreams } from './receipt-streams.ts'
import { readPages } from './pages.ts'
import { readHealth } from './routes/health.ts'
import { StartError } from './secrets/database.ts'
import { openSqliteStore } from './secrets/sqlite.ts'
import type { Settings } from './settings.ts'
import { startSweeper } from './sweeper.ts'

/** Times for a caller to send what it has to, in ms. Slow ones cost a socket, never a call. */
const HEADERS_MS_MAX = 5_000
const REQUEST_MS_MAX = 10_000
const KEEP_ALIVE_MS = 10_000
const CONNECTIONS_CHECK_MS = 1_000
/** How long a caller whose bytes were refused may go on sending, in ms, so that the answer is not lost to a reset. */
const LINGER_MS_MAX = 2_000
const HEADER_BYTES_MAX = 16_384
/** How long a stop waits for calls that are under way, in ms. */
const STOP_MS_MAX = 10_000
/** How far ahead of the clock the time last seen may be before the operator is told, in ms. */
const CLOCK_AHEAD_MS = 60_000
/** How far in the future `security.txt` says that it runs out, in ms. */
const SECURITY_TXT_MS = 30 * 86_400_000

export interface RunningServer {
  /** Where it listens, such as `http://127.0.0.1:8080/`. */
  readonly url: string
  /** Stop accepting, finish what is under way, make everything durable. */
  stop(): Promise<void>
}

/**
 * Start an instance with the embedded store.
 *
 * @param onBroken - told once if the disk fails; the process must then end with an error.
 * @throws StartError with one sentence for the operator.
 */
export async function startServer(
  settings: Settings,
  urls: { readonly worker: URL; readonly pages: URL },
  log: Log,
  onBroken: (reason: string) => void,
): Promise<RunningServer> {
  const pages = readPages(urls.pages)
  const directory = takeDataDirectory(settings.dataDirectory)
  try {
    const options = {
      directory: directory.path,
      startMs: Date.now(),
      acceptRestore: settings.acceptRestore,
      acceptClock: settings.acceptClock,
      storedBytesMax: settings.storedBytesMax,
      freeBytesMin: settings.freeBytesMin,
      warnings: directory.warnings,
    }
    const secrets = await openSqliteStore(options, urls.worker, onBroken)
    const { floorMs, fencedGeneration } = secrets.started
    const clock = createClock({ wallMs: Date.now, elapsedMs: () => performance.now(), uptimeMs: readUptimeMs }, floorMs)
    const now = () => clock.now()
    const sweeper = startSweeper(secrets, now, log)
    const limit = createRateLimit(CREATE_BURST, CREATE_INTERVAL_MS)
    const limitCreate = (address: string | undefined) => {
      const network = settings.limits ? networkOf(address) : null
      return network === null ? null : limit(network, performance.now())
    }
    const receiptStreams = openReceiptStreams(settings, log)
    let isStopping = false
    const deps = { secrets, settings, version: pages.version, now, limitCreate, isStopping: () => isStopping, receiptStreams }
    const server = createHttpServer(
      createApp(deps, pages, log, () => writeSecurityTxt(settings, url)),
      settings,
    )
    const url = await listen(server, settings).catch(async (error: unknown) => {
      sweeper.stop()
      await secrets.close()
      throw error
    })
    // A start that is refused says why, and nothing else.
    warn(log, directory.warnings, fencedGeneration, floorMs)
    const healthLog = startHealthLog(() => readHealth(deps), log)
    return {
      url,
      async stop() {
        isStopping = true
        healthLog.stop()
        sweeper.stop()
        receiptStreams.stop()
        await closeServer(server)
        await secrets.close()
        directory.release()
        log.flush()
      },
    }
  } catch (error) {
    directory.release()
    throw error
  }
}

/** Streams stay below what this process may have, and leave half of its connections to calls. */
function openReceiptStreams({ connectionsMax }: Settings, log: Log): ReceiptStreams {
  const streamsMax = Math.min(STREAMS_MAX, Math.floor(connectionsMax / 2))
  const onMistake = (name: string) => log.event(`a mistake of ours, in a stream of receipts: ${name}`)
  return createReceiptStreams({ heartbeatMs: HEARTBEAT_MS, beatsMax: BEATS_MAX, streamsMax }, onMistake)
}

/** An HTTP server that lets nobody keep a socket for nothing. */
function createHttpServer(listener: Listener, settings: Settings): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
      // One of our own guards looks at Host, and answers in the armour.
      requireHostHeader: false,
      noDelay: true,
    },
    listener,
  )
  server.maxConnections = settings.connectionsMax
  const armour = listDataArmour(settings)
  const refuse = (socket: Duplex, status: number) => {
    if (!socket.writable) return socket.destroy()
    socket.end(formatRawProblem(status, armour))
    // What still comes is read and thrown away: with some of it unread, a socket whose other end is gone would stay for ever.
    socket.resume()
    const lingering = setTimeout(() => socket.destroy(), LINGER_MS_MAX)
    socket.once('close', () => clearTimeout(lingering))
  }
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }[error.code ?? ''] ?? 400
    refuse(socket, status)
  })
  server.on('checkExpectation', (request, response) => {
    response.writeHead(417, [...armour, 'Cache-Control', 'no-store, no-transform', 'Connection', 'close', 'Content-Length', '0'])
    response.end()
    request.resume()
  })
  server.on('connect', (_request, socket) => refuse(socket, 405))
  return server
}

/** An answer below HTTP's semantics, for a socket whose request never became one. */
function formatRawProblem(status: number, armour: readonly string[]): string {
  const reason =
    { 400: 'Bad Request', 405: 'Method Not Allowed', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' }[status] ??
    'Bad Request'
  const body = status === 405 ? problem('method_not_allowed').body : problem('malformed', { field: 'request' }).body
  const headers = [
    ...armour,
    ...(status === 405 ? ['Allow', 'GET, HEAD'] : []),
    'Cache-Control',
    'no-store, no-transform',
    'Content-Type',
    'application/problem+json; charset=utf-8',
    'Content-Length',
    String(body.length),
    'Connection',
    'close',
  ]
  const lines = headers.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${headers[i + 1]}`] : []))
  return [`HTTP/1.1 ${status} ${reason}`, ...lines, '', body].join('\r\n')
}

function listen(server: Server, settings: Settings): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const at = `${settings.host}:${settings.port}`
      const reasons: Record<string, string> = {
        EADDRINUSE: `The port ${settings.port} is in use; stop what listens there, or set LETTERLOCK_PORT to another one.`,
        EACCES: `The port ${settings.port} may not be used by this user; set LETTERLOCK_PORT to one above 1023.`,
        EADDRNOTAVAIL: `The address ${settings.host} is not one of this machine; set LETTERLOCK_HOST.`,
        ENOTFOUND: `The address ${settings.host} is not known; set LETTERLOCK_HOST.`,
      }
      reject(
        new StartError(reasons[error.code ?? ''] ?? `Cannot listen on ${at} (${error.code}); set LETTERLOCK_HOST and LETTERLOCK_PORT.`, {
          cause: error,
        }),
      )
    })
    server.listen({ port: settings.port, host: settings.host, backlog: 1024 }, () => {
      const { address, port, family } = server.address() as AddressInfo
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`)
    })
  })
}

/** Let calls under way finish, within bounds. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => server.closeAllConnections(), STOP_MS_MAX)
    server.close(() => {
      clearTimeout(deadline)
      resolve()
    })
    server.closeIdleConnections()
  })
}

/** Where to report a weakness (RFC 9116). Its date is moved on with every day. */
function writeSecurityTxt(settings: Settings, url: string): string {
  const contact = settings.abuseContact ?? new URL('about#report', settings.publicUrl ?? url).href
  const expires = new Date(Date.now() + SECURITY_TXT_MS)
  expires.setUTCHours(0, 0, 0, 0)
  return `Contact: ${contact.includes('@') && !contact.includes('://') ? `mailto:${contact}` : contact}\nExpires: ${expires.toISOString()}\nPreferred-Languages: en\n`
}

/** Tell the operator once what holds less than promised, and what to do. */
function warn(log: Log, warnings: readonly string[], fencedGeneration: number | null, floorMs: number | null): void {
  if (warnings.includes('copy_on_write')) {
    log.event(
      'The data directory lies on a copy-on-write file system, where erased shares stay on the disk until their blocks are used again. Prefer ext4 or xfs.',
    )
  }
  if (warnings.includes('in_memory')) {
    log.event('The data directory lies in memory: whatever waits in it is gone when this machine stops. Prefer a disk.')
  }
  if (fencedGeneration !== null) {
    log.event(
      `The database is older than its witness, so it was restored from a copy. Nothing is opened or erased. To go on, set LETTERLOCK_ACCEPT_RESTORE=${fencedGeneration} once: what was opened since stays gone, what was created since is lost.`,
    )
  }
  if (floorMs !== null && floorMs - Date.now() > CLOCK_AHEAD_MS) {
    log.event(
      `This directory has seen ${new Date(floorMs).toISOString()}, which this machine's clock has not reached; time stands no earlier than that. If the clock was wrong then, set LETTERLOCK_ACCEPT_CLOCK=${floorMs} once.`,
    )
  }
}

/** Ms since the machine started, its sleep included. */
function readUptimeMs(): number {
  return uptime() * 1000
}
