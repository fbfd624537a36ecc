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
