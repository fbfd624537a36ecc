import type * as english from './en.ts'

/** The forms of a sentence with {count} in it, by the plural rules of a language (Unicode CLDR). */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string }

/** What a sentence, its forms, a list or a group of sentences may be in another language. */
type Translated<T> = T extends string
  ? string
  : T extends { readonly other: string; readonly one: string }
    ? Plural
    : T extends readonly string[]
      ? { readonly [K in keyof T]: string }
      : { readonly [K in keyof T]: Translated<T[K]> }

type SectionOf<T> = T extends `${infer Section}Words` ? Section : never

/** Every section of {@link english} in another language: one file holds one of these. */
export type Translation = {
  readonly [K in keyof typeof english as SectionOf<K>]: Translated<(typeof english)[K]>
}

/** The name of a section, such as `create`. */
export type Section = keyof Translation

/** What a page or a part of one loads for a language. */
export interface Pack {
  /** Its language. */
  readonly tag: string
  /** The title of the page. */
  readonly title: string
  readonly words: Readonly<Partial<Record<Section, object>>>
  /** The hashes of what the page's parts load, in hex, by the name of the part. */
  readonly parts: Readonly<Record<string, string>>
}
