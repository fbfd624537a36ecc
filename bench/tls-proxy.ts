import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type IncomingMessage, type Server, type ServerResponse, createServer as createHttpServer, request as sendRequest } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** What an operator's proxy does, on this machine and for a test: TLS, and http moved to https. */
export interface TlsProxy {
  /** Such as `https://localhost:40001/`. */
  readonly url: string
  readonly httpPort: number
  readonly httpsPort: number
  /** In PEM; whoever trusts it trusts this proxy and nothing else. */
  readonly certificate: string
  /** Say where requests go. Before, they are answered with 502. */
  forwardTo(url: string): void
  close(): void
}

export async function startTlsProxy(folder: string): Promise<TlsProxy> {
  const { key, certificate } = makeCertificate(folder)
  let target: URL | null = null
  const https = createHttpsServer({ key, cert: certificate }, (request, response) => forward(request, response, target))
  const httpsPort = await listen(https)
  const http = createHttpServer((request, response) => {
    response.writeHead(301, { Location: `https://localhost:${httpsPort}${request.url}`, 'Content-Length': '0' })
    response.end()
  })
  const httpPort = await listen(http)
  return {
    url: `https://localhost:${httpsPort}/`,
    httpPort,
    httpsPort,
    certificate,
    forwardTo(url) {
      target = new URL(url)
    },
    close() {
      for (const server of [http, https]) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
}

/** Pass a request on as it is, and its reply back as it is. */
function forward(request: IncomingMessage, response: ServerResponse, target: URL | null): void {
  const fail = () => response.writeHead(502).end()
  if (target === null) return void fail()
  const { hostname, port } = target
  const upstream = sendRequest({ hostname, port, method: request.method, path: request.url, headers: request.rawHeaders }, (reply) => {
    response.sendDate = false
    response.writeHead(reply.statusCode ?? 502, reply.rawHeaders)
    reply.pipe(response)
  })
  upstream.on('error', fail)
  request.pipe(upstream)
}

/** A certificate for localhost that signs itself, valid for two days. */
function makeCertificate(folder: string): { readonly key: string; readonly certificate: string } {
  const keyFile = join(folder, 'test-key.pem')
  const certificateFile = join(folder, 'test-certificate.pem')
  const done = spawnSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost']
      .concat(['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'])
      .concat(['-keyout', keyFile, '-out', certificateFile]),
    { encoding: 'utf8' },
  )
  if (done.error !== undefined)
    throw new Error('openssl makes the test certificate, and it does not run; please install it', { cause: done.error })
  if (done.status !== 0) throw new Error(`openssl made no test certificate: ${done.stderr}`)
  return { key: readFileSync(keyFile, 'utf8'), certificate: readFileSync(certificateFile, 'utf8') }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, 'localhost', () => resolve((server.address() as AddressInfo).port))
  })
}
