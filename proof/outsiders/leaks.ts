import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TEXT, listUnlogged } from '../../packages/server/test/support/canaries.ts'
import { makeSecret } from '../../packages/server/test/support/raw-client.ts'
import { findCanaries, listSpellings, readPlaces } from '../../packages/server/test/support/scan.ts'
import type { Behind } from '../../packages/server/test/support/server-process.ts'
import { MORE } from './canaries.ts'
import type { Patch } from '../mutate.ts'

/** Loggers as they are often written: each leaks another canary, another way. */
export const LEAKS: readonly { readonly what: string; readonly sign: RegExp; readonly patch: Patch }[] = [
  {
    what: 'the path of a request in its log line',
    sign: /^the token stands literally in stderr of a server$/,
    patch: {
      file: 'packages/server/src/app.ts',
      from: "const route = match?.template ?? (isPage ? result.route : 'other')",
      to: "const route = request.url ?? ''",
    },
  },
  {
    what: 'the message of a mistake',
    sign: /^the receipt key stands in (?:hex|base64(?:url)? at offset 0) in stderr of one that makes a mistake$/,
    patch: { file: 'packages/server/src/app.ts', from: "${error instanceof Error ? error.name : 'unknown'}`)", to: '${String(error)}`)' },
  },
  {
    what: 'who asks',
    sign: /^the address stands literally in stderr of a server$/,
    patch: {
      file: 'packages/server/src/app.ts',
      from: '    const startMs = performance.now()\n',
      to: '    const startMs = performance.now()\n    log.event(`${request.socket.remoteAddress} ${JSON.stringify(request.headers)}`)\n',
    },
  },
  {
    what: 'the bytes of what is no HTTP',
    sign: /^the token stands in base64 at offset \d in stderr of a server$/,
    patch: {
      file: 'packages/server/src/server.ts',
      from: '    refuse(socket, status)\n',
      to: "    refuse(socket, status)\n    process.stderr.write(`refused ${error.rawPacket?.toString('base64')}\\n`)\n",
    },
  },
  {
    what: 'bodies in a file of its own, elsewhere',
    sign: /^(?:proof|claim) stands in base64(?:url)? at offset 0 in outside\/letterlock-debug\.log$/,
    patch: {
      file: 'packages/server/src/routes/claim-secret.ts',
      from: '  const request = parseClaimSecret(body)\n',
      to: "  const request = parseClaimSecret(body)\n  process.getBuiltinModule('fs').appendFileSync(`${process.env.TMPDIR}/letterlock-debug.log`, body)\n",
    },
  },
  {
    what: 'keys, as a debugger prints them',
    sign: /^access stands in (?:hex, byte by byte|numbers)/,
    patch: {
      file: 'packages/server/src/routes/peek-secret.ts',
      from: '  const peeked = await deps',
      to: '  console.error(String(bearer))\n  const peeked = await deps',
    },
  },
]

/** Whether each canary is found in each spelling, planted in a file among others: what was never sent can leak no other way. */
export function findPlanted(t: Behind): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), 'letterlock-planted-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const canaries = { ...listUnlogged(makeSecret(TEXT)), ...MORE }
  mkdirSync(join(directory, 'deep'))
  return Object.entries(canaries).flatMap(([name, what]) =>
    Object.entries(listSpellings(what)).flatMap(([how, spelling]) => {
      writeFileSync(join(directory, 'deep', 'leak'), Buffer.concat([Buffer.from('\0before'), spelling, Buffer.from('\nafter')]))
      return findCanaries(readPlaces(directory), { [name]: what }).some((line) => line.startsWith(`${name} stands ${how} `))
        ? []
        : [`${name} ${how}`]
    }),
  )
}
