import { headWords, plainGenerator, plainMade } from '../languages/en.ts'
import type { Pack, Section, Translation } from '../languages/translation.ts'
import type { Part } from '../ui/load-part.ts'
import type { PageName } from './pages.tsx'

/** The sections that a page says, besides what is around it; it names the same to `speak`. */
const PAGE_SECTIONS: Readonly<Record<PageName, readonly Section[]>> = {
  create: ['create', 'question', 'problem'],
  open: ['open', 'question'],
  receipt: ['receipt', 'question'],
  receipts: ['receipts'],
  about: ['about'],
  accessibility: ['accessibility'],
  'not-found': ['notFound'],
}

/** Of the sections of its parts, what a page says without them; it names the same to `speak`. */
const PLAIN_WORDS: Readonly<Partial<Record<PageName, Readonly<Partial<Record<Section, object>>>>>> = {
  create: { generator: plainGenerator, made: plainMade },
}

/** The sections that a part of a page brings; it exports the same. One that says nothing by itself loads no words. */
const PART_SECTIONS: Readonly<Record<Part, readonly Section[]>> = {
  'create-generator': ['generator'],
  'create-made': ['made'],
  'create-qr': [],
  'open-pin': ['pin', 'question'],
  'open-claim': [],
  'open-shown': ['shown'],
  'open-fields': [],
  'open-ended': ['ended'],
  'receipt-told': [],
}

/** A translation, and the language that it is in. */
export interface Spoken {
  readonly tag: string
  readonly translation: Translation
}

/** What one page or part loads for one language. */
export interface PackFile {
  readonly name: PageName | Part
  readonly tag: string
  readonly pack: Pack
}

/** The packs of every part that says something, in every language. */
export function makePartPacks(languages: readonly Spoken[]): PackFile[] {
  return (Object.keys(PART_SECTIONS) as Part[]).filter(hasWords).flatMap((name) =>
    languages.map(({ tag, translation }) => ({
      name,
      tag,
      pack: { tag, title: '', words: pick(translation, PART_SECTIONS[name]), parts: {} },
    })),
  )
}

/**
 * The packs of a page, in every language.
 *
 * @param hashOf - the hash of what one of the page's parts loads for a language, in hex.
 */
export function makePagePacks(
  name: PageName,
  parts: readonly Part[],
  languages: readonly Spoken[],
  hashOf: (part: Part, tag: string) => string,
): PackFile[] {
  return languages.map(({ tag, translation }) => ({
    name,
    tag,
    pack: {
      tag,
      title: translation.head[name satisfies keyof typeof headWords],
      words: {
        ...pick(translation, PAGE_SECTIONS[name]),
        ...pickPlain(translation, PLAIN_WORDS[name] ?? {}),
        shell: listShellWords(translation),
      },
      parts: Object.fromEntries(parts.filter(hasWords).map((part) => [part, hashOf(part, tag)])),
    },
  }))
}

/** Without script, and in browsers that are too old, no pack is ever loaded. */
function listShellWords({ shell }: Translation): object {
  return { ...shell, noScript: undefined, tooOld: undefined }
}

function pick(translation: Translation, sections: readonly Section[]): Pack['words'] {
  return Object.fromEntries(sections.map((section) => [section, translation[section]]))
}

/** A part that says nothing has nothing to be translated. */
function hasWords(part: Part): boolean {
  return PART_SECTIONS[part].length > 0
}

function pickPlain(translation: Translation, plain: Readonly<Partial<Record<Section, object>>>): Pack['words'] {
  return Object.fromEntries(
    Object.entries(plain).map(([section, words]) => {
      const said = translation[section as Section] as Readonly<Record<string, unknown>>
      return [section, Object.fromEntries(Object.keys(words).map((name) => [name, said[name]]))]
    }),
  )
}
