import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { readVectors } from '../packages/protocol/test/read-vectors.ts'
import type { Vectors, runVectors } from '../packages/protocol/test/vectors.ts'
import { launchChromium, launchFirefox } from './support/browsers.ts'

declare global {
  var vectors: { readonly runVectors: typeof runVectors }
}

/** The protocol as it is shipped, and the vectors' runner, as one script for a page. */
async function bundleRunner(): Promise<string> {
  const bundled = await build({
    entryPoints: [fileURLToPath(new URL('../packages/protocol/test/vectors.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    globalName: 'vectors',
    conditions: ['source'],
    write: false,
    logLevel: 'warning',
  })
  return bundled.outputFiles[0]!.text
}

let script: string
let vectors: Vectors
// WebCrypto is there for secure contexts only: a page of this machine is one, a blank one is not.
const origin = createServer((_request, response) =>
  response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Vectors</title>'),
)

before(async () => {
  ;[script, vectors] = await Promise.all([bundleRunner(), readVectors()])
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve))
})
after(() => origin.close())

async function runIn(browser: Browser): Promise<Awaited<ReturnType<typeof runVectors>>> {
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(origin.address() as AddressInfo).port}/`)
    await page.evaluate(script.replace('var vectors', 'globalThis.vectors'))
    return await page.evaluate((given) => globalThis.vectors.runVectors(given), vectors)
  } finally {
    await browser.close()
  }
}

for (const [name, launch] of [
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const) {
  test(`gives and takes the bytes of every vector in ${name}`, async () => {
    const { failures, compared } = await runIn(await launch())
    assert.deepEqual(failures, [])
    assert.ok(compared > 200, `only ${compared} things were compared`)
  })
}
