import { untranslated } from './untranslated.ts'

/**
 * What every field has that a secret is typed into: nobody translates, corrects or capitalises
 * it, and no password manager takes it for a login. `autocomplete` is the field's own.
 */
export const secretField: object = {
  ...untranslated,
  class: 'notranslate',
  dir: 'auto',
  autocapitalize: 'off',
  spellcheck: false,
  'data-1p-ignore': true,
  'data-lpignore': 'true',
  'data-bwignore': true,
}

/** What every field has that shows a link: nobody translates it, corrects it or fills it in. */
export const linkField: object = {
  ...untranslated,
  class: 'notranslate',
  dir: 'ltr',
  readOnly: true,
  autocomplete: 'off',
  spellcheck: false,
}
