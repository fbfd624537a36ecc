import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { findToken } from '../packages/protocol/src/index.ts'
import { listSpellings } from '../packages/server/test/support/scan.ts'
import { until } from '../packages/server/test/support/server-process.ts'
import {
  accessibilityWords,
  madeWords,
  notFoundWords,
  openWords,
  receiptWords,
  receiptsWords,
  shellWords,
} from '../packages/web/src/languages/en.ts'
import { openStage } from './support/stage.ts'
import { comeTo, makeLink, seeErased, seeHeading, show } from './support/steps.ts'
import { findSpellings, tapWire } from './support/wire.ts'

const stage = openStage()
const CANARY = 'canary-Vd83-quiet-Lm40-lantern'

/** The origins that a visitor's pages send anything to. */
function watchOrigins(page: Page): Set<string> {
  const origins = new Set<string>()
  page.context().on('request', (request) => void origins.add(new URL(request.url()).origin))
  return origins
}

test('sends no link, link key or text to the server, and nothing to anyone else', async (t: TestContext) => {
  const wire = await tapWire(t, stage.url)
  const { page: sender } = await stage.visit(t)
  const { page: reader } = await stage.visit(t, { allows: /404 \(Not Found\).*nothing\/here/ })
  const origins = [watchOrigins(sender), watchOrigins(reader)]
  const { link, receiptLink } = await makeLink(sender, wire.url, CANARY)
  await sender.getByLabel(madeWords.keep).check()
  await sender.getByRole('link', { name: 'See if it was opened' }).click()
  await seeHeading(sender, receiptWords.title.sealed)
  await sender.getByRole('link', { name: shellWords.receipts }).click()
  await sender.locator('.state').getByText(receiptsWords.state.sealed).waitFor()
  await comeTo(reader, link)
  await reader.reload()
  await seeHeading(reader, openWords.before)
  assert.equal(await show(reader), CANARY)
  await seeErased(reader)
  await reader.getByRole('link', { name: shellWords.about }).click()
  await reader.waitForURL(`${wire.url}about`)
  await reader.getByRole('link', { name: shellWords.accessibility }).click()
  await seeHeading(reader, accessibilityWords.title)
  await reader.goto(`${wire.url}nothing/here`)
  await seeHeading(reader, notFoundWords.title)
  for (const origin of origins) assert.deepEqual([...origin], [new URL(wire.url).origin])

  const token = await findToken(link)
  assert.equal(token?.kind, 'link')
  const secrets = {
    text: Buffer.from(CANARY),
    link: Buffer.from(link.split('#')[1] as string),
    'link key': Buffer.from((token as { linkKey: Uint8Array }).linkKey),
    'receipt link': Buffer.from(receiptLink.split('#')[1] as string),
  }
  for (const [name, secret] of Object.entries(secrets)) {
    assert.ok(secret.length >= 30)
    assert.deepEqual(findSpellings(secret, wire.sent()), [], `the ${name} was sent`)
  }
  assert.ok(wire.sent().includes('POST /api/v1/secrets HTTP/1.1'), 'the wire was listened to')
})

test('would find whatever a page leaked, however it were written', async (t: TestContext) => {
  const wire = await tapWire(t, stage.url)
  const { page } = await stage.visit(t)
  await page.goto(wire.url)
  const secret = Buffer.from(CANARY)
  assert.deepEqual(findSpellings(secret, wire.sent()), [])
  for (const [name, spelling] of Object.entries(listSpellings(secret))) {
    const before = wire.sent().length
    const body = spelling.toString('latin1')
    await page.evaluate((body) => fetch('api/v1/leak', { method: 'POST', body: Uint8Array.from(body, (c) => c.charCodeAt(0)) }), body)
    assert.ok(findSpellings(secret, wire.sent().subarray(before)).includes(name), `what is written ${name} is not found`)
  }
  for (const before of ['', 'x', 'xy']) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const sentBefore = wire.sent().length
      const leak = Buffer.from(`${before}${CANARY} and more`).toString(encoding)
      await page.evaluate((leak) => fetch('api/v1/leak', { headers: { authorization: `Bearer ${leak}` } }), leak)
      // What has no letter that tells the two apart is listed once.
      const found = findSpellings(secret, wire.sent().subarray(sentBefore))
      assert.ok(found.some((how) => /^in base64(?:url)? /.test(how) && how.endsWith(` at offset ${before.length}`)))
    }
  }
})

test('lets no script of a page speak to another server', async (t: TestContext) => {
  const heard: string[] = []
  const elsewhere = createServer((request, response) => {
    heard.push(request.url ?? '')
    response.setHeader('Access-Control-Allow-Origin', '*').end()
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    elsewhere.closeAllConnections()
    elsewhere.close()
  })
  const away = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
  const { page, faults } = await stage.visit(t)
  const leak = () =>
    page.evaluate(async (away) => {
      await fetch(`${away}fetch`).catch(() => {})
      const image = new Image()
      const settled = new Promise((resolve) => ['load', 'error'].forEach((type) => image.addEventListener(type, resolve)))
      image.src = `${away}image`
      await settled
      navigator.sendBeacon(`${away}beacon`)
    }, away)
  const paths = ['', 's', 'receipt', 'receipts', 'about', 'accessibility', 'offline', 'nothing']
  for (const path of paths) {
    await page.goto(stage.url + path)
    await leak()
  }
  assert.equal(heard.length, 0)
  assert.ok(faults.length >= 2 * paths.length, `the browser complained ${faults.length} times`)
  await page.goto(away)
  await leak()
  await until('the beacon, which the page does not wait for', () => heard.includes('/beacon'))
  assert.ok(heard.includes('/fetch') && heard.includes('/image'))
  faults.length = 0
})

test('notices a page that goes against its own policy', async (t: TestContext) => {
  const { page, faults } = await stage.visit(t)
  await page.goto(stage.url)
  assert.deepEqual(faults, [])
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('style'), { textContent: 'body { color: red }' }))
    setTimeout(() => {
      throw new Error('an accident')
    })
  })
  await page.evaluate(() => {
    try {
      document.body.innerHTML = '<p>markup</p>'
    } catch {
      // Trusted Types refuse it.
    }
  })
  const styled = await page.evaluate(() => getComputedStyle(document.body).color)
  assert.notEqual(styled, 'rgb(255, 0, 0)')
  for (const sign of [/style-src/, /TrustedHTML|trusted-types/i, /an accident/]) {
    await until(`${sign} among the faults`, () => faults.some((fault) => sign.test(fault)))
  }
  faults.length = 0
})
