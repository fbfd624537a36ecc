import type { Plural } from '../languages/translation.ts'

/** The names that stand in braces in a sentence. */
type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never

/** Say a sentence with what belongs where its names stand in braces. */
export function say<T extends string>(sentence: T, values: Readonly<Record<Names<T>, string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: Names<T>) => values[name])
}

/** Say a sentence in the form that a number asks for, with the number in it. */
export function sayCount(forms: Plural, count: number, locale: string): string {
  const form = forms[new Intl.PluralRules(locale).select(count)] ?? forms.other
  return form.replace('{count}', () => new Intl.NumberFormat(locale).format(count))
}
