import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { createWords, madeWords } from '../packages/web/src/languages/en.ts'
import { say, sayCount } from '../packages/web/src/ui/say.ts'
import { person, readAll, seeMany, submit, testSeveralFlow, write } from './support/several-flow.ts'
import { openStage } from './support/stage.ts'
import {
  CALLS,
  PIN,
  SECRET,
  button,
  comeTo,
  comeToLocked,
  press,
  readShown,
  readState,
  refusal,
  seeHeading,
  seeNothingAsked,
  seeSaid,
  show,
  tryPin,
} from './support/steps.ts'

const stage = openStage()
const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }

testSeveralFlow(stage, clipboard)

test('makes exactly one secret for each of three people when a reply is lost midway, and every link opens', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const bodies: string[] = []
  const taken = new Set<string>()
  await page.route(CALLS.create, async (route) => {
    const body = route.request().postData() ?? ''
    bodies.push(body)
    const reply = await route.fetch()
    assert.equal(reply.status(), 201)
    taken.add((JSON.parse(body) as { id: string }).id)
    return bodies.length === 2 ? route.abort() : route.fulfill({ response: reply })
  })
  await write(page, stage.url, 3)
  await submit(page, 3)
  await seeSaid(page, sayCount(createWords.someMade, 1, 'en'))
  assert.equal(await page.getByLabel(createWords.people).inputValue(), '3')
  await press(page, createWords.retry)
  await seeMany(page, 3)
  assert.equal(bodies.length, 4)
  assert.equal(bodies[2], bodies[1])
  assert.equal(new Set(bodies).size, 3)
  assert.equal(taken.size, 3)
  const all = await readAll(page)
  assert.equal(new Set(all.map(({ link }) => link)).size, 3)
  for (const { link, receiptLink } of all) {
    assert.equal(await readState(stage.url, receiptLink), 'sealed')
    const { page: reader } = await stage.visit(t)
    await comeTo(reader, link)
    assert.equal(await show(reader), SECRET)
    assert.notEqual(await readState(stage.url, receiptLink), 'sealed')
  }
})

test('seals anew when the text was changed after some were made, and none of the old ones is shown', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  let calls = 0
  await page.route(CALLS.create, (route) => (++calls === 2 ? route.abort() : route.continue()))
  await write(page, stage.url, 2)
  await submit(page, 2)
  await seeSaid(page, sayCount(createWords.someMade, 1, 'en'))
  await page.getByLabel(createWords.text, { exact: true }).fill(`${SECRET}!`)
  assert.equal(
    await page
      .locator('#page')
      .getByText(sayCount(createWords.someMade, 1, 'en'))
      .count(),
    0,
  )
  await submit(page, 2)
  await seeMany(page, 2)
  assert.equal(calls, 4)
  for (const { link } of await readAll(page)) {
    const { page: reader } = await stage.visit(t)
    await comeTo(reader, link)
    assert.equal(await show(reader), `${SECRET}!`)
  }
})

test('waits where the server asks it to, and gives up where it asks for too long', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const { status, body } = refusal(429, 'rate_limited')
  let seconds = '1'
  let calls = 0
  await page.route(CALLS.create, (route) =>
    ++calls === 2
      ? route.fulfill({ status, headers: { 'retry-after': seconds }, contentType: 'application/json', body: JSON.stringify(body) })
      : route.continue(),
  )
  await write(page, stage.url, 2)
  await submit(page, 2)
  await seeMany(page, 2)
  assert.equal(calls, 3)
  calls = 0
  seconds = '61'
  page.on('dialog', (dialog) => void dialog.accept())
  await write(page, stage.url, 2)
  await submit(page, 2)
  await seeSaid(page, sayCount(createWords.someMade, 1, 'en'))
  assert.equal(calls, 2)
})

test('locks every one of several with the same PIN, and shows the PIN once', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  await write(page, stage.url, 2)
  await press(page, createWords.pin)
  await page.getByLabel(createWords.pinLabel, { exact: true }).fill(PIN)
  await submit(page, 2)
  await seeMany(page, 2)
  await seeSaid(page, madeWords.pinTellMany)
  assert.equal(await page.locator('.made-pin output').innerText(), PIN)
  for (const { link } of await readAll(page)) {
    const { page: reader } = await stage.visit(t)
    await comeToLocked(reader, link)
    await tryPin(reader, PIN)
    assert.equal(await readShown(reader), SECRET)
  }
})

test('saves the links as a table with their names, and sends no name', async (t: TestContext) => {
  const { page } = await stage.visit(t)
  const asked: string[] = []
  await write(page, stage.url, 2)
  await submit(page, 2)
  await seeMany(page, 2)
  page.on('request', (request) => void asked.push(request.url()))
  await page.getByLabel(person(1), { exact: true }).fill('=Ada, "Lovelace"')
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, madeWords.saveTable)])
  assert.equal(download.suggestedFilename(), madeWords.fileName)
  const all = await readAll(page)
  assert.equal(
    await readFile(await download.path(), 'utf8'),
    `\uFEFFName,Link to send,"Receipt, for you alone"\r\n"'=Ada, ""Lovelace""",${all[0]?.link},${all[0]?.receiptLink}\r\n${person(2)},${all[1]?.link},${all[1]?.receiptLink}\r\n`,
  )
  assert.deepEqual(
    asked.filter((url) => !url.startsWith('blob:')),
    [],
  )
})

test('asks before links are left behind until each was copied', async (t: TestContext) => {
  const { page } = await stage.visit(t, clipboard)
  await write(page, stage.url, 2)
  await submit(page, 2)
  await seeMany(page, 2)
  const again = async () => {
    await press(page, madeWords.another)
    await page.getByRole('dialog', { name: madeWords.askMany }).getByText(madeWords.askManyDetail).waitFor()
    await page.keyboard.press('Escape')
    await seeNothingAsked(page)
  }
  await again()
  await press(page, say(madeWords.copyFor, { name: person(1) }))
  await button(page, `${madeWords.copied}: ${person(1)}`).waitFor()
  await again()
  await press(page, say(madeWords.copyFor, { name: person(2) }))
  await button(page, `${madeWords.copied}: ${person(2)}`).waitFor()
  await press(page, madeWords.another)
  await seeHeading(page, createWords.title)
})
