import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Draw, drawBelow } from '../src/pages/create/draw-number.ts'
import {
  type Classes,
  FAIR_BITS,
  type PasswordChoice,
  STRONG_BITS,
  VERY_STRONG_BITS,
  countCharacters,
  drawCharacters,
  gaugeBits,
  gaugeStrength,
  generatePassword,
} from '../src/pages/create/generate-password.ts'
import { wordList } from '../src/pages/create/word-list.ts'

const characters = (length: number, readable = false): PasswordChoice => ({ kind: 'characters', length, readable })
const words = (count: number, list: readonly string[] = wordList): PasswordChoice => ({ kind: 'words', count, words: list })

/** Hand out these numbers, then fail: for whoever asks for more did not take what it was given. */
function drawFrom(numbers: readonly number[]): Draw {
  const rest = numbers.values()
  return () => {
    const { value, done } = rest.next()
    if (done === true) throw new RangeError('nothing left to draw')
    return value
  }
}

/** Every series of `length` numbers below `base`, once each. */
function* listSeries(base: number, length: number): Generator<readonly number[]> {
  for (let index = 0; index < base ** length; index++) yield Array.from({ length }, (_, place) => Math.floor(index / base ** place) % base)
}

/** How often each result comes, over all series of numbers; a series that is refused counts as nothing. */
function tally(base: number, length: number, make: (draw: Draw) => string): Map<string, number> {
  const tallied = new Map<string, number>()
  for (const series of listSeries(base, length)) {
    try {
      const made = make(drawFrom(series))
      tallied.set(made, (tallied.get(made) ?? 0) + 1)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
  }
  return tallied
}

const isUniform = (tallied: ReadonlyMap<string, number>) => tallied.size > 1 && new Set(tallied.values()).size === 1

/**
 * Whether each number below `count` comes from as many 32-bit numbers as each other one: those
 * that are taken are the first so many, and their remainders go round a whole number of times.
 */
function isFair(below: (count: number, draw: Draw) => number, count: number): boolean {
  const isTaken = (drawn: number) => {
    try {
      assert.equal(below(count, drawFrom([drawn])), drawn % count)
      return true
    } catch (error) {
      if (error instanceof RangeError) return false
      throw error
    }
  }
  const end = Math.floor(2 ** 32 / count) * count
  const last = 2 ** 32 - 1
  return [0, end - 1].every(isTaken) && (end > last || ![end, last].some(isTaken))
}

describe('a number that is drawn', () => {
  test('is as likely as every other, up to the last number of 32 bits', () => {
    const counts = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2 ** 32 }))
    fc.assert(fc.property(counts, (count) => isFair(drawBelow, count)))
    for (const count of [1, 2, 46, 66, 2048, 10 ** 6, 2 ** 31 + 1, 2 ** 32]) assert.ok(isFair(drawBelow, count), String(count))
    // Control: a bare remainder favours the small.
    const biased = (count: number, draw: Draw) => draw() % count
    assert.equal(isFair(biased, 66), false)
    assert.equal(isFair(biased, 10 ** 6), false)
  })

  test('is not waited for without end, where the source is broken', () => {
    assert.throws(() => drawBelow(10 ** 6, () => 2 ** 32 - 1), /could not be used/)
  })
})

describe('a password of characters', () => {
  // Seven characters, in texts of five: small enough to look at every one.
  const small: Classes = ['AB', 'cd', '12', '-']
  const alphabet = small.join('')
  const good = /^(?=.*[AB])(?=.*[cd])(?=.*[12])(?=.*-)[^-].*[^-]$/

  test('is each as likely as every other that has all classes and no symbol at an end', () => {
    const tallied = tally(alphabet.length, 5, (draw) => drawCharacters(small, 5, draw))
    const all = [...listSeries(alphabet.length, 5)].map((series) => series.map((index) => alphabet[index]).join(''))
    assert.deepEqual([...tallied.keys()].toSorted(), all.filter((text) => good.test(text)).toSorted())
    assert.ok(isUniform(tallied))
    // Control: whoever mends what lacks a class makes some likelier.
    const mended = tally(alphabet.length, 5, (draw) => {
      const text = Array.from({ length: 5 }, () => alphabet[drawBelow(alphabet.length, draw)]).join('')
      return good.test(text) ? text : `Ac-1${text.slice(4).replace('-', 'B')}`
    })
    assert.equal(isUniform(mended), false)
  })

  test('draws anew, and keeps nothing of what it threw away', () => {
    const draws = [
      [0, 0, 0, 0, 0],
      [6, 0, 2, 4, 0],
      [0, 6, 2, 4, 5],
    ].flat()
    assert.equal(drawCharacters(small, 5, drawFrom(draws)), 'A-c12')
    assert.throws(() => drawCharacters(small, 5, () => 0), /could not be used/)
  })

  test('has every class, of the length that was chosen', () => {
    for (const length of [8, 9, 20, 127, 128]) {
      for (let i = 0; i < 20; i++) {
        const password = generatePassword(characters(length))
        assert.equal(password.length, length)
        assert.match(password, /^(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])(?=.*[-_.+])[A-Za-z0-9][-A-Za-z0-9_.+]*[A-Za-z0-9]$/)
      }
    }
  })

  test('has nothing in it that looks like something else, if it is to be read', () => {
    for (let i = 0; i < 200; i++)
      assert.match(generatePassword(characters(20, true)), /^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[-+])[-+A-Za-z3-9]+$/)
    const many = Array.from({ length: 200 }, () => generatePassword(characters(128, true))).join('')
    assert.doesNotMatch(many, /[0Oo1lI|5Ss2Zz8BbGgq_.]/)
    assert.equal(new Set(many).size, 46)
  })

  test('has as many bits as there are passwords to draw from', () => {
    for (const [classes, length] of [
      [small, 2],
      [small, 4],
      [small, 5],
      [['A', 'b', '1', '-'], 4],
      [['A', 'b', '1', '-+'], 6],
      [['ABC', 'd', '12', '-'], 5],
    ] as const) {
      const base = classes.join('').length
      const found = tally(base, length, (draw) => drawCharacters(classes, length, draw)).size
      assert.equal(countCharacters(classes, length), BigInt(found), `${classes.join(' ')} ${length}`)
    }
    const bits = gaugeBits(characters(8))
    assert.ok(bits > 45 && bits < 8 * Math.log2(66), String(bits))
    assert.ok(Math.abs(gaugeBits(characters(128)) - 128 * Math.log2(66)) < 0.2)
    assert.ok(gaugeBits(characters(128, true)) < gaugeBits(characters(128)))
  })
})

