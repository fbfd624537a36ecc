import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { PIN_CODE_POINTS_MAX, foldPin, isPinPortable } from '@letterlock/protocol'

interface PinVectors {
  readonly pins: readonly { readonly why: string; readonly typed: string; readonly text: string | null; readonly portable?: boolean }[]
  readonly loneSurrogates: readonly { readonly why: string; readonly codePoints: readonly number[] }[]
}

const { pins, loneSurrogates } = JSON.parse(readFileSync(new URL('../../../vectors/pins.json', import.meta.url), 'utf8')) as PinVectors

/** Anything that a string of JavaScript can hold, halves of surrogate pairs included, and often what folding is about. */
const anything = fc.string({
  unit: fc.oneof(
    fc.constantFrom(' ', '\u00A0', '\u3000', '\u0085', '\uFEFF', '\u0301', '\u00B4', 'ﬁ', '①', '٤', '𝟜'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  ),
  maxLength: 40,
})

/** The ten digits of every script for which the engine can write numbers: where their values come from is not ours. */
const scripts = Intl.supportedValuesOf('numberingSystem')
  .map((system) => Array.from({ length: 10 }, (_, digit) => new Intl.NumberFormat(`en-u-nu-${system}`).format(digit)))
  .filter((digits) => digits.every((digit) => /^\p{Nd}$/u.test(digit)))

test('folds every PIN of the vectors to its one text, or to none', () => {
  assert.ok(pins.length > 150, `only ${pins.length} PINs`)
  for (const { why, typed, text } of pins) assert.equal(foldPin(typed), text, why)
})

test('takes from a sender what every device spells alike, and nothing else of the vectors', () => {
  for (const { why, text, portable } of pins) if (text !== null) assert.equal(isPinPortable(text), portable, why)
  assert.notEqual(loneSurrogates.length, 0)
  for (const { why, codePoints } of loneSurrogates) {
    const text = foldPin(String.fromCodePoint(...codePoints))
    assert.ok(text !== null && !isPinPortable(text), why)
  }
})

test('leaves alone what it has folded', () => {
  fc.assert(
    fc.property(anything, (typed) => {
      const text = foldPin(typed)
      if (text !== null) assert.equal(foldPin(text), text)
    }),
    { numRuns: 5000 },
  )
})

test('folds digits of any script, mixed as you like, to their ASCII twins', () => {
  assert.ok(scripts.length > 20, `only ${scripts.length} scripts`)
  const digit = fc.tuple(fc.constantFrom(...scripts), fc.integer({ min: 0, max: 9 }))
  fc.assert(
    fc.property(fc.array(digit, { minLength: 1, maxLength: PIN_CODE_POINTS_MAX }), (digits) => {
      const typed = digits.map(([script, value]) => script[value]).join('')
      assert.equal(foldPin(typed), digits.map(([, value]) => value).join(''))
    }),
  )
  for (const digits of scripts) assert.equal(foldPin(digits.join('')), '0123456789')
})

test('is deaf to white space around a PIN, and to nothing else', () => {
  const spaces = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\u0085', '\u00A0', '\u2003', '\u2029', '\u3000'), maxLength: 5 })
  fc.assert(
    fc.property(anything, spaces, spaces, (typed, before, after) => {
      // A mark or half a pair at the edge could join with what is put beside it.
      fc.pre(/^[\p{L}\p{Nd}]/u.test(typed))
      assert.equal(foldPin(before + typed + after), foldPin(typed))
    }),
  )
  assert.notEqual(foldPin('a b'), foldPin('ab'))
  assert.notEqual(foldPin('\u200Bab'), foldPin('ab'))
  assert.notEqual(foldPin('Ab'), foldPin('ab'))
})

test('gives a text of 1 to 256 code points or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (typed) => {
      const length = Array.from(foldPin(typed) ?? 'x').length
      assert.ok(length >= 1 && length <= PIN_CODE_POINTS_MAX)
    }),
  )
})
