import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LENGTHS, WORD_COUNTS, generatePassword } from '../src/pages/create/generate-password.ts'
import {
  CHARACTERS,
  FIRST_CHOICE,
  WORDS,
  changeAmount,
  describeChoice,
  gaugeChoice,
  insertPassword,
  pickAmount,
} from '../src/pages/create/generator-state.ts'
import { wordList } from '../src/pages/create/word-list.ts'

const ofWords = { ...FIRST_CHOICE, kind: 'words' } as const

describe('what a sender may choose about a password', () => {
  test('begins strong, in either kind', () => {
    for (const choice of [FIRST_CHOICE, ofWords]) assert.match(gaugeChoice(choice, wordList), /strong/)
  })

  test('stays within bounds that can be made, and remembers the other kind', () => {
    assert.ok(CHARACTERS.min >= LENGTHS.min && CHARACTERS.max <= LENGTHS.max)
    assert.ok(WORDS.min >= WORD_COUNTS.min && WORDS.max <= WORD_COUNTS.max)
    for (const [wished, characters, count] of [
      [0, 8, 3],
      [8, 8, 8],
      [64, 64, 10],
      [65, 64, 10],
      [9.6, 10, 10],
      [Number.NaN, 20, 6],
    ] as const) {
      assert.equal(pickAmount(changeAmount(FIRST_CHOICE, wished)).amount, characters)
      assert.equal(pickAmount(changeAmount(ofWords, wished)).amount, count)
    }
    const { length, count } = changeAmount({ ...changeAmount(FIRST_CHOICE, 40), kind: 'words' }, 9)
    assert.deepEqual([length, count], [40, 9])
  })

  test('can be made at every choice, as long as was chosen', () => {
    for (const isReadable of [false, true]) {
      for (const length of [CHARACTERS.min, CHARACTERS.max]) {
        const password = generatePassword(describeChoice({ ...FIRST_CHOICE, length, isReadable }, wordList))
        assert.equal(password.length, length)
        if (isReadable) assert.doesNotMatch(password, /[0Oo1Il2Zz5Ss8B]/)
      }
    }
    for (const count of [WORDS.min, WORDS.max])
      assert.equal(generatePassword(describeChoice({ ...ofWords, count }, wordList)).split('-').length, count)
  })

  test('goes into the text where the cursor is, and leaves the cursor behind it', () => {
    assert.deepEqual(insertPassword('', 'pw', 0, 0), { text: 'pw', cursor: 2 })
    assert.deepEqual(insertPassword('user: \nurl', 'pw', 6, 6), { text: 'user: pw\nurl', cursor: 8 })
    assert.deepEqual(insertPassword('old', 'pw', 0, 3), { text: 'pw', cursor: 2 })
    assert.deepEqual(insertPassword('ab', 'pw', 2, 2), { text: 'abpw', cursor: 4 })
  })
})