describe('a passphrase', () => {
  test('is each as likely as every other', () => {
    const tallied = tally(4, 3, (draw) => generatePassword(words(3, ['red', 'green', 'blue', 'grey']), draw))
    assert.equal(tallied.size, 4 ** 3)
    assert.ok(isUniform(tallied))
    assert.ok(tallied.has('red-red-blue'))
    assert.equal(gaugeBits(words(3, ['red', 'green', 'blue', 'grey'])), 6)
  })

  test('has as many words as were chosen, all from the list', () => {
    for (const count of [3, 6, 12]) {
      const drawn = generatePassword(words(count)).split('-')
      assert.equal(drawn.length, count)
      for (const word of drawn) assert.ok(wordList.includes(word))
      assert.equal(gaugeBits(words(count)), 11 * count)
    }
    assert.equal(generatePassword(words(3), drawFrom([0, 2047, 2048])), 'abandon-zoo-abandon')
  })

  test('comes from 2048 different words of small letters', () => {
    assert.equal(wordList.length, 2048)
    assert.equal(new Set(wordList).size, 2048)
    assert.equal(new Set(wordList.map((word) => word.slice(0, 4))).size, 2048)
    for (const word of wordList) assert.match(word, /^[a-z]{3,8}$/)
  })
})

describe('a choice', () => {
  test('beyond the bounds is a mistake of ours', () => {
    for (const choice of [7, 129, 8.5, Number.NaN, Number.POSITIVE_INFINITY].map((length) => characters(length)))
      for (const act of [generatePassword, gaugeBits]) assert.throws(() => act(choice), TypeError)
    for (const choice of [words(2), words(13), words(3.5), words(3, [])])
      for (const act of [generatePassword, gaugeBits]) assert.throws(() => act(choice), TypeError)
  })
})

describe('strength', () => {
  test('changes its name at the very bit', () => {
    for (const [bits, strength] of [
      [0, 'weak'],
      [FAIR_BITS - 0.1, 'weak'],
      [FAIR_BITS, 'fair'],
      [STRONG_BITS - 0.1, 'fair'],
      [STRONG_BITS, 'strong'],
      [VERY_STRONG_BITS - 0.1, 'strong'],
      [VERY_STRONG_BITS, 'very-strong'],
    ] as const)
      assert.equal(gaugeStrength(bits), strength)
  })

  test('rests on figures that are those of SECURITY.md', () => {
    const yearsFor = (bits: number, guessesEachSecond: number) => 2 ** (bits - 1) / guessesEachSecond / (365.25 * 86_400)
    assert.equal(Math.round(12 * yearsFor(FAIR_BITS, 1000 * 12.4)), 17)
    assert.equal(Math.round(yearsFor(FAIR_BITS, 100)), 174)
    assert.equal(Math.round(12 * yearsFor(STRONG_BITS, 1e12)), 14)
    assert.equal(Math.round(yearsFor(VERY_STRONG_BITS, 1e15) / 100), 49)
  })

  test('is what people expect of six words, and of lengths they know', () => {
    const strengthOf = (choice: PasswordChoice) => gaugeStrength(gaugeBits(choice))
    assert.deepEqual(
      [3, 4, 6, 8].map((count) => strengthOf(words(count))),
      ['weak', 'fair', 'strong', 'very-strong'],
    )
    assert.deepEqual(
      [8, 12, 16].map((length) => strengthOf(characters(length))),
      ['fair', 'strong', 'very-strong'],
    )
  })
})
