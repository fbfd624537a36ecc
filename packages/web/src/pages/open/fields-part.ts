// What /s loads beside what shows the secret: it finds what a reader wants to copy by itself.
// It is fetched whatever the secret is, so that nobody can tell from it what is in one.
export { findFields } from './find-fields.ts'

/** What the part says: nothing. */
export const sections = {}
