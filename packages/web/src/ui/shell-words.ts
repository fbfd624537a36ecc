/** The words around every page. */
export const shellWords = {
  brand: 'Letterlock',
  skip: 'Skip to content',
  start: 'New',
  startLabel: 'New secret',
  promise: 'Locked on your device. The server cannot read it.',
  about: 'How it works',
  theme: 'Look',
  themes: { auto: 'As the system', light: 'Light', dark: 'Dark' },
  noScript: 'This page needs JavaScript, because your browser does the locking and unlocking. Nothing was used up.',
  tooOld: 'This browser is too old to lock and unlock secrets. Nothing was used up. Please open the link in a newer browser.',
  plainHttp: 'This page must be opened with https. Your browser will not lock or unlock secrets without it. Nothing was used up.',
} as const
