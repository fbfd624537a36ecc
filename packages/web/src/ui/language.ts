import type { Pack, Section } from '../languages/translation.ts'
import type { TimeStyle } from './times.ts'

/** Sections of English words, which become those of another language in place. */
export type Sections = Readonly<Partial<Record<Section, object>>>

/** What boot.ts leaves for the page's script: it begins to fetch before that is there. */
export interface Booted {
  /** The words of the reader's language; `null` where that is English, and where they did not come. */
  readonly pack: Pack | null
  /** The language of ours that a BCP 47 tag asks for, or "". */
  match(tag: string): string
  /** Fetch a language for this page; `null` for English, and if it does not come. */
  load(tag: string): Promise<Pack | null>
  /** The same for a part of the page, by the SHA-256 of its words in hex. */
  loadPart(name: string, hash: string): Promise<Pack | null>
  /** Mark the document as being in a language. */
  mark(tag: string): void
  /** Give the document a look: `light`, `dark`, or "" for the system's. */
  dress(theme: string): void
}

const KEY = 'letterlock.language'
const { booted } = globalThis as { readonly booted?: Booted }

/** What was said in English, before it became something else. */
const english = new Map<object, object>()
/** What is in use, by the part that brought it; the page's own is "". */
const inUse = new Map<string, Sections>()
let pack = booted?.pack ?? null
/** Counts the choices: of two that are made quickly, the last one stands. */
let choices = 0

/** How dates and numbers are written. It follows the language. */
export const times: { -readonly [K in keyof TimeStyle]: TimeStyle[K] } = { locale: pickLocale(readTag()) }

/** Let these words be those of the reader's language, now and whenever that changes. */
export function speak(sections: Sections): void {
  keep('', { ...inUse.get(''), ...sections }, pack)
}

/** As {@link speak}, for a part of the page, whose words are fetched. Where they do not come, it speaks English. */
export async function speakPart(part: string, sections: Sections): Promise<void> {
  let spoken: Pack | null
  let words: Pack | null
  do {
    spoken = pack
    words = await loadPart(part, spoken)
    // Another language may have been chosen meanwhile.
  } while (spoken !== pack)
  keep(part, sections, words)
}

/**
 * Change the language of everything in use, and remember it on this device. Gives `false`, and
 * changes nothing, if it cannot be loaded; `null`, if another was chosen meanwhile.
 *
 * @param tag - one of ours.
 */
export async function changeLanguage(tag: string): Promise<boolean | null> {
  const mine = ++choices
  const next = (await booted?.load(tag)) ?? null
  if (mine !== choices) return null
  if (next === null && tag !== 'en') return false
  const packs = new Map<string, Pack | null>()
  // What comes into use meanwhile is met as well.
  for (const part of inUse.keys()) packs.set(part, part === '' ? next : await loadPart(part, next))
  if (mine !== choices) return null
  pack = next
  booted?.mark(tag)
  times.locale = pickLocale(tag)
  for (const [part, sections] of inUse) keep(part, sections, packs.get(part) ?? null)
  try {
    localStorage.setItem(KEY, tag)
  } catch {
    // The choice then lasts as long as the page.
  }
  return true
}

/** The language that the page is in. */
export function readTag(): string {
  return pack?.tag ?? 'en'
}

/** The title of the page in its language; `undefined` where it stays as it came. */
export function readTitle(): string | undefined {
  return pack?.title
}

/** A word around the page; `undefined` where it stays as it came. */
export function readShellWord(name: string): string | undefined {
  return (pack?.words.shell as Readonly<Record<string, string>> | undefined)?.[name]
}

function keep(part: string, sections: Sections, from: Pack | null): void {
  inUse.set(part, sections)
  for (const [name, words] of Object.entries(sections)) {
    if (!english.has(words)) english.set(words, { ...words })
    Object.assign(words, english.get(words), from?.words[name as Section])
  }
}

async function loadPart(part: string, of: Pack | null): Promise<Pack | null> {
  const hash = of?.parts[part]
  return hash === undefined ? null : ((await booted?.loadPart(`${part}-${of?.tag ?? ''}`, hash)) ?? null)
}

/** The reader's own kind of a language: dates in the German of an Austrian should look like home. */
function pickLocale(tag: string): string {
  return globalThis.navigator?.languages.find((language) => booted?.match(language) === tag) ?? tag
}
