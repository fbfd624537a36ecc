import * as words from '../src/languages/en.ts'
import type { Plural, Translation } from '../src/languages/translation.ts'

/** The sections of English, without what is also apart from them. */
export const english = Object.fromEntries(Object.entries(words).filter(([name]) => name.endsWith('Words')))

/** A sentence of a translation, or its plural forms, and where it stands. */
export interface Sentence {
  /** Such as `open.waits`. */
  readonly path: string
  readonly words: string | Plural
}

export async function readTranslation(tag: string): Promise<Translation> {
  return ((await import(`../src/languages/${tag}.ts`)) as { readonly translation: Translation }).translation
}

export function isPlural(words: unknown): words is Plural {
  return (
    typeof words === 'object' &&
    words !== null &&
    'other' in words &&
    Object.keys(words).every((key) => /^(?:zero|one|two|few|many|other)$/.test(key))
  )
}

/** Every sentence of a translation, in its order. */
export function listSentences(of: object, path = ''): readonly Sentence[] {
  return Object.entries(of).flatMap(([name, words]: [string, unknown]) => {
    const here = path === '' ? name : `${path}.${name}`
    if (typeof words === 'string' || isPlural(words)) return [{ path: here, words }]
    return typeof words === 'object' && words !== null ? listSentences(words, here) : []
  })
}

/** English in another form: every sentence changed alike, every place in it kept. */
export function translateAll(change: (sentence: string) => string): Translation {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return change(value)
    if (Array.isArray(value)) return value.map(walk)
    return Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, walk(inner)]))
  }
  return Object.fromEntries(
    Object.entries(english).map(([name, section]) => [name.replace(/Words$/, ''), walk(section)]),
  ) as unknown as Translation
}

/** A language whose words are half as long again, and whose letters all look different: what is not translated stands out. */
export function makeLong(): Translation {
  const letters: Readonly<Record<string, string>> = {
    a: 'å',
    e: 'ë',
    i: 'ï',
    o: 'ø',
    u: 'ü',
    y: 'ÿ',
    A: 'Å',
    E: 'Ë',
    I: 'Ï',
    O: 'Ø',
    U: 'Ü',
  }
  return translateAll((sentence) => {
    const changed = sentence.replace(/\{\w+\}|[aeiouyAEIOU]/g, (found) => letters[found] ?? found)
    return `⟦${changed}${' ëxtrå wørds'.repeat(Math.ceil(sentence.length / 24))}⟧`
  })
}

/** A language that is written from right to left. */
export function makeMirrored(): Translation {
  const letters = 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي'
  return translateAll((sentence) =>
    sentence.replace(/\{\w+\}|[a-z]/gi, (found) =>
      found.length > 1 ? found : (letters[(found.toLowerCase().charCodeAt(0) - 97) % letters.length] ?? found),
    ),
  )
}
