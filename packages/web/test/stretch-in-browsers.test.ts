import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { randomBytes } from '@letterlock/protocol'
import { stretchInNode } from '@letterlock/client/node'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { launchChromium, launchFirefox } from '../../../e2e/support/browsers.ts'
import { type Stage, openStage } from '../../../e2e/support/stage.ts'
import type { loadPart } from '../src/ui/load-part.ts'
import type { createStretcher } from '../src/ui/stretch-pin.ts'

const { files } = JSON.parse(readFileSync(new URL('../dist/manifest.json', import.meta.url), 'utf8')) as {
  readonly files: Readonly<Record<string, { readonly sha256: string }>>
}
const findAsset = (name: string) =>
  Object.keys(files).find((path) => new RegExp(`^/assets/${name}-[0-9a-f]{12}\\.js$`).test(path)) ?? assert.fail(`no ${name}`)
const worker = findAsset('stretch')
const part = findAsset('open-pin')

declare global {
  var tested: { readonly createStretcher: typeof createStretcher; readonly loadPart: typeof loadPart }
}

/** What the pages' scripts hold of this, with the addresses that the build gave it. */
async function bundleTested(integrity: string): Promise<string> {
  const bundled = await build({
    stdin: {
      contents: `export { createStretcher } from './stretch-pin.ts'; export { loadPart } from './load-part.ts'`,
      resolveDir: fileURLToPath(new URL('../src/ui/', import.meta.url)),
    },
    bundle: true,
    conditions: ['source'],
    write: false,
    format: 'iife',
    globalName: 'tested',
    define: {
      STRETCH_WORKER: JSON.stringify(worker.slice(1)),
      IS_INSTALLABLE: 'false',
      PARTS: JSON.stringify({ 'open-pin': { file: part.slice(1), integrity } }),
    },
  })
  return bundled.outputFiles[0]!.text.replace('var tested', 'globalThis.tested')
}

const integrityOf = (path: string) => `sha256-${Buffer.from(files[path]?.sha256 ?? '', 'hex').toString('base64')}`

/** A page of the real server, with its real headers, and what is tested in it. */
async function aPage(stage: Stage, t: TestContext, integrity = integrityOf(part), allows = /^$/) {
  const visitor = await stage.visit(t, { allows })
  const fetched: string[] = []
  visitor.context.on('request', (request) => fetched.push(new URL(request.url()).pathname))
  await visitor.page.goto(`${stage.url}about`)
  await visitor.page.evaluate(await bundleTested(integrity))
  return { ...visitor, fetched }
}

/** It gives what Node gives, and tells of it on the way. */
async function assertStretches(page: Page, url: string): Promise<void> {
  const password = randomBytes(6)
  const salt = randomBytes(16)
  const run = async ([base, password, salt]: readonly [string, readonly number[], readonly number[]]) => {
    const shares: number[] = []
    const stretcher = globalThis.tested.createStretcher(base, (share) => shares.push(share))
    stretcher.warm()
    const stretched = await stretcher.stretch(new Uint8Array(password), new Uint8Array(salt))
    return { shares, stretched: [...stretched] }
  }
  const { shares, stretched } = await page.evaluate(run, [url, [...password], [...salt]] as const)
  assert.deepEqual(stretched, [...(await stretchInNode(password, salt))])
  assert.ok(shares.length > 10 && shares.at(-1) === 1, `${shares.length} shares, the last one ${shares.at(-1)}`)
}

for (const [name, launch] of [
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const) {
  suite(`in ${name}`, () => {
    const stage = openStage(launch)

    test('the worker runs under its own policy, says how far it is, and gives the bytes that Node gives', async (t) => {
      const { page, fetched } = await aPage(stage, t)
      await assertStretches(page, stage.url)
      assert.deepEqual(
        fetched.filter((path) => path.startsWith('/assets/') && !path.includes('/about-')),
        [worker],
      )
    })

    test('a worker that may not compile wasm gives the same bytes', async (t) => {
      const { page, context } = await aPage(stage, t, undefined, /wasm|WebAssembly|Content.Security.Policy/i)
      let refused = 0
      await context.route(`**${worker}`, async (route) => {
        refused++
        const response = await route.fetch()
        await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': "default-src 'none'" } })
      })
      await assertStretches(page, stage.url)
      assert.equal(refused, 1)
    })

    test('the page itself may not compile wasm', async (t) => {
      const { page } = await aPage(stage, t, undefined, /wasm|WebAssembly|Content.Security.Policy/i)
      const compile = () =>
        WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(
          () => 'compiled',
          (error: unknown) => (error as Error).name,
        )
      assert.equal(await page.evaluate(compile), 'CompileError')
    })

    test('a part comes once, by its hash, and gives what it exports', async (t) => {
      const { page, fetched } = await aPage(stage, t)
      const names = await page.evaluate(async (base) => Object.keys(await globalThis.tested.loadPart('open-pin', base)), stage.url)
      assert.ok(names.length > 0)
      assert.deepEqual(
        fetched.filter((path) => path === part),
        [part],
      )
    })

    test('a part that is not what the page was built with does not run', async (t) => {
      const { page } = await aPage(stage, t, integrityOf(worker), /integrity/i)
      const load = (base: string) =>
        globalThis.tested.loadPart('open-pin', base).then(
          () => 'loaded',
          (error: unknown) => error instanceof Error,
        )
      assert.equal(await page.evaluate(load, stage.url), true)
    })

    test('a part that did not come is asked for again', async (t) => {
      const { page, context } = await aPage(stage, t, undefined, /Failed to load|integrity/i)
      await context.route(`**${part}`, (route) => route.abort())
      const load = (base: string) =>
        globalThis.tested.loadPart('open-pin', base).then(
          () => 'loaded',
          (error: unknown) => (error instanceof Error ? 'an Error' : 'something else'),
        )
      for (let i = 0; i < 2; i++) assert.equal(await page.evaluate(load, stage.url), 'an Error')
      await context.unroute(`**${part}`)
      assert.equal(await page.evaluate(load, stage.url), 'loaded')
    })
  })
}
