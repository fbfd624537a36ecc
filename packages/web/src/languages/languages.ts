/** A language that the pages speak. */
export interface Language {
  /** BCP 47, and the name of its file beside this one. */
  readonly tag: string
  /** Its own name for itself. */
  readonly name: string
}

/** In the order of their names, Latin script first. The first is what the pages are written in. */
export const LANGUAGES: readonly Language[] = [{ tag: 'en', name: 'English' }]
