import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { readVectors } from '../packages/protocol/test/read-vectors.ts'
import type { Vectors, runVectors } from '../packages/protocol/test/vectors.ts'
import { launchChromium, launchFirefox } from './support/browsers.ts'
import { launchWebkit } from './support/webkit.ts'

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

type Report = Awaited<ReturnType<typeof runVectors>>

/** What every driver of a browser can do. */
interface Tab {
  goto(url: string): Promise<unknown>
  evaluate(act: () => Promise<Report>): Promise<Report>
}

let bodies: Readonly<Record<string, readonly [type: string, body: string]>>
// WebCrypto is there for secure contexts only: a page of this machine is one, a blank one is not.
const origin = createServer(({ url = '' }, response) => {
  const [type, body] = bodies[url] ?? ['text/html', '<!doctype html><title>Vectors</title><script src="vectors.js"></script>']
  response.setHeader('Content-Type', `${type}; charset=utf-8`).end(body)
})

before(async () => {
  const [script, vectors] = await Promise.all([bundleRunner(), readVectors()])
  bodies = { '/vectors.js': ['text/javascript', script], '/vectors.json': ['application/json', JSON.stringify(vectors)] }
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve))
})
after(() => origin.close())

async function runIn(openTab: () => Promise<Tab>, close: () => Promise<void>): Promise<Report> {
  try {
    const tab = await openTab()
    await tab.goto(`http://127.0.0.1:${(origin.address() as AddressInfo).port}/`)
    return await tab.evaluate(async () => vectors.runVectors((await (await fetch('vectors.json')).json()) as Vectors))
  } finally {
    await close()
  }
}

const engines = {
  async Chromium() {
    const browser = await launchChromium()
    return runIn(
      () => browser.newPage(),
      () => browser.close(),
    )
  },
  async Firefox() {
    const browser = await launchFirefox()
    return runIn(
      () => browser.newPage(),
      () => browser.close(),
    )
  },
  async WebKit() {
    const { page, close } = await launchWebkit()
    return runIn(async () => page, close)
  },
}

for (const [name, run] of Object.entries(engines)) {
  test(`gives and takes the bytes of every vector in ${name}`, async () => {
    const { failures, compared } = await run()
    assert.deepEqual(failures, [])
    assert.ok(compared > 200, `only ${compared} things were compared`)
  })
}
