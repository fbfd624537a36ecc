// Holds the pages to outside yardsticks: Lighthouse, the MDN HTTP Observatory, and our own
// list of headers. Ends with 1 if anything falls short.
//
//   npm run audit
//   npm run audit -- --only=headers     without Lighthouse and its minutes
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { createSecret, prepareSecret } from '@letterlock/client'
import { checkArmour } from './armour.ts'
import { auditPages } from './lighthouse.ts'
import { type Verdict, scanWithObservatory } from './observatory.ts'
import { startOurs } from './processes.ts'
import { startTlsProxy } from './tls-proxy.ts'

const LIFETIME_MS = 3_600_000

const { values } = parseArgs({ options: { only: { type: 'string' } } })
if (!existsSync(new URL('node_modules', import.meta.url))) {
  process.stderr.write('The audit needs its own packages: run node scripts/setup.mjs --audit first.\n')
  process.exit(1)
}

const folder = mkdtempSync(join(tmpdir(), 'letterlock-audit-'))
const failures: string[] = []
try {
  await auditOverTls()
  await auditPlain()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const failure of failures) console.log(`FAILED: ${failure}`)
console.log(failures.length === 0 ? 'Everything holds.' : `${failures.length} things fall short.`)
// Libraries of the audits may hold sockets open that nobody needs any more.
process.exit(failures.length === 0 ? 0 : 1)

/** As an operator runs it: https in front, and a public URL that says so. */
async function auditOverTls(): Promise<void> {
  const proxy = await startTlsProxy(folder)
  const server = await startOurs(makeFolder('tls'), undefined, [], { LETTERLOCK_PUBLIC_URL: proxy.url })
  try {
    proxy.forwardTo(server.url)
    report(await checkArmour(proxy.url, server.url, proxy.certificate))
    report(await scanWithObservatory(proxy))
  } finally {
    proxy.close()
    await server.stop()
  }
}

/** As anybody tries it: plain http on this machine, which browsers trust like https. */
async function auditPlain(): Promise<void> {
  const server = await startOurs(makeFolder('plain'))
  try {
    report(await checkArmour(server.url, server.url, null))
    if (values.only === 'headers') return
    const { link, id } = await makeLink(server.url)
    const pages = [
      { name: '/', url: server.url, mustCall: '/api/v1/instance' },
      { name: '/s with a live link', url: link, mustCall: `/api/v1/secrets/${id}` },
    ]
    report(await auditPages(folder, pages))
  } finally {
    await server.stop()
  }
}

/** A link that works, so that the page shows what a receiver sees. */
async function makeLink(baseUrl: string): Promise<{ readonly link: string; readonly id: string }> {
  const prepared = await prepareSecret({ text: 'correct horse battery staple', files: [] }, LIFETIME_MS, Date.now())
  await createSecret({ baseUrl, fetch }, prepared)
  return { link: `${baseUrl}s#${prepared.linkToken}`, id: prepared.id }
}

function makeFolder(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

function report({ text, failures: found }: Verdict): void {
  if (text !== '') console.log(`${text}\n`)
  failures.push(...found)
}
