import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { LANGUAGES } from '../src/languages/languages.ts'
import type { Plural } from '../src/languages/translation.ts'
import { say, sayCount } from '../src/ui/say.ts'
import { formatDistance, formatLifetimeWords, formatMoment } from '../src/ui/times.ts'
import { english, isPlural, listSentences, readTranslation } from './translations.ts'

/** Counts that tell the plural rules of our languages apart. */
const COUNTS = [0, 1, 2, 3, 5, 11, 21, 100]

const folder = new URL('../src/languages/', import.meta.url)
const others = LANGUAGES.slice(1).map(({ tag }) => tag)
const inEnglish = new Map(listSentences(english).map(({ path, words }) => [path.replace('Words.', '.'), words]))

/** What is wrong with a translation, a line each. */
function findFaults(tag: string, translation: object): readonly string[] {
  const translated = new Map(listSentences(translation).map(({ path, words }) => [path, words]))
  const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.toSorted()
  return [
    ...[...translated.keys()].filter((path) => !inEnglish.has(path)).map((path) => `${path}: is not in English`),
    ...[...inEnglish].flatMap(([path, words]) => {
      const others = translated.get(path)
      if (others === undefined || typeof words !== typeof others) return [`${path}: is missing`]
      if (typeof others === 'string') return findSentenceFaults(path, words as string, others)
      const forms = Object.keys(others).toSorted()
      return [
        ...(forms.join() === categories.join() ? [] : [`${path}: has the forms ${forms.join()}, and not ${categories.join()}`]),
        ...Object.entries(others).flatMap(([form, sentence]) => findFormFaults(`${path}.${form}`, sentence)),
      ]
    }),
  ]
}

function findSentenceFaults(path: string, words: string, others: string): readonly string[] {
  const wanted = listPlaces(words)
  const found = listPlaces(others)
  return [
    ...(found.join() === wanted.join() ? [] : [`${path}: has the places ${found.join()}, and not ${wanted.join()}`]),
    ...(others.trim() === '' || others !== others.normalize('NFC') ? [`${path}: is empty or not composed`] : []),
    ...(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(others.replaceAll('\n', '')) ? [`${path}: holds a control character`] : []),
  ]
}

/** A form for one, two or none may say so in a word. */
function findFormFaults(path: string, sentence: string): readonly string[] {
  const places = listPlaces(sentence)
  const isGood = places.join() === 'count' || (places.length === 0 && /\.(?:zero|one|two)$/.test(path))
  return isGood && sentence.trim() !== '' ? [] : [`${path}: has the places ${places.join()}`]
}

/** Letters besides those of places: few of them may be the same word in two languages. */
function countLetters(sentence: string): number {
  return [...sentence.replaceAll(/\{\w+\}/g, '').matchAll(/\p{L}/gu)].length
}

function listPlaces(sentence: string): readonly string[] {
  return [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string).toSorted()
}

describe('languages', () => {
  test('each that is listed has its file, and each file is listed', () => {
    const files = readdirSync(folder).filter((name) => !/^(?:languages|translation)\.ts$/.test(name))
    assert.deepEqual(files.toSorted(), LANGUAGES.map(({ tag }) => `${tag}.ts`).toSorted())
    assert.ok(existsSync(fileURLToPath(new URL('en.ts', folder))))
    assert.equal(LANGUAGES[0]?.tag, 'en')
    assert.equal(new Set(LANGUAGES.map(({ name }) => name)).size, LANGUAGES.length)
    assert.ok(LANGUAGES.length >= 22, `${LANGUAGES.length} languages`)
  })

  for (const tag of others) {
    test(`${tag} has every sentence, with the same places in it and the plural forms of its rules`, async () => {
      assert.deepEqual(findFaults(tag, await readTranslation(tag)), [])
    })

    test(`${tag} has the title of every page, and no sentence left in English`, async () => {
      const same = listSentences(await readTranslation(tag)).filter(
        ({ path, words }) => inEnglish.get(path) === words && typeof words === 'string' && countLetters(words) > 12,
      )
      assert.deepEqual(same, [])
    })

    test(`${tag} is written out by Intl: dates, distances, lifetimes and numbers`, () => {
      const times = { locale: tag, timeZone: 'UTC' }
      const [atMs, weekMs] = [Date.UTC(2026, 10, 29, 16, 20), 7 * 86_400_000]
      assert.equal(new Intl.DateTimeFormat(tag).resolvedOptions().locale, tag)
      const told = [formatMoment(atMs, times), formatDistance(atMs + weekMs, atMs, times), formatLifetimeWords(weekMs, tag)]
      const toldInEnglish = [
        formatMoment(atMs, { ...times, locale: 'en' }),
        formatDistance(atMs + weekMs, atMs, { locale: 'en' }),
        formatLifetimeWords(weekMs, 'en'),
      ]
      for (const [i, words] of told.entries()) assert.notEqual(words, toldInEnglish[i])
    })
  }

  test('a fault of every kind is found', async () => {
    const german = (await readTranslation('de')) as unknown as Record<string, Record<string, unknown>>
    const broken = (section: string, change: Record<string, unknown>) =>
      findFaults('de', { ...german, [section]: { ...german[section], ...change } }).join()
    assert.match(broken('open', { waits: 'Bis {moment}.' }), /open\.waits: has the places moment, and not distance,moment/)
    assert.match(broken('open', { waits: undefined }), /open\.waits: is missing/)
    assert.match(broken('open', { more: 'Mehr' }), /open\.more: is not in English/)
    assert.match(broken('pin', { triesLeft: { other: '{count} Versuche' } }), /pin\.triesLeft: has the forms other, and not one,other/)
    assert.match(broken('pin', { triesLeft: { one: '1 Versuch', other: 'Versuche' } }), /pin\.triesLeft\.other: has the places /)
    assert.match(broken('shell', { start: '\u202EN' }), /shell\.start: holds a control character/)
    assert.match(broken('shell', { start: ' ' }), /shell\.start: is empty/)
  })

  test('plural forms read as they did', async (t) => {
    const lines: string[] = []
    for (const { tag } of LANGUAGES) {
      const translation = tag === 'en' ? english : await readTranslation(tag)
      for (const { path, words } of listSentences(translation).filter(({ words }) => isPlural(words)))
        for (const count of COUNTS)
          lines.push(`${tag} ${path.replace('Words.', '.')} ${count}: ${shorten(sayCount(words as Plural, count, tag))}`)
    }
    t.assert.snapshot(lines)
  })
})

/** The long ones are told apart by their beginning and the words around the number. */
function shorten(sentence: string): string {
  return sentence.length <= 120 ? sentence : `${sentence.slice(0, 119)}…`
}

describe('saying', () => {
  test('puts what belongs there where a name stands in braces, and takes nothing in it for a name', () => {
    assert.equal(
      say('It waits until {moment} ({distance}).', { moment: '$& {distance}', distance: 'soon' }),
      'It waits until $& {distance} (soon).',
    )
  })

  test('takes the form that a number asks for, and writes the number as the language does', () => {
    const forms: Plural = { one: '{count} попытка', few: '{count} попытки', many: '{count} попыток', other: '{count} попытки' }
    assert.deepEqual(
      [1, 3, 5, 11, 21].map((count) => sayCount(forms, count, 'ru')),
      ['1 попытка', '3 попытки', '5 попыток', '11 попыток', '21 попытка'],
    )
    assert.equal(sayCount({ other: '{count} تلاش' }, 12, 'fa'), '۱۲ تلاش')
  })
})
