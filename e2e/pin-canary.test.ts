import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { stretchInNode } from '../packages/client/src/stretch-in-node.ts'
import { findToken, foldPin, stretchPin } from '../packages/protocol/src/index.ts'
import { findCanaries, readPlaces } from '../packages/server/test/support/scan.ts'
import { pinWords } from '../packages/web/src/languages/en.ts'
import { sayCount } from '../packages/web/src/ui/say.ts'
import { openStage } from './support/stage.ts'
import { comeToLocked, makeLocked, pinField, readKept, readShown, seeErased, seeSaid, tryPin } from './support/steps.ts'
import { findSpellings, tapWire } from './support/wire.ts'

const stage = openStage()
const PIN = 'canary-pin-Qx62-amber-Tf09'
const MISTAKE = 'canary-pin-Qx62-umber-Tf90'

/** A PIN, and what only its stretching makes of it. */
async function listCanaries(link: string): Promise<Readonly<Record<string, Buffer>>> {
  const token = await findToken(link)
  if (token?.kind !== 'link') return assert.fail('not a link')
  const canaries: Record<string, Buffer> = {}
  for (const [name, typed] of [
    ['the PIN', PIN],
    ['the mistyped PIN', MISTAKE],
  ] as const) {
    canaries[name] = Buffer.from(typed)
    const text = foldPin(typed) ?? assert.fail('not a PIN')
    canaries[`${name}, stretched`] = Buffer.from((await stretchPin(token.linkKey, { text, stretch: stretchInNode })) ?? assert.fail())
  }
  return canaries
}

/** What a browser keeps of a page, as one place to search. */
async function readTab(page: Page, name: string) {
  return { name, bytes: Buffer.from(JSON.stringify(await readKept(page))) }
}

test('neither a PIN nor its stretch is in any request, log, storage or file', async (t: TestContext) => {
  const instance = stage.another(t)
  const server = await instance.start({ LETTERLOCK_LIMITS: 'off' })
  const wire = await tapWire(t, server.url)
  const { page: sender } = await stage.visit(t)
  const { page: reader } = await stage.visit(t)
  const { link } = await makeLocked(sender, wire.url, { pin: PIN })
  const canaries = await listCanaries(link)
  const look = async (when: string) => {
    const logs = { name: 'the log', bytes: Buffer.from(server.stdout() + server.stderr()) }
    const tabs = [await readTab(sender, "the sender's tab"), await readTab(reader, "the reader's tab")]
    const places = [...readPlaces(instance.directory), logs, ...tabs, { name: 'the wire', bytes: wire.sent() }]
    assert.deepEqual(findCanaries(places, canaries), [], when)
    for (const [name, canary] of Object.entries(canaries)) assert.deepEqual(findSpellings(canary, wire.sent()), [], `${name}, ${when}`)
  }
  await comeToLocked(reader, link)
  await tryPin(reader, MISTAKE)
  await seeSaid(reader, sayCount(pinWords.triesLeft, 4, 'en'))
  await look('after a mistake')
  await reader.reload()
  await pinField(reader).waitFor()
  await tryPin(reader, PIN)
  await readShown(reader)
  await seeErased(reader)
  await look('after the end')
  assert.match(wire.sent().toString('latin1'), /"pin":\{"attempts":5\}/, 'the wire was listened to')
  assert.match(server.stdout() + server.stderr(), /claim 403/, 'the log was read')
  await server.stop()
})

test('a page that leaked a PIN or its stretch would be found out, wherever it put them', async (t: TestContext) => {
  const wire = await tapWire(t, stage.url)
  const { page } = await stage.visit(t)
  const { link } = await makeLocked(page, wire.url, { pin: PIN })
  const canaries = await listCanaries(link)
  for (const [name, canary] of Object.entries(canaries)) {
    const text = canary.toString('base64url')
    await page.evaluate(async (text) => {
      sessionStorage.setItem('leak', text)
      await fetch('api/v1/leak', { headers: { authorization: `Bearer ${text}` } })
    }, text)
    const places = [await readTab(page, 'the tab'), { name: 'the wire', bytes: wire.sent() }]
    const found = findCanaries(places, { [name]: canary })
    for (const place of ['the tab', 'the wire']) {
      assert.ok(
        found.some((line) => line.endsWith(place)),
        `${name} is not found in ${place}`,
      )
    }
  }
})
