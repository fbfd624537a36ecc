// Runs in browsers of any age (boot.ts), so it keeps to ES5.

/**
 * The language of ours that a BCP 47 tag asks for, or "".
 *
 * @param known - the tags that there are.
 */
export function matchLanguage(tag: string, known: readonly string[]): string {
  var base = (tag.toLowerCase().split('-')[0] as string).replace('iw', 'he')
  if (base === 'zh') base = /hant|tw|hk|mo/i.test(tag) ? 'zh-Hant' : 'zh-Hans'
  if (base === 'pt') base = 'pt-BR'
  return known.indexOf(base) < 0 ? '' : base
}

/** The direction in which a language of ours is read. */
export function directionOf(tag: string): 'rtl' | 'ltr' {
  return /^(ar|fa|he)$/.test(tag) ? 'rtl' : 'ltr'
}
