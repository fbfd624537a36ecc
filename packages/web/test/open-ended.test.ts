import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ENDS } from '@letterlock/protocol'
import { endedWords } from '../src/languages/en.ts'
import { announceEnded, describeAsk, describeDamage } from '../src/pages/open/describe-ended.ts'
import { type Ended, type Ending, reduceAsked } from '../src/pages/open/ended-state.ts'

const troubles = ['empty', 'cut', 'changed', 'lower-cased', 'upper-cased', 'no-link'] as const
const endings: readonly Ending[] = [
  ...ENDS.map((end) => ({ at: 'gone', end, atMs: 1 }) as const),
  ...troubles.flatMap((why) => [true, false].map((wasPasted) => ({ at: 'damaged', why, wasPasted }) as const)),
  ...(['damaged', 'malformed', 'newer', 'files'] as const).map((why) => ({ at: 'unreadable', why }) as const),
  { at: 'unknown' },
  { at: 'newer' },
  { at: 'opened-here' },
]
const pages: readonly Ended[] = endings.map((ending) => ({ ...ending, asked: 'not' }))

describe('a page with nothing to show', () => {
  test('says in every case what has happened', () => {
    for (const page of pages) assert.match(announceEnded(page), /^[A-Z]/)
  })

  test('says of a damaged link what is wrong with it, as far as that can be told', () => {
    const { empty, cut, changed, other, 'letter-case': letterCase } = endedWords.damagedWhy
    assert.deepEqual(troubles.map(describeDamage), [empty, cut, changed, letterCase, letterCase, other])
    for (const page of pages) if (page.at === 'damaged') assert.ok(announceEnded(page).includes(describeDamage(page.why)))
  })

  test('has words to ask for a new one wherever a new one helps, and they fit what has happened', () => {
    for (const page of pages) {
      const text = describeAsk(page)
      if (page.at === 'gone') assert.equal(text, endedWords.askText[page.end])
      else if (page.at === 'newer' || page.at === 'opened-here') assert.equal(text, null)
      else assert.equal(text, endedWords.askText.other)
    }
  })

  test('says that those words were copied, or what they are where they could not be', () => {
    for (const page of pages.filter((page) => describeAsk(page) !== null)) {
      assert.equal(announceEnded(reduceAsked(page, true)), endedWords.askCopied)
      assert.equal(announceEnded(reduceAsked(page, false)), `${endedWords.askRefused} ${describeAsk(page)}`)
    }
  })
})
