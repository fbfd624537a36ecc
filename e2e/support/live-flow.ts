import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../packages/server/test/support/server-process.ts'
import { receiptWords as words } from '../../packages/web/src/languages/en.ts'
import { sayCount } from '../../packages/web/src/ui/say.ts'
import { comeToLive, currentStep, listen, mistypeElsewhere, watchAsked } from './receipt-steps.ts'
import type { Stage } from './stage.ts'
import {
  CALLS,
  SECRET,
  answer,
  button,
  comeTo,
  focused,
  holds,
  keepLocked,
  keepSecret,
  seeErased,
  seeHeading,
  seeSaid,
  show,
} from './steps.ts'

/** What holds in every browser of a receipt that stays open. */
export function testLiveFlow(stage: Stage): void {
  test('shows a secret being opened and opened while it happens, without a press', async (t: TestContext) => {
    const { page: sender } = await stage.visit(t)
    const { page: reader } = await stage.visit(t)
    const { link, receiptLink } = await keepSecret(stage.url)
    const asked = watchAsked(sender)
    await answer(reader, 'POST', CALLS.ack, 'lost')
    await comeToLive(sender, receiptLink)
    assert.equal(await currentStep(sender).innerText(), words.stepMade)
    await button(sender, words.tell).focus()
    const heard = await listen(sender)
    const before = await sender.locator('.steps').boundingBox()
    await comeTo(reader, link)
    await show(reader)
    await seeHeading(sender, words.title.claimed)
    assert.equal(await currentStep(sender).innerText(), words.stepClaimed)
    assert.equal(await focused(sender), words.tell, 'what happens elsewhere does not move the focus')
    await sender.getByText(words.notThem).waitFor()
    await seeSaid(sender, words.soon.other.slice(words.soon.other.indexOf('.') + 2))
    await reader.unroute(CALLS.ack)
    await seeErased(reader)
    await seeHeading(sender, words.title.confirmed)
    assert.equal(await currentStep(sender).innerText(), words.stepOpened)
    assert.deepEqual(await sender.locator('.steps').boundingBox(), before, 'the steps keep their place')
    assert.equal(await focused(sender), words.title.confirmed, 'what had the focus is gone, so the heading has it')
    await until('the words of both', async () => (await heard()).includes(`${words.title.confirmed}. ${words.detail.confirmed}`))
    assert.ok((await heard()).includes(`${words.title.claimed}. ${words.detail.claimed}`))
    assert.deepEqual([asked.reads.length, asked.streams.length], [1, 1])
    assert.equal(await holds(sender, SECRET), false)
  })

  test('counts wrong PINs while they are tried, up to the last', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    const { link, receiptLink } = await keepLocked(stage.url, { attempts: 3 })
    await comeToLive(page, receiptLink)
    await seeSaid(page, words.noneTried)
    const heard = await listen(page)
    await mistypeElsewhere(stage.url, link, '000000')
    const one = `${sayCount(words.tried, 1, 'en')} ${sayCount(words.triesLeft, 2, 'en')}`
    await seeSaid(page, one)
    await until('the words', async () => (await heard()).includes(`${words.title.sealed}. ${one}`))
    await mistypeElsewhere(stage.url, link, '111111')
    await seeSaid(page, sayCount(words.tried, 2, 'en'))
    await mistypeElsewhere(stage.url, link, '222222')
    await seeSaid(page, words.detail.locked)
    await until('the end', async () => (await heard()).includes(`${words.title.locked}. ${words.detail.locked}`))
  })
}
