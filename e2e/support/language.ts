import type { Translation } from '../../packages/web/src/languages/translation.ts'
import { english } from '../../packages/web/test/translations.ts'

/** The language that the tests of this process read the pages in. */
export const spoken = { tag: 'en' }

const originals = Object.entries(english).map(([name, words]) => [name.replace(/Words$/, ''), words, { ...words }] as const)

/**
 * Read the pages in another language from now on: the words that scenes and steps look for
 * become those of a translation. `null` for English.
 */
export function readIn(tag: string, translation: Translation | null): void {
  spoken.tag = tag
  for (const [name, words, original] of originals)
    Object.assign(words, original, (translation as Readonly<Record<string, object>> | null)?.[name])
}

/** Read the pages in one of their languages. */
export async function readInLanguage(tag: string): Promise<void> {
  if (tag === 'en') return readIn(tag, null)
  const { translation } = (await import(`../../packages/web/src/languages/${tag}.ts`)) as { readonly translation: Translation }
  readIn(tag, translation)
}

/** The longest piece of a sentence that does not depend on what is put into it. */
export function findPiece(sentence: string): string {
  return sentence.split(/\{\w+\}/).reduce((longest, piece) => (piece.trim().length > longest.length ? piece.trim() : longest), '')
}
