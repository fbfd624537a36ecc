import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createWords, madeWords } from '../../packages/web/src/languages/en.ts'
import { say, sayCount } from '../../packages/web/src/ui/say.ts'
import type { Stage, VisitOptions } from './stage.ts'
import { CALLS, SECRET, button, comeTo, paste, press, readState, seeErased, seeHeading, seeSaid, seeStarted, show } from './steps.ts'

/**
 * What holds in every browser of a secret for several people.
 *
 * @param clipboard - what a browser needs to let its pages write there, if anything.
 */
export function testSeveralFlow(stage: Stage, clipboard: VisitOptions = {}): void {
  test('makes a link for each of three people when the connection drops midway, each with a receipt of its own', async (t: TestContext) => {
    const { page } = await stage.visit(t)
    let calls = 0
    await page.route(CALLS.create, (route) => (++calls === 2 ? route.abort() : route.continue()))
    await write(page, stage.url, 3)
    await submit(page, 3)
    await seeSaid(page, sayCount(createWords.someMade, 1, 'en'))
    await press(page, createWords.retry)
    await seeMany(page, 3)
    assert.equal(calls, 4)
    const all = await readAll(page)
    assert.equal(all.length, 3)
    assert.equal(new Set(all.flatMap(({ link, receiptLink }) => [link, receiptLink])).size, 6)
    for (const { link, receiptLink } of all) {
      assert.equal(await readState(stage.url, receiptLink), 'sealed')
      const { page: reader } = await stage.visit(t)
      await comeTo(reader, link)
      assert.equal(await show(reader), SECRET)
      await seeErased(reader)
      assert.equal(await readState(stage.url, receiptLink), 'confirmed')
    }
  })

  test('copies each link by its person’s name, marks it, and all of them as a list', async (t: TestContext) => {
    const { page } = await stage.visit(t, clipboard)
    await write(page, stage.url, 3)
    await submit(page, 3)
    await seeMany(page, 3)
    const all = await readAll(page)
    await page.getByLabel(person(2), { exact: true }).fill('Ada')
    await press(page, say(madeWords.copyFor, { name: person(1) }))
    await button(page, `${madeWords.copied}: ${person(1)}`).waitFor()
    assert.equal(await paste(page), all[0]?.link)
    await press(page, say(madeWords.copyFor, { name: 'Ada' }))
    await button(page, `${madeWords.copied}: Ada`).waitFor()
    assert.equal(await paste(page), all[1]?.link)
    assert.equal(await button(page, `${madeWords.copied}: ${person(1)}`).isVisible(), true)
    assert.equal(await button(page, say(madeWords.copyFor, { name: person(3) })).isVisible(), true)
    assert.equal(
      await page.getByRole('link', { name: say(madeWords.receiptFor, { name: 'Ada' }) }).getAttribute('href'),
      all[1]?.receiptLink,
    )
    await press(page, madeWords.copyList)
    await button(page, madeWords.copied).waitFor()
    assert.equal(await paste(page), `${all[0]?.link}\nAda: ${all[1]?.link}\n${all[2]?.link}`)
  })
}

export const person = (number: number) => say(madeWords.person, { number: String(number) })

/** Write a secret for so many people. */
export async function write(page: Page, base: string, people: number): Promise<void> {
  await page.goto(base)
  await seeStarted(page)
  await page.getByLabel(createWords.text, { exact: true }).fill(SECRET)
  await page.getByLabel(createWords.people).selectOption(String(people))
}

export const submit = (page: Page, people: number) => press(page, sayCount(createWords.submitMany, people, 'en'))
export const seeMany = (page: Page, people: number) => seeHeading(page, sayCount(madeWords.titleMany, people, 'en'))

/** The links and receipts that the page shows. */
export function readAll(page: Page): Promise<readonly { readonly link: string; readonly receiptLink: string }[]> {
  return page.locator('.people li').evaluateAll((items) =>
    items.map((item) => ({
      link: (item.querySelector('.parcel input') as HTMLInputElement).value,
      receiptLink: (item.querySelector('.receipt') as HTMLAnchorElement).href,
    })),
  )
}
