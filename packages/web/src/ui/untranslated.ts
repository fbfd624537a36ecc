/**
 * Keeps translators away from what stands in an element, in the HTML before any script runs,
 * too. Preact's types know only the property, which is not written into HTML.
 */
export const untranslated: object = { translate: 'no' }
