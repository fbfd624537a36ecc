import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makePagePacks, makePartPacks } from '../src/build/make-packs.ts'
import * as english from '../src/languages/en.ts'
import type { Section } from '../src/languages/translation.ts'
import { translateAll } from './translations.ts'

/** English, as if it were another language. */
const translation = translateAll((sentence) => sentence)
const spoken = [{ tag: 'xx', translation }]
const names = (words: object | undefined) => Object.keys(words ?? {}).toSorted()

describe('the words that a page loads', () => {
  const [page] = makePagePacks('create', ['create-generator', 'create-made', 'create-qr'], spoken, (part, tag) => `${part} ${tag}`)

  test('are those that it says itself, and of its parts only those that it says without them', () => {
    assert.ok(page !== undefined)
    const { words } = page.pack
    assert.deepEqual(names(words), ['create', 'generator', 'made', 'problem', 'question', 'shell'])
    assert.deepEqual(words.create, english.createWords)
    assert.deepEqual(words.made, english.plainMade)
    assert.deepEqual(words.generator, english.plainGenerator)
  })

  test('name the words of its parts, but of none that says nothing', () => {
    assert.deepEqual(page?.pack.parts, { 'create-generator': 'create-generator xx', 'create-made': 'create-made xx' })
    assert.equal(
      makePartPacks(spoken).some(({ name }) => name === 'create-qr'),
      false,
    )
  })

  test('are whole in the part itself', () => {
    const sections: Readonly<Record<string, Section>> = { 'create-generator': 'generator', 'create-made': 'made', 'open-pin': 'pin' }
    for (const [name, section] of Object.entries(sections)) {
      const part = makePartPacks(spoken).find((pack) => pack.name === name)
      assert.deepEqual(part?.pack.words[section], translation[section])
    }
    for (const [plain, whole] of [
      [english.plainMade, english.madeWords],
      [english.plainGenerator, english.generatorWords],
    ] as const)
      assert.ok(names(plain).every((name) => names(whole).includes(name)) && names(whole).length > names(plain).length)
  })
})
